#include "deploy/cli/plan_source.h"

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

constexpr absl::Duration kPlanningMax = absl::Minutes(2);
constexpr absl::Duration kProbe = absl::Seconds(1);

class ServerSource : public PlanSource {
 public:
  explicit ServerSource(const Session& session) : session_(session) {}

  absl::StatusOr<Json> MakePlan(const PlanQuestion& question) override {
    const std::string as = question.as.empty() ? session_.connection.as : question.as;
    std::unique_ptr<Client>& client = clients_[as];
    if (client == nullptr) {
      ConnectionOptions options = session_.connection;
      if (as != options.as) options.credential_file.clear();
      options.as = as;
      ASSIGN_OR_RETURN(client, MakeClient(options, session_.language));
    }
    const Json request = {
        {"text", question.text}, {"now", question.now}, {"all_tools", question.all_tools}};
    return client->Call("maru.v1.PlanService/MakePlan", request, kPlanningMax);
  }

 private:
  const Session& session_;
  std::map<std::string, std::unique_ptr<Client>> clients_;  // by principal
};

class LocalSource : public PlanSource {
 public:
  LocalSource(std::unique_ptr<agents::Planner> planner, ToolsByPrincipal tools,
              std::string default_principal)
      : planner_(std::move(planner)),
        tools_(std::move(tools)),
        default_principal_(std::move(default_principal)) {
    for (const tools::ToolSpec& tool : tools::Catalogue::BuiltIn().tools())
      every_.insert(tool.name);
  }

  absl::StatusOr<Json> MakePlan(const PlanQuestion& question) override {
    agents::PlanRequest request;
    request.text = question.text;
    request.now = base::SystemClock().Now();
    if (!question.now.empty()) {
      ASSIGN_OR_RETURN(request.now, base::ParseTimeText(question.now));
    }
    request.offered = every_;
    ASSIGN_OR_RETURN(request.allowed,
                     Allowed(question.as.empty() ? default_principal_ : question.as));
    ASSIGN_OR_RETURN(const agents::PlanResult result, planner_->MakePlan(request));
    return Json{{"plan", agents::ToJson(result.plan, /*derived=*/false)},
                {"evidence", result.evidence.ToJson()},
                {"unusable_tool", result.unusable_tool},
                {"milliseconds", result.milliseconds}};
  }

 private:
  absl::StatusOr<std::set<std::string>> Allowed(const std::string& principal) const {
    if (principal.empty()) return every_;
    if (const auto it = tools_.find(principal); it != tools_.end()) return it->second;
    const std::string_view file_en = tools_.empty() ? ": give --principals FILE" : "";
    const std::string_view file_ko = tools_.empty() ? ". --principals 파일을 주십시오" : "";
    return base::Error(absl::StatusCode::kNotFound,
                       StrCat("principal '", principal, "' is not known here", file_en),
                       StrCat("사용자 '", principal, "'", base::Particle(principal, "을"),
                              " 알 수 없습니다", file_ko));
  }

  const std::unique_ptr<agents::Planner> planner_;
  const ToolsByPrincipal tools_;
  const std::string default_principal_;
  std::set<std::string> every_;
};

// One planner a thread: what they share would make them wait for one another.
absl::StatusOr<std::unique_ptr<agents::Planner>> PlannerOfThread(const std::string& directory) {
  return agents::MakeEmbeddedPlanner(directory, tools::Catalogue::BuiltIn(), /*threads=*/1);
}

// `named` for questions that name a principal; those of nobody in particular are planned here with
// every tool allowed, by a planner that is loaded at the first of them.
class SplitSource : public PlanSource {
 public:
  SplitSource(std::unique_ptr<PlanSource> named, std::string directory)
      : named_(std::move(named)), directory_(std::move(directory)) {}

  absl::StatusOr<Json> MakePlan(const PlanQuestion& question) override {
    if (!question.as.empty()) return named_->MakePlan(question);
    if (nobodys_ == nullptr) {
      ASSIGN_OR_RETURN(auto planner, PlannerOfThread(directory_));
      nobodys_ = MakeLocalSource(std::move(planner), {}, "");
    }
    return nobodys_->MakePlan(question);
  }

 private:
  const std::unique_ptr<PlanSource> named_;
  const std::string directory_;
  std::unique_ptr<PlanSource> nobodys_;
};

absl::StatusOr<std::vector<std::unique_ptr<PlanSource>>> LocalSources(const Session& session,
                                                                      const LocalOptions& options,
                                                                      int count) {
  ASSIGN_OR_RETURN(const std::string directory, FindModel(session, options.model_directory));
  ToolsByPrincipal tools;
  if (const std::string file = PrincipalsFile(session, options.principals_file); !file.empty()) {
    ASSIGN_OR_RETURN(tools, ReadPrincipals(session, file));
  }
  std::vector<std::unique_ptr<PlanSource>> sources;
  for (int i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(auto planner, PlannerOfThread(directory));
    sources.push_back(MakeLocalSource(std::move(planner), tools, session.connection.as));
  }
  return sources;
}

}  // namespace

std::unique_ptr<PlanSource> MakeLocalSource(std::unique_ptr<agents::Planner> planner,
                                            ToolsByPrincipal tools, std::string default_principal) {
  return std::make_unique<LocalSource>(std::move(planner), std::move(tools),
                                       std::move(default_principal));
}

std::unique_ptr<PlanSource> MakeServerSource(const Session& session) {
  return std::make_unique<ServerSource>(session);
}

absl::StatusOr<std::vector<std::unique_ptr<PlanSource>>> MakePlanSources(
    const Session& session, const LocalOptions& options, int count) {
  if (!options.model_directory.empty()) return LocalSources(session, options, count);
  ASSIGN_OR_RETURN(const bool answers, ServerAnswers(session.connection, kProbe));
  if (!answers) {
    session.Note("no server answers: planning here, over the whole catalogue",
                 "응답하는 서버가 없어 여기에서 전체 도구로 계획합니다");
    return LocalSources(session, options, count);
  }
  std::vector<std::unique_ptr<PlanSource>> sources;
  for (int i = 0; i < count; ++i) sources.push_back(MakeServerSource(session));
  const auto directory = FindModel(session, "");
  // Without a model here the server plans those too, for the only credential.
  if (options.nobodys_here && !NamesCaller(session.connection) && directory.ok()) {
    for (auto& source : sources)
      source = std::make_unique<SplitSource>(std::move(source), *directory);
  }
  return sources;
}

}  // namespace deploy::cli
