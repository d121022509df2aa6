// PlanSource: who plans: the server, or the embedded planner in this very process. One thread each.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agents/planner.h"
#include "deploy/cli/session.h"

namespace deploy::cli {

struct PlanQuestion {
  std::string text;
  std::string now;  // RFC 3339; empty: now
  std::string as;   // principal; empty: the session's, or nobody in particular
  bool all_tools =
      false;  // over the whole catalogue, connected or not; the local planner always does
};

class PlanSource {
 public:
  virtual ~PlanSource() = default;
  // {"plan","evidence","unusable_tool","milliseconds"}.
  virtual absl::StatusOr<base::Json> MakePlan(const PlanQuestion& question) = 0;
};

struct LocalOptions {
  std::string model_directory;  // plan here and without a server; empty: only if no server answers
  std::string principals_file;  // who may use which tools, when planning here
  // Where neither the question nor the session says who asks: planned here with every tool allowed,
  // whether or not a server answers.
  bool nobodys_here = false;
};

// Which tools each principal may use: patterns of the file spelt out over the catalogue.
using ToolsByPrincipal = std::map<std::string, std::set<std::string>>;
absl::StatusOr<ToolsByPrincipal> ReadPrincipals(const Session& session, const std::string& path);

// `given`, else what the configuration names; empty: none.
std::string PrincipalsFile(const Session& session, const std::string& given);

// Plans with `planner`, for the principals of `tools`; for nobody in particular, every tool is
// allowed.
std::unique_ptr<PlanSource> MakeLocalSource(std::unique_ptr<agents::Planner> planner,
                                            ToolsByPrincipal tools, std::string default_principal);
std::unique_ptr<PlanSource> MakeServerSource(const Session& session);

// `count` sources for as many threads: local ones if a model directory is given or no server
// answers (a note says so).
absl::StatusOr<std::vector<std::unique_ptr<PlanSource>>> MakePlanSources(
    const Session& session, const LocalOptions& options, int count);

// The planner that is at hand: `given`, else $MARU_MODEL, else the configuration's, else the one
// beside the program. NotFound: none of them is there.
absl::StatusOr<std::string> FindModel(const Session& session, const std::string& given);

}  // namespace deploy::cli
