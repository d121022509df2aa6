// Devices with too little memory, and with less than they say: what does not fit is refused with
// its figures, and what fits goes on.
#include "model_core/engine/device_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine.h"
#include "model_core/engine/prompt_runner.h"
#include "model_core/model_report.h"
#include "tests/fakes/device/apart_device.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using testing::HasSubstr;

constexpr size_t kMuch = size_t{1} << 30;

const std::string kModule = MARU_BINARY_DIR "/tests/device_apart.so";

class DeviceMemory : public testing::Test {
 protected:
  ~DeviceMemory() override {
    unsetenv("MARU_APART_BYTES");
    unsetenv("MARU_APART_SAYS");
  }

  static void NextDevice(size_t bytes, size_t said) {
    setenv("MARU_APART_BYTES", base::StrCat(bytes).c_str(), 1);
    setenv("MARU_APART_SAYS", base::StrCat(said).c_str(), 1);
  }

  static absl::StatusOr<std::unique_ptr<Engine>> Make(size_t bytes, size_t said,
                                                      size_t memory_bytes_max = 0) {
    NextDevice(bytes, said);
    EngineOptions options;
    options.threads = 1;
    options.sequences_max = 3;
    options.pass_tokens_max = 16;
    options.drafts = "always";
    options.device = kModule;
    options.memory_bytes_max = memory_bytes_max;
    return MakeEngine(GoldenDirectory("k_exaone"), options);
  }

  static absl::StatusOr<GenerateResult> Ask(Engine& engine, size_t prompt) {
    GenerateRequest request;
    request.prompt.assign(prompt, 7);
    request.tokens_max = 4;
    request.past_end = true;
    return engine.Generate(request);
  }
};

