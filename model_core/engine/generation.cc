#include "model_core/engine/generation.h"

#include <algorithm>
#include <bit>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

// Multiplications below which a pass is done by one thread: it takes a few milliseconds, and
// waiting for the others costs more when the machine is busy with something else. The bits are the
// same.
constexpr size_t kTeamWorkMin = 128'000'000;

absl::Status Late() {
  return base::Error(absl::StatusCode::kDeadlineExceeded, "generation: the deadline has passed",
                     "생성: 제한 시간이 지났습니다");
}

}  // namespace

absl::Status Generation::Interrupted() const {
  if (request_.cancelled && request_.cancelled()) {
    return base::Error(absl::StatusCode::kCancelled, "generation: cancelled",
                       "생성: 취소되었습니다");
  }
  return clock_.Now() > request_.deadline ? Late() : absl::OkStatus();
}

absl::StatusOr<GenerateResult> Generation::Run() {
  w_.sequence.Clear();
  w_.sequence.Reserve(request_.prompt.size() + tokens_max_);
  w_.pending.assign(request_.prompt.begin(), request_.prompt.end());
  w_.pending.reserve(request_.prompt.size() + tokens_max_);
  result_.tokens.reserve(tokens_max_);
  const absl::Time start = clock_.Now();
  while (!stopped_ && !full()) RETURN_IF_ERROR(Step());
  if (!stopped_ && request_.constraint != nullptr) stopped_ = request_.constraint->Done();
  result_.finish = stopped_ ? GenerateResult::Finish::kStop : GenerateResult::Finish::kLength;
  result_.decode_ms = absl::ToDoubleMilliseconds(clock_.Now() - start) - result_.prefill_ms;
  return std::move(result_);
}

// Tokens without an alternative join those that wait; the model runs only when there is a choice to
// make, over all that wait at once.
absl::Status Generation::Step() {
  if (request_.constraint != nullptr) {
    RETURN_IF_ERROR(TakeForced());
    if (!stopped_) stopped_ = request_.constraint->Done();
    if (stopped_ || full()) return absl::OkStatus();
    RETURN_IF_ERROR(ReadMask());
    if (OneChoice()) {
      const auto word =
          std::find_if(w_.mask.begin(), w_.mask.end(), [](uint32_t bits) { return bits != 0; });
      return Append(static_cast<int32_t>((word - w_.mask.begin()) * 32 + std::countr_zero(*word)),
                    /*forced=*/true);
    }
  }
  RETURN_IF_ERROR(FeedPending());
  ASSIGN_OR_RETURN(const int32_t token, Likeliest());
  return Append(token, /*forced=*/false);
}

absl::Status Generation::TakeForced() {
  do {
    const std::span<const int32_t> forced = request_.constraint->ForcedTokens();
    w_.forced.assign(forced.begin(), forced.end());  // the span does not outlive the next call
    for (size_t i = 0; i < w_.forced.size() && !stopped_ && !full(); ++i) {
      RETURN_IF_ERROR(Append(w_.forced[i], /*forced=*/true));
    }
  } while (!w_.forced.empty() && !stopped_ && !full());  // what is forced may force more
  return absl::OkStatus();
}

absl::Status Generation::ReadMask() {
  RETURN_IF_ERROR(request_.constraint->ComputeMask(w_.mask));
  const size_t tail = model_.config().vocabulary % 32;
  if (tail != 0) w_.mask.back() &= (1U << tail) - 1;
  return absl::OkStatus();
}

bool Generation::OneChoice() const {
  int choices = 0;
  for (uint32_t bits : w_.mask) {
    choices += std::popcount(bits);
    if (choices > 1) return false;
  }
  return choices == 1;
}

Team& Generation::TeamFor(size_t tokens) {
  if (tokens * w_.parameters < kTeamWorkMin) return alone_;
  return team_;
}

absl::Status Generation::FeedPending() {
  const absl::Time start = clock_.Now();
  const bool prefill = result_.prefill_ms == 0;
  size_t row = 0;
  for (size_t at = 0; at < w_.pending.size(); at += kPrefillTokensMax) {
    RETURN_IF_ERROR(Interrupted());
    const size_t count = std::min(kPrefillTokensMax, w_.pending.size() - at);
    model_.Forward(std::span(w_.pending).subspan(at, count), w_.sequence, TeamFor(count));
    row = count - 1;
  }
  w_.pending.clear();
  const bool constrained = request_.constraint != nullptr;
  model_.Logits(w_.sequence, row,
                constrained ? std::span<const uint32_t>(w_.mask) : std::span<const uint32_t>(),
                TeamFor(1), w_.logits);
  if (prefill) result_.prefill_ms = absl::ToDoubleMilliseconds(clock_.Now() - start);
  return absl::OkStatus();
}

// Of equals the smaller id; a score that is not a number never wins.
absl::StatusOr<int32_t> Generation::Likeliest() {
  int32_t best = -1;
  for (size_t i = 0; i < w_.logits.size(); ++i) {
    if (request_.constraint != nullptr && (w_.mask[i / 32] >> (i % 32) & 1) == 0) continue;
    const bool better = best < 0 ? w_.logits[i] == w_.logits[i]
                                 : w_.logits[i] > w_.logits[static_cast<size_t>(best)];
    if (better) best = static_cast<int32_t>(i);
  }
  if (best >= 0) return best;
  return base::Error(absl::StatusCode::kDataLoss,
                     "generation: the model gives no number for any permitted token",
                     "생성: 모델이 허용된 토큰에 값을 내지 못했습니다");
}

absl::Status Generation::Append(int32_t token, bool forced) {
  if (token < 0 || static_cast<size_t>(token) >= model_.config().vocabulary) {
    return absl::InternalError(base::StrCat("generation: the constraint forces token ", token,
                                            ", of a vocabulary of ", model_.config().vocabulary));
  }
  if (request_.constraint != nullptr) RETURN_IF_ERROR(request_.constraint->Accept(token));
  const auto& stops = request_.stop_tokens;
  stopped_ = std::find(stops.begin(), stops.end(), token) != stops.end();
  if (stopped_) return absl::OkStatus();
  result_.tokens.push_back(token);
  w_.pending.push_back(token);
  if (forced) ++result_.forced_tokens;
  return Interrupted();
}

}  // namespace model_core
