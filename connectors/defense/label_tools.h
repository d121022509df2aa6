// label.assign and release.check.
#pragma once

#include "connectors/defense/label_binding.h"
#include "connectors/tool_kit.h"

namespace connectors::defense {

inline constexpr std::string_view kLabelSystem = "defense.labels";

struct LabelDesk {
  LabelPolicy policy;
  BindingKeys keys;
  DocumentStore& documents;
  base::Clock& clock;
};

tools::ToolOutcome AssignLabel(LabelDesk& desk, const tools::ToolCall& call,
                               const tools::CallContext& context);
tools::ToolOutcome CheckRelease(LabelDesk& desk, const tools::ToolCall& call,
                                const tools::CallContext& context);

}  // namespace connectors::defense
