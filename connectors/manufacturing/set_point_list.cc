#include "connectors/manufacturing/set_point_list.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

// What follows the tag's name in a message.
struct Wrong {
  std::string english, korean;
};

// A key that is not among `known`, or one of `numbers` that is none.
std::optional<Wrong> WrongKeys(const Json& object, std::initializer_list<std::string_view> known,
                               std::initializer_list<const char*> numbers) {
  if (!object.is_object()) return Wrong{"is no object", "객체가 아닙니다"};
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return Wrong{StrCat("'", key, "' is not known"),
                   StrCat("'", key, "'", base::Particle(key, "은"), " 알 수 없는 키입니다")};
  }
  for (const char* key : numbers) {
    if (!object.contains(key) || !object[key].is_number())
      return Wrong{StrCat("'", key, "' is no number"), StrCat("'", key, "' 값이 수가 아닙니다")};
  }
  return std::nullopt;
}

std::optional<Wrong> ParseInterlock(const Json& json, const TagMap& tags, SetPoint& point) {
  if (const auto wrong = WrongKeys(json, {"tag", "permits"}, {"permits"}))
    return Wrong{StrCat("interlock: ", wrong->english), StrCat("인터록: ", wrong->korean)};
  point.interlock = Interlock{StringOr(json, "tag", ""), json["permits"].get<double>()};
  const std::string& tag = point.interlock->tag;
  if (tags.ById(tag) != nullptr) return std::nullopt;
  return Wrong{
      StrCat("interlock: tag '", tag, "' is not in the tag map"),
      StrCat("인터록: 태그 '", tag, "'", base::Particle(tag, "이"), " 태그 대응표에 없습니다")};
}

std::optional<Wrong> Parse(const Json& json, const TagMap& tags, SetPoint& point) {
  if (auto wrong = WrongKeys(json, {"tag", "node", "unit", "low", "high", "step", "interlock"},
                             {"low", "high", "step"}))
    return wrong;
  point.node = StringOr(json, "node", "");
  point.unit = StringOr(json, "unit", "");
  point.low = json["low"].get<double>();
  point.high = json["high"].get<double>();
  point.step = json["step"].get<double>();
  if (tags.ById(point.tag) == nullptr)
    return Wrong{"is not in the tag map", "태그 대응표에 없습니다"};
  if (point.node.empty()) return Wrong{"has no 'node'", "'node'가 없습니다"};
  if (!json.contains("unit") || !json["unit"].is_string())
    return Wrong{"has no 'unit'", "'unit'이 없습니다"};
  if (!(point.low < point.high))
    return Wrong{StrCat("low ", point.low, " is not below high ", point.high),
                 StrCat("하한 ", point.low, ", 상한 ", point.high, ": 하한이 더 낮아야 합니다")};
  if (!(point.step > 0))
    return Wrong{StrCat("step ", point.step, " is not above 0"),
                 StrCat("변경 폭 'step'의 값 ", point.step, ": 0보다 커야 합니다")};
  return json.contains("interlock") ? ParseInterlock(json["interlock"], tags, point) : std::nullopt;
}

}  // namespace

absl::StatusOr<SetPointList> SetPointList::Load(const std::string& path, const TagMap& tags) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"set point list", "설정값 목록"}));
  if (!json.is_object() || !json.contains("setpoints") || !json["setpoints"].is_array()) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("set point list ", path, " has no list 'setpoints'"),
                       StrCat("설정값 목록 ", path, ": 'setpoints' 목록이 없습니다"));
  }
  SetPointList list;
  for (const Json& entry : json["setpoints"]) {
    SetPoint point;
    point.tag = StringOr(entry, "tag", "");
    std::optional<Wrong> wrong = Parse(entry, tags, point);
    for (const SetPoint& other : list.points_) {
      if (other.tag == point.tag || other.node == point.node)
        wrong = Wrong{"is there twice, by tag or by node", "태그나 노드가 두 번 나옵니다"};
    }
    if (wrong) {
      return base::Error(
          absl::StatusCode::kInvalidArgument,
          StrCat("set point list ", path, ": tag '", point.tag, "' ", wrong->english),
          StrCat("설정값 목록 ", path, ": 태그 '", point.tag, "': ", wrong->korean));
    }
    list.points_.push_back(std::move(point));
  }
  return list;
}

const SetPoint* SetPointList::Find(std::string_view tag) const {
  const auto it = std::find_if(points_.begin(), points_.end(),
                               [&](const SetPoint& point) { return point.tag == tag; });
  return it == points_.end() ? nullptr : &*it;
}

}  // namespace connectors::manufacturing
