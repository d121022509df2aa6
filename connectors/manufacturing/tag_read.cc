// tag.read: each tag from the source that the tag map names.
#include <cmath>

#include "connectors/manufacturing/plant.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr size_t kTagsMax = 200;

using Group = std::vector<const TagEntry*>;

Fallible<std::vector<Sample>> ReadOpcUa(Plant& plant, const Group& group,
                                        const tools::CallContext& context) {
  std::vector<std::string> nodes;
  for (const TagEntry* entry : group) nodes.push_back(entry->opcua->node);
  return plant.opcua.Read(nodes, context);
}

Fallible<std::vector<Sample>> ReadFrom(TagSource* source, std::string_view protocol,
                                       const Group& group, const tools::CallContext& context) {
  if (source != nullptr) return source->Read(group, context);
  return MakeToolError(
      "unreachable",
      StrCat("tag '", group.front()->tag, "' is read over ", protocol, ", which is not configured"),
      StrCat("태그 '", group.front()->tag, "'의 연결(", protocol, ")이 설정되지 않았습니다"));
}

Fallible<std::vector<Sample>> ReadGroup(Plant& plant, const Group& group,
                                        const tools::CallContext& context) {
  if (group.front()->opcua) return ReadOpcUa(plant, group, context);
  if (group.front()->sparkplug)
    return ReadFrom(plant.sparkplug.get(), "Sparkplug B", group, context);
  return ReadFrom(plant.modbus.get(), "Modbus/TCP", group, context);
}

// "Not a number" is what a device sends that has no value, and an infinite one has left its scale.
Sample Measured(Sample sample) {
  if (!sample.value || std::isfinite(*sample.value)) return sample;
  sample.value.reset();
  sample.quality = "bad";
  return sample;
}

size_t Protocol(const TagEntry& entry) { return entry.opcua ? 0 : entry.sparkplug ? 1 : 2; }

Json Item(const TagEntry& entry, const Sample& sample) {
  return {{"tag", entry.tag},
          {"value", sample.value ? Json(*sample.value) : Json()},
          {"unit", entry.unit},
          {"quality", sample.quality},
          {"time", base::TimeText(sample.time)}};
}

tools::ToolOutcome Answer(Plant& plant, const Group& entries, const std::vector<Sample>& samples) {
  static constexpr std::string_view kSystems[] = {"manufacturing.opcua", "manufacturing.sparkplug",
                                                  "manufacturing.modbus"};
  tools::ToolResult result{{{"items", Json::array()}}, PlantLabel(), {}};
  bool any_good = false;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Json item = Item(*entries[i], samples[i]);
    any_good |= samples[i].quality != "bad";
    result.origins.push_back(MakeOrigin(kSystems[Protocol(*entries[i])], entries[i]->tag,
                                        item["time"].get<std::string>(), plant.clock.Now(),
                                        base::DumpJson(item)));
    result.value["items"].push_back(item);
  }
  if (!any_good) {
    return MakeToolError(
        "bad_quality", StrCat("tag '", entries.front()->tag, "': the plant marks every value bad"),
        StrCat("태그 '", entries.front()->tag, "': 값의 품질이 모두 불량입니다"));
  }
  return result;
}

}  // namespace

Fallible<std::vector<Sample>> ReadSamples(Plant& plant, const Group& entries,
                                          const tools::CallContext& context) {
  std::vector<Sample> samples(entries.size());
  for (size_t protocol = 0; protocol < 3; ++protocol) {
    Group group;
    std::vector<size_t> places;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (Protocol(*entries[i]) != protocol) continue;
      group.push_back(entries[i]);
      places.push_back(i);
    }
    if (group.empty()) continue;
    ASSIGN_OR_FAIL(const std::vector<Sample> read, ReadGroup(plant, group, context));
    for (size_t i = 0; i < places.size(); ++i) samples[places[i]] = Measured(read[i]);
  }
  return samples;
}

tools::ToolOutcome ReadTags(Plant& plant, const tools::ToolCall& call,
                            const tools::CallContext& context) {
  const Json& tags = call.arguments().at("tags");
  if (tags.empty() || tags.size() > kTagsMax) {
    return MakeToolError(
        "invalid_argument", StrCat(tags.size(), " tags; 1 to ", kTagsMax, " can be read"),
        StrCat("태그가 ", tags.size(), "개입니다. 1개에서 ", kTagsMax, "개까지 읽을 수 있습니다"));
  }
  Group entries;
  for (const Json& tag : tags) {
    ASSIGN_OR_FAIL(const TagEntry* entry, plant.tags.Find(tag.get<std::string>()));
    entries.push_back(entry);
  }
  ASSIGN_OR_FAIL(const std::vector<Sample> samples, ReadSamples(plant, entries, context));
  return Answer(plant, entries, samples);
}

}  // namespace connectors::manufacturing
