#include "model_core/engine/prompt_images.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/vision.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status CheckImages(const VisionModel* vision, size_t count) {
  if (count > 0 && vision == nullptr) {
    return BadImage(StrCat("images: the request holds ", count, ", the model has no vision tower"),
                    StrCat("요청에 이미지가 ", count, "개 있으나, 모델에 비전 타워가 없습니다"));
  }
  if (count <= kImagesMax) return absl::OkStatus();
  return BadImage(StrCat("images: the request holds ", count, ", limit ", kImagesMax),
                  StrCat("요청에 이미지가 ", count, "개 있습니다 (한도 ", kImagesMax, "개)"));
}

// `status`, saying which image it is about, counted from 1.
absl::Status OfImage(const absl::Status& status, size_t index) {
  const std::string english = base::Message(status, base::Language::kEnglish);
  const std::string korean = base::Message(status, base::Language::kKorean);
  return base::WithReason(base::Error(status.code(), StrCat("image ", index + 1, ": ", english),
                                      StrCat("이미지 ", index + 1, ": ", korean)),
                          base::Reason(status));
}

size_t CountTokens(std::span<const int32_t> prompt, int32_t token) {
  return static_cast<size_t>(std::count(prompt.begin(), prompt.end(), token));
}

}  // namespace

absl::StatusOr<PromptImages> PromptImages::Make(const VisionModel* vision,
                                                const GenerateRequest& request) {
  PromptImages made;
  RETURN_IF_ERROR(CheckImages(vision, request.images.size()));
  if (vision == nullptr) return made;
  made.vision_ = vision;
  for (size_t i = 0; i < request.images.size(); ++i) {
    absl::StatusOr<PreparedImage> image = vision->Prepare(request.images[i]);
    if (!image.ok()) return OfImage(image.status(), i);
    made.images_.push_back({std::make_unique<PreparedImage>(*std::move(image)), {}});
  }
  RETURN_IF_ERROR(made.Place(request.prompt));
  return made;
}

// Images take the prompt's image tokens in turn; the tokens of one stand together.
absl::Status PromptImages::Place(const std::vector<int32_t>& prompt) {
  const int32_t token = vision_->image_token();
  size_t needed = 0, at = 0;
  for (const Image& image : images_) {
    const size_t group = vision_->tower().config().group();
    const size_t count = image.prepared->rows * image.prepared->columns / group;
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
    places_.push_back({at, end, image.prepared->digest});
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
    if (places_[i].end <= tokens) images_[i].prepared.reset();
  }
  SkipDone();
}

void PromptImages::SkipDone() {
  while (next_ < images_.size() && images_[next_].prepared == nullptr) ++next_;
}

size_t PromptImages::StepWork(size_t team_size) {
  if (run_ == nullptr) run_ = vision_->Start(*images_[next_].prepared, team_size);
  return run_->StepWork();
}

void PromptImages::Step(Team& team) {
  run_->Step(team);
  if (run_->done()) TakeRows();
}

void PromptImages::TakeRows() {
  Image& image = images_[next_];
  const ImagePlace& place = places_[next_];
  image.rows = run_->TakeRows();
  const size_t hidden = vision_->tower().width();
  for (size_t i = place.first; i < place.end; ++i)
    inputs_[i] = &image.rows[(i - place.first) * hidden];
  run_.reset();
  image.prepared.reset();
  SkipDone();
}

absl::StatusOr<std::vector<int32_t>> PlaceImages(const VisionModel* vision,
                                                 std::span<const int32_t> prompt,
                                                 std::span<const std::string> images) {
  RETURN_IF_ERROR(CheckImages(vision, images.size()));
  std::vector<int32_t> placed;
  size_t next = 0;
  for (const int32_t token : prompt) {
    const bool is_image = vision != nullptr && token == vision->image_token();
    size_t count = 1;
    if (is_image && next < images.size()) {
      const absl::StatusOr<size_t> tokens = vision->preprocessor().Tokens(images[next]);
      if (!tokens.ok()) return OfImage(tokens.status(), next);
      count = *tokens;
    }
    if (is_image) ++next;
    placed.insert(placed.end(), count, token);
  }
  if (next == images.size()) return placed;
  return BadImage(
      StrCat("images: the prompt has ", next, " places, for ", images.size()),
      StrCat("프롬프트에 ", next, "개의 자리가 있으나, 요청에는 ", images.size(), "개가 있습니다"));
}

}  // namespace model_core
