#include "model_core/bench/bench_stream.h"

#include <chrono>

#include "model_core/base/strings.h"
#include "model_core/engine.h"
#include "model_core/engine/counter_random.h"
#include "model_core/kernels/kernels.h"
#include "model_core/transformer/parameters.h"

namespace model_core {
namespace {

constexpr uint64_t kTokenSeed = 1, kRowSeed = 2;
constexpr size_t kRows = 61;  // made-up ones, that differ

size_t RowBytes(const KvLayout& layout) { return layout.keys_bytes() + layout.values_bytes(); }

// Rows of keys, then values, of all heads, as they are kept.
std::vector<uint8_t> MakeRows(const KvLayout& layout) {
  std::vector<float> row(std::max(layout.key_width, layout.value_width));
  std::vector<uint8_t> rows(kRows * RowBytes(layout));
  uint64_t drawn = 0;
  const auto add = [&](uint8_t* to, size_t width) {
    for (size_t col = 0; col < width; ++col)
      row[col] = static_cast<float>(2 * CounterUniform(kRowSeed, drawn++) - 1);
    ScalarKernels().keep(to, row.data(), width, layout.kind);
  };
  uint8_t* to = rows.data();
  for (size_t i = 0; i < kRows; ++i) {
    for (size_t head = 0; head < layout.heads; ++head, to += layout.key_bytes)
      add(to, layout.key_width);
    if (layout.value_width == 0) continue;
    for (size_t head = 0; head < layout.heads; ++head, to += layout.value_bytes)
      add(to, layout.value_width);
  }
  return rows;
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
                         size_t pass_tokens, size_t tokens_max, Dtype kept, bool whole_team)
    : model_(model),
      formula_(formula),
      team_(team),
      parameters_(CountParameters(model.config()).active),
      whole_team_(whole_team),
      sequence_(model.device(), model.config(), team.size(), kept, pass_tokens),
      tokens_(tokens_max),
      rows_(model.device().memory()),
      logits_(model.config().vocabulary) {
  const auto vocabulary = static_cast<double>(model.config().vocabulary);
  for (size_t i = 0; i < tokens_.size(); ++i)
    tokens_[i] = static_cast<int32_t>(CounterUniform(kTokenSeed, i) * vocabulary);
}

absl::Status BenchStream::Reserve() {
  const std::vector<uint8_t> rows = MakeRows(layout());
  made_rows_ = rows_.Take(rows.size());
  if (made_rows_ == nullptr) {
    return NoMemory(rows_.memory(),
                    base::StrCat("made-up keys and values, ", rows.size(), " bytes"),
                    base::StrCat("임의로 만든 키와 값 ", rows.size(), "바이트"));
  }
  rows_.memory().Upload(made_rows_, rows.data(), rows.size());
  return sequence_.Reserve(tokens_.size());
}

size_t BenchStream::RoomBytes(const ModelConfig& config, size_t members, size_t pass_tokens,
                              size_t tokens_max, Dtype kept) {
  const RouterConfig& router = config.router;
  const size_t pairs = router.per_token + 1;
  const size_t gate =
      std::max(config.ffn, router.per_token * router.expert_ffn + router.shared_ffn);
  const size_t token = (4 + 2 * pairs) * config.hidden + 2 * gate +
                       3 * config.heads * config.key_width() + config.heads * config.value_width();
  const size_t group = config.heads / config.kept_heads();
  const size_t scores = members * std::max(group, kQueriesTogether) * (tokens_max + 1);
  return KvLayout(config, kept).BytesFor(tokens_max) +
         (pass_tokens * token + scores + config.vocabulary) * sizeof(float);
}

void BenchStream::Begin(size_t depth) {
  KvCache& cache = sequence_.cache;
  cache.Clear();
  while (cache.tokens() < depth) {
    const size_t past = cache.tokens(), count = std::min(kPageTokens, depth - past);
    cache.Extend(count);
    for (size_t layer = 0; layer < layout().layers.size(); ++layer) {
      const KvPages pages = cache.Pages(layer);
      for (size_t position = past; position < past + count; ++position) {
        const uint8_t* row = made_rows_ + (position + layer) % kRows * RowBytes(layout());
        model_.device().operations().StoreStaged({&pages, &layout(), position, row});
      }
    }
    cache.Commit();
  }
}

Team& BenchStream::TeamFor(size_t tokens) {
  if (whole_team_ || tokens * parameters_ >= kTeamWorkMin) return team_;
  return alone_;
}

void BenchStream::Pass(size_t tokens, bool scores) {
  const PassPart part{std::span(tokens_).subspan(sequence_.cache.tokens(), tokens),
                      &sequence_.cache};
  model_.Forward({&part, 1}, sequence_.room, TeamFor(tokens));
  if (!scores) return;
  const LogitsRow row{tokens - 1, {}};
  model_.Logits(sequence_.room, {&row, 1}, TeamFor(1), logits_);
}

Sample BenchStream::Prefill(size_t tokens, double seconds_max) {
  const Stopwatch watch;
  Sample sample;
  while (sample.tokens < tokens && (sample.tokens == 0 || watch.seconds() < seconds_max)) {
    const size_t count = std::min(sequence_.room.rows, tokens - sample.tokens);
    Pass(count, sample.tokens + count == tokens);
    sample.tokens += count;
  }
  sample.seconds = watch.seconds();
  sample.work = formula_.Of(0, sample.tokens, sample.tokens == tokens ? 1 : 0);
  return sample;
}

Sample BenchStream::Decode(size_t tokens, double seconds_max) {
  const size_t past = sequence_.cache.tokens();
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
