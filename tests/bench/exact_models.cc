#include "tests/bench/exact_models.h"

#include <memory>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/bench/bench_plan.h"
#include "model_core/bench/bench_stream.h"
#include "model_core/bench/made_weights.h"
#include "model_core/cpu/cpu_device.h"
#include "tests/bench/exact_rows.h"
#include "tests/bench/free_kernels.h"

namespace free_order {
namespace {

using base::Json;
using model_core::Kernels;
using model_core::WeightMatrix;

constexpr double kSecondsMax = 60;
constexpr size_t kDecodeTokens = 8;
constexpr int kDecodeTurns = 15, kPromptTurns = 7;

const Kernels* current = nullptr;  // changed while no team runs

constexpr Kernels kSwitch = {
    "avx512vnni",
    [](float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
      current->matmul(out, out_stride, x, m, w);
    },
    [](std::span<const model_core::Projection> projections, const float* x, size_t m) {
      current->project(projections, x, m);
    },
    [](const float* a, const float* b, size_t n) { return current->dot(a, b, n); },
    [](float* out, size_t out_stride, const float* weights, size_t weight_stride, size_t m,
       const WeightMatrix& rows) {
      current->accumulate(out, out_stride, weights, weight_stride, m, rows);
    },
    [](void* out, const float* row, size_t width, model_core::Dtype kind) {
      current->keep(out, row, width, kind);
    },
    [](float* x, float shift, size_t n) { current->exp_shifted(x, shift, n); },
    [](float* gate, const float* up, size_t n) { current->silu_mul(gate, up, n); }};

// A model to take turns with; its weights are never freed (free_kernels.h).
struct Subject {
  model_core::BenchPlan plan;
  model_core::MadeWeights weights;
  std::unique_ptr<model_core::Transformer> model;
};

Subject& Load(const model_core::BenchOptions& options) {
  auto* subject = new Subject;
  auto plan = MakeBenchPlan(options);
  CHECK(plan.ok(), "%s", plan.status().ToString().c_str());
  subject->plan = *std::move(plan);
  const model_core::Precision precision = subject->plan.types[0].precision;
  if (options.shape.empty()) {
    auto model = model_core::Transformer::Load(options.model, model_core::CpuDevice(kSwitch),
                                               {precision, false, ""});
    CHECK(model.ok(), "%s", model.status().ToString().c_str());
    subject->model = *std::move(model);
    return *subject;
  }
  auto weights = model_core::MadeWeights::Make(subject->plan.config, /*apart=*/false, /*seed=*/1);
  CHECK(weights.ok(), "%s", weights.status().ToString().c_str());
  subject->weights = *std::move(weights);
  auto model = model_core::Transformer::FromWeights(
      subject->plan.config, model_core::WeightFiles::Of(subject->weights.tensors()),
      model_core::CpuDevice(kSwitch), precision);
  CHECK(model.ok(), "%s", model.status().ToString().c_str());
  subject->model = *std::move(model);
  return *subject;
}

// Exponentials that a token at `depth` adds.
double Scores(const model_core::ModelConfig& config, size_t depth) {
  size_t scores = 0;
  for (const model_core::LayerConfig& layer : config.layers)
    scores += config.heads * (layer.window == 0 ? depth : std::min(depth, layer.window));
  return static_cast<double>(scores);
}

class ModelBench {
 public:
  ModelBench(const Subject& subject, std::string name, double sum_seconds)
      : subject_(subject),
        name_(std::move(name)),
        sum_seconds_(sum_seconds),
        team_(subject.plan.threads),
        formula_(subject.plan.config, subject.plan.types[0].precision, subject.plan.stored,
                 subject.plan.kept),
        stream_(*subject.model, formula_, team_, subject.plan.pass_tokens, subject.plan.tokens_max,
                subject.plan.kept) {
    const absl::Status reserved = stream_.Reserve();
    CHECK(reserved.ok(), "%s", reserved.ToString().c_str());
  }

  void Run(Json& lines) {
    for (const size_t depth : subject_.plan.depths) {
      const double saved = Scores(subject_.plan.config, depth) * sum_seconds_ /
                           static_cast<double>(subject_.plan.threads);
      Add(base::StrCat("a token at ", depth), kDecodeTurns, saved, lines, [&] {
        stream_.Begin(depth);
        return stream_.Decode(kDecodeTokens, kSecondsMax);
      });
    }
    for (const size_t tokens : subject_.plan.prefill) {
      const double saved = Scores(subject_.plan.config, tokens / 2) * sum_seconds_ /
                           static_cast<double>(subject_.plan.threads);
      Add(base::StrCat("a prompt of ", tokens, ", a token"), kPromptTurns, saved, lines, [&] {
        stream_.Begin(0);
        return stream_.Prefill(tokens, kSecondsMax);
      });
    }
  }

 private:
  template <typename Measure>
  double Seconds(const Kernels& kernels, const Measure& measure) {
    current = &kernels;
    return 1 / measure().tokens_s();
  }

  template <typename Measure>
  void Add(const std::string& test, int turns, double sum_seconds, Json& lines,
           const Measure& measure) {
    const auto beside = [&](const Kernels& twin, const char* what) {
      Seconds(twin, measure);  // lays out what it needs
      const Pair pair = TakeTurns(
          turns, [&] { return Seconds(*subject_.plan.kernels, measure); },
          [&] { return Seconds(twin, measure); });
      lines.push_back({{"model", name_},
                       {"test", test},
                       {"threads", subject_.plan.threads},
                       {"beside", what},
                       {"exact_us", pair.exact * 1e6},
                       {"free_us", pair.free * 1e6},
                       {"ratio", pair.ratio},
                       {"sum_us", sum_seconds * 1e6}});
    };
    beside(*FreeKernels(), "free order");
    const bool stored = subject_.plan.types[0].precision == model_core::Precision::kStored;
    if (stored && Bf16Kernels() != nullptr)
      beside(*Bf16Kernels(), "free order, rounded activations");
  }

  const Subject& subject_;
  const std::string name_;
  const double sum_seconds_;
  model_core::ThreadTeam team_;
  const model_core::WorkFormula formula_;
  model_core::BenchStream stream_;
};

model_core::BenchOptions Miniature(size_t threads) {
  model_core::BenchOptions options;
  options.shape = "k-exaone-mini";
  options.types = {"q8"};
  options.prefill = {512};
  options.depths = {16, 4'096};
  options.threads = threads;
  return options;
}

// Weights as stored, keys and values as floats, threads by its size.
model_core::BenchOptions Planner() {
  model_core::BenchOptions options;
  options.model = MARU_SOURCE_DIR "/deploy/models/planner";
  options.types = {"bf16"};
  options.kv = "f32";
  options.prefill = {300};
  options.depths = {300};
  return options;
}

}  // namespace

void MeasureMiniature(size_t threads, double sum_seconds, Json& lines) {
  ModelBench(Load(Miniature(threads)), "k-exaone-mini, q8", sum_seconds).Run(lines);
}

void MeasurePlanner(double sum_seconds, Json& lines) {
  ModelBench(Load(Planner()), "planner, bf16", sum_seconds).Run(lines);
}

}  // namespace free_order
