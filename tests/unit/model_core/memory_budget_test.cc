// What a machine can give, and what requests get of it.
#include "model_core/engine/memory_budget.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <thread>

#include "model_core/engine.h"
#include "model_core/engine/image_desk.h"
#include "model_core/engine/weight_memory.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using testing::HasSubstr;

constexpr size_t kMiB = size_t{1} << 20, kGiB = size_t{1} << 30;

// Files of a machine, under a folder.
class MachineMemoryTest : public testing::Test {
 protected:
  MachineMemoryTest() {
    Write("/proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
  }
  ~MachineMemoryTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) const {
    const std::filesystem::path whole = root_ + path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::trunc) << text;
  }
  // A v2 group that has `used` bytes, `files` of them in file pages.
  void Group(const std::string& folder, const std::string& limit, size_t used, size_t files) const {
    Write(folder + "/memory.max", limit + "\n");
    Write(folder + "/memory.current", base::StrCat(used, "\n"));
    Write(folder + "/memory.stat", base::StrCat("anon ", used - files, "\ninactive_file ",
                                                files / 2, "\nactive_file ", files / 2, "\n"));
  }
  void MountV2(const std::string& group) const {
    Write("/proc/self/mountinfo",
          base::StrCat("22 1 0:5 / / rw - ext4 /dev/sda rw\n31 22 0:28 ", group,
                       " /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"));
  }
  MachineMemory Read() const {
    const auto memory = ReadMachineMemory(root_);
    EXPECT_TRUE(memory.ok()) << memory.status();
    return memory.value_or(MachineMemory{});
  }

  const std::string root_ = base::StrCat(testing::TempDir(), "/machine_", getpid());
};

TEST_F(MachineMemoryTest, IsWhatTheKernelCallsAvailableWhereNoGroupLimits) {
  EXPECT_EQ(Read().available, 8 * kGiB);
  EXPECT_EQ(Read().where, "/proc/meminfo");
  MountV2("/");
  Write("/proc/self/cgroup", "0::/app\n");
  Group("/sys/fs/cgroup/app", "max", 2 * kGiB, 0);
  EXPECT_EQ(Read().available, 8 * kGiB);
}

TEST_F(MachineMemoryTest, IsWhatTheTightestOfTheGroupsAroundTheProcessLeaves) {
  MountV2("/");
  Write("/proc/self/cgroup", "0::/a/b/c\n");
  Group("/sys/fs/cgroup/a", base::StrCat(6 * kGiB), 5 * kGiB, 2 * kGiB);
  Group("/sys/fs/cgroup/a/b", "max", 4 * kGiB, 0);
  Group("/sys/fs/cgroup/a/b/c", base::StrCat(5 * kGiB), 1 * kGiB, 0);
  EXPECT_EQ(Read().available, 3 * kGiB);  // of file pages it could give back two
  EXPECT_EQ(Read().where, "/sys/fs/cgroup/a");
  Write("/sys/fs/cgroup/a/b/memory.high", base::StrCat(4 * kGiB + 7));
  EXPECT_EQ(Read().available, 7U);
  EXPECT_EQ(Read().where, "/sys/fs/cgroup/a/b");
  Group("/sys/fs/cgroup/a/b/c", base::StrCat(1 * kGiB), 2 * kGiB, 0);  // over its limit
  EXPECT_EQ(Read().available, 0U);
}

TEST_F(MachineMemoryTest, SeesAContainersOwnGroupAtItsMount) {
  MountV2("/docker/abc");
  Write("/proc/self/cgroup", "0::/docker/abc/inner\n");
  Group("/sys/fs/cgroup", base::StrCat(2 * kGiB), 1 * kGiB, 0);
  Group("/sys/fs/cgroup/inner", "max", 1 * kGiB, 0);
  EXPECT_EQ(Read().available, 1 * kGiB);
  Write("/proc/self/cgroup", "0::/elsewhere\n");  // what is not mounted cannot be seen
  EXPECT_EQ(Read().available, 1 * kGiB);
}

