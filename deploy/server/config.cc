#include "deploy/server/config.h"

#include <algorithm>
#include <cstdlib>

#include "deploy/server/config_file.h"
#include "model_core/base/check.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace deploy {

using base::StrCat;

absl::StatusOr<Config> Config::Load(const std::string& path, const std::string& home) {
  ConfigEntries entries = DefaultEntries();
  if (!path.empty()) RETURN_IF_ERROR(LayConfigFile(path, entries));
  Config config;
  config.path_ = path;
  config.home_ = home;
  for (const auto& [key, entry] : entries) {
    config.values_[key] = base::ReplaceAll(entry.value, "$MARU_HOME", home);
    if (entry.line > 0) config.lines_[key] = entry.line;
  }
  return config;
}

const std::string& Config::Text(std::string_view key) const {
  const auto it = values_.find(key);
  CHECK(it != values_.end());
  return it->second;
}

int Config::Int(std::string_view key) const {
  int64_t value = 0;
  CHECK(base::ParseInt(Text(key), value));
  return static_cast<int>(value);
}

bool Config::Flag(std::string_view key) const { return Text(key) == "true"; }

absl::Duration Config::Duration(std::string_view key) const {
  absl::Duration duration;
  CHECK(ParseDuration(Text(key), duration));
  return duration;
}

absl::StatusOr<std::string> Config::File(std::string_view key) const {
  const std::string& path = Text(key);
  if (path.empty()) return std::string();
  auto text = base::ReadFile(path);
  if (text.ok()) return text;
  return Refusal(key, base::Message(text.status(), base::Language::kEnglish),
                 base::Message(text.status(), base::Language::kKorean));
}

absl::StatusOr<std::string> Config::Secret(std::string_view key) const {
  CHECK(std::ranges::count(SecretKeys(), key) == 1);
  ASSIGN_OR_RETURN(const std::string text, File(key));
  return std::string(base::Trim(text));
}

absl::Status Config::Refusal(std::string_view key, std::string_view english,
                             std::string_view korean) const {
  const auto it = lines_.find(key);
  return ConfigError(path_, it == lines_.end() ? 0 : it->second, key,
                     {StrCat(": ", english), StrCat(": ", korean)});
}

std::span<const std::string_view> SecretKeys() {
  static constexpr std::string_view kKeys[] = {
      "model.api_key_file",
      "connectors.legal.oc_key_file",
      "connectors.medical.fhir_token_file",
      "connectors.medical.dicomweb_password_file",
      "connectors.manufacturing.opcua_password_file",
      "connectors.manufacturing.sparkplug_password_file",
      "connectors.tryton.password_file",
      "connectors.administration.mail_password_file",
      "connectors.administration.tickets_api_key_file",
      "connectors.administration.opendata_service_key_file"};
  return kKeys;
}

std::string DefaultHome() {
  if (const char* home = std::getenv("MARU_HOME"); home != nullptr && *home != '\0') return home;
  const char* user = std::getenv("HOME");
  return StrCat(user == nullptr ? "/root" : user, "/.maru");
}

}  // namespace deploy
