#include "deploy/server/config_schema.h"

#include <yaml-cpp/yaml.h>

#include <set>

#include "deploy/server/config.h"
#include "model_core/base/address.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::StrCat;
template <typename Value>
using Limits = std::map<std::string_view, std::pair<Value, Value>>;

// Keys that take one of a few words.
const std::map<std::string_view, std::set<std::string_view>>& Choices() {
  static const auto* const choices = new std::map<std::string_view, std::set<std::string_view>>{
      {"log.format", {"text", "json"}},
      {"log.level", {"debug", "info", "warning", "error"}},
      {"model.provider", {"embedded", "openai"}},
      {"connectors.manufacturing.opcua_security", {"none", "sign", "sign_encrypt"}},
      {"connectors.administration.mail_tls", {"none", "starttls", "implicit"}}};
  return *choices;
}

// Every key that takes a number has its limits here.
const Limits<int64_t>& Numbers() {
  constexpr std::pair<int64_t, int64_t> kPort{1, base::kPortMax};
  static const auto* const limits =
      new Limits<int64_t>{{"server.request_bytes_max", {1024, 64 << 20}},
                          {"store.connections", {3, 200}},
                          {"runs.workers", {1, 64}},
                          {"runs.late_timeouts", {1, 1000}},
                          {"runs.attempts_max", {1, 10}},
                          {"runs.parallel_steps_max", {1, 16}},
                          {"model.threads", {1, 256}},
                          {"model.memory_mib", {0, 1 << 24}},
                          {"connectors.medical.export_k_min", {1, 1'000'000}},
                          {"connectors.manufacturing.sparkplug_port", kPort},
                          {"connectors.manufacturing.modbus_port", kPort},
                          {"connectors.defense.tak_port", kPort},
                          {"connectors.administration.imap_port", kPort},
                          {"connectors.administration.smtp_port", kPort}};
  return *limits;
}

// Every key that takes a duration has its limits here: below them marud would do nothing but keep
// time.
const Limits<absl::Duration>& Durations() {
  static const auto* const limits = new Limits<absl::Duration>{
      {"server.stop_timeout", {absl::Milliseconds(100), absl::Hours(1)}},
      {"store.slow_after", {absl::Milliseconds(1), absl::Hours(1)}},
      {"runs.lease", {absl::Seconds(1), absl::Hours(1)}},
      {"runs.call_timeout", {absl::Milliseconds(100), absl::Hours(1)}},
      {"runs.backoff", {absl::Milliseconds(1), absl::Hours(1)}},
      {"audit.checkpoint_interval", {absl::Milliseconds(10), absl::Hours(1)}},
      {"connectors.check_interval", {absl::Milliseconds(100), absl::Hours(24)}}};
  return *limits;
}

std::string Shown(int64_t number) { return StrCat(number); }
std::string Shown(absl::Duration duration) { return absl::FormatDuration(duration); }

template <typename Value>
std::optional<ConfigFault> Beyond(const Limits<Value>& limits, std::string_view key, Value value) {
  const auto it = limits.find(key);
  CHECK(it != limits.end());
  const auto& [low, high] = it->second;
  if (low <= value && value <= high) return std::nullopt;
  const std::string range = StrCat(Shown(low), "–", Shown(high));
  return ConfigFault{
      StrCat(" is ", Shown(value), ", takes ", range),
      StrCat(base::Particle(key, "은"), " ", range, " 범위여야 합니다: '", Shown(value), "'")};
}

std::optional<ConfigFault> NoChoice(std::string_view key, const std::string& value) {
  const auto it = Choices().find(key);
  if (it == Choices().end() || it->second.contains(value)) return std::nullopt;
  return ConfigFault{StrCat(" is '", value, "', takes one of ", base::StrJoin(it->second, ", ")),
                     StrCat(base::Particle(key, "은"), " '", base::StrJoin(it->second, "', '"),
                            "' 가운데 하나여야 합니다: '", value, "'")};
}

ValueKind KindOf(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  int64_t number;
  absl::Duration duration;
  if (node.Tag() == "!") return ValueKind::kText;  // quoted
  if (text == "true" || text == "false") return ValueKind::kFlag;
  if (base::ParseInt(text, number)) return ValueKind::kInt;
  CHECK(ParseDuration(text, duration));
  return ValueKind::kDuration;
}

void ReadEntries(const YAML::Node& node, const std::string& prefix, ConfigEntries& entries) {
  for (const auto& item : node) {
    const std::string key = StrCat(prefix, item.first.Scalar());
    if (item.second.IsMap()) {
      ReadEntries(item.second, StrCat(key, "."), entries);
    } else {
      const ValueKind kind = KindOf(item.second);
      CHECK(!FaultOf(key, kind, item.second.Scalar()).has_value());
      entries[key] = {item.second.Scalar(), kind};
    }
  }
}

}  // namespace

const ConfigEntries& DefaultEntries() {
  static const ConfigEntries* const kEntries = [] {
    auto* entries = new ConfigEntries;
    ReadEntries(YAML::Load(std::string(DefaultConfigText(base::Language::kEnglish))), "", *entries);
    return entries;
  }();
  return *kEntries;
}

std::optional<ConfigFault> FaultOf(std::string_view key, ValueKind kind, const std::string& value) {
  int64_t number = 0;
  absl::Duration duration;
  switch (kind) {
    case ValueKind::kInt:
      return base::ParseInt(value, number) ? Beyond(Numbers(), key, number) : WrongKind(kind);
    case ValueKind::kDuration:
      return ParseDuration(value, duration) ? Beyond(Durations(), key, duration) : WrongKind(kind);
    case ValueKind::kFlag:
      return value == "true" || value == "false" ? std::nullopt : std::optional(WrongKind(kind));
    case ValueKind::kText:
      return NoChoice(key, value);
  }
  return WrongKind(kind);
}

ConfigFault WrongKind(ValueKind kind) {
  constexpr std::string_view kEnglish[] = {"text", "a whole number", "true or false",
                                           "a duration such as 500ms or 15s"};
  constexpr std::string_view kKorean[] = {"글이", "정수가", "true 또는 false가",
                                          "500ms나 15s 같은 시간이"};
  const int at = static_cast<int>(kind);
  return {StrCat(" takes ", kEnglish[at]),
          StrCat("의 값이 올바르지 않습니다. ", kKorean[at], " 와야 합니다")};
}

bool ParseDuration(const std::string& text, absl::Duration& duration) {
  return !text.empty() && text != "0" && absl::ParseDuration(text, &duration) &&
         duration > absl::ZeroDuration();
}

}  // namespace deploy
