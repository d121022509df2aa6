#include "model_core/bench/attention_bench.h"

#include "model_core/bench/bench_stream.h"
#include "model_core/bench/made_weights.h"

namespace model_core {
namespace {

using base::Json;

constexpr double kGiga = 1e9;
constexpr uint64_t kWeightSeed = 1;
constexpr bool kPacked = false;  // attention has no weights: its products are of floats
constexpr size_t kLeast = 32;    // tokens of the vocabulary, width of a feed-forward

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
  std::vector<double> seconds, shares, rooflines;
  std::vector<Roof> roofs;
  Work work;  // of a token, at the depth less at none

  double TokenSeconds() const { return Median(seconds); }

  Json ToJson() const {
    const Roof roof = MedianRoof(roofs);
    Json figures = {{"kv_bytes", work.bytes},
                    {"ops", work.ops()},
                    {"seconds", TokenSeconds()},
                    {"machine", roof.ToJson()},
                    {"bound", BoundName(roof.BoundOf(work, kPacked))}};
    if (TokenSeconds() <= 0) return figures;
    figures["gb_s"] = work.bytes / TokenSeconds() / kGiga;
    figures["gop_s"] = work.ops() / TokenSeconds() / kGiga;
    figures["share"] = Median(shares);
    figures["roofline"] = Median(rooflines);
    return figures;
  }
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
                                              *plan_.device, Precision::kStored));
    const WorkFormula formula(config, Precision::kStored, Dtype::kBf16, plan_.kept);
    const size_t tokens = kWarmTokens + options_.repeats * options_.decode_tokens;
    BenchStream deep(*model, formula, team_, 1, depth_ + tokens, plan_.kept, /*whole_team=*/true);
    BenchStream shallow(*model, formula, team_, 1, tokens, plan_.kept, /*whole_team=*/true);
    RETURN_IF_ERROR(deep.Reserve());
    RETURN_IF_ERROR(shallow.Reserve());
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
    double seconds;  // of a token, at the depth less at none
    Work work;
    Roof roof;
  };

  // Both take turns token by token: a small difference of large times is lost in what the machine
  // does from one moment to the next.
  Repetition Repeat(BenchStream& deep, BenchStream& shallow, size_t tokens) const {
    const Roof before = meter_.Measure();
    std::vector<double> apart;
    Work work;
    double left = options_.seconds_max;
    while (apart.size() < tokens && (apart.empty() || left > 0)) {
      const Sample without = shallow.Decode(1, left), with = deep.Decode(1, left);
      apart.push_back(with.seconds - without.seconds);
      work += with.work;
      work -= without.work;
      left -= with.seconds + without.seconds;
    }
    const Roof after = meter_.Measure();
    const double count = static_cast<double>(apart.size());
    return {Median(std::move(apart)), work / count, Between(before, after)};
  }

  static void Add(const Repetition& one, Figures& figures) {
    figures.seconds.push_back(one.seconds);
    figures.shares.push_back(one.work.bytes / one.seconds / one.roof.read_bytes_s);
    figures.rooflines.push_back(one.roof.LeastSeconds(one.work, kPacked) / one.seconds);
    figures.roofs.push_back(one.roof);
    figures.work = one.work;
  }

  const BenchPlan& plan_;
  const BenchOptions& options_;
  const size_t depth_;
  const RoofMeter& meter_;
  Team& team_;
};

}  // namespace

BenchBytes AttentionBenchBytes(const BenchPlan& plan, size_t decode_tokens) {
  if (plan.depths.empty()) return {};
  const ModelConfig config = AttentionOf(plan.config, HasWindows(plan.config));
  const size_t most = *std::max_element(plan.depths.begin(), plan.depths.end());
  const auto room = [&](size_t tokens) {
    return BenchStream::RoomBytes(config, plan.threads, 1, tokens, plan.kept);
  };
  const size_t tokens = kWarmTokens + decode_tokens;
  return {MadeBytes(config, true), room(most + tokens) + room(tokens)};
}

absl::StatusOr<Json> BenchAttention(const BenchPlan& plan, const BenchOptions& options,
                                    size_t depth, const RoofMeter& meter, Team& team) {
  const AttentionBench bench(plan, options, depth, meter, team);
  ASSIGN_OR_RETURN(const Figures own, bench.Measure(/*full=*/false));
  Json line = {{"depth", depth}};
  line.update(own.ToJson());
  if (!HasWindows(plan.config)) return line;
  ASSIGN_OR_RETURN(const Figures twin, bench.Measure(/*full=*/true));
  line["full_twin"] = twin.ToJson();
  line["full_twin"]["saved_bytes"] = 1 - own.work.bytes / twin.work.bytes;
  if (own.TokenSeconds() > 0 && twin.TokenSeconds() > 0)
    line["full_twin"]["saved_seconds"] = 1 - own.TokenSeconds() / twin.TokenSeconds();
  return line;
}

}  // namespace model_core
