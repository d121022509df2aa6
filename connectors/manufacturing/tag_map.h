// TagMap: which tags a plant has, and where each is read. Data, not code: a JSON file of the site.
//
//   {"tags":[{"tag":"TI-101","name":"충전액 온도","name_en":"fill temperature",
//             "asset":"FIL-02","asset_name":"2라인 충전기","asset_name_en":"line 2 filler",
//             "area":"충전 2라인","area_en":"filling line 2",
//             "unit":"℃","limits":{"low":58,"high":66},
//             "source":{"kind":"opcua","node":"nsu=urn:plant;s=TI-101"}}]}
//   name, asset_name, area: what people call them, in as many languages as there are
//           (plant_names.h)
//   source: {"kind":"opcua","node"}
//           {"kind":"sparkplug","edge","device","metric"}
//              device "": a metric of the node itself
//           {"kind":"modbus","unit","table","register","format","words","scale":1}
//              table: holding, input; register: from 0; words: big, little, of 16 bits each;
//              format: int16, uint16, int32, uint32, float32
// Immutable after loading; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/tool_kit.h"

namespace connectors::manufacturing {

struct OpcUaAddress {
  std::string node;
};
struct SparkplugAddress {
  std::string edge, device, metric;
};
struct ModbusAddress {
  int unit = 1;
  bool input = false;  // input registers, else holding registers
  int reg = 0;
  std::string format = "int16";
  bool little_words = false;
  double scale = 1;
};

struct TagEntry {
  std::string tag, name, asset, unit;  // name: the first of them
  std::vector<std::string> names, asset_names, areas;
  std::optional<double> low, high;  // specification limits, for capability
  std::optional<OpcUaAddress> opcua;
  std::optional<SparkplugAddress> sparkplug;
  std::optional<ModbusAddress> modbus;
};

class TagMap {
 public:
  TagMap() = default;
  // As base::ReadFile; InvalidArgument, with file and tag.
  static absl::StatusOr<TagMap> Load(const std::string& path);

  // By identifier, or by name as a person says it, alone or after its area's. not_found;
  // invalid_argument if the name fits several tags, which it lists.
  Fallible<const TagEntry*> Find(const std::string& text) const;
  const TagEntry* ById(std::string_view tag) const;
  // The tags of an area or of an asset, which may be named by its identifier.
  std::vector<const TagEntry*> Within(const std::string& area) const;
  // The identifier of the one asset of that name; else the text itself.
  std::string AssetOf(const std::string& text) const;
  const std::vector<TagEntry>& tags() const { return tags_; }

 private:
  std::vector<TagEntry> tags_;
};

}  // namespace connectors::manufacturing
