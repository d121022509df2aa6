#include <functional>

#include "connectors/legal.h"
#include "connectors/legal/lookup.h"
#include "connectors/legal/statute.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"

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
  return tools::MakeToolError(
      "invalid_argument", base::StrCat("'", text, "' is no article number; write 38 or 38-2"),
      base::StrCat("'", text, "'은(는) 조문 번호가 아닙니다. 38 또는 38-2처럼 적습니다"));
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

class LegalConnector : public tools::Connector {
 public:
  LegalConnector(LegalOptions options, HttpClient& http, base::Clock& clock,
                 DocumentTexts* documents)
      : configured_(!options.base_url.empty()), drf_(std::move(options), http, clock) {
    if (!configured_) return;
    Add("law.search", &SearchLaw, true);
    Add("law.article", &GetArticle, false);
    Add("law.diff", &GetDiff, false);
    Add("law.delegation", &GetDelegation, false);
    if (documents != nullptr)
      Add("law.impact", std::bind_front(&GetImpact, std::ref(*documents)), false);
    Add("law.citations.verify", std::bind_front(&VerifyCitations, documents), false);
    Add("case.search", &SearchCases, true);
  }

  const std::string& name() const override { return name_; }
  const std::string& domain() const override { return domain_; }

  std::vector<tools::Tool*> tools() override {
    std::vector<tools::Tool*> out;
    for (const auto& tool : tools_) out.push_back(tool.get());
    return out;
  }

  Health Check(absl::Time deadline) override {
    if (!configured_)
      return {State::kNotConfigured, "no address of a law service",
              "법령 서비스 주소가 설정되지 않았습니다"};
    const Parameters asked{{"query", "법"}, {"nw", "3"}};
    const auto list = drf_.List("eflaw", asked, "법령ID", 1, {deadline, {}});
    if (!list.ok()) return {State::kDown, list.error().message_en, list.error().message_ko};
    return {State::kConnected, "law service answers", "법령 서비스가 응답합니다"};
  }

 private:
  void Add(std::string name, Function function, bool may_be_blocked) {
    tools_.push_back(std::make_unique<FunctionTool>(
        std::move(name), [this, function, may_be_blocked](const auto& call, const auto& context) {
          return InCatalogue(function(drf_, call, context), may_be_blocked);
        }));
  }

  const bool configured_;
  const std::string name_ = kSystem, domain_ = "legal";
  const Drf drf_;
  std::vector<std::unique_ptr<FunctionTool>> tools_;
};

}  // namespace
}  // namespace legal

std::unique_ptr<tools::Connector> MakeLegalConnector(LegalOptions options, HttpClient& http,
                                                     base::Clock& clock, DocumentTexts* documents) {
  return std::make_unique<legal::LegalConnector>(std::move(options), http, clock, documents);
}

}  // namespace connectors
