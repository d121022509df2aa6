#include "connectors/manufacturing/tag_map.h"

#include <set>

#include "connectors/manufacturing/plant_names.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

std::optional<double> Number(const Json& object, const char* key) {
  if (!object.contains(key) || !object[key].is_number()) return std::nullopt;
  return object[key].get<double>();
}

ModbusAddress ParseModbus(const Json& source) {
  ModbusAddress address;
  address.unit = static_cast<int>(base::IntOr(source, "unit", 1));
  address.input = StringOr(source, "table", "holding") == "input";
  address.reg = static_cast<int>(base::IntOr(source, "register", -1));
  address.format = StringOr(source, "format", "int16");
  address.little_words = StringOr(source, "words", "big") == "little";
  address.scale = base::NumberOr(source, "scale", 1);
  return address;
}

bool Known(const ModbusAddress& address) {
  static constexpr std::string_view kFormats[] = {"int16", "uint16", "int32", "uint32", "float32"};
  const bool format =
      std::find(std::begin(kFormats), std::end(kFormats), address.format) != std::end(kFormats);
  return format && address.reg >= 0 && address.reg <= 0xFFFF && address.unit >= 0 &&
         address.unit <= 255;
}

// False: the source is of no known kind, or lacks what its kind needs.
bool ParseSource(const Json& source, TagEntry& entry) {
  const std::string kind = StringOr(source, "kind", "");
  if (kind == "opcua") {
    entry.opcua = OpcUaAddress{StringOr(source, "node", "")};
    return !entry.opcua->node.empty();
  }
  if (kind == "sparkplug") {
    entry.sparkplug = SparkplugAddress{StringOr(source, "edge", ""), StringOr(source, "device", ""),
                                       StringOr(source, "metric", "")};
    return !entry.sparkplug->edge.empty() && !entry.sparkplug->metric.empty();
  }
  if (kind != "modbus") return false;
  entry.modbus = ParseModbus(source);
  return Known(*entry.modbus);
}

absl::Status Wrong(const std::string& path, std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("tag map ", path, english),
                     StrCat("태그 대응표 ", path, ": ", korean));
}

absl::StatusOr<TagEntry> ParseTag(const Json& json, const std::string& path) {
  TagEntry entry;
  entry.tag = StringOr(json, "tag", "");
  entry.asset = StringOr(json, "asset", "");
  entry.names = NamesOf(json, "name");
  entry.name = entry.names.empty() ? "" : entry.names.front();
  entry.asset_names = NamesOf(json, "asset_name");
  entry.areas = NamesOf(json, "area");
  entry.unit = StringOr(json, "unit", "");
  const Json limits = json.is_object() ? json.value("limits", Json::object()) : Json::object();
  entry.low = Number(limits, "low");
  entry.high = Number(limits, "high");
  const Json source = json.is_object() ? json.value("source", Json::object()) : Json::object();
  if (entry.tag.empty() || !ParseSource(source, entry)) {
    const std::string shown = base::DumpJson(source);
    return Wrong(path, StrCat(": tag '", entry.tag, "': source ", shown, " is not known"),
                 StrCat("태그 '", entry.tag, "': 알 수 없는 출처입니다: ", shown));
  }
  return entry;
}

// Its names alone, and after each name of its area.
std::vector<std::string> FullNames(const TagEntry& entry) {
  std::vector<std::string> names = entry.names;
  for (const std::string& area : entry.areas) {
    for (const std::string& name : entry.names) names.push_back(StrCat(area, " ", name));
  }
  return names;
}

std::vector<std::string> AssetNames(const TagEntry& entry) {
  std::vector<std::string> names = entry.asset_names;
  if (!entry.asset.empty()) names.push_back(entry.asset);
  return names;
}

tools::ToolError NoTag(const std::string& text) {
  return tools::MakeToolError("not_found", StrCat("there is no tag '", text, "'"),
                              StrCat("태그 '", text, "'", base::Particle(text, "이"), " 없습니다"));
}

}  // namespace

absl::StatusOr<TagMap> TagMap::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"tag map", "태그 대응표"}));
  if (!json.is_object() || !json.contains("tags") || !json["tags"].is_array()) {
    return Wrong(path, " has no list 'tags'", "'tags' 목록이 없습니다");
  }
  TagMap map;
  for (const Json& tag : json["tags"]) {
    ASSIGN_OR_RETURN(TagEntry entry, ParseTag(tag, path));
    if (map.ById(entry.tag) != nullptr) {
      return Wrong(
          path, StrCat(": tag '", entry.tag, "' is there twice"),
          StrCat("태그 '", entry.tag, "'", base::Particle(entry.tag, "이"), " 두 번 나옵니다"));
    }
    map.tags_.push_back(std::move(entry));
  }
  return map;
}

const TagEntry* TagMap::ById(std::string_view tag) const {
  for (const TagEntry& entry : tags_) {
    if (entry.tag == tag) return &entry;
  }
  return nullptr;
}

Fallible<const TagEntry*> TagMap::Find(const std::string& text) const {
  if (const TagEntry* entry = ById(text)) return entry;
  const std::vector<const TagEntry*> found = Meant(text, tags_, FullNames);
  if (found.size() == 1) return found.front();
  if (found.empty()) return NoTag(text);
  std::vector<std::string> names;
  for (const TagEntry* entry : found) names.push_back(entry->tag);
  const std::string list = base::StrJoin(names, ", ");
  return tools::MakeToolError(
      "invalid_argument", StrCat("tag '", text, "' may be any of ", list),
      StrCat("태그 '", text, "'", base::Particle(text, "이"), " 여럿입니다: ", list));
}

std::vector<const TagEntry*> TagMap::Within(const std::string& area) const {
  return Meant(area, tags_, [](const TagEntry& entry) {
    std::vector<std::string> names = AssetNames(entry);
    names.insert(names.end(), entry.areas.begin(), entry.areas.end());
    return names;
  });
}

std::string TagMap::AssetOf(const std::string& text) const {
  std::set<std::string> assets;
  for (const TagEntry* entry : Meant(text, tags_, AssetNames)) assets.insert(entry->asset);
  return assets.size() == 1 ? *assets.begin() : text;
}

}  // namespace connectors::manufacturing
