// TagMap: which tags a plant has, and where each is read. Data, not code: a JSON file of the site.
//
//   {"tags":[{"tag":"TI-101","name":"충전액 온도","asset":"FIL-02","area":"충전 2라인","unit":"℃",
//             "limits":{"low":58,"high":66},"source":{"kind":"opcua","node":"nsu=urn:plant;s=TI-101"}}]}
//   source: {"kind":"opcua","node"}
//           {"kind":"sparkplug","edge","device","metric"}          (device "": a metric of the node
//           itself)
//           {"kind":"modbus","unit","table":"holding|input","register","format":"int16|uint16|int32|uint32|float32",
//            "words":"big|little","scale":1}                       (register from 0; words: order
//            of 16-bit words)
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
  std::string tag, name, asset, area, unit;
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

  // By identifier, or by name as a person says it (spaces do not count). not_found;
  // invalid_argument if the name fits several tags, which it lists.
  Fallible<const TagEntry*> Find(const std::string& text) const;
  const TagEntry* ById(std::string_view tag) const;
  const std::vector<TagEntry>& tags() const { return tags_; }

 private:
  std::vector<TagEntry> tags_;
};

}  // namespace connectors::manufacturing
