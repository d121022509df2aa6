// Statutes as DRF gives them: versions of a law by day of effect, articles with their 항/호/목,
// delegations.
//
// One version is (MST, day of effect): the same MST comes with several days when an amendment takes
// effect in stages.
#pragma once

#include <compare>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"

namespace connectors::legal {

struct LawVersion {
  std::string law_id;        // 법령ID, the same for every version; of a rule see ReadRule
  std::string mst;           // 법령일련번호
  std::string name;          // of that time
  std::string abbreviation;  // 법령약칭명
  std::string type;          // 법률, 대통령령, …부령
  std::string effective;     // YYYYMMDD
  std::string promulgated;   // YYYYMMDD, then the number: later wins on one day of effect
  std::string revision;      // 제정, 일부개정, 폐지, …
  // Of rules alone: 행정규칙ID or 자치법규ID, who issued it, and how it is cited
  // ("가온시 조례 제1302호, 2025-06-10").
  std::string rule_id, authority, citation;

  bool Repeals() const;
  // What is the same for every version.
  const std::string& lineage() const { return rule_id.empty() ? law_id : rule_id; }
  std::string version() const;  // "MST@YYYYMMDD", of a rule with its citation
};

LawVersion ReadVersion(pugi::xml_node row);
// The version in force on `day` (YYYYMMDD); null before the first. A repealed law is in its last,
// repealing version.
const LawVersion* InForce(const std::vector<LawVersion>& versions, std::string_view day);

// "38-2": article 38의2. As the `jo` kind writes it.
struct ArticleNumber {
  int main = 0;
  int branch = 0;

  auto operator<=>(const ArticleNumber&) const = default;
  std::string text() const;      // "38-2"
  std::string korean() const;    // "제38조의2"
  std::string drf_code() const;  // "003802"
};
std::optional<ArticleNumber> ParseArticleNumber(std::string_view text);
ArticleNumber ReadArticleNumber(pugi::xml_node node, const char* number, const char* branch);

struct Article {
  ArticleNumber number;
  std::string title;
  std::string effective;  // 조문시행일자, or empty
  pugi::xml_node unit;    // inside the answer that it was read from

  bool deleted() const;      // 삭제
  std::string text() const;  // 조문내용, then 항, 호 and 목, one a line
};
std::vector<Article> ReadArticles(pugi::xml_node law);

// The part of `article` that `hang` and `ho` name (0: not named), of 제2호의3 with `ho_branch` 3;
// nullopt if there is none. A paragraph that is not numbered is 항 1. 목 belong to the 호 before
// them, whether they stand inside it or beside it.
std::optional<std::string> Part(const Article& article, int hang, int ho, int ho_branch = 0);
// How many 항 hold a 호 of that number.
int ParagraphsWithItem(const Article& article, int ho);

// Where an article passes a matter on: one row of lsDelegated.
struct Delegation {
  std::string kind;   // law_kind of the catalogue
  std::string title;  // of the law it goes to
  std::string id;     // law_id of an administrative rule or ordinance; empty for laws
  std::optional<ArticleNumber> article;
};
// Rows of `number`, or of every article. Citations (인용법령) are no delegations and are left out.
std::vector<Delegation> ReadDelegations(pugi::xml_node law,
                                        const std::optional<ArticleNumber>& number);

// law_kind of a 법령구분명 or 위임구분; empty if it is none.
std::string LawKind(std::string_view type);
// Letters and digits only, so that spacing and dots of a name do not matter.
std::string NameKey(std::string_view name);
std::string Day(std::string_view iso);     // "2025-03-01" → "20250301"
std::string IsoDay(std::string_view day);  // "20250301", "2025.03.01" → "2025-03-01"; else empty
// Runs of white space as one space.
std::string OneLine(std::string_view text);

}  // namespace connectors::legal
