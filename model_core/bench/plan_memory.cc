#include "model_core/bench/plan_memory.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/bench/attention_bench.h"
#include "model_core/bench/bench_stream.h"
#include "model_core/bench/made_weights.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kOverheadBytes = size_t{32} << 20;  // the process, tables, norms

size_t StreamBytes(const BenchPlan& plan) {
  return BenchStream::RoomBytes(plan.config, plan.threads, plan.pass_tokens, plan.tokens_max,
                                plan.kept);
}

BenchBytes AttentionBytes(const BenchPlan& plan, const BenchOptions& options) {
  return AttentionBenchBytes(plan, options.decode_tokens * options.repeats);
}

absl::Status CheckMachine(const BenchPlan& plan) {
  if (plan.memory_bytes <= plan.memory_bytes_max) return absl::OkStatus();
  return base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat("the bench needs up to ", plan.memory_bytes, " bytes of memory, limit ",
             plan.memory_bytes_max, "; leave out a type or a depth, or raise --memory"),
      StrCat("측정에 메모리가 최대 ", plan.memory_bytes, "바이트 필요합니다 (한도 ",
             plan.memory_bytes_max,
             "바이트). 가중치 형식이나 깊이를 줄이거나 --memory를 늘리십시오"));
}

// What lies in a device's memory of its own: matrices as they are kept, or those of attention.
absl::Status CheckDevice(const BenchPlan& plan, const BenchOptions& options) {
  const Memory& memory = plan.device->memory();
  if (memory.is_host()) return absl::OkStatus();
  size_t weights = 0;
  for (const BenchType& type : plan.types) {
    const WorkFormula formula(plan.config, type.precision, plan.stored, plan.kept);
    weights = std::max(weights, formula.kept_bytes());
  }
  const BenchBytes attention = AttentionBytes(plan, options);
  const size_t need = std::max(weights + StreamBytes(plan), attention.weights + attention.rooms),
               left = memory.available();
  if (need <= left) return absl::OkStatus();
  const std::string name = plan.device->name();
  return base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat("the bench needs up to ", need, " bytes of memory of device '", name, "', which has ",
             left, " left; leave out a type or a depth"),
      StrCat("측정에 장치 '", name, "'의 메모리가 최대 ", need, "바이트 필요합니다 (남은 양 ", left,
             "바이트). 가중치 형식이나 깊이를 줄이십시오"));
}

}  // namespace

// Of mapped files counts what is multiplied where it lies. For a device of its own that is nothing,
// and rooms lie there; what is made for it is made on the host.
size_t HostBytes(const BenchPlan& plan, const BenchOptions& options) {
  const bool made_up = !options.shape.empty(), apart = !plan.device->memory().is_host();
  size_t weights = 0;
  for (const BenchType& type : plan.types) {
    const WorkFormula formula(plan.config, type.precision, plan.stored, plan.kept);
    const bool stored = type.precision == Precision::kStored;
    const size_t made = (made_up ? MadeBytes(plan.config, stored) : 0) + formula.anew_bytes();
    weights = std::max(weights, made_up || apart ? made : formula.kept_bytes());
  }
  const BenchBytes attention = AttentionBytes(plan, options);
  const size_t types = weights + (apart ? 0 : StreamBytes(plan)),
               depths = attention.weights + (apart ? 0 : attention.rooms);
  return kOverheadBytes + std::max(types, depths) + options.roof_bytes;
}

absl::Status CheckMemory(const BenchPlan& plan, const BenchOptions& options) {
  RETURN_IF_ERROR(CheckMachine(plan));
  return CheckDevice(plan, options);
}

}  // namespace model_core
