// PromptImages: the images of one request on their way from files to rows of its prompt. Made by
// the caller's thread, worked through by the scheduler's.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "model_core/engine/image_desk.h"
#include "model_core/engine/image_sizes.h"
#include "model_core/engine/prefix_cache.h"
#include "model_core/engine/row_pages.h"
#include "model_core/language_model.h"

namespace model_core {

class PromptImages {
 public:
  PromptImages() = default;  // none

  // Reads the request's images, whose pixels lie at `place`, and finds where in its prompt they
  // stand, a token a row. Errors as above; also places that are too few or too many.
  static absl::StatusOr<PromptImages> Make(const VisionModel* vision,
                                           const GenerateRequest& request,
                                           std::unique_ptr<ImageDesk::Place> place);

  std::span<const ImagePlace> places() const { return places_; }

  // The first `tokens` of the prompt are computed already: their images are not needed.
  void Skip(size_t tokens);
  // Rows that are to be made; TakePages takes what they will lie in.
  size_t RowsToMake() const;
  void TakePages(KvPool& pool, size_t page_bytes);
  // Whether all rows that are needed are there.
  bool ready() const { return next_ == images_.size(); }
  // Whether one of them is on its way through the tower.
  bool begun() const { return run_ != nullptr; }
  // Multiplications of the next step.
  size_t StepWork(size_t team_size);
  void Step(Team& team);
  // For PassPart::inputs, of tokens from `position` on.
  std::span<const float* const> Inputs(size_t position) const {
    return std::span(inputs_).subspan(std::min(position, inputs_.size()));
  }

 private:
  absl::Status Place(const std::vector<int32_t>& prompt);
  void SkipDone();
  void TakeRows();

  const VisionModel* vision_ = nullptr;
  std::unique_ptr<ImageDesk::Place> desk_place_;  // null: no pixels are left
  std::vector<ImagePlace> places_;
  std::vector<std::unique_ptr<PreparedImage>> images_;  // null: the rows are there, or not needed
  RowPages rows_;
  size_t made_ = 0;                   // rows
  std::vector<const float*> inputs_;  // by token of the prompt; null: its embedding
  size_t next_ = 0;                   // image to work on
  std::unique_ptr<TowerRun> run_;     // of that one, once begun
};

}  // namespace model_core
