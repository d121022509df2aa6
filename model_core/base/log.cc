#include "model_core/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>

#include "model_core/base/clock.h"

namespace base {
namespace {

std::atomic<LogFormat> g_format{LogFormat::kText};

spdlog::logger& Sink() {
  static auto* const logger = [] {
    auto* made = new spdlog::logger("maru", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return *logger;
}

// As it is where it fits one line; else as JSON has it, so that an event is a line whatever is in
// it.
std::string Shown(const Json& value) {
  const std::string* text = value.get_ptr<const std::string*>();
  const bool plain = text != nullptr && std::none_of(text->begin(), text->end(), [](char c) {
                       return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
                     });
  return plain ? *text : DumpJson(value);
}

std::string Render(std::string_view level, std::string_view event, const Json& fields) {
  const std::string time = TimeText(SystemClock().Now());
  if (g_format == LogFormat::kJson) {
    Json line = {{"time", time}, {"level", level}, {"event", event}};
    if (fields.is_object()) line.update(fields);
    return DumpJson(line);
  }
  std::string line = time;
  line.append(" ").append(level).append(" ").append(event);
  for (const auto& [key, value] : fields.items()) {
    line.append(" ").append(key).append("=");
    line.append(Shown(value));
  }
  return line;
}

void Write(spdlog::level::level_enum level, std::string_view name, std::string_view event,
           const Json& fields) {
  if (!Sink().should_log(level)) return;
  const std::string line = Render(name, event, fields);
  Sink().log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void StartLog(LogFormat format, LogLevel least_level) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                   spdlog::level::warn, spdlog::level::err};
  g_format = format;
  Sink().set_level(kLevels[static_cast<int>(least_level)]);
  Sink().flush_on(spdlog::level::info);
}

void LogDebug(std::string_view event, const Json& fields) {
  Write(spdlog::level::debug, "debug", event, fields);
}
void LogInfo(std::string_view event, const Json& fields) {
  Write(spdlog::level::info, "info", event, fields);
}
void LogWarning(std::string_view event, const Json& fields) {
  Write(spdlog::level::warn, "warning", event, fields);
}
void LogError(std::string_view event, const Json& fields) {
  Write(spdlog::level::err, "error", event, fields);
}

}  // namespace base
