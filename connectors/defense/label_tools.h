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
// The document that either would act on; `becomes` where the arguments hold the grade that
// label.assign gives it. An unlabelled document counts as C, also when its first grade is assigned.
tools::RecordsFound NamedDocument(LabelDesk& desk, const base::Json& arguments,
                                  const tools::CallContext& context);

tools::ToolOutcome CheckRelease(LabelDesk& desk, const tools::ToolCall& call,
                                const tools::CallContext& context);

}  // namespace connectors::defense
