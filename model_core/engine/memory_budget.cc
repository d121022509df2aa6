#include "model_core/engine/memory_budget.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kMebibyte = size_t{1} << 20;
constexpr size_t kReserveMost = size_t{4} << 30;

// Tenths of a MiB; below one, KiB.
std::string Text(size_t bytes, bool up) {
  const size_t unit = bytes < kMebibyte ? 1024 : kMebibyte, rest = bytes % unit;
  const size_t tenths = 10 * (bytes / unit) + (10 * rest + (up ? unit - 1 : 0)) / unit;
  return StrCat(tenths / 10, tenths % 10 == 0 ? "" : StrCat(".", tenths % 10),
                unit == kMebibyte ? " MiB" : " KiB");
}

absl::Status Refuse(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kResourceExhausted, StrCat("memory_bytes_max: ", english),
                     StrCat("memory_bytes_max: ", korean));
}

absl::Status TooMuch(const MachineMemory& machine, const BudgetRequest& request, size_t given) {
  const bool configured = request.configured >= request.least;
  const std::string wants = NeededText(std::max(request.configured, request.least)),
                    can = GivenText(given), have = GivenText(machine.available),
                    kept = NeededText(MemoryReserve(machine.available)),
                    weights = NeededText(request.weights), rest = NeededText(request.besides);
  return Refuse(
      StrCat(wants, configured ? " configured" : " needed", ", the machine can give ", can, " (",
             have, " available by ", machine.where, ", less ", kept, " in reserve, ", weights,
             " of weights and ", rest, " that the engine takes besides)"),
      StrCat(wants, configured ? " 설정됨" : " 필요", ", 이 장비에서 쓸 수 있는 양 ", can, " (",
             machine.where, " 기준 ", have, "에서 여유분 ", kept, ", 가중치 ", weights,
             ", 엔진 자체 사용분 ", rest, " 제외)"));
}

}  // namespace

std::string NeededText(size_t bytes) { return Text(bytes, /*up=*/true); }

std::string GivenText(size_t bytes) { return Text(bytes, /*up=*/false); }

size_t MemoryReserve(size_t available) { return std::min(available / 8, kReserveMost); }

// Of two reasons the machine's is said first: it cannot be configured away.
absl::StatusOr<size_t> RequestBudget(const absl::StatusOr<MachineMemory>& machine,
                                     const BudgetRequest& request) {
  if (!machine.ok() && request.configured == 0) return machine.status();
  size_t budget = request.configured;
  if (machine.ok()) {
    const size_t spare = machine->available - MemoryReserve(machine->available);
    const size_t given = spare - std::min(spare, request.weights + request.besides);
    if (given < std::max(budget, request.least)) return TooMuch(*machine, request, given);
    if (budget == 0) budget = given;
  }
  if (budget >= request.least) return budget;
  return Refuse(StrCat(GivenText(budget), " configured, the smallest request needs ",
                       NeededText(request.least)),
                StrCat(GivenText(budget), "로 설정되었으나, 가장 작은 요청에도 ",
                       NeededText(request.least), " 필요합니다"));
}

}  // namespace model_core
