#include "model_core/engine/generation.h"

#include <algorithm>
#include <bit>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

constexpr size_t kTextBytesPerToken = 8;  // room for an answer's text; Korean takes about 4
constexpr size_t kForcedRoom = 256;       // tokens: the end of a thought; a grammar may force more

}  // namespace

Generation::Generation(const GenerationPlace& place, const GenerateRequest& request,
                       size_t tokens_max, const TokenTable* table)
    : place_(place),
      request_(request),
      prompt_(request.prompt.size()),
      tokens_max_(tokens_max),
      table_(table),
      cache_(place.layout, place.pool),
      sampler_(request.sampling, place.kernels, request.prompt, place.vocabulary,
               request.prompt.size() + tokens_max),
      mask_(request.constraint == nullptr ? 0 : (place.scores + 31) / 32),
      begun_(place.clock.Now()),
      first_choice_(begun_) {
  if (table != nullptr) feed_.emplace(request.stop_strings, tokens_max * kTextBytesPerToken);
  tokens_.reserve(prompt_ + tokens_max_);
  tokens_.assign(request.prompt.begin(), request.prompt.end());
  if (request.wants_choices) choices_.reserve(tokens_max_ + 1);
  if (request.constraint != nullptr) forced_.reserve(kForcedRoom);
  cache_.Reserve(prompt_ + tokens_max_);
}

// Tokens lie here and in the sampler, in two buffers of the delivery and in the result; choices
// here and in the result; text here, in two buffers and in the result. The sampler counts tokens, a
// mask has a bit each.
size_t Generation::RoomBytes(const KvLayout& layout, size_t scores, size_t tokens) {
  const size_t each = 5 * sizeof(int32_t) + 2 * sizeof(TokenChoice) + 4 * kTextBytesPerToken;
  const size_t table = (tokens / kPageTokens + 1) * layout.full_layers * sizeof(uint32_t);
  return tokens * each + table + scores * sizeof(uint32_t) + scores / 8;
}

absl::Status Generation::Interrupted(const GenerateRequest& request, base::Clock& clock,
                                     bool begun) {
  if (request.cancelled && request.cancelled()) {
    return base::Error(absl::StatusCode::kCancelled, "generation: cancelled",
                       "생성: 취소되었습니다");
  }
  if (clock.Now() <= request.deadline) return absl::OkStatus();
  if (begun) {
    return base::Error(absl::StatusCode::kDeadlineExceeded, "generation: the deadline has passed",
                       "생성: 제한 시간이 지났습니다");
  }
  return base::Error(absl::StatusCode::kDeadlineExceeded,
                     "generation: the model was busy until the deadline",
                     "생성: 제한 시간까지 모델이 다른 요청을 처리하고 있었습니다");
}

// Tokens without an alternative join those that wait; the model runs only when there is a choice to
// make, over all that wait at once.
absl::Status Generation::Prepare() {
  while (request_.constraint != nullptr && !finished()) {
    RETURN_IF_ERROR(TakeForced());
    if (!stopped_) stopped_ = request_.constraint->Done();
    if (finished()) break;
    RETURN_IF_ERROR(ReadMask());
    const int32_t only = OneChoice();
    if (only < 0) break;
    RETURN_IF_ERROR(Append(only, /*forced=*/true));
  }
  if (!stopped_ && full() && request_.constraint != nullptr) stopped_ = request_.constraint->Done();
  return absl::OkStatus();
}

absl::Status Generation::TakeForced() {
  do {
    const std::span<const int32_t> forced = request_.constraint->ForcedTokens();
    forced_.assign(forced.begin(), forced.end());  // the span does not outlive the next call
    for (size_t i = 0; i < forced_.size() && !finished(); ++i)
      RETURN_IF_ERROR(Append(forced_[i], /*forced=*/true));
  } while (!forced_.empty() && !finished());  // what is forced may force more
  return absl::OkStatus();
}

absl::Status Generation::ReadMask() {
  RETURN_IF_ERROR(request_.constraint->ComputeMask(mask_));
  size_t word = place_.vocabulary / 32;
  if (word < mask_.size()) mask_[word] &= (1U << place_.vocabulary % 32) - 1;
  while (++word < mask_.size()) mask_[word] = 0;
  return absl::OkStatus();
}

// The only token of the mask, or -1.
int32_t Generation::OneChoice() const {
  int32_t only = -1;
  for (size_t word = 0; word < mask_.size(); ++word) {
    if (mask_[word] == 0) continue;
    if (only >= 0 || std::popcount(mask_[word]) > 1) return -1;
    only = static_cast<int32_t>(word * 32) + std::countr_zero(mask_[word]);
  }
  return only;
}

absl::Status Generation::Choose(std::span<float> logits, SamplerRoom& room) {
  if (chosen_++ == 0) first_choice_ = place_.clock.Now();
  logits = logits.first(place_.vocabulary);
  ASSIGN_OR_RETURN(const int32_t token, sampler_.Pick(logits, mask_, answer().size(), room));
  if (request_.wants_choices)
    choices_.push_back(sampler_.Describe(token, logits, mask_, answer().size(), room));
  RETURN_IF_ERROR(Append(token, /*forced=*/false));
  return Prepare();
}

int32_t Generation::Guess(std::span<float> logits, SamplerRoom& room) const {
  logits = logits.first(place_.vocabulary);
  return sampler_.Pick(logits, mask_, answer().size(), room).value_or(kNoDraft);
}

bool Generation::Ends(int32_t token) const {
  const auto in = [token](std::span<const int32_t> tokens) {
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
  };
  return in(request_.stop_tokens) || (!request_.past_end && in(place_.end_tokens));
}

absl::Status Generation::Append(int32_t token, bool forced) {
  if (token < 0 || static_cast<size_t>(token) >= place_.vocabulary) {
    return base::Error(absl::StatusCode::kInternal,
                       base::StrCat("generation: the constraint forces token ", token,
                                    ", of a vocabulary of ", place_.vocabulary),
                       base::StrCat("생성: 제약이 요구한 토큰 ", token, "번이 어휘 ",
                                    place_.vocabulary, "개 밖에 있습니다"));
  }
  if (request_.constraint != nullptr) RETURN_IF_ERROR(request_.constraint->Accept(token));
  stopped_ = Ends(token);
  if (stopped_) return absl::OkStatus();
  tokens_.push_back(token);
  sampler_.Took(token);
  if (forced) ++forced_tokens_;
  if (feed_.has_value() && feed_->Add(table_->Bytes(token))) stopped_ = true;
  return absl::OkStatus();
}

GenerateResult Generation::Result(size_t cached_tokens, absl::Time asked) const {
  GenerateResult result;
  result.tokens.assign(answer().begin(), answer().end());
  if (feed_.has_value()) result.text = feed_->text();
  result.choices = choices_;
  result.finish = stopped_ ? GenerateResult::Finish::kStop : GenerateResult::Finish::kLength;
  result.forced_tokens = forced_tokens_;
  result.cached_tokens = cached_tokens;
  result.wait_ms = absl::ToDoubleMilliseconds(begun_ - asked);
  result.prefill_ms = absl::ToDoubleMilliseconds(first_choice_ - begun_);
  result.decode_ms = absl::ToDoubleMilliseconds(place_.clock.Now() - first_choice_);
  return result;
}

}  // namespace model_core
