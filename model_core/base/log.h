// Structured logging: a dotted event name and typed fields, never a sentence. Thread-safe.
//
//   base::LogInfo("tool_call.forbidden", {{"run_id", id}, {"tool", name}});
//
// Text or JSON, one line an event whatever its fields hold, on standard error. The sink is the
// project's only global state.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/json.h"

namespace base {

enum class LogFormat { kText, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Call once, before threads start. Without it events go out as text at level info.
void StartLog(LogFormat format, LogLevel least_level);

// `fields` is a JSON object: {{"run_id", id}}.
void LogDebug(std::string_view event, const Json& fields = Json::object());
void LogInfo(std::string_view event, const Json& fields = Json::object());
void LogWarning(std::string_view event, const Json& fields = Json::object());
void LogError(std::string_view event, const Json& fields = Json::object());

}  // namespace base
