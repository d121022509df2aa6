// BenchStream: one sequence, put through a model as the engine does it, for the stopwatch. Its
// tokens are drawn from a seed; what it is said to have seen before may be made up. One thread.
#pragma once

#include <vector>

#include "model_core/bench/work.h"
#include "model_core/device/arena.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

// What has been done, in how long.
struct Sample {
  double seconds = 0;
  size_t tokens = 0;
  Work work;
  double tokens_s() const { return static_cast<double>(tokens) / seconds; }
};

class BenchStream {
 public:
  // Room for `tokens_max` in all, in rows of the kind `kept`. References outlive this. The team
  // works where an engine lets it, or always.
  BenchStream(const Transformer& model, const WorkFormula& formula, Team& team, size_t pass_tokens,
              size_t tokens_max, Dtype kept = Dtype::kF32, bool whole_team = false);

  // To be called before all else. ResourceExhausted: the device has no memory for what is named.
  absl::Status Reserve();
  // Bytes that one takes, but for tables.
  static size_t RoomBytes(const ModelConfig& config, size_t members, size_t pass_tokens,
                          size_t tokens_max, Dtype kept = Dtype::kF32);

  // Begins anew, with keys and values of `depth` tokens that nobody computed.
  void Begin(size_t depth);
  // A prompt of `tokens`, in passes, up to the scores of the token after it. Ends early after
  // `seconds_max`, between two passes, and without scores.
  Sample Prefill(size_t tokens, double seconds_max);
  // One token a pass, each with the scores of the next one. Ends early as Prefill does.
  Sample Decode(size_t tokens, double seconds_max);

 private:
  void Pass(size_t tokens, bool scores);
  Team& TeamFor(size_t tokens);
  const KvLayout& layout() const { return sequence_.cache.layout(); }

  const Transformer& model_;
  const WorkFormula& formula_;
  Team& team_;
  TeamOfOne alone_;
  const size_t parameters_;  // that one token passes
  const bool whole_team_;
  Sequence sequence_;
  std::vector<int32_t> tokens_;  // of every position
  Arena rows_;
  uint8_t* made_rows_ = nullptr;  // keys and values of tokens, as they are kept; on the device
  std::vector<float> logits_;
};

}  // namespace model_core
