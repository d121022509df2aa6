// Calls of a connector's tools as the executor makes them: with a permit for exactly that call, and
// with the result checked against the catalogue.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model_core/base/check.h"
#include "policies/permit_office.h"
#include "tools/catalogue.h"
#include "tools/tool.h"
#include "tools/tool_executor.h"

namespace fakes {

struct CallOptions {
  std::string requester = "kim.legal";
  std::string run_id = "run-1", step_id = "s1";
  absl::Time now = absl::Now();
  absl::Duration timeout = absl::Seconds(20);
  std::function<bool()> cancelled;
  std::string signer;  // who approved, where a licence is asked for
  base::Language language = base::Language::kKorean;
};

inline tools::ToolCall MakeCall(const std::string& tool, base::Json arguments,
                                const CallOptions& options = {}) {
  tools::ToolCall call;
  call.binding = {options.run_id,        options.step_id, tool,    std::move(arguments),
                  policies::UserLabel(), "plan",          "policy"};
  call.idempotency_key = options.run_id + "/" + options.step_id;
  call.requester = options.requester;
  call.signer = options.signer;
  call.language = options.language;
  call.now = options.now;
  return call;
}

inline tools::Tool& FindTool(tools::Connector& connector, const std::string& name) {
  for (tools::Tool* tool : connector.tools()) {
    if (tool->name() == name) return *tool;
  }
  CHECK(false, "no tool %s", name.c_str());
  std::abort();
}

inline tools::ToolOutcome CallTool(tools::Connector& connector, const std::string& name,
                                   base::Json arguments, const CallOptions& options = {}) {
  const tools::ToolCall call = MakeCall(name, std::move(arguments), options);
  tools::ToolOutcome outcome = FindTool(connector, name)
                                   .Call(call, policies::PermitOffice::Issue(call.binding),
                                         {absl::Now() + options.timeout, options.cancelled});
  if (!outcome.ok()) return outcome;
  const auto malformed =
      tools::CheckResult(*tools::Catalogue::BuiltIn().Find(name), outcome.result().value);
  EXPECT_FALSE(malformed) << malformed->message_en;
  EXPECT_FALSE(outcome.result().origins.empty());
  for (const policies::Origin& origin : outcome.result().origins) {
    EXPECT_FALSE(origin.system.empty() || origin.record.empty() || origin.time.empty());
    EXPECT_EQ(origin.sha256.size(), 64u);
  }
  return outcome;
}

// Of several connectors, the one that gives the tool; error no_such_tool if none does.
inline tools::ToolOutcome CallAny(std::vector<std::unique_ptr<tools::Connector>>& connectors,
                                  const std::string& name, base::Json arguments,
                                  const CallOptions& options = {}) {
  for (const auto& connector : connectors) {
    for (tools::Tool* tool : connector->tools()) {
      if (tool->name() == name) return CallTool(*connector, name, std::move(arguments), options);
    }
  }
  return tools::MakeToolError("no_such_tool", name, name);
}

// The error's code, or "ok".
inline std::string Code(const tools::ToolOutcome& outcome) {
  return outcome.ok() ? "ok" : outcome.error().code;
}

}  // namespace fakes
