#include "model_core/bench/attention_bench.h"

#include "model_core/bench/bench_stream.h"
#include "model_core/bench/made_weights.h"

namespace model_core {
namespace {

using base::Json;

constexpr double kGiga = 1e9;
constexpr uint64_t kWeightSeed = 1;
constexpr size_t kLeast = 32;  // tokens of the vocabulary, width of a feed-forward

// The model without what costs the same at any depth, but for attention's projections.
ModelConfig AttentionOf(ModelConfig config, bool full) {
  config.vocabulary = config.ffn = kLeast;
  config.router = {};
  config.draft = {};
  for (LayerConfig& layer : config.layers) {
    layer.moe = false;
    if (full) layer.window = 0;
  }
  return config;
}

bool HasWindows(const ModelConfig& config) {
  return std::any_of(config.layers.begin(), config.layers.end(),
                     [](const LayerConfig& layer) { return layer.window > 0; });
}

// What is measured of one model.
struct Figures {
  std::vector<double> seconds, shares, read_gb_s;
  double bytes = 0;  // of a token
};

class AttentionBench {
 public:
  AttentionBench(const BenchPlan& plan, const BenchOptions& options, size_t depth,
                 const RoofMeter& meter, Team& team)
      : plan_(plan), options_(options), depth_(depth), meter_(meter), team_(team) {}

  absl::StatusOr<Figures> Measure(bool full) const {
    const ModelConfig config = AttentionOf(plan_.config, full);
    ASSIGN_OR_RETURN(const MadeWeights weights, MadeWeights::Make(config, true, kWeightSeed));
    ASSIGN_OR_RETURN(const auto model,
                     Transformer::FromWeights(config, WeightFiles::Of(weights.tensors()),
                                              *plan_.kernels, Precision::kStored));
    const WorkFormula formula(config, Precision::kStored, Dtype::kBf16, plan_.kept);
    const size_t tokens = kWarmTokens + options_.repeats * options_.decode_tokens;
    BenchStream deep(*model, formula, team_, 1, depth_ + tokens, plan_.kept, /*whole_team=*/true);
    BenchStream shallow(*model, formula, team_, 1, tokens, plan_.kept, /*whole_team=*/true);
    deep.Begin(depth_);
    shallow.Begin(0);
    Repeat(deep, shallow, kWarmTokens);
    Figures figures;
    for (size_t i = 0; i < options_.repeats; ++i)
      Add(Repeat(deep, shallow, options_.decode_tokens), figures);
    return figures;
  }

 private:
  struct Repetition {
    double seconds, bytes;  // of all its tokens, at the depth less at none
    size_t tokens;
    double read_bytes_s;
  };

  Repetition Repeat(BenchStream& deep, BenchStream& shallow, size_t tokens) const {
    const double before = meter_.Bandwidth();
    const Sample without = shallow.Decode(tokens, options_.seconds_max);
    const Sample with = deep.Decode(without.tokens, options_.seconds_max);
    const double after = meter_.Bandwidth();
    return {std::max(with.seconds - without.seconds, 1e-9), with.work.bytes - without.work.bytes,
            with.tokens, (before + after) / 2};
  }

  static void Add(const Repetition& one, Figures& figures) {
    figures.seconds.push_back(one.seconds / static_cast<double>(one.tokens));
    figures.shares.push_back(one.bytes / one.seconds / one.read_bytes_s);
    figures.read_gb_s.push_back(one.read_bytes_s / kGiga);
    figures.bytes = one.bytes / static_cast<double>(one.tokens);
  }

  const BenchPlan& plan_;
  const BenchOptions& options_;
  const size_t depth_;
  const RoofMeter& meter_;
  Team& team_;
};

}  // namespace

size_t AttentionBenchBytes(const BenchPlan& plan, size_t decode_tokens) {
  if (plan.depths.empty()) return 0;
  const ModelConfig config = AttentionOf(plan.config, HasWindows(plan.config));
  const size_t most = *std::max_element(plan.depths.begin(), plan.depths.end());
  return MadeBytes(config, true) +
         BenchStream::RoomBytes(config, plan.threads, 1, most + kWarmTokens + decode_tokens,
                                plan.kept) +
         BenchStream::RoomBytes(config, plan.threads, 1, kWarmTokens + decode_tokens, plan.kept);
}

absl::StatusOr<Json> BenchAttention(const BenchPlan& plan, const BenchOptions& options,
                                    size_t depth, const RoofMeter& meter, Team& team) {
  const AttentionBench bench(plan, options, depth, meter, team);
  ASSIGN_OR_RETURN(const Figures own, bench.Measure(/*full=*/false));
  const double seconds = Median(own.seconds);
  Json line = {{"depth", depth},
               {"kv_bytes", own.bytes},
               {"seconds", seconds},
               {"gb_s", own.bytes / seconds / kGiga},
               {"read_gb_s", Median(own.read_gb_s)},
               {"share", Median(own.shares)}};
  if (!HasWindows(plan.config)) return line;
  ASSIGN_OR_RETURN(const Figures twin, bench.Measure(/*full=*/true));
  const double twin_seconds = Median(twin.seconds);
  line["full_twin"] = {{"kv_bytes", twin.bytes},
                       {"seconds", twin_seconds},
                       {"gb_s", twin.bytes / twin_seconds / kGiga},
                       {"share", Median(twin.shares)},
                       {"saved_bytes", 1 - own.bytes / twin.bytes},
                       {"saved_seconds", 1 - seconds / twin_seconds}};
  return line;
}

}  // namespace model_core
