#include "connectors/legal/statute.h"

#include <algorithm>
#include <cstdio>

#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;

std::string Padded(int value, int width) {
  char buffer[16];
  std::snprintf(buffer, sizeof(buffer), "%0*d", width, value);
  return buffer;
}

int IntOf(std::string_view text, int max = 9999) {
  int64_t value = 0;
  return base::ParseInt(base::Trim(text), value) && value >= 0 && value <= max
             ? static_cast<int>(value)
             : 0;
}

std::string SerialId(std::string_view target, std::string_view serial) {
  return base::Trim(serial).empty() ? "" : StrCat(target, ":", base::Trim(serial));
}

}  // namespace

bool LawVersion::Repeals() const {
  return revision == "폐지" || revision == "타법폐지" || revision == "일괄폐지";
}

std::string LawVersion::version() const {
  return StrCat(mst, "@", effective, citation.empty() ? "" : " ", citation);
}

LawVersion ReadVersion(pugi::xml_node row) {
  const auto text = [&](const char* name) {
    return std::string(base::Trim(row.child_value(name)));
  };
  LawVersion version;
  version.law_id = text("법령ID");
  version.mst = text("법령일련번호");
  version.name = OneLine(text("법령명한글"));
  version.abbreviation = OneLine(text("법령약칭명"));
  version.type = text("법령구분명");
  version.effective = text("시행일자");
  version.promulgated = StrCat(text("공포일자"), Padded(IntOf(text("공포번호"), 999999), 6));
  version.revision = text("제개정구분명");
  return version;
}

const LawVersion* InForce(const std::vector<LawVersion>& versions, std::string_view day) {
  const LawVersion* best = nullptr;
  for (const LawVersion& version : versions) {
    if (version.effective > day) continue;
    if (best == nullptr || std::tie(version.effective, version.promulgated) >
                               std::tie(best->effective, best->promulgated)) {
      best = &version;
    }
  }
  return best;
}

std::string ArticleNumber::text() const {
  return branch == 0 ? StrCat(main) : StrCat(main, "-", branch);
}

std::string ArticleNumber::korean() const {
  return branch == 0 ? StrCat("제", main, "조") : StrCat("제", main, "조의", branch);
}

std::string ArticleNumber::drf_code() const { return Padded(main, 4) + Padded(branch, 2); }

std::optional<ArticleNumber> ParseArticleNumber(std::string_view text) {
  const auto parts = base::StrSplit(text, '-');
  ArticleNumber number{IntOf(parts[0]), parts.size() == 2 ? IntOf(parts[1]) : 0};
  const bool valid =
      parts.size() <= 2 && number.main > 0 && number.branch <= 99 && number.text() == text;
  return valid ? std::optional(number) : std::nullopt;
}

ArticleNumber ReadArticleNumber(pugi::xml_node node, const char* number, const char* branch) {
  return {IntOf(node.child_value(number)), IntOf(node.child_value(branch))};
}

std::vector<Article> ReadArticles(pugi::xml_node law) {
  std::vector<Article> articles;
  for (pugi::xml_node unit : law.child("조문").children("조문단위")) {
    if (base::Trim(unit.child_value("조문여부")) == "전문")
      continue;  // a chapter heading under an article's number
    articles.push_back({ReadArticleNumber(unit, "조문번호", "조문가지번호"),
                        OneLine(unit.child_value("조문제목")),
                        std::string(base::Trim(unit.child_value("조문시행일자"))), unit});
  }
  return articles;
}

std::string LawKind(std::string_view type) {
  if (type == "법률") return "act";
  if (type == "대통령령" || type == "시행령") return "decree";
  if (type == "총리령" || type == "시행규칙" || type.ends_with("부령") || type.ends_with("규칙")) {
    return type.find("행정규칙") != std::string_view::npos ? "admin_rule" : "rule";
  }
  if (type == "자치법규" || type == "위임자치법규") return "ordinance";
  return "";
}

std::vector<Delegation> ReadDelegations(pugi::xml_node law,
                                        const std::optional<ArticleNumber>& number) {
  std::vector<Delegation> out;
  const auto add = [&](std::string kind, std::string title, std::string id,
                       std::optional<ArticleNumber> article) {
    if (!kind.empty() && !title.empty())
      out.push_back({std::move(kind), std::move(title), std::move(id), article});
  };
  for (pugi::xml_node block : law.children("위임조문정보")) {
    if (number && ReadArticleNumber(block.child("조정보"), "조문번호", "조문가지번호") != *number)
      continue;
    for (pugi::xml_node info : block.children("위임정보")) {
      std::string kind, title;  // one 위임정보 may name several laws, each followed by its articles
      for (pugi::xml_node node : info.children()) {
        const std::string_view name = node.name();
        if (name == "위임구분") kind = LawKind(base::Trim(node.child_value()));
        if (name == "위임구분") title.clear();
        if (name == "위임법령제목") title = OneLine(node.child_value());
        if (name == "위임법령조문정보") {
          const ArticleNumber article =
              ReadArticleNumber(node, "위임법령조문번호", "위임법령조문가지번호");
          add(kind, title, "", article.main > 0 ? std::optional(article) : std::nullopt);
        } else if (name == "위임행정규칙조문정보") {
          add("admin_rule", OneLine(node.child_value("위임행정규칙제목")),
              SerialId("admrul", node.child_value("위임행정규칙일련번호")), {});
        } else if (name == "위임자치법규조문정보") {
          add("ordinance", OneLine(node.child_value("위임자치법규제목")),
              SerialId("ordin", node.child_value("위임자치법규일련번호")), {});
        }
      }
    }
  }
  return out;
}

}  // namespace connectors::legal
