#include "policies/policy_files.h"

#include <algorithm>
#include <filesystem>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "policies/cedar/embedded.h"

namespace policies {
namespace {

using base::StrCat;

std::vector<PolicyFile> Copied(std::span<const EmbeddedPolicy> embedded) {
  std::vector<PolicyFile> files;
  for (const EmbeddedPolicy& file : embedded)
    files.push_back({std::string(file.name), std::string(file.text)});
  return files;
}

PolicyFiles BuiltIn() {
  return {std::string(kCedarSchema), Copied(kCedarPolicies), Copied(kCedarCases)};
}

void SortByName(std::vector<PolicyFile>& files) {
  std::sort(files.begin(), files.end(),
            [](const PolicyFile& a, const PolicyFile& b) { return a.name < b.name; });
}

}  // namespace

std::string PolicyFiles::Version() const { return base::HashJson(TextsJson(*this)); }

base::Json TextsJson(const PolicyFiles& files) {
  return {{"schema", files.schema}, {"policies", files.ToJson()}};
}

absl::StatusOr<PolicyFiles> ParsePolicyFiles(const base::Json& json) {
  PolicyFiles files;
  files.schema = base::StringOr(json, "schema", "");
  const base::Json list = json.is_object() ? json.value("policies", base::Json()) : base::Json();
  for (const base::Json& item : list)
    files.files.push_back({base::StringOr(item, "file", ""), base::StringOr(item, "text", "")});
  if (json == TextsJson(files)) return files;
  return base::Error(absl::StatusCode::kInvalidArgument,
                     "policy texts: not a schema and a list of files with their texts",
                     "정책 원문이 스키마와 파일 목록의 형식이 아닙니다");
}

base::Json PolicyFiles::ToJson() const {
  base::Json json = base::Json::array();
  for (const PolicyFile& file : files) json.push_back({{"file", file.name}, {"text", file.text}});
  return json;
}

absl::StatusOr<PolicyFiles> ReadPolicyFiles(const std::string& directory) {
  if (directory.empty()) return BuiltIn();
  PolicyFiles files;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool schema = name.ends_with(".cedarschema"), cases = name.ends_with(".cases");
    if (!schema && !cases && !name.ends_with(".cedar")) continue;
    ASSIGN_OR_RETURN(std::string text, base::ReadFile(entry->path(), {"policy file", "정책 파일"}));
    if (schema) {
      files.schema += text;
    } else {
      (cases ? files.cases : files.files).push_back({name, std::move(text)});
    }
  }
  SortByName(files.files);
  SortByName(files.cases);
  if (!error && !files.schema.empty() && !files.files.empty()) return files;
  return base::Error(
      absl::StatusCode::kNotFound,
      StrCat("policy directory '", directory, "' has no *.cedarschema or no *.cedar"),
      StrCat("정책 디렉터리 '", directory, "'에 스키마(*.cedarschema)나 정책(*.cedar)이 없습니다"));
}

}  // namespace policies
