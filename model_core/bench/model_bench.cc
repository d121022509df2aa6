#include "model_core/model_bench.h"

#include <algorithm>
#include <chrono>

#include "model_core/base/strings.h"
#include "model_core/bench/attention_bench.h"
#include "model_core/bench/bench_plan.h"
#include "model_core/bench/bench_stream.h"
#include "model_core/bench/made_weights.h"
#include "model_core/bench/roof.h"
#include "model_core/bench/shapes.h"
#include "model_core/engine/thread_team.h"
#include "model_core/transformer/parameters.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr double kGiga = 1e9;
constexpr uint64_t kWeightSeed = 1;

// A measurement, and what the machine could do right before and after it.
struct Repetition {
  Sample sample;
  Roof roof;
};

// One weight type of a model: loaded, measured, and gone before the next.
class TypeBench {
 public:
  TypeBench(const BenchOptions& options, const BenchPlan& plan, const BenchType& type,
            const RoofMeter& meter, Team& team, const BenchProgress& progress)
      : options_(options),
        plan_(plan),
        type_(type),
        meter_(meter),
        team_(team),
        progress_(progress),
        formula_(plan.config, type.precision, plan.stored, plan.kept) {}

  absl::Status Run(Json& report) {
    Say("load");
    const auto begin = std::chrono::steady_clock::now();
    RETURN_IF_ERROR(Load());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    report["types"].push_back({{"type", type_.name},
                               {"weights_bytes", formula_.kept_bytes()},
                               {"load_seconds", seconds.count()}});
    BenchStream stream(*model_, formula_, team_, plan_.pass_tokens, plan_.tokens_max, plan_.kept);
    RETURN_IF_ERROR(stream.Reserve());
    for (size_t tokens : plan_.prefill) report["lines"].push_back(Prefill(stream, tokens));
    for (size_t depth : plan_.depths) report["lines"].push_back(Decode(stream, depth));
    return absl::OkStatus();
  }

 private:
  void Say(const std::string& what) const {
    if (progress_) progress_(StrCat(type_.name, " ", what));
  }

