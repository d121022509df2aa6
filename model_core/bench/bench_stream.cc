#include "model_core/bench/bench_stream.h"

#include <chrono>

#include "model_core/engine/counter_random.h"
#include "model_core/engine/engine_sizes.h"
#include "model_core/transformer/parameters.h"

namespace model_core {
namespace {

constexpr uint64_t kTokenSeed = 1, kRowSeed = 2;
constexpr size_t kRowShifts = 61;  // made-up rows begin at so many places, that they differ

size_t RowFloats(const KvLayout& layout) {
  return layout.heads * std::max(layout.key_width, layout.value_width);
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

BenchStream::BenchStream(const Transformer& model, const WorkFormula& formula, Team& team,
                         size_t pass_tokens, size_t tokens_max)
    : model_(model),
      formula_(formula),
      team_(team),
      parameters_(CountParameters(model.config()).active),
      layout_(model.config()),
      pool_(layout_.page_floats, layout_.PagesFor(tokens_max)),
      cache_(layout_, pool_),
      room_(model.config(), team.size(), pass_tokens),
      tokens_(tokens_max),
      made_rows_(RowFloats(layout_) + kRowShifts),
      logits_(model.config().vocabulary) {
  pool_.Back(pool_.pages_max());
  cache_.Reserve(tokens_max);
  room_.ReserveScores(tokens_max);
  const auto vocabulary = static_cast<double>(model.config().vocabulary);
  for (size_t i = 0; i < tokens_.size(); ++i)
    tokens_[i] = static_cast<int32_t>(CounterUniform(kTokenSeed, i) * vocabulary);
  for (size_t i = 0; i < made_rows_.size(); ++i)
    made_rows_[i] = static_cast<float>(2 * CounterUniform(kRowSeed, i) - 1);
}

size_t BenchStream::RoomBytes(const ModelConfig& config, size_t members, size_t pass_tokens,
                              size_t tokens_max) {
  const RouterConfig& router = config.router;
  const size_t pairs = router.per_token + 1;
  const size_t gate =
      std::max(config.ffn, router.per_token * router.expert_ffn + router.shared_ffn);
  const size_t token = (4 + 2 * pairs) * config.hidden + 2 * gate +
                       3 * config.heads * config.key_width() + config.heads * config.value_width();
  const size_t scores = members * config.heads / config.kept_heads() * tokens_max;
  return KvLayout(config).BytesFor(tokens_max) +
         (pass_tokens * token + scores + config.vocabulary) * sizeof(float);
}

void BenchStream::Begin(size_t depth) {
  cache_.Clear();
  while (cache_.tokens() < depth) {
    const size_t past = cache_.tokens(), count = std::min(kPageTokens, depth - past);
    cache_.Extend(count);
    for (size_t layer = 0; layer < layout_.layers.size(); ++layer) {
      for (size_t position = past; position < past + count; ++position) {
        const float* row = made_rows_.data() + (position + layer) % kRowShifts;
        cache_.Store(layer, position, row, row);
      }
    }
    cache_.Commit();
  }
}

Team& BenchStream::TeamFor(size_t tokens) {
  if (WantsTeam(tokens, parameters_)) return team_;
  return alone_;
}

void BenchStream::Pass(size_t tokens, bool scores) {
  const PassPart part{std::span(tokens_).subspan(cache_.tokens(), tokens), &cache_};
  model_.Forward({&part, 1}, room_, TeamFor(tokens));
  if (!scores) return;
  const LogitsRow row{tokens - 1, {}};
  model_.Logits(room_, {&row, 1}, TeamFor(1), logits_);
}

Sample BenchStream::Prefill(size_t tokens, double seconds_max) {
  const Stopwatch watch;
  Sample sample;
  while (sample.tokens < tokens && (sample.tokens == 0 || watch.seconds() < seconds_max)) {
    const size_t count = std::min(room_.rows, tokens - sample.tokens);
    Pass(count, sample.tokens + count == tokens);
    sample.tokens += count;
  }
  sample.seconds = watch.seconds();
  sample.work = formula_.Of(0, sample.tokens, sample.tokens == tokens ? 1 : 0);
  return sample;
}

Sample BenchStream::Decode(size_t tokens, double seconds_max) {
  const size_t past = cache_.tokens();
  const Stopwatch watch;
  Sample sample;
  while (sample.tokens < tokens && (sample.tokens == 0 || watch.seconds() < seconds_max)) {
    Pass(1, true);
    ++sample.tokens;
  }
  sample.seconds = watch.seconds();
  for (size_t i = 0; i < sample.tokens; ++i) sample.work += formula_.Of(past + i, 1, 1);
  return sample;
}

}  // namespace model_core
