// law.citations.verify: whether the citations in a document or a sentence are right.
#include <algorithm>
#include <set>
#include <tuple>

#include "connectors/legal/citation_check.h"
#include "connectors/legal/document_source.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;
using tools::ToolOutcome;

constexpr size_t kCitationsMax = 200;

struct Target {
  std::string name;  // "DOC-2041"; empty: a sentence
  std::string text;
  policies::Label label;
  std::optional<policies::Origin> origin;  // of a document
};

bool IsDocumentId(std::string_view target) {
  return target.size() > 4 && target.starts_with("DOC-") &&
         target.find_first_not_of("0123456789", 4) == std::string_view::npos;
}

// A document that is there and cannot be read holds no citation that we can find.
ToolError NotRead(const absl::Status& status) {
  ToolError error = FromStatus(status, kDocumentSystem);
  const bool no_text = status.code() == absl::StatusCode::kInvalidArgument ||
                       status.code() == absl::StatusCode::kPermissionDenied;
  if (no_text) error.code = "unparsed";
  return error;
}

ToolError NoRegister(const std::string& id) {
  return MakeToolError(
      "unreachable",
      StrCat("no document register is connected, so ", id, " cannot be read; quote the sentence"),
      StrCat("문서 저장소가 연결되지 않아 ", id,
             " 문서를 읽을 수 없습니다. 문장을 인용해 주십시오"));
}

// The findings are ours, whoever wrote the text.
policies::Label TargetLabel(const DocumentPassage& document) {
  return policies::WithIntegrity(document.label, policies::Integrity::kTrusted);
}

Fallible<Target> ReadDocument(DocumentTexts* documents, const std::string& id,
                              absl::Time deadline) {
  if (documents == nullptr) return NoRegister(id);
  auto passage = documents->GetText(id, deadline);
  if (!passage.ok()) return NotRead(passage.status());
  const policies::Origin origin = OriginOf(*passage, absl::Now());
  return Target{id, std::move(passage->text), TargetLabel(*passage), origin};
}

// A sentence is labelled as the call that brings it.
Fallible<Target> ReadTarget(DocumentTexts* documents, const tools::ToolCall& call,
                            const tools::CallContext& context) {
  const std::string target = base::StringOr(call.arguments(), "target", "");
  if (IsDocumentId(target)) return ReadDocument(documents, target, context.deadline);
  return Target{"", target, call.binding.label, {}};
}

ToolError Unparsed(const Target& target) {
  const bool document = !target.name.empty();
  return MakeToolError(
      "unparsed",
      StrCat("no citation of a law is found in ", document ? target.name : "the sentence",
             "; one is written as 「law」 제26조제1항"),
      StrCat(document ? target.name : "문장",
             "에서 법령 인용을 찾지 못했습니다. 인용은 「법령 이름」 제26조제1항처럼 적습니다"));
}

ToolError TooMany(size_t count) {
  return MakeToolError(
      "partial",
      StrCat(count, " citations, more than ", kCitationsMax, "; verify the text in parts"),
      StrCat("인용이 ", count, "건으로 한도(", kCitationsMax,
             "건)를 넘습니다. 나누어 검증해 주십시오"));
}

// Each once, in the order of the text. Between the ends of a range an article may be deleted
// without the citation being wrong.
std::vector<Citation> Distinct(const std::vector<Citation>& all) {
  std::vector<Citation> out;
  std::set<std::tuple<std::string, std::string, int, int, int>> seen;
  for (const Citation& one : all) {
    const std::string jo = one.number ? one.number->text() : "";
    if (!one.within && seen.emplace(NameKey(one.law), jo, one.hang, one.ho, one.ho_branch).second)
      out.push_back(one);
  }
  return out;
}

// The words of the text; where they do not name the law, its name after them.
std::string Cited(std::string_view text, const Citation& citation, const std::string& name) {
  std::string words = OneLine(text.substr(citation.begin, citation.end - citation.begin));
  const bool named = NameKey(words).find(NameKey(name)) != std::string::npos;
  return named ? words : StrCat(words, " (", name, ")");
}

// On the day of the call a citation of what was amended later is right.
bool IsBad(std::string_view finding) { return finding != "ok" && finding != "amended_later"; }

base::Json Item(const Citation& citation, const CheckedCitation& checked, std::string cited) {
  return {{"cited", std::move(cited)},
          {"law_id", checked.law_id.empty() ? base::Json() : base::Json(checked.law_id)},
          {"jo", citation.number ? base::Json(citation.number->text()) : base::Json()},
          {"finding", checked.finding}};
}

}  // namespace

tools::RecordsFound NamedTarget(DocumentTexts* documents, const base::Json& arguments,
                                const tools::CallContext& context) {
  const std::string target = base::StringOr(arguments, "target", "");
  if (!IsDocumentId(target)) return policies::NamedRecords{};
  if (documents == nullptr) return NoRegister(target);
  const auto document = documents->Describe(target, context.deadline);
  if (!document.ok()) return FromStatus(document.status(), kDocumentSystem);
  return policies::NamedRecords{{kDocumentSystem, target, document->title, TargetLabel(*document)}};
}

ToolOutcome VerifyCitations(DocumentTexts* documents, const Drf& drf, const tools::ToolCall& call,
                            const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Target target, ReadTarget(documents, call, context));
  const std::vector<Citation> citations = Distinct(FindCitations(target.text));
  if (citations.empty()) return Unparsed(target);
  if (citations.size() > kCitationsMax) return TooMany(citations.size());
  CitationCheck check(drf, AsOf(call), Today(call), context);
  int64_t bad = 0;
  base::Json items = base::Json::array();
  std::vector<policies::Origin> origins;
  for (const Citation& citation : citations) {
    ASSIGN_OR_FAIL(const CheckedCitation checked, check.Run(citation));
    bad += IsBad(checked.finding);
    items.push_back(Item(citation, checked, Cited(target.text, citation, checked.name)));
    origins.push_back(checked.origin);
  }
  if (target.origin) origins.push_back(*target.origin);  // of all items, after one of each
  return tools::ToolResult{{{"bad_count", bad}, {"items", std::move(items)}},
                           policies::Join(target.label, PublicLabel()),
                           std::move(origins)};
}

}  // namespace connectors::legal