TEST_F(MachineMemoryTest, ReadsTheFirstVersionOfGroupsToo) {
  Write("/proc/self/mountinfo",
        "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
        "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  Write("/proc/self/cgroup", "4:memory:/jobs/1\n2:cpu,cpuacct:/other\n0::/\n");
  const std::string group = "/sys/fs/cgroup/memory/jobs";
  Write(group + "/memory.limit_in_bytes", base::StrCat(3 * kGiB));
  Write(group + "/memory.usage_in_bytes", base::StrCat(2 * kGiB));
  Write(group + "/memory.stat", "inactive_file 1\ntotal_inactive_file 1048576\n");
  Write(group + "/1/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(Read().available, 1 * kGiB + kMiB);
  EXPECT_EQ(Read().where, group);
}

TEST_F(MachineMemoryTest, IsNoMoreThanAKernelThatNeverOvercommitsStillPromises) {
  Write("/proc/meminfo",
        "MemAvailable: 8388608 kB\nCommitLimit: 6291456 kB\nCommitted_AS: 5242880 kB\n");
  Write("/proc/sys/vm/overcommit_memory", "0\n");
  EXPECT_EQ(Read().available, 8 * kGiB);
  Write("/proc/sys/vm/overcommit_memory", "2\n");
  EXPECT_EQ(Read().available, 1 * kGiB);
}

TEST_F(MachineMemoryTest, IsUnknownWhereTheKernelDoesNotSay) {
  Write("/proc/meminfo", "MemTotal: 16777216 kB\n");
  EXPECT_EQ(ReadMachineMemory(root_).status().code(), absl::StatusCode::kUnavailable);
}

TEST(MachineMemory, OfThisMachineIsKnown) {
  const auto memory = ReadMachineMemory();
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_GT(memory->available, 0U);
}

TEST(RequestBudget, IsWhatTheMachineGivesBeyondReserveAndWhatTheEngineTakes) {
  EXPECT_EQ(*RequestBudget(MachineMemory{8 * kGiB, "x"}, {.weights = kGiB, .besides = kGiB}),
            5 * kGiB);
  EXPECT_EQ(*RequestBudget(MachineMemory{100 * kGiB, "x"}, {}), 96 * kGiB);
  EXPECT_EQ(*RequestBudget(MachineMemory{8 * kGiB, "x"}, {.configured = 3 * kGiB}), 3 * kGiB);
}

TEST(RequestBudget, RefusesMoreThanTheMachineCanGiveWithTheFigures) {
  const absl::Status refused =
      RequestBudget(MachineMemory{8 * kGiB, "/proc/meminfo"},
                    {.configured = 7 * kGiB, .weights = 2 * kMiB, .besides = 100 * kMiB + 1})
          .status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.message(),
            "memory_bytes_max: 7168 MiB configured, the machine can give 7065.9 MiB (8192 MiB "
            "available by /proc/meminfo, less 1024 MiB in reserve, 2 MiB of weights and 100.1 "
            "MiB that the engine takes besides)");
  EXPECT_THAT(base::Message(refused, base::Language::kKorean),
              HasSubstr("7168 MiB 설정됨, 이 장비에서 쓸 수 있는 양 7065.9 MiB"));
}

TEST(RequestBudget, RefusesWhatIsTooLittleForAnyRequest) {
  const MachineMemory machine{8 * kMiB, "x"};
  EXPECT_THAT(RequestBudget(machine, {.besides = 7 * kMiB, .least = 4096}).status().message(),
              HasSubstr("4 KiB needed, the machine can give 0 KiB"));
  EXPECT_THAT(RequestBudget(machine, {.configured = 4095, .least = 4096}).status().message(),
              HasSubstr("3.9 KiB configured, the smallest request needs 4 KiB"));
}

TEST(RequestBudget, IsTheConfiguredOneWhereTheMachineDoesNotSay) {
  const absl::Status unknown = absl::UnavailableError("unknown");
  EXPECT_EQ(*RequestBudget(unknown, {.configured = kGiB}), kGiB);
  EXPECT_EQ(RequestBudget(unknown, {}).status(), unknown);
}

TEST(RequestBudget, HoldsWhenAnEngineStarts) {
  EngineOptions options;
  options.memory_bytes_max = size_t{1} << 60;
  const absl::Status refused = MakeEngine(GoldenDirectory("k_exaone"), options).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("1099511627776 MiB configured, the machine can give "));
  options.memory_bytes_max = 10'000;  // a page, and those of four windows
  EXPECT_THAT(std::string(MakeEngine(GoldenDirectory("k_exaone"), options).status().message()),
              HasSubstr("9.7 KiB configured, the smallest request needs "));
  options.memory_bytes_max = 0;
  const auto engine = *MakeEngine(GoldenDirectory("k_exaone"), options);
  EXPECT_GT(engine->Figures().memory_bytes_max, kMiB);
}

