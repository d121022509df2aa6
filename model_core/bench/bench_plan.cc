#include "model_core/bench/bench_plan.h"

#include <unistd.h>

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/bench/plan_memory.h"
#include "model_core/bench/shapes.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/engine_sizes.h"
#include "model_core/transformer/config_source.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kMemoryMax = size_t{8} << 30;
constexpr size_t kThreadsMax = 1024;

absl::Status BadOption(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

absl::Status CheckRange(std::string_view name, size_t value, size_t least, size_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return BadOption(StrCat(name, " is ", value, ", must be ", least, " to ", most),
                   StrCat(name, "의 값 ", value, base::Particle(StrCat(value), "이"), " 범위 ",
                          least, "~", most, " 밖입니다"));
}

absl::Status CheckOptions(const BenchOptions& options) {
  if (options.model.empty() == options.shape.empty())
    return BadOption("name a model folder or a shape, one of them",
                     "모델 폴더나 모델 형태 중 하나만 지정하십시오");
  if (options.types.empty() || (options.prefill.empty() && options.depths.empty()))
    return BadOption("nothing is to be measured", "측정할 것이 없습니다");
  for (size_t tokens : options.prefill)
    RETURN_IF_ERROR(CheckRange("prefill", tokens, 1, kBenchTokensMax));
  for (size_t depth : options.depths)
    RETURN_IF_ERROR(CheckRange("depth", depth, 0, kBenchTokensMax));
  RETURN_IF_ERROR(CheckRange("repeat", options.repeats, 1, kBenchRepeatsMax));
  RETURN_IF_ERROR(CheckRange("decode tokens", options.decode_tokens, 1, kBenchTokensMax));
  if (!(options.seconds_max > 0 && options.seconds_max <= kBenchSecondsMax)) {
    return BadOption(StrCat("seconds is ", options.seconds_max, ", must be above 0 and at most ",
                            kBenchSecondsMax),
                     StrCat("seconds의 값 ", options.seconds_max,
                            base::Particle(StrCat(options.seconds_max), "이"), " 0 초과, ",
                            kBenchSecondsMax, " 이하가 아닙니다"));
  }
  return CheckRange("threads", options.threads, 0, kThreadsMax);
}

// What BF16 and F32 are multiplied as is what they are; the rest is widened.
Dtype StoredDtype(const WeightFiles& files) {
  const TensorView* largest = nullptr;
  for (const auto& [name, view] : files.all())
    if (largest == nullptr || view.data.size() > largest->data.size()) largest = &view;
  return largest != nullptr && largest->dtype == "BF16" ? Dtype::kBf16 : Dtype::kF32;
}

absl::StatusOr<std::vector<BenchType>> ReadTypes(const std::vector<std::string>& names,
                                                 Dtype stored) {
  std::vector<BenchType> types;
  for (const std::string& name : names) {
    const bool as_stored = name == "bf16";
    const auto precision = ParsePrecision(as_stored ? "" : name);
    if (name.empty() || !precision.ok()) {
      return BadOption(StrCat("type '", name, "' is unknown; known are bf16, q8, q4"),
                       StrCat("가중치 형식 '", name, "'", base::Particle(name, "은"),
                              " 없습니다 (bf16, q8, q4)"));
    }
    types.push_back({*precision, as_stored && stored == Dtype::kF32 ? "f32" : name});
  }
  return types;
}

// Those that fit the context; the others are named in `left_out`.
std::vector<size_t> Fitting(const std::vector<size_t>& sizes, size_t more, const char* test,
                            BenchPlan& plan) {
  std::vector<size_t> fitting;
  for (size_t size : sizes) {
    if (size + more > plan.config.context_tokens_max) {
      plan.left_out.push_back(StrCat(test, " ", size));
    } else {
      fitting.push_back(size);
      plan.tokens_max = std::max(plan.tokens_max, size + more);
    }
  }
  return fitting;
}

size_t MachineMemory() {
  return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

absl::StatusOr<ModelConfig> ReadShapeOrModel(const BenchOptions& options, Dtype& stored) {
  if (!options.shape.empty()) {
    ASSIGN_OR_RETURN(const base::Json json, ShapeConfig(options.shape));
    return ParseModelConfig(json);
  }
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(options.model));
  ASSIGN_OR_RETURN(const WeightFiles files, WeightFiles::Open(options.model));
  stored = StoredDtype(files);
  return ParseModelConfig(source.json);
}

}  // namespace

absl::StatusOr<BenchPlan> MakeBenchPlan(const BenchOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  BenchPlan plan;
  ASSIGN_OR_RETURN(plan.kernels, ChooseKernels(options.kernels));
  ASSIGN_OR_RETURN(plan.device, FindDevice(options.device, *plan.kernels));
  ASSIGN_OR_RETURN(plan.config, ReadShapeOrModel(options, plan.stored));
  ASSIGN_OR_RETURN(plan.types, ReadTypes(options.types, plan.stored));
  ASSIGN_OR_RETURN(plan.kept, ParseKept(options.kv));
  plan.threads = options.threads > 0 ? options.threads : ThreadsFor(plan.config);
  plan.pass_tokens = PassTokensFor(plan.config.router);
  plan.tokens_max = kWarmTokens;
  plan.prefill = Fitting(options.prefill, 0, "prefill", plan);
  plan.depths =
      Fitting(options.depths, std::max(kWarmTokens, options.decode_tokens * options.repeats),
              "depth", plan);
  plan.memory_bytes_max = options.memory_bytes_max > 0
                              ? options.memory_bytes_max
                              : std::min(kMemoryMax, MachineMemory() / 4 * 3);
  plan.memory_bytes = HostBytes(plan, options);
  RETURN_IF_ERROR(CheckMemory(plan, options));
  return plan;
}

}  // namespace model_core
