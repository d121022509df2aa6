#include "deploy/server/config_file.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "model_core/base/files.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::StrCat;

absl::Status FileError(const std::string& path, int line, std::string_view english,
                       std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(path, ":", line, ": ", english),
                     StrCat(path, " ", line, "행: ", korean));
}

// The entries of one file, as they are found.
class Overlay {
 public:
  Overlay(std::string path, ConfigEntries& entries) : path_(std::move(path)), entries_(entries) {}

  absl::Status Apply(const YAML::Node& node, const std::string& prefix) {
    if (node.IsNull()) return absl::OkStatus();
    if (!node.IsMap())
      return Bad(node, prefix, {" is not a group of keys", " 아래에는 키 묶음이 와야 합니다"});
    for (const auto& item : node) {
      const std::string key = StrCat(prefix, item.first.Scalar());
      if (!seen_.insert(key).second)
        return Bad(item.first, key,
                   {" is given twice", StrCat(base::Particle(key, "이"), " 두 번 나옵니다")});
      RETURN_IF_ERROR(entries_.contains(key) ? Set(key, item.first, item.second)
                                             : Descend(key, item.first, item.second));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Descend(const std::string& key, const YAML::Node& name, const YAML::Node& value) {
    const std::string group = StrCat(key, ".");
    const auto it = entries_.lower_bound(group);
    if (it == entries_.end() || !it->first.starts_with(group)) {
      return Bad(name, key,
                 {" is not a key that marud knows",
                  StrCat(base::Particle(key, "은"), " 알 수 없는 키입니다")});
    }
    return Apply(value, group);
  }

  absl::Status Set(const std::string& key, const YAML::Node& name, const YAML::Node& value) {
    ConfigEntry& entry = entries_.find(key)->second;
    if (!value.IsScalar()) return Bad(value, key, WrongKind(entry.kind));
    if (const auto fault = FaultOf(key, entry.kind, value.Scalar())) return Bad(value, key, *fault);
    entry.value = value.Scalar();
    entry.line = name.Mark().line + 1;
    return absl::OkStatus();
  }

  absl::Status Bad(const YAML::Node& node, std::string_view key, const ConfigFault& fault) const {
    if (key.ends_with('.')) key.remove_suffix(1);
    return ConfigError(path_, node.Mark().line + 1, key, fault);
  }

  const std::string path_;
  ConfigEntries& entries_;
  std::set<std::string> seen_;
};

// Where each document of a text begins, and nothing else of it.
class Documents : public YAML::EventHandler {
 public:
  explicit Documents(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(*this)) {
    }
  }
  const std::vector<int>& lines() const { return lines_; }

  void OnDocumentStart(const YAML::Mark& mark) override { lines_.push_back(mark.line + 1); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  std::vector<int> lines_;
};

absl::Status CheckUtf8(const std::string& path, std::string_view text) {
  const size_t at = base::FirstInvalidUtf8(text);
  if (at == std::string_view::npos) return absl::OkStatus();
  const std::string_view before = text.substr(0, at);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const size_t column = at - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0: the first line
  return FileError(path, line, StrCat("byte ", column, " of the line is not UTF-8"),
                   StrCat("이 행의 ", column, "번째 바이트가 UTF-8이 아닙니다"));
}

absl::Status CheckOneDocument(const std::string& path, const std::string& text) {
  const Documents documents(text);
  if (documents.lines().size() < 2) return absl::OkStatus();
  return FileError(path, documents.lines()[1], "a second YAML document begins; marud reads one",
                   "두 번째 YAML 문서가 시작됩니다. marud는 문서 하나만 읽습니다");
}

}  // namespace

absl::Status LayConfigFile(const std::string& path, ConfigEntries& entries) {
  ASSIGN_OR_RETURN(const std::string text,
                   base::ReadFile(path, {"configuration file", "설정 파일"}));
  RETURN_IF_ERROR(CheckUtf8(path, text));
  try {
    RETURN_IF_ERROR(CheckOneDocument(path, text));
    return Overlay(path, entries).Apply(YAML::Load(text), "");
  } catch (const YAML::Exception& error) {  // the library's way of saying that the text is not YAML
    return FileError(path, error.mark.line + 1, StrCat("malformed YAML: ", error.msg),
                     StrCat("YAML 형식이 아닙니다 (", base::Quoted(error.msg), ")"));
  }
}

absl::Status ConfigError(const std::string& path, int line, std::string_view key,
                         const ConfigFault& fault) {
  const std::string english = StrCat("'", key, "'", fault.english);
  const std::string korean = StrCat("'", key, "'", fault.korean);
  if (line > 0) return FileError(path, line, english, korean);
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

}  // namespace deploy
