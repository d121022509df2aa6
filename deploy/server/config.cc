#include "deploy/server/config.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "model_core/base/check.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

using base::StrCat;

enum class Kind { kText, kInt, kFlag, kDuration };
struct Entry {
  std::string value;
  Kind kind;
};
using Schema = std::map<std::string, Entry, std::less<>>;

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

// Keys that take a number within bounds.
const std::map<std::string_view, std::pair<int64_t, int64_t>>& Bounds() {
  static const auto* const bounds = new std::map<std::string_view, std::pair<int64_t, int64_t>>{
      {"server.request_bytes_max", {1024, 64 << 20}},
      {"store.connections", {3, 200}},
      {"runs.workers", {1, 64}},
      {"runs.attempts_max", {1, 10}},
      {"runs.parallel_steps_max", {1, 16}},
      {"model.threads", {1, 256}},
      {"model.memory_mib", {0, 1 << 24}}};
  return *bounds;
}

bool ParseDuration(const std::string& text, absl::Duration& duration) {
  return !text.empty() && text != "0" && absl::ParseDuration(text, &duration) &&
         duration > absl::ZeroDuration();
}

std::string_view Name(Kind kind) {
  constexpr std::string_view kNames[] = {"text", "a whole number", "true or false",
                                         "a duration such as 500ms or 15s"};
  return kNames[static_cast<int>(kind)];
}

Kind KindOf(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  int64_t number;
  absl::Duration duration;
  if (node.Tag() == "!") return Kind::kText;  // quoted
  if (text == "true" || text == "false") return Kind::kFlag;
  if (base::ParseInt(text, number)) return Kind::kInt;
  CHECK(ParseDuration(text, duration));
  return Kind::kDuration;
}

void ReadSchema(const YAML::Node& node, const std::string& prefix, Schema& schema) {
  for (const auto& item : node) {
    const std::string key = StrCat(prefix, item.first.Scalar());
    if (item.second.IsMap()) {
      ReadSchema(item.second, StrCat(key, "."), schema);
    } else {
      schema[key] = {item.second.Scalar(), KindOf(item.second)};
    }
  }
}

// A file laid over the schema.
class Overlay {
 public:
  Overlay(std::string path, Schema& schema) : path_(std::move(path)), schema_(schema) {}

  absl::Status Apply(const YAML::Node& node, const std::string& prefix) {
    if (node.IsNull()) return absl::OkStatus();
    if (!node.IsMap())
      return Bad(node, prefix, "is not a group of keys", "은(는) 키 묶음이어야 합니다");
    for (const auto& item : node) {
      const std::string key = StrCat(prefix, item.first.Scalar());
      if (!seen_.insert(key).second)
        return Bad(item.first, key, "is given twice", "이(가) 두 번 나옵니다");
      RETURN_IF_ERROR(schema_.contains(key) ? Set(key, item.second)
                                            : Descend(key, item.first, item.second));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Descend(const std::string& key, const YAML::Node& name, const YAML::Node& value) {
    const std::string group = StrCat(key, ".");
    const auto it = schema_.lower_bound(group);
    if (it == schema_.end() || !it->first.starts_with(group)) {
      return Bad(name, key, "is not a key that marud knows", "은(는) 알 수 없는 키입니다");
    }
    return Apply(value, group);
  }

  absl::Status Set(const std::string& key, const YAML::Node& node) {
    Entry& entry = schema_.find(key)->second;
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    int64_t number = 0;
    absl::Duration duration;
    const bool fits =
        node.IsScalar() &&
        (entry.kind == Kind::kText || (entry.kind == Kind::kInt && base::ParseInt(text, number)) ||
         (entry.kind == Kind::kFlag && (text == "true" || text == "false")) ||
         (entry.kind == Kind::kDuration && ParseDuration(text, duration)));
    if (!fits)
      return Bad(node, key, StrCat("takes ", Name(entry.kind)), "의 값이 올바르지 않습니다");
    if (const auto it = Choices().find(key); it != Choices().end() && !it->second.contains(text)) {
      return Bad(node, key,
                 StrCat("is '", text, "', takes one of ", base::StrJoin(it->second, ", ")),
                 StrCat("은(는) 다음 중 하나여야 합니다: ", base::StrJoin(it->second, ", ")));
    }
    if (const auto it = Bounds().find(key);
        it != Bounds().end() && (number < it->second.first || number > it->second.second)) {
      const std::string range = StrCat(it->second.first, "–", it->second.second);
      return Bad(node, key, StrCat("is ", number, ", takes ", range),
                 StrCat("은(는) ", range, " 범위여야 합니다"));
    }
    entry.value = text;
    return absl::OkStatus();
  }

  absl::Status Bad(const YAML::Node& node, const std::string& key, std::string_view english,
                   std::string_view korean) const {
    const int line = node.Mark().line + 1;
    const std::string_view name =
        key.ends_with('.') ? std::string_view(key).substr(0, key.size() - 1) : key;
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat(path_, ":", line, ": '", name, "' ", english),
                       StrCat(path_, " ", line, "행: '", name, "'", korean));
  }

  const std::string path_;
  Schema& schema_;
  std::set<std::string> seen_;
};

absl::Status ReadOver(const std::string& path, Schema& schema) {
  ASSIGN_OR_RETURN(const std::string text,
                   base::ReadFile(path, {"configuration file", "설정 파일"}));
  try {
    return Overlay(path, schema).Apply(YAML::Load(text), "");
  } catch (const YAML::Exception& error) {  // the library's way of saying that the text is not YAML
    return base::Error(
        absl::StatusCode::kInvalidArgument,
        StrCat(path, ":", error.mark.line + 1, ": malformed YAML: ", error.msg),
        StrCat(path, " ", error.mark.line + 1, "행: YAML 형식이 아닙니다: ", error.msg));
  }
}

}  // namespace

absl::StatusOr<Config> Config::Load(const std::string& path, const std::string& home) {
  static const Schema* const kSchema = [] {
    auto* schema = new Schema;
    ReadSchema(YAML::Load(std::string(DefaultConfigText())), "", *schema);
    return schema;
  }();
  Schema merged = *kSchema;
  if (!path.empty()) RETURN_IF_ERROR(ReadOver(path, merged));
  Config config;
  config.home_ = home;
  for (const auto& [key, entry] : merged)
    config.values_[key] = base::ReplaceAll(entry.value, "$MARU_HOME", home);
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

absl::StatusOr<std::string> Config::Secret(std::string_view key) const {
  const std::string& path = Text(key);
  if (path.empty()) return std::string();
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path, {StrCat("'", key, "': file"),
                                                                 StrCat("'", key, "': 파일")}));
  return std::string(base::Trim(text));
}

std::string DefaultHome() {
  if (const char* home = std::getenv("MARU_HOME"); home != nullptr && *home != '\0') return home;
  const char* user = std::getenv("HOME");
  return StrCat(user == nullptr ? "/root" : user, "/.maru");
}

}  // namespace deploy
