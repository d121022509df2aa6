// Plant: the sources of one plant, as its tools use them. And the tools, each one entry of the
// catalogue.
#pragma once

#include <memory>

#include "connectors/manufacturing/opcua_client.h"
#include "connectors/manufacturing/set_point_list.h"
#include "connectors/manufacturing/tag_map.h"
#include "connectors/sql.h"

namespace connectors::manufacturing {

// TagSource: one protocol that tags can be read over. Thread-safe.
class TagSource {
 public:
  virtual ~TagSource() = default;
  // A sample for each tag, in their order. A tag that the source does not know is `not_found`.
  virtual Fallible<std::vector<Sample>> Read(const std::vector<const TagEntry*>& tags,
                                             const tools::CallContext& context) = 0;
};

// Null if the options are empty.
std::unique_ptr<TagSource> MakeSparkplugSource(SparkplugOptions options, base::Clock& clock);
std::unique_ptr<TagSource> MakeModbusSource(ModbusOptions options, base::Clock& clock);

struct Plant {
  TagMap tags;
  SetPointList set_points;
  OpcUaClient opcua;
  std::unique_ptr<SqlReader> database;
  std::unique_ptr<TagSource> sparkplug, modbus;  // null: not configured
  base::Clock& clock;
};

// The label of all that comes from a plant: S, as trusted as its own systems.
policies::Label PlantLabel();

// The standing condition of that name; nullopt if it does not stand.
Fallible<std::optional<Condition>> FindCondition(Plant& plant, const std::string& alarm,
                                                 const tools::CallContext& context);

// A sample for each tag, in their order; each protocol is asked once.
Fallible<std::vector<Sample>> ReadSamples(Plant& plant, const std::vector<const TagEntry*>& entries,
                                          const tools::CallContext& context);

tools::ToolOutcome ReadTags(Plant& plant, const tools::ToolCall& call,
                            const tools::CallContext& context);
tools::ToolOutcome TagHistory(Plant& plant, const tools::ToolCall& call,
                              const tools::CallContext& context);
tools::ToolOutcome ActiveAlarms(Plant& plant, const tools::ToolCall& call,
                                const tools::CallContext& context);
tools::ToolOutcome AcknowledgeAlarm(Plant& plant, const tools::ToolCall& call,
                                    const tools::CallContext& context);
tools::ToolOutcome WriteSetPoint(Plant& plant, const tools::ToolCall& call,
                                 const tools::CallContext& context);
tools::ToolOutcome EvaluateSpc(Plant& plant, const tools::ToolCall& call,
                               const tools::CallContext& context);
tools::ToolOutcome AlarmHistory(Plant& plant, const tools::ToolCall& call,
                                const tools::CallContext& context);
tools::ToolOutcome ExplainAlarm(Plant& plant, const tools::ToolCall& call,
                                const tools::CallContext& context);
tools::ToolOutcome ComputeOee(Plant& plant, const tools::ToolCall& call,
                              const tools::CallContext& context);

}  // namespace connectors::manufacturing