TEST(WeightMemory, IsRefusedWithTheFiguresWhereItDoesNotFit) {
  const MachineMemory machine{8 * kMiB, "x"};
  EXPECT_TRUE(CheckWeightsFit(machine, 7 * kMiB).ok());
  EXPECT_TRUE(CheckWeightsFit(absl::UnavailableError("unknown"), 7 * kGiB).ok());
  const absl::Status refused = CheckWeightsFit(machine, 7 * kMiB + 1);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.message(),
            "weights: they need at least 7.1 MiB of memory, the machine can give 7 MiB (8 MiB "
            "available by x, less 1 MiB in reserve)");
}

TEST(WeightMemory, IsAtLeastWhatTheirFormTakes) {
  const auto least = [](std::string_view family, Precision precision) {
    return static_cast<double>(*WeightBytesAtLeast(GoldenDirectory(family), precision));
  };
  const auto file = static_cast<double>(
      std::filesystem::file_size(GoldenDirectory("k_exaone") + "/model.safetensors"));
  const double stored = least("k_exaone", Precision::kStored);
  EXPECT_LE(stored, file);
  EXPECT_GE(stored, 0.8 * file);  // the rest are norms and the header
  EXPECT_GT(least("k_exaone_fp8", Precision::kStored), 1.5 * stored);  // widened to f32
  EXPECT_NEAR(least("k_exaone", Precision::kQ4) / least("k_exaone", Precision::kQ8), 5 / 8.5, 1e-6);
}

TEST(WeightMemory, CountsAVisionTowerWhichIsPackedFine) {
  const std::string folder = GoldenDirectory("hyperclova_x_vision");
  const auto tower = [&](Precision precision) {
    return static_cast<double>(*TowerBytesAtLeast(folder, precision));
  };
  const auto file = static_cast<double>(std::filesystem::file_size(folder + "/model.safetensors"));
  const double stored = tower(Precision::kStored),
               text = static_cast<double>(*WeightBytesAtLeast(folder, Precision::kStored));
  EXPECT_GT(stored, 0.4 * file);
  EXPECT_LE(stored + text, file);
  EXPECT_GE(stored + text, 0.9 * file);  // the rest are norms and the header
  EXPECT_NEAR(tower(Precision::kQ8), stored * 8.5 / 16, 1);
  EXPECT_EQ(tower(Precision::kQ4), tower(Precision::kQ8));
  EXPECT_EQ(*TowerBytesAtLeast(GoldenDirectory("k_exaone"), Precision::kStored), 0U);
}

// What was packed at an earlier start lies in a file that is mapped, and has to stay in memory.
TEST(MachineMemory, KnowsWhatIsMappedOfPackedWeights) {
  const ModelFolder folder("k_exaone");
  EngineOptions options;
  options.weights = "q8";
  ASSERT_TRUE(MakeEngine(folder.path(), options).ok());
  EXPECT_EQ(MappedBytes(".maru"), 0U);
  const auto again = *MakeEngine(folder.path(), options);
  EXPECT_GE(MappedBytes(".maru"), std::filesystem::file_size(folder.path() + "/packed-q8.maru"));
}

TEST(ImageDesk, LetsWhoFindsNoRoomWaitUntilThereIs) {
  ImageDesk desk(100);
  GenerateRequest request;
  auto first = *desk.Take(60, request, base::SystemClock());
  request.cancelled = [] { return true; };
  EXPECT_EQ(desk.Take(60, request, base::SystemClock()).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_TRUE(desk.Take(40, request, base::SystemClock()).ok());  // there is room
  request.cancelled = nullptr;
  std::thread other([&] { EXPECT_TRUE(desk.Take(1'000, request, base::SystemClock()).ok()); });
  first.reset();
  other.join();
  EXPECT_TRUE(desk.Take(100, request, base::SystemClock()).ok());
}

}  // namespace
}  // namespace model_core
