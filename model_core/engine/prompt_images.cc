#include "model_core/engine/prompt_images.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

size_t CountTokens(std::span<const int32_t> prompt, int32_t token) {
  return static_cast<size_t>(std::count(prompt.begin(), prompt.end(), token));
}

}  // namespace

absl::StatusOr<PromptImages> PromptImages::Make(const VisionModel* vision,
                                                const GenerateRequest& request,
                                                std::unique_ptr<ImageDesk::Place> place) {
  PromptImages made;
  if (vision == nullptr) return made;
  made.vision_ = vision;
  made.desk_place_ = std::move(place);
  for (size_t i = 0; i < request.images.size(); ++i) {
    absl::StatusOr<PreparedImage> image = vision->Prepare(request.images[i]);
    if (!image.ok()) return OfImage(image.status(), i);
    made.images_.push_back(std::make_unique<PreparedImage>(*std::move(image)));
  }
  RETURN_IF_ERROR(made.Place(request.prompt));
  return made;
}

// Images take the prompt's image tokens in turn; the tokens of one stand together.
absl::Status PromptImages::Place(const std::vector<int32_t>& prompt) {
  const int32_t token = vision_->image_token();
  size_t needed = 0, at = 0;
  for (const auto& image : images_) {
    const size_t group = vision_->tower().config().group();
    const size_t count = image->rows * image->columns / group;
    needed += count;
    while (at < prompt.size() && prompt[at] != token) ++at;
    size_t end = at;
    while (end < prompt.size() && end < at + count && prompt[end] == token) ++end;
    if (end != at + count) {
      const size_t number = places_.size() + 1, found = end - at;
      return BadImage(
          StrCat("image ", number, " takes ", count, " image tokens (", token,
                 ") together, the prompt has ", found, " at token ", at),
          StrCat("이미지 ", number, "에는 이미지 토큰(", token, ") ", count,
                 "개가 이어져야 하나, 프롬프트의 ", at, "번째부터 ", found, "개입니다"));
    }
    places_.push_back({at, end, image->digest});
    at = end;
  }
  const size_t found = CountTokens(prompt, token);
  if (found != needed) {
    return BadImage(StrCat("images: the prompt holds ", found, " image tokens (", token, "), its ",
                           images_.size(), " images take ", needed),
                    StrCat("프롬프트의 이미지 토큰(", token, ")이 ", found, "개이나, 이미지 ",
                           images_.size(), "개에는 ", needed, "개가 필요합니다"));
  }
  if (!images_.empty()) inputs_.resize(places_.back().end);
  return absl::OkStatus();
}

void PromptImages::Skip(size_t tokens) {
  for (size_t i = 0; i < images_.size(); ++i) {
    if (places_[i].end <= tokens) images_[i].reset();
  }
  SkipDone();
}

void PromptImages::SkipDone() {
  while (next_ < images_.size() && images_[next_] == nullptr) ++next_;
  if (ready()) desk_place_.reset();
}

size_t PromptImages::RowsToMake() const {
  size_t rows = 0;
  for (size_t i = next_; i < images_.size(); ++i) {
    if (images_[i] != nullptr) rows += places_[i].end - places_[i].first;
  }
  return rows;
}

void PromptImages::TakePages(KvPool& pool, size_t page_bytes) {
  if (!ready()) rows_ = RowPages(pool, page_bytes, RowsToMake(), vision_->tower().width());
}

size_t PromptImages::StepWork(size_t team_size) {
  if (run_ == nullptr) run_ = vision_->Start(*images_[next_], team_size);
  return run_->StepWork();
}

void PromptImages::Step(Team& team) {
  run_->Step(team);
  if (run_->done()) TakeRows();
}

void PromptImages::TakeRows() {
  const ImagePlace& place = places_[next_];
  const std::vector<float> rows = run_->TakeRows();
  const size_t width = vision_->tower().width();
  for (size_t i = place.first; i < place.end; ++i)
    inputs_[i] = rows_.Put(made_++, &rows[(i - place.first) * width]);
  run_.reset();
  images_[next_].reset();
  SkipDone();
}

}  // namespace model_core