  // A measurement leaves nothing behind: packed weights are not kept.
  absl::Status Load() {
    if (options_.shape.empty()) {
      ASSIGN_OR_RETURN(model_, Transformer::Load(options_.model, *plan_.device,
                                                 {type_.precision, /*keep_packed=*/false, ""}));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(
        weights_,
        MadeWeights::Make(plan_.config, type_.precision == Precision::kStored, kWeightSeed));
    ASSIGN_OR_RETURN(model_,
                     Transformer::FromWeights(plan_.config, WeightFiles::Of(weights_.tensors()),
                                              *plan_.device, type_.precision));
    return absl::OkStatus();
  }

  // The repetitions, sorted by speed. No further one begins after seconds_max.
  template <typename Measure>
  std::vector<Repetition> Repeat(const Measure& measure) const {
    std::vector<Repetition> done;
    double left = options_.seconds_max;
    Roof before = meter_.Measure();
    while (done.size() < options_.repeats && (done.empty() || left > 0)) {
      const Sample sample = measure(left);
      const Roof after = meter_.Measure();
      done.push_back({sample, Between(before, after)});
      left -= sample.seconds;
      before = after;
    }
    std::sort(done.begin(), done.end(), [](const Repetition& a, const Repetition& b) {
      return a.sample.tokens_s() < b.sample.tokens_s();
    });
    return done;
  }

  Json Prefill(BenchStream& stream, size_t tokens) const {
    Say(StrCat("prefill ", tokens));
    Warm(stream, 0);
    const std::vector<Repetition> done = Repeat([&](double seconds_max) {
      stream.Begin(0);
      return stream.Prefill(tokens, seconds_max);
    });
    return Line("prefill", "tokens", tokens, done);
  }

  Json Decode(BenchStream& stream, size_t depth) const {
    Say(StrCat("decode ", depth));
    Warm(stream, depth);
    const std::vector<Repetition> done = Repeat(
        [&](double seconds_max) { return stream.Decode(options_.decode_tokens, seconds_max); });
    return Line("decode", "depth", depth, done);
  }

  // So that caches, page tables and the clock are as in the midst of work.
  static void Warm(BenchStream& stream, size_t depth) {
    stream.Begin(depth);
    stream.Decode(kWarmTokens, /*seconds_max=*/1);
    stream.Begin(depth);
  }

  Json Line(const char* test, const char* what, size_t value,
            const std::vector<Repetition>& done) const {
    const Sample& median = done[(done.size() - 1) / 2].sample;
    const bool packed = type_.precision != Precision::kStored;
    std::vector<double> shares;
    std::vector<Roof> roofs;
    for (const Repetition& one : done) {
      shares.push_back(one.roof.LeastSeconds(one.sample.work, packed) / one.sample.seconds);
      roofs.push_back(one.roof);
    }
    const Roof roof = MedianRoof(roofs);
    const Work& work = median.work;
    const auto tokens = static_cast<double>(median.tokens);
    return {{"type", type_.name},
            {"test", test},
            {what, value},
            {"measured_tokens", median.tokens},
            {"repeats", done.size()},
            {"tokens_s", median.tokens_s()},
            {"tokens_s_least", done.front().sample.tokens_s()},
            {"tokens_s_most", done.back().sample.tokens_s()},
            {"bytes_per_token", work.bytes / tokens},
            {"ops_per_token", work.ops() / tokens},
            {"gb_s", work.bytes / median.seconds / kGiga},
            {"gop_s", work.ops() / median.seconds / kGiga},
            {"machine", roof.ToJson()},
            {"roofline", Median(shares)},
            {"bound", BoundName(roof.BoundOf(work, packed))}};
  }

  const BenchOptions& options_;
  const BenchPlan& plan_;
  const BenchType& type_;
  const RoofMeter& meter_;
  Team& team_;
  const BenchProgress& progress_;
  const WorkFormula formula_;
  MadeWeights weights_;  // outlives the model
  std::unique_ptr<Transformer> model_;
};

Json Head(const BenchOptions& options, const BenchPlan& plan) {
  const ParameterCount parameters = CountParameters(plan.config);
  return {{"model", options.model.empty() ? options.shape : options.model},
          {"family", plan.config.family},
          {"kernels", plan.kernels->name},
          {"device", plan.device->name()},
          {"threads", plan.threads},
          {"kv", options.kv},
          {"parameters", {{"total", parameters.total}, {"active", parameters.active}}},
          {"machine", Json::object()},
          {"memory", {{"limit_bytes", plan.memory_bytes_max}, {"needed_bytes", plan.memory_bytes}}},
          {"left_out", plan.left_out},
          {"types", Json::array()},
          {"lines", Json::array()},
          {"attention", Json::array()}};
}

// What the machine could do, over all lines.
void SetMachine(Json& report) {
  for (const char* figure : {"read_gb_s", "int8_gop_s", "f32_gop_s"}) {
    std::vector<double> values;
    for (const Json& line : report["lines"])
      values.push_back(line["machine"][figure].get<double>());
    if (!values.empty()) report["machine"][figure] = Median(std::move(values));
  }
}

}  // namespace

std::vector<std::string> BenchShapes() { return ShapeNames(); }

BenchOptions Quick(BenchOptions options) {
  options.types = {"q8"};
  options.prefill = {128};
  options.depths = {0, 4096};
  options.decode_tokens = 8;
  options.repeats = 1;
  options.roof_bytes = size_t{256} << 20;
  options.seconds_max = 3;
  return options;
}

absl::StatusOr<Json> BenchModel(const BenchOptions& options, const BenchProgress& progress) {
  ASSIGN_OR_RETURN(const BenchPlan plan, MakeBenchPlan(options));
  ThreadTeam team(plan.threads);
  if (progress) progress("machine");
  ASSIGN_OR_RETURN(const RoofMeter meter, RoofMeter::Make(team, options.roof_bytes));
  Json report = Head(options, plan);
  for (const BenchType& type : plan.types) {
    TypeBench bench(options, plan, type, meter, team, progress);
    RETURN_IF_ERROR(bench.Run(report));
  }
  SetMachine(report);
  for (size_t depth : plan.depths) {
    if (depth == 0) continue;
    if (progress) progress(StrCat("attention ", depth));
    ASSIGN_OR_RETURN(Json line, BenchAttention(plan, options, depth, meter, team));
    report["attention"].push_back(std::move(line));
  }
  return report;
}

}  // namespace model_core
