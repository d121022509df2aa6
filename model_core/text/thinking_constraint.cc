#include "model_core/text/thinking_constraint.h"

#include <algorithm>
#include <utility>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

constexpr size_t kCharacterTokensMax = 3;  // that a started character may still take
constexpr size_t kTokenBytes = 1 << 10;    // no vocabulary has longer tokens

absl::Status NotNext(int32_t token) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat("thinking: token ", token, " may not come next"),
                     base::StrCat("생각 제어: 토큰 ", token, "번이 다음에 올 수 없습니다"));
}

void AllowAll(std::span<uint32_t> bitmask, size_t tokens) {
  for (size_t word = 0; word < bitmask.size(); ++word) {
    const size_t left = tokens - std::min(tokens, word * 32);
    bitmask[word] = left >= 32 ? ~0U : (1U << left) - 1;
  }
}

void Set(std::span<uint32_t> bitmask, int32_t token, bool allowed) {
  const auto at = static_cast<size_t>(token);
  if (at / 32 >= bitmask.size()) return;
  const uint32_t bit = 1U << (at % 32);
  bitmask[at / 32] = allowed ? bitmask[at / 32] | bit : bitmask[at / 32] & ~bit;
}

}  // namespace

ThinkingConstraint::ThinkingConstraint(const Tokenizer& tokenizer, ThinkingTokens tokens,
                                       const Thinking& thinking, bool reasoning_open,
                                       TokenConstraint* answer)
    : tokenizer_(tokenizer),
      tokens_(std::move(tokens)),
      limits_{thinking.on, thinking.on ? thinking.tokens_max : 0},
      answer_(answer),
      reasoning_(reasoning_open || thinking.on) {
  script_.reserve(tokens_.open.size() + tokens_.cut.size() + tokens_.to_answer.size() +
                  tokens_.answer_begin.size());
  characters_.Reserve(kTokenBytes);
  seen_.reserve(kTokenBytes);
  if (thinking.on && !reasoning_open) Force(tokens_.open);
  if (!reasoning_) Force(tokens_.answer_begin);
  EndIfUsedUp();
}

void ThinkingConstraint::Force(const std::vector<int32_t>& tokens) {
  script_.erase(script_.begin(), script_.begin() + static_cast<ptrdiff_t>(at_));
  at_ = 0;
  script_.insert(script_.end(), tokens.begin(), tokens.end());
}

// Not inside a character, as long as that can still become one.
void ThinkingConstraint::EndIfUsedUp() {
  if (!reasoning_ || !limits_.tokens_max.has_value() || used_ < *limits_.tokens_max) return;
  if (characters_.open() && used_ - *limits_.tokens_max < kCharacterTokensMax) return;
  reasoning_ = false;
  Force(tokens_.cut);
}

std::span<const int32_t> ThinkingConstraint::ForcedTokens() {
  if (scripted()) return std::span(script_).subspan(at_);
  if (reasoning_ || answer_ == nullptr) return {};
  return answer_->ForcedTokens();
}

absl::Status ThinkingConstraint::ComputeMask(std::span<uint32_t> bitmask) {
  if (scripted()) {
    std::fill(bitmask.begin(), bitmask.end(), 0U);
    Set(bitmask, script_[at_], true);
    return absl::OkStatus();
  }
  if (!reasoning_ && answer_ != nullptr) return answer_->ComputeMask(bitmask);
  AllowAll(bitmask, tokenizer_.vocabulary_size());
  if (!limits_.on) Set(bitmask, tokens_.begin, false);
  for (const int32_t stop : tokens_.stops) Set(bitmask, stop, false);
  return absl::OkStatus();
}

absl::Status ThinkingConstraint::Accept(int32_t token) {
  if (scripted()) {
    if (token != script_[at_]) return NotNext(token);
    ++at_;
    return absl::OkStatus();
  }
  if (reasoning_) return AcceptReasoning(token);
  if (answer_ != nullptr) return answer_->Accept(token);
  if (token != tokens_.begin) return absl::OkStatus();
  if (!limits_.on) return NotNext(token);
  reasoning_ = true;
  EndIfUsedUp();
  return absl::OkStatus();
}

absl::Status ThinkingConstraint::AcceptReasoning(int32_t token) {
  const auto in = [token](const std::vector<int32_t>& tokens) {
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
  };
  if (in(tokens_.stops)) return NotNext(token);
  if (in(tokens_.ends)) {
    reasoning_ = false;
    if (answer_ != nullptr && token == tokens_.end) Force(tokens_.to_answer);
    return absl::OkStatus();
  }
  const std::optional<std::string_view> bytes = tokenizer_.BytesOf(token);
  if (!bytes.has_value()) return NotNext(token);
  seen_.clear();
  characters_.Add(*bytes, seen_);
  ++used_;
  EndIfUsedUp();
  return absl::OkStatus();
}

bool ThinkingConstraint::Done() {
  return !scripted() && !reasoning_ && answer_ != nullptr && answer_->Done();
}

}  // namespace model_core
