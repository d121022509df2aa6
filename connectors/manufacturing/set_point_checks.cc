#include "connectors/manufacturing/set_point_checks.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "connectors/manufacturing/unit_names.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

// "75 ℃", in plain digits.
std::string Shown(double value, const std::string& unit) {
  return StrCat(base::CanonicalJson(Json(value)), unit.empty() ? "" : " ", unit);
}

// Statuses that say for certain that the server did not read or write, and why.
struct Refusal {
  uint32_t status;
  const char *code, *korean;
};
constexpr Refusal kRefusals[] = {
    {0x803C0000, "out_of_limits", "서버의 허용 범위를 벗어난 값입니다"},  // BadOutOfRange
    {0x80740000, "invalid_argument",
     "노드의 자료형이 이 값을 담을 수 없습니다"},                    // BadTypeMismatch
    {0x803B0000, "auth", "서버가 쓰기를 허용하지 않는 노드입니다"},  // BadNotWritable
    {0x80730000, "auth", "서버가 쓰기를 허용하지 않는 노드입니다"},  // BadWriteNotSupported
    {0x801F0000, "auth", "서버가 이 사용자의 쓰기를 거부했습니다"},  // BadUserAccessDenied
    {0x80340000, "not_found", "서버에 설정값 노드가 없습니다"},      // BadNodeIdUnknown
    {0x80330000, "not_found", "서버에 설정값 노드가 없습니다"},      // BadNodeIdInvalid
};

const Refusal* FindRefusal(uint32_t status) {
  const auto* const it = std::find_if(std::begin(kRefusals), std::end(kRefusals),
                                      [&](const Refusal& r) { return r.status == status; });
  return it == std::end(kRefusals) ? nullptr : it;
}

// Without a good value now, the largest step cannot be kept.
ToolError NoValueNow(const Change& change, const Sample& before) {
  if (const Refusal* refusal = FindRefusal(before.status)) {
    return Refused(change.tag, refusal->code,
                   StrCat("the server does not let node ", change.point.node, " be read"),
                   refusal->korean);
  }
  const std::string step = Shown(change.point.step, change.point.unit);
  return Refused(change.tag, "out_of_limits",
                 StrCat("the present value is of ", before.quality,
                        " quality, so that the largest step ", step, " cannot be kept"),
                 StrCat("현재 설정값의 품질이 정상이 아니어서 한 번에 바꿀 수 있는 폭(", step,
                        ")을 지킬 수 없습니다"));
}

}  // namespace

ToolError Refused(const TagEntry& tag, std::string code, std::string_view english,
                  std::string_view korean) {
  return MakeToolError(std::move(code),
                       StrCat("tag '", tag.tag, "': ", english, "; nothing was written"),
                       StrCat("태그 '", tag.tag, "': ", korean, ". 아무것도 쓰지 않았습니다"));
}

ToolError NothingWritten(const TagEntry& tag, const ToolError& error) {
  const bool doubtful = error.code == "timeout" || error.code == "malformed_upstream";
  return Refused(tag, doubtful ? "unreachable" : error.code, error.message_en, error.message_ko);
}

ToolError InDoubt(const Change& change, std::string_view english, std::string_view korean) {
  const std::string value = Shown(change.value, change.point.unit);
  return MakeToolError("in_doubt",
                       StrCat("tag '", change.tag.tag, "': whether ", value,
                              " was written is not known: ", english, "; read the plant"),
                       StrCat("태그 '", change.tag.tag, "': 설정값(", value,
                              ")이 쓰였는지 알 수 없습니다(", korean, "). 현장에서 확인하십시오"));
}

std::optional<ToolError> CheckUnit(const Change& change, const Json& arguments) {
  const std::string said = base::StringOr(arguments, "unit", "");
  if (said.empty() || SameUnit(said, change.point.unit)) return std::nullopt;
  return Refused(
      change.tag, "unit_mismatch",
      StrCat("the value is in '", said, "', the set point in '", change.point.unit, "'"),
      StrCat("값의 단위는 '", said, "'인데 설정값의 단위는 '", change.point.unit, "'입니다"));
}

std::optional<ToolError> CheckLimits(const Change& change) {
  const SetPoint& point = change.point;
  const std::string value = Shown(change.value, point.unit);
  if (change.value < point.low) {
    const std::string low = Shown(point.low, point.unit);
    return Refused(change.tag, "out_of_limits", StrCat(value, " is below the low limit ", low),
                   StrCat("값(", value, ")이 하한 ", low, "보다 낮습니다"));
  }
  if (change.value <= point.high) return std::nullopt;
  const std::string high = Shown(point.high, point.unit);
  return Refused(change.tag, "out_of_limits", StrCat(value, " is above the high limit ", high),
                 StrCat("값(", value, ")이 상한 ", high, "보다 높습니다"));
}

std::optional<ToolError> CheckStep(const Change& change, const Sample& before) {
  if (before.quality != "good") return NoValueNow(change, before);
  // A tenth of a tenth is no binary fraction: the step may be missed by a rounding error.
  if (std::abs(change.value - *before.value) <= change.point.step * (1 + 1e-9)) return std::nullopt;
  const std::string from = Shown(*before.value, change.point.unit),
                    to = Shown(change.value, change.point.unit),
                    step = Shown(change.point.step, change.point.unit);
  return Refused(change.tag, "out_of_limits",
                 StrCat("from ", from, " to ", to, " is more than the largest step ", step),
                 StrCat(from, "에서 ", to, "까지는 한 번에 바꿀 수 있는 폭 ", step, "보다 큽니다"));
}

std::optional<ToolError> CheckInterlock(Plant& plant, const Change& change,
                                        const tools::CallContext& context) {
  if (!change.point.interlock) return std::nullopt;
  const Interlock& interlock = *change.point.interlock;
  const TagEntry& tag = *plant.tags.ById(interlock.tag);
  const auto read = ReadSamples(plant, {&tag}, context);
  if (!read.ok()) return NothingWritten(change.tag, read.error());
  const Sample& now = read->front();
  if (now.quality == "good" && *now.value == interlock.permits) return std::nullopt;
  const std::string name = StrCat("'", tag.tag, "'(", tag.name, ")"),
                    wanted = Shown(interlock.permits, tag.unit);
  const bool known = now.quality == "good";
  const std::string shows = known ? Shown(*now.value, tag.unit) : "";
  return Refused(change.tag, "interlocked",
                 StrCat("interlock ", name,
                        known ? StrCat(" is ", shows) : StrCat(" is of ", now.quality, " quality"),
                        "; writing is permitted while it is ", wanted),
                 StrCat("인터록 ", name, "의 값이 ", known ? shows : "정상 품질이 아닌 상태",
                        "입니다. ", wanted, "일 때만 쓸 수 있습니다"));
}

std::optional<ToolError> CheckWritten(const Change& change, const Written& written) {
  if (written.status < 0x80000000) return std::nullopt;
  const std::string english =
      StrCat("the server refuses ", Shown(change.value, change.point.unit), " for node ",
             change.point.node, " of type ", written.type, ": ", written.status_name);
  if (const Refusal* refusal = FindRefusal(written.status))
    return Refused(change.tag, refusal->code, english, refusal->korean);
  const std::string korean = StrCat("서버의 응답 ", written.status_name);
  if (!written.value) return Refused(change.tag, "unreachable", english, korean);
  return InDoubt(change, english, korean);
}

}  // namespace connectors::manufacturing
