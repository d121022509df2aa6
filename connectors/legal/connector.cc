#include <functional>

#include "connectors/legal.h"
#include "connectors/legal/lookup.h"
#include "connectors/legal/statute.h"
#include "connectors/legal/tools.h"
#include "connectors/tool_group.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace legal {

std::string Today(const tools::ToolCall& call) {
  return absl::FormatTime("%Y%m%d", call.now, base::Seoul());
}

std::string AsOf(const tools::ToolCall& call) {
  const std::string day = base::StringOr(call.arguments(), "as_of", "");
  return day.empty() ? Today(call) : Day(day);
}

tools::ToolError BadArticleNumber(const std::string& text) {
  return tools::MakeToolError("invalid_argument",
                              base::StrCat("'", text, "' is no article number; write 38 or 38-2"),
                              base::StrCat("'", text, "'", base::Particle(text, "은"),
                                           " 조문 번호가 아닙니다. 38 또는 38-2처럼 적습니다"));
}

namespace {

using Function = std::function<tools::ToolOutcome(const Drf&, const tools::ToolCall&,
                                                  const tools::CallContext&)>;

// The error in codes of the catalogue. It gives `blocked` to searches alone; to the others a
// blocked service is out of reach, and stays so.
tools::ToolOutcome InCatalogue(tools::ToolOutcome outcome, bool may_be_blocked) {
  if (outcome.ok()) return outcome;
  tools::ToolError error = outcome.error();
  if (error.code == "blocked" && !may_be_blocked) error.code = "unreachable";
  if (error.code == kNoText) error.code = "not_found";
  return error;
}

FunctionTool::Body On(std::shared_ptr<const Drf> drf, Function function, bool may_be_blocked) {
  return [drf = std::move(drf), function = std::move(function), may_be_blocked](
             const tools::ToolCall& call, const tools::CallContext& context) {
    return InCatalogue(function(*drf, call, context), may_be_blocked);
  };
}

ToolGroup::Probe ProbeOf(std::shared_ptr<const Drf> drf) {
  return [drf = std::move(drf)](const tools::CallContext& context) {
    return ErrorOf(drf->List("eflaw", {{"query", "법"}, {"nw", "3"}}, "법령ID", 1, context));
  };
}

}  // namespace
}  // namespace legal

std::unique_ptr<tools::Connector> MakeLegalConnector(LegalOptions options, HttpClient& http,
                                                     base::Clock& clock, DocumentTexts* documents) {
  using namespace legal;  // NOLINT: this function's own folder
  if (options.base_url.empty()) return std::make_unique<ToolGroup>(kSystem, "legal", nullptr);
  const auto drf = std::make_shared<const Drf>(std::move(options), http, clock);
  auto group = std::make_unique<ToolGroup>(kSystem, "legal", ProbeOf(drf));
  group->Add("law.search", On(drf, &SearchLaw, true));
  group->Add("law.article", On(drf, &GetArticle, false));
  group->Add("law.diff", On(drf, &GetDiff, false));
  group->Add("law.delegation", On(drf, &GetDelegation, false));
  if (documents != nullptr)
    group->Add("law.impact", On(drf, std::bind_front(&GetImpact, std::ref(*documents)), false));
  group->Add("law.citations.verify", On(drf, std::bind_front(&VerifyCitations, documents), false))
      .NamesRecords(std::bind_front(&NamedTarget, documents));
  group->Add("case.search", On(drf, &SearchCases, true));
  return group;
}

}  // namespace connectors
