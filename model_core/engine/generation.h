// Generation: one request from prompt to last token: what it still has to feed, and what it picks
// from the scores. It never runs the model; the scheduler does, for many at once. One thread.
#pragma once

#include <optional>

#include "model_core/base/clock.h"
#include "model_core/engine/sampler.h"
#include "model_core/engine/text_feed.h"
#include "model_core/engine/token_table.h"
#include "model_core/language_model.h"
#include "model_core/transformer/pass_room.h"

namespace model_core {

struct GenerationPlace {  // what a generation works with; outlives it
  const Kernels& kernels;
  const KvLayout& layout;
  KvPool& pool;
  base::Clock& clock;
  size_t scores;      // rows of the output matrix: the vocabulary, and what may pad it
  size_t vocabulary;  // tokens that there are; no other is ever picked
  std::span<const int32_t> end_tokens;
};

class Generation {
 public:
  // `tokens_max` is the request's, cut to the context; `table` is null if nothing wants text. All
  // that decoding needs is allocated here.
  Generation(const GenerationPlace& place, const GenerateRequest& request, size_t tokens_max,
             const TokenTable* table);

  // Goes on until a choice has to be made or all is finished. To be called once before the first
  // pass; Choose does it after that.
  absl::Status Prepare();

  // What one takes at most besides pages, with its delivery, for `tokens` in all. Bytes.
  static size_t RoomBytes(const KvLayout& layout, size_t scores, size_t tokens);

  // Cancelled or DeadlineExceeded, if it is; `begun`: it does not wait for room any more.
  static absl::Status Interrupted(const GenerateRequest& request, base::Clock& clock, bool begun);

  KvCache& cache() { return cache_; }
  size_t cached() const { return cache_.tokens(); }
  std::span<const int32_t> tokens() const { return tokens_; }  // prompt and answer
  std::span<const int32_t> answer() const { return tokens().subspan(prompt_); }
  std::string_view text() const { return feed_.has_value() ? feed_->text() : std::string_view(); }
  // Tokens that the model has not seen; once they are fed, Choose gets the scores.
  std::span<const int32_t> pending() const { return tokens().subspan(cache_.tokens()); }
  size_t prompt_tokens() const { return prompt_; }
  std::span<const uint32_t> mask() const { return mask_; }
  bool finished() const { return stopped_ || full(); }
  bool decoding() const { return chosen_ > 0; }
  bool last() const { return answer().size() + 1 >= tokens_max_; }  // token, the next one

  // Picks from `logits` [scores], which it changes.
  absl::Status Choose(std::span<float> logits, SamplerRoom& room);

  // What Choose would pick from `logits`, if they were those of another model; or kNoDraft.
  int32_t Guess(std::span<float> logits, SamplerRoom& room) const;

  // The end: no text is held back any more.
  void Close() {
    if (feed_.has_value()) feed_->Finish();
  }
  GenerateResult Result(size_t cached_tokens, absl::Time asked) const;

 private:
  absl::Status TakeForced();
  absl::Status ReadMask();
  int32_t OneChoice() const;
  bool Ends(int32_t token) const;
  absl::Status Append(int32_t token, bool forced);
  bool full() const { return answer().size() >= tokens_max_; }

  const GenerationPlace& place_;
  const GenerateRequest& request_;
  const size_t prompt_, tokens_max_;
  const TokenTable* const table_;
  KvCache cache_;
  Sampler sampler_;
  std::optional<TextFeed> feed_;
  std::vector<int32_t> tokens_;  // prompt and answer
  std::vector<int32_t> forced_;
  std::vector<TokenChoice> choices_;
  std::vector<uint32_t> mask_;  // empty: no constraint
  bool stopped_ = false;
  size_t forced_tokens_ = 0;
  size_t chosen_ = 0;  // times that the model was asked
  const absl::Time begun_;
  absl::Time first_choice_;
};

}  // namespace model_core
