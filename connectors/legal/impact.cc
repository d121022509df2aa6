// law.impact: which of our documents cite what changed in a law over a period.
#include <algorithm>

#include "connectors/legal/document_source.h"
#include "connectors/legal/impact_finder.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;
using tools::ToolOutcome;

constexpr int kDocumentsMax = 500;  // that name the law
constexpr size_t kItemsMax = 500;

ToolError TooMany(size_t read, size_t documents) {
  return MakeToolError("partial",
                       StrCat("more than ", kItemsMax, " clauses in ", read, " of ", documents,
                              " documents; ask about one article or one kind of document"),
                       StrCat("문서 ", documents, "건 중 ", read, "건에서 조항이 ", kItemsMax,
                              "개를 넘었습니다. 조문 하나나 문서 종류 하나로 좁혀 주십시오"));
}

ToolError NotSearched(const absl::Status& status) {
  ToolError error = FromStatus(status, kDocumentSystem);
  if (absl::IsAborted(status)) error.code = "index_stale";  // as the catalogue has it for this tool
  return error;
}

ToolError Late() {
  return MakeToolError("timeout", "the documents were not read in time",
                       "제한 시간 안에 문서를 다 읽지 못했습니다");
}

// The catalogue gives law.impact no `not_in_force`: there is then no law that could have changed.
ToolError WithoutNotInForce(ToolError error) {
  if (error.code == "not_in_force") error.code = "not_found";
  return error;
}

void AddOnce(std::vector<policies::Origin>& origins, policies::Origin origin) {
  if (std::find(origins.begin(), origins.end(), origin) == origins.end())
    origins.push_back(std::move(origin));
}

// ImpactReport: the result, document after document.
class ImpactReport {
 public:
  explicit ImpactReport(const Amendments& amendments) : amendments_(amendments) {}

  size_t size() const { return items_.size(); }

  void Add(const DocumentPassage& document, const std::vector<Touch>& touches) {
    label_ = policies::Join(label_, document.label);
    for (const Touch& touch : touches) AddItem(document, touch);
    if (touches.empty()) return;
    ++count_;
    documents_.push_back(OriginOf(document, absl::Now()));
  }

  // The versions of the law, then the documents. Where nothing was found the search is a source of
  // its own; so it is where there would be as many sources as items, as if each had one.
  ToolOutcome Take(const base::Json& arguments) {
    if (law_.empty()) law_.push_back(amendments_.OriginOfAll());
    std::vector<policies::Origin> origins = std::move(law_);
    origins.insert(origins.end(), documents_.begin(), documents_.end());
    if (documents_.empty() || origins.size() == items_.size())
      origins.push_back(
          MakeOrigin(kDocumentSystem, "search", "", absl::Now(), base::DumpJson(arguments)));
    return tools::ToolResult{{{"count", count_}, {"items", std::move(items_)}},
                             policies::WithIntegrity(label_, policies::Integrity::kTrusted),
                             std::move(origins)};
  }

 private:
  void AddItem(const DocumentPassage& document, const Touch& touch) {
    const bool whole = touch.number.main == 0;
    items_.push_back({{"doc_id", document.id},
                      {"title", document.title},
                      {"clause", touch.clause},
                      {"jo", whole ? base::Json() : base::Json(touch.number.text())},
                      {"change", touch.fate->kind},
                      {"due", IsoDay(touch.fate->effective)}});
    for (const Change* change : touch.fate->changes) AddOnce(law_, amendments_.OriginOf(*change));
  }

  const Amendments& amendments_;
  policies::Label label_{policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kNone,
                         policies::Integrity::kTrusted};
  int count_ = 0;
  base::Json items_ = base::Json::array();
  std::vector<policies::Origin> law_, documents_;
};

}  // namespace

ToolOutcome GetImpact(DocumentTexts& documents, const Drf& drf, const tools::ToolCall& call,
                      const tools::CallContext& context) {
  const Fallible<Amendments> amendments = ReadAmendments(drf, call.arguments(), context);
  if (!amendments.ok()) return WithoutNotInForce(amendments.error());
  const ImpactFinder finder(*amendments);
  ImpactReport report(*amendments);
  if (finder.empty()) return report.Take(call.arguments());
  const auto passages =
      documents.FindTexts(finder.Words(), base::StringOr(call.arguments(), "corpus", ""),
                          call.requester, kDocumentsMax, context.deadline);
  if (!passages.ok()) return NotSearched(passages.status());
  for (const DocumentPassage& passage : *passages) {
    if (absl::Now() >= context.deadline || (context.cancelled && context.cancelled()))
      return Late();
    report.Add(passage, finder.Find(passage.text));
    const size_t read = static_cast<size_t>(&passage - passages->data()) + 1;
    if (report.size() > kItemsMax) return TooMany(read, passages->size());
  }
  return report.Take(call.arguments());
}

}  // namespace connectors::legal
