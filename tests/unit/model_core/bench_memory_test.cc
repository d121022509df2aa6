// A bench on a device that has too little memory, or less than it says: an error that names what
// there is no memory for, whatever it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "model_core/model_bench.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::HasSubstr;

constexpr size_t kMuch = size_t{1} << 30;

class BenchMemory : public testing::Test {
 protected:
  ~BenchMemory() override {
    unsetenv("MARU_APART_BYTES");
    unsetenv("MARU_APART_SAYS");
  }

  static absl::Status Run(size_t bytes, size_t said) {
    setenv("MARU_APART_BYTES", base::StrCat(bytes).c_str(), 1);
    setenv("MARU_APART_SAYS", base::StrCat(said).c_str(), 1);
    BenchOptions options;
    options.model = GoldenDirectory("k_exaone");
    options.device = MARU_BINARY_DIR "/tests/device_apart.so";
    options.types = {"q8"};
    options.prefill = {32};
    options.depths = {64};
    options.decode_tokens = options.repeats = options.threads = 1;
    options.roof_bytes = size_t{1} << 20;
    return BenchModel(options).status();
  }
};

TEST_F(BenchMemory, OfADeviceIsRefusedWithBothFiguresBeforeAnythingIsTaken) {
  const absl::Status refused = Run(100'000, 100'000);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("the bench needs up to "));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(" bytes of memory of device 'apart', which has 100000 left"));
  EXPECT_THAT(base::Message(refused, base::Language::kKorean),
              HasSubstr("측정에 장치 'apart'의 메모리가 최대 "));
  EXPECT_TRUE(Run(kMuch, kMuch).ok());
}

// From nothing to enough: each thing that a bench takes is at some size what is missing.
TEST_F(BenchMemory, ThatADeviceOnlySaysItHasEndsInAnErrorThatNamesWhatItIsFor) {
  size_t refused = 0, refused_later = 0, done = 0;
  for (size_t bytes = 0; done == 0 && bytes < size_t{8} << 20; bytes += size_t{32} << 10) {
    const absl::Status status = Run(bytes, kMuch);
    if (status.ok()) {
      ++done;
      continue;
    }
    ++refused;
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << bytes;
    const std::string message(status.message());
    const bool of_weights = message.starts_with("tensor '");
    if (!of_weights) ++refused_later;
    EXPECT_TRUE(of_weights || message.starts_with("made-up keys and values, ") ||
                message.starts_with("keys and values of ") || message.starts_with("passes of ") ||
                message.starts_with("attention over "))
        << bytes << ": " << message;
    EXPECT_THAT(message, HasSubstr("the device has no memory for it ("));
  }
  EXPECT_GT(refused, 10U);
  EXPECT_GT(refused_later, 1U);
  EXPECT_EQ(done, 1U);
}

}  // namespace
}  // namespace model_core
