// What planning without a server needs from the disk: who may use what, and where the planner is.
#include <cstdlib>
#include <filesystem>

#include "deploy/cli/members.h"
#include "deploy/cli/plan_source.h"
#include "deploy/server/config.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

std::set<std::string> Spelt(const Json& patterns) {
  std::set<std::string> names;
  for (const Json& item : patterns) {
    const std::string pattern = item.is_string() ? item.get<std::string>() : "";
    for (const tools::ToolSpec& tool : tools::Catalogue::BuiltIn().tools()) {
      const bool prefix =
          pattern.ends_with("*") && tool.name.starts_with(pattern.substr(0, pattern.size() - 1));
      if (prefix || tool.name == pattern) names.insert(tool.name);
    }
  }
  return names;
}

// Beside the program: as installed, and in a build tree.
std::vector<std::string> BesideProgram() {
  std::error_code error;
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  return {program / "../share/maru/models/planner", program / "../../deploy/models/planner"};
}

bool HoldsModel(const std::string& directory) {
  std::error_code error;
  return std::filesystem::exists(StrCat(directory, "/config.json"), error);
}

}  // namespace

std::string PrincipalsFile(const Session& session, const std::string& given) {
  if (!given.empty()) return given;
  const std::string& home = session.connection.home;
  const auto config = Config::Load(ConfigPath(home), home);
  return config.ok() ? config->Text("principals.file") : "";
}

absl::StatusOr<ToolsByPrincipal> ReadPrincipals(const Session& session, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(session, path));
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, path));
  const Json& list = Member(json, "principals");
  if (!list.is_array()) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat(path, ": holds no list 'principals'"),
                       StrCat(path, ": 'principals' 목록이 없습니다"));
  }
  ToolsByPrincipal tools;
  for (const Json& entry : list) {
    const Json& patterns = Member(entry, "patterns");
    tools[base::StringOr(entry, "id", "")] =
        Spelt(patterns.is_array() ? patterns : Items(entry, "tools"));
  }
  return tools;
}

absl::StatusOr<std::string> FindModel(const Session& session, const std::string& given) {
  if (!given.empty()) return given;  // whatever is wrong with it is said when it is loaded
  std::vector<std::string> places;
  if (const char* named = std::getenv("MARU_MODEL"); named != nullptr) places.emplace_back(named);
  const std::string& home = session.connection.home;
  if (auto config = Config::Load(ConfigPath(home), home); config.ok())
    places.push_back(config->Text("model.directory"));
  for (const std::string& place : BesideProgram()) places.push_back(place);
  for (const std::string& place : places) {
    if (HoldsModel(place)) return place;
  }
  return base::Error(absl::StatusCode::kNotFound,
                     StrCat("no planner is here: looked in ", base::StrJoin(places, ", ")),
                     StrCat("계획 모델이 없습니다. 찾아본 곳: ", base::StrJoin(places, ", ")));
}

}  // namespace deploy::cli
