// What setpoint.write refuses, and how it says so.
#pragma once

#include <optional>
#include <string_view>

#include "connectors/manufacturing/plant.h"

namespace connectors::manufacturing {

// A change that was asked for: of a tag on the list, to a value in the list's unit.
struct Change {
  const TagEntry& tag;
  const SetPoint& point;
  double value;
};

// A refusal before anything was written, which it says.
tools::ToolError Refused(const TagEntry& tag, std::string code, std::string_view english,
                         std::string_view korean);
// A failure before anything was written. An effect that fails by `timeout` or `malformed_upstream`
// counts as in doubt; here nothing is.
tools::ToolError NothingWritten(const TagEntry& tag, const tools::ToolError& error);
// The value may have been written.
tools::ToolError InDoubt(const Change& change, std::string_view english, std::string_view korean);

// nullopt: nothing speaks against it. unit_mismatch, out_of_limits, interlocked.
std::optional<tools::ToolError> CheckUnit(const Change& change, const base::Json& arguments);
std::optional<tools::ToolError> CheckLimits(const Change& change);
std::optional<tools::ToolError> CheckStep(const Change& change, const Sample& before);
std::optional<tools::ToolError> CheckInterlock(Plant& plant, const Change& change,
                                               const tools::CallContext& context);
// nullopt: the server took the value. A refusal of the server; in_doubt where its status leaves
// open what happened.
std::optional<tools::ToolError> CheckWritten(const Change& change, const Written& written);

}  // namespace connectors::manufacturing
