// Real memory of requests whose images wait: no more than the places on the desk, and one picture
// that is being read.
#include <gmock/gmock.h>
#include <png.h>

#include <future>
#include <vector>

#include "model_core/token_constraint.h"
#include "model_core/vision.h"
#include "tests/unit/model_core/engine_watch.h"
#include "tests/unit/model_core/vision_data.h"

namespace model_core {
namespace {

constexpr int32_t kImageToken = 317;
constexpr size_t kWidth = 2'400, kHeight = 1'800;                     // as it is stored
constexpr size_t kRows = 59 * 44, kPixelBytes = kRows * 28 * 28 * 3;  // as the tower will see it
constexpr size_t kReadingBytes = 9;             // by a stored pixel, most (picture.h)
constexpr size_t kLeftOver = size_t{6} << 20;  // threads of callers, pieces that malloc keeps

std::string GreyPng() {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = kWidth;
  image.height = kHeight;
  image.format = PNG_FORMAT_RGB;
  const std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image), 130);
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string file(bytes, '\0');
  EXPECT_NE(png_image_write_to_memory(&image, file.data(), &bytes, 0, pixels.data(), 0, nullptr),
            0);
  file.resize(bytes);
  return file;
}

// Anything may come next, but slowly until it is let go.
class Slow : public TokenConstraint {
 public:
  explicit Slow(const std::atomic<bool>& free) : free_(free) {}
  std::span<const int32_t> ForcedTokens() override { return {}; }
  absl::Status ComputeMask(std::span<uint32_t> bitmask) override {
    if (!free_) absl::SleepFor(absl::Milliseconds(50));
    std::fill(bitmask.begin(), bitmask.end(), ~0U);
    return absl::OkStatus();
  }
  absl::Status Accept(int32_t) override { return absl::OkStatus(); }
  bool Done() override { return false; }

 private:
  const std::atomic<bool>& free_;
};

// Of requests with an image, one has room at a time.
class ImageMemory : public testing::Test {
 protected:
  ImageMemory() {
    EngineOptions options;
    options.threads = 1;
    options.prefix_bytes_max = 0;
    options.memory_bytes_max = 2'500'000;
    engine_ = *MakeEngine(VisionFolder(), options);
  }

  using Answer = std::future<absl::StatusCode>;
  Answer Ask(const GenerateRequest& request) {
    return std::async(std::launch::async,
                      [this, &request] { return engine_->Generate(request).status().code(); });
  }

  // A request that takes the room of all others until it is let go.
  GenerateRequest Holding(Slow& slow) const {
    GenerateRequest request;
    request.prompt = {5};
    request.tokens_max = 4'000;
    request.past_end = true;
    request.constraint = &slow;
    request.cancelled = [this] { return free_.load(); };
    return request;
  }
  GenerateRequest WithImage() const {
    GenerateRequest request;
    request.images = {GreyPng()};
    request.prompt = *engine_->PlaceImages(std::vector<int32_t>{kImageToken, 5}, request.images);
    request.tokens_max = 2;
    return request;
  }

  void WaitForRunning() const {
    while (engine_->Figures().running == 0) std::this_thread::yield();
  }
  // Until as many wait as have a place for their image, or nobody is held up any more.
  void WaitForAFullDesk(const Answer& holding) const {
    while (engine_->Figures().waiting < kImagesMax &&
           holding.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout) {
    }
  }

  std::unique_ptr<Engine> engine_;
  std::atomic<bool> free_{false};
};

TEST_F(ImageMemory, OfImagesThatWaitIsTheirDeskAndOnePictureBeingRead) {
  if (kSanitized) GTEST_SKIP() << "sanitizers take memory of their own";
  const GenerateRequest patient = WithImage();
  GenerateRequest leaving = patient;
  leaving.cancelled = [this] { return free_.load(); };
  ASSERT_EQ(patient.prompt.size(), kRows + 1);
  const size_t before = Resident();
  Watch watch(*engine_);
  Slow slow(free_);
  const GenerateRequest held = Holding(slow);
  Answer holding = Ask(held);
  WaitForRunning();
  std::vector<Answer> answers;
  for (size_t i = 0; i < kImagesMax + 8; ++i)
    answers.push_back(Ask(i % 12 == 0 ? patient : leaving));
  WaitForAFullDesk(holding);
  EXPECT_EQ(engine_->Figures().waiting, kImagesMax);  // the others wait before they read
  free_ = true;
  EXPECT_EQ(holding.get(), absl::StatusCode::kCancelled);
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].get(), i % 12 == 0 ? absl::StatusCode::kOk : absl::StatusCode::kCancelled);
  }
  watch.Stop();
  const EngineFigures figures = engine_->Figures();
  const size_t not_read = kReadingBytes * (kImagePixelsMax - kWidth * kHeight);
  EXPECT_LE(watch.resident_most,
            before + figures.memory_bytes_max + figures.besides_bytes_max - not_read + kLeftOver);
  EXPECT_GE(watch.resident_most, before + kImagesMax * kPixelBytes);
  RecordProperty("resident_bytes", static_cast<int64_t>(watch.resident_most - before));
  RecordProperty("besides_bytes", static_cast<int64_t>(figures.besides_bytes_max - not_read));
  EXPECT_EQ(figures.running + figures.waiting, 0U);
  EXPECT_EQ(figures.memory_bytes_used, 0U);
}

}  // namespace
}  // namespace model_core
