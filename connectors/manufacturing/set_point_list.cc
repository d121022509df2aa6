#include "connectors/manufacturing/set_point_list.h"

#include <algorithm>
#include <initializer_list>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

// Empty, or what is wrong: a key that is not among `known`, or one of `numbers` that is none.
std::string WrongKeys(const Json& object, std::initializer_list<std::string_view> known,
                      std::initializer_list<const char*> numbers) {
  if (!object.is_object()) return "is no object";
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return StrCat("'", key, "' is not known");
  }
  for (const char* key : numbers) {
    if (!object.contains(key) || !object[key].is_number())
      return StrCat("'", key, "' is no number");
  }
  return "";
}

std::string ParseInterlock(const Json& json, const TagMap& tags, SetPoint& point) {
  const std::string wrong = WrongKeys(json, {"tag", "permits"}, {"permits"});
  if (!wrong.empty()) return StrCat("interlock: ", wrong);
  point.interlock = Interlock{StringOr(json, "tag", ""), json["permits"].get<double>()};
  if (tags.ById(point.interlock->tag) != nullptr) return "";
  return StrCat("interlock: tag '", point.interlock->tag, "' is not in the tag map");
}

// Empty, or what is wrong.
std::string Parse(const Json& json, const TagMap& tags, SetPoint& point) {
  std::string wrong = WrongKeys(json, {"tag", "node", "unit", "low", "high", "step", "interlock"},
                                {"low", "high", "step"});
  if (!wrong.empty()) return wrong;
  point.node = StringOr(json, "node", "");
  point.unit = StringOr(json, "unit", "");
  point.low = json["low"].get<double>();
  point.high = json["high"].get<double>();
  point.step = json["step"].get<double>();
  if (tags.ById(point.tag) == nullptr) return "is not in the tag map";
  if (point.node.empty()) return "has no 'node'";
  if (!json.contains("unit") || !json["unit"].is_string()) return "has no 'unit'";
  if (!(point.low < point.high))
    return StrCat("low ", point.low, " is not below high ", point.high);
  if (!(point.step > 0)) return StrCat("step ", point.step, " is not above 0");
  return json.contains("interlock") ? ParseInterlock(json["interlock"], tags, point) : "";
}

}  // namespace

absl::StatusOr<SetPointList> SetPointList::Load(const std::string& path, const TagMap& tags) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"set point list", "설정값 목록"}));
  if (!json.is_object() || !json.contains("setpoints") || !json["setpoints"].is_array()) {
    return absl::InvalidArgumentError(StrCat("set point list ", path, " has no list 'setpoints'"));
  }
  SetPointList list;
  for (const Json& entry : json["setpoints"]) {
    SetPoint point;
    point.tag = StringOr(entry, "tag", "");
    std::string wrong = Parse(entry, tags, point);
    for (const SetPoint& other : list.points_) {
      if (other.tag == point.tag || other.node == point.node)
        wrong = "is there twice, by tag or by node";
    }
    if (!wrong.empty()) {
      return absl::InvalidArgumentError(
          StrCat("set point list ", path, ": tag '", point.tag, "' ", wrong));
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
