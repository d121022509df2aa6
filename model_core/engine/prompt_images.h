// PromptImages: the images of one request on their way from files to rows of its prompt. Made by
// the caller's thread, worked through by the scheduler's.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "model_core/engine/prefix_cache.h"
#include "model_core/language_model.h"
#include "model_core/vision/vision_model.h"

namespace model_core {

class PromptImages {
 public:
  PromptImages() = default;  // none

  // Reads the request's images and finds their places in its prompt, a token a row. `vision`: null
  // if the model has none. InvalidArgument: images without a vision tower, more than kImagesMax, a
  // file as by ReadPicture, or places that are too few or too many; each named by its number.
  static absl::StatusOr<PromptImages> Make(const VisionModel* vision,
                                           const GenerateRequest& request);

  std::span<const ImagePlace> places() const { return places_; }

  // The first `tokens` of the prompt are computed already: their images are not needed.
  void Skip(size_t tokens);
  // Whether all rows that are needed are there.
  bool ready() const { return next_ == images_.size(); }
  // Multiplications of the next step.
  size_t StepWork(size_t team_size);
  void Step(Team& team);
  // For PassPart::inputs, of tokens from `position` on.
  std::span<const float* const> Inputs(size_t position) const {
    return std::span(inputs_).subspan(std::min(position, inputs_.size()));
  }

 private:
  struct Image {
    std::unique_ptr<PreparedImage> prepared;  // null: its rows are there, or not needed
    std::vector<float> rows;                  // [tokens, hidden]
  };
  absl::Status Place(const std::vector<int32_t>& prompt);
  void SkipDone();
  void TakeRows();

  const VisionModel* vision_ = nullptr;
  std::vector<ImagePlace> places_;
  std::vector<Image> images_;
  std::vector<const float*> inputs_;  // by token of the prompt; null: its embedding
  size_t next_ = 0;                   // image to work on
  std::unique_ptr<TowerRun> run_;     // of that one, once begun
};

// The prompt with each image token repeated as often as its image has rows. Errors as above.
absl::StatusOr<std::vector<int32_t>> PlaceImages(const VisionModel* vision,
                                                 std::span<const int32_t> prompt,
                                                 std::span<const std::string> images);

}  // namespace model_core