// From nothing to more than enough; at some size each thing that an engine takes is what is
// missing.
TEST_F(DeviceMemory, OfAnySizeServesOrRefuses) {
  for (const bool lies : {false, true}) {
    size_t at_load = 0, at_request = 0, served = 0;
    for (size_t bytes = 0; bytes < size_t{3} << 19; bytes += size_t{16} << 10) {
      const auto engine = Make(bytes, lies ? kMuch : bytes);
      if (!engine.ok()) {
        ++at_load;
        EXPECT_EQ(engine.status().code(), absl::StatusCode::kResourceExhausted) << bytes;
        EXPECT_THAT(std::string(engine.status().message()), HasSubstr("device")) << bytes;
        continue;
      }
      for (const size_t tokens : {3, 200, 1'000}) {
        const auto answer = Ask(**engine, tokens);
        answer.ok() ? ++served : ++at_request;
        if (answer.ok()) continue;
        EXPECT_EQ(answer.status().code(), absl::StatusCode::kResourceExhausted) << bytes;
        EXPECT_THAT(std::string(answer.status().message()), HasSubstr(" of memory, budget "));
      }
    }
    EXPECT_GT(at_load, 10U) << lies;
    EXPECT_GT(at_request, 3U) << lies;
    EXPECT_GT(served, 30U) << lies;
  }
}

TEST_F(DeviceMemory, OfTheDeviceDecidesWhatRequestsGet) {
  const auto engine = Make(16 << 20, 16 << 20);
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_LT((*engine)->Figures().memory_bytes_max, size_t{14} << 20);  // a reserve, and the weights
  EXPECT_GT((*engine)->Figures().memory_bytes_max, size_t{4} << 20);
  const absl::Status refused = Make(16 << 20, 16 << 20, size_t{15} << 20).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("15 MiB configured, the machine can give"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("available by device 'apart'"));
  const absl::Status weights = Make(1 << 17, 1 << 17).status();
  EXPECT_THAT(std::string(weights.message()), HasSubstr("weights: they need at least "));
  EXPECT_THAT(std::string(weights.message()), HasSubstr("available by device 'apart'"));
}

// The engine finds out when it comes to need it: the budget falls, and those that fit are served.
TEST_F(DeviceMemory, ThatIsLessThanWasSaidLowersTheBudget) {
  size_t bytes = size_t{1} << 18;
  absl::StatusOr<std::unique_ptr<Engine>> engine = Make(bytes, kMuch);
  while (!engine.ok() || !Ask(**engine, 100).ok()) engine = Make(bytes += size_t{64} << 10, kMuch);
  const absl::Status refused = Ask(**engine, 3'000).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("request: 3004 tokens need "));
  EXPECT_LT((*engine)->Figures().memory_bytes_max, kMuch / 2);
  EXPECT_EQ(Ask(**engine, 3'000).status(), refused);
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) callers.emplace_back([&] { EXPECT_TRUE(Ask(**engine, 100).ok()); });
  for (std::thread& caller : callers) caller.join();
}

TEST_F(DeviceMemory, IsAskedForByACheckToo) {
  size_t refused = 0;
  const std::string folder = GoldenDirectory("k_exaone");
  for (size_t bytes = size_t{1} << 16; bytes < size_t{1} << 20; bytes += size_t{1} << 16) {
    NextDevice(bytes, kMuch);
    const auto report = CheckModel(folder, folder + "/golden.json", "", "", kModule);
    if (report.ok()) continue;
    ++refused;
    EXPECT_EQ(report.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(report.status().message()), HasSubstr("left by its account"));
  }
  EXPECT_GT(refused, 3U);
}

TEST(OnADeviceApart, WeightsThatDoNotFitAreRefusedByName) {
  const auto small = fakes::MakeApartDevice(1 << 18);
  const absl::Status status = Transformer::Load(GoldenDirectory("k_exaone"), *small).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("tensor 'model."));
  EXPECT_THAT(std::string(status.message()), HasSubstr("the device has no memory for it ("));
}

// Packed or widened, all of them lie on the host before the last is on the device.
TEST(OnADeviceApart, WeightsThatTheHostHasToMakeAreHeldAgainstItsMemory) {
  const auto device = fakes::MakeApartDevice(kMuch);
  const MachineMemory little{size_t{64} << 10, "x"}, much{kMuch, "x"};
  const ModelFolder folder("k_exaone");
  LoadOptions packed;
  packed.precision = Precision::kQ8;
  const absl::Status refused = LoadWithin(little, folder.path(), *device, packed).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("weights: to make them for device 'apart' the host needs at least "));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("the machine can give 56 KiB (64 KiB available by x, less 8 KiB"));
  EXPECT_THAT(base::Message(refused, base::Language::kKorean),
              HasSubstr("'apart'에 올릴 가중치를 만드는 데 호스트 메모리가 최소 "));
  EXPECT_TRUE(LoadWithin(little, folder.path(), *device, {}).ok());  // mapped as they are
  EXPECT_TRUE(LoadWithin(much, folder.path(), *device, packed).ok());
  EXPECT_TRUE(LoadWithin(little, folder.path(), *device, packed).ok());  // kept since then
  const absl::Status widened =
      LoadWithin(little, GoldenDirectory("k_exaone_fp8"), *device, {}).status();
  EXPECT_THAT(std::string(widened.message()), HasSubstr("the host needs at least "));
}

// Text and tower are some 180 KiB each.
TEST(VisionTowerMemory, IsTheHostsWhateverTheDevice) {
  const std::string folder = GoldenDirectory("hyperclova_x_vision");
  const MachineMemory two{kMuch, "x"}, one{size_t{300} << 10, "x"}, none{size_t{150} << 10, "x"};
  const Device& cpu = CpuDevice(*FindKernels(""));
  EXPECT_TRUE(LoadWithin(two, folder, cpu, {}).ok());
  EXPECT_THAT(std::string(LoadWithin(one, folder, cpu, {}).status().message()),
              HasSubstr("weights: they need at least 36"));
  const auto apart = fakes::MakeApartDevice(kMuch);
  EXPECT_TRUE(LoadWithin(one, folder, *apart, {}).ok());
  const absl::Status refused = LoadWithin(none, folder, *apart, {}).status();
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("weights: the vision tower needs on the host at least 187.3 KiB"));
  EXPECT_THAT(base::Message(refused, base::Language::kKorean),
              HasSubstr("비전 타워 가중치에 호스트 메모리가 최소 187.3 KiB 필요하나"));
}

}  // namespace
}  // namespace model_core
