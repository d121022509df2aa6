#include "connectors/legal/citation_check.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

ToolError TooManyNames() {
  constexpr size_t kMax = CitationCheck::kNamesMax;
  return MakeToolError("partial",
                       StrCat("the text names more than ", kMax,
                              " laws, the most that are looked up; verify it in parts"),
                       StrCat("법령 이름이 한도(", kMax, "개)를 넘습니다. 나누어 검증해 주십시오"));
}

// The service's own words for what it has no text of.
ToolError Unchecked(const ToolError& error) {
  return MakeToolError("partial", StrCat("not every citation can be verified: ", error.message_en),
                       StrCat("모든 인용을 확인할 수는 없습니다. ", error.message_ko));
}

// "② 삭제 <2020. 2. 4.>", "2의2. 삭제": the number stands, and nothing else does.
bool IsDeleted(std::string_view part) {
  constexpr std::string_view kDeleted = "삭제";
  std::string key = NameKey(part);
  const size_t at = key.find(kDeleted);
  if (at == std::string::npos) return false;
  std::string before = base::ReplaceAll(key.substr(0, at), "의", "");
  const std::string after = key.substr(at + kDeleted.size());
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(before.begin(), before.end(), digit) &&
         std::all_of(after.begin(), after.end(), digit);
}

bool HasClause(const Article& article, const Citation& citation) {
  const auto part = Part(article, citation.hang, citation.ho, citation.ho_branch);
  return part && (citation.hang + citation.ho == 0 || !IsDeleted(*part));
}

}  // namespace

Fallible<CheckedCitation> CitationCheck::Run(const Citation& citation) {
  Law* law = nullptr;
  std::string name;
  for (const std::string& candidate : citation.names) {
    ASSIGN_OR_FAIL(Law * found, Named(candidate));
    const bool better =
        law == nullptr || (law->finding == "not_found" && candidate == citation.law);
    if (better || found->finding != "not_found") {
      law = found;
      name = candidate;
    }
    if (found->finding != "not_found") break;
  }
  CheckedCitation checked{law->finding, law->law_id, std::move(name), law->search};
  if (!law->articles) return checked;
  return citation.number ? CheckArticle(citation, *law, std::move(checked))
                         : CheckLaw(*law, std::move(checked));
}

Fallible<CitationCheck::Law*> CitationCheck::Named(const std::string& name) {
  const std::string key = NameKey(name);
  auto known = laws_.find(key);
  if (known == laws_.end()) {
    if (laws_.size() == kNamesMax) return TooManyNames();
    ASSIGN_OR_FAIL(Law law, LookUp(name));
    known = laws_.emplace(key, std::move(law)).first;
  }
  return &known->second;
}

Fallible<CitationCheck::Law> CitationCheck::LookUp(const std::string& name) const {
  NameSearch search;
  Fallible<LawInForce> law = FindLawNamed(drf_, name, day_, context_, search);
  if (law.ok()) {
    const std::string law_id = law->version.law_id;
    return Law{"ok", law_id, search.origin,
               std::optional<ArticleLookup>(std::in_place, drf_, *std::move(law),
                                            ArticleLookup::Reading::kWhole, context_)};
  }
  const std::string& why = law.error().code;
  if (why == kNoText) return Unchecked(law.error());
  const std::string law_id = search.law_ids.size() == 1 ? search.law_ids[0] : "";
  if (why == "not_in_force") return Law{"not_in_force", law_id, search.origin, {}};
  if (why == "repealed") return Law{"repealed", law_id, search.origin, {}};
  if (why == "not_found" || why == "ambiguous_law") return Law{"not_found", "", search.origin, {}};
  return law.error();
}

bool CitationCheck::GoneToday(const LawInForce& law) const {
  const LawVersion* now = day_ < today_ ? InForce(law.versions, today_) : nullptr;
  return now != nullptr && now->Repeals();
}

// A law cited as a whole is amended now and then; only its repeal says something of the citation.
Fallible<CheckedCitation> CitationCheck::CheckLaw(const Law& law, CheckedCitation checked) const {
  const LawInForce& found = law.articles->law();
  checked.origin.record = found.version.law_id;
  checked.origin.version = found.version.version();
  if (GoneToday(found)) checked.finding = "amended_later";
  return checked;
}

// Of what the article is not in: the text in force on the day.
Fallible<CheckedCitation> CitationCheck::WithoutArticle(const Citation& citation, Law& law,
                                                        CheckedCitation checked) const {
  const LawVersion& version = law.articles->law().version;
  const auto body = law.articles->Body(version, *citation.number);
  if (!body.ok()) return body.error().code == kNoText ? Unchecked(body.error()) : body.error();
  checked.origin = OriginOf((*body)->answer, version, citation.number->text());
  return checked;
}

Fallible<CheckedCitation> CitationCheck::CheckArticle(const Citation& citation, Law& law,
                                                      CheckedCitation checked) const {
  const Fallible<FoundArticle> found = law.articles->OnDay(*citation.number, day_);
  if (!found.ok()) {
    const std::string& why = found.error().code;
    if (why == kNoText) return Unchecked(found.error());
    if (why != "not_found" && why != "not_in_force") return found.error();
    checked.finding = why == "not_found" ? "not_found" : "not_in_force";
    return WithoutArticle(citation, law, std::move(checked));
  }
  checked.origin = OriginOf(found->body->answer, found->version, citation.number->text());
  if (found->article.deleted()) {
    checked.finding = "repealed";
  } else if (!HasClause(found->article, citation)) {
    checked.finding = "wrong_clause";
  } else {
    ASSIGN_OR_FAIL(const bool amended, Amended(*found, law));
    if (amended) checked.finding = "amended_later";
  }
  return checked;
}

Fallible<bool> CitationCheck::Amended(const FoundArticle& found, Law& law) const {
  if (day_ >= today_) return false;
  if (GoneToday(law.articles->law())) return true;
  const Fallible<FoundArticle> now = law.articles->OnDay(found.article.number, today_);
  if (now.ok()) return now->article.text() != found.article.text();
  const std::string& why = now.error().code;
  if (why == "not_found" || why == "not_in_force") return true;
  return why == kNoText ? Unchecked(now.error()) : now.error();
}

}  // namespace connectors::legal
