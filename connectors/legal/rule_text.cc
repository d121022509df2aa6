// The text of rules, set as articles with their parts.
#include <algorithm>

#include "connectors/legal/rule.h"
#include "connectors/legal/rule_lines.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;

// UnitWriter: one article as DRF writes a statute's (조문단위), line by line.
class UnitWriter {
 public:
  UnitWriter(pugi::xml_document& units, std::string_view first)
      : unit_(units.append_child("조문단위")) {
    text_ = Append(unit_, "조문내용", first);
  }

  void Add(std::string_view line) {
    if (const std::string mark = ParagraphMark(line); !mark.empty()) {
      item_ = {};
      paragraph_ = Part(unit_, "항", mark, line);
    } else if (const std::string item = ItemMark(line); !item.empty()) {
      if (!paragraph_) paragraph_ = unit_.append_child("항");
      item_ = Part(paragraph_, "호", item, line);
    } else if (const std::string sub = SubitemMark(line); item_ && !sub.empty()) {
      Part(item_, "목", sub, line);
    } else {
      text_.set_value(StrCat(text_.value(), " ", line).c_str());
    }
  }

  pugi::xml_node unit() const { return unit_; }

 private:
  static pugi::xml_node Append(pugi::xml_node parent, const std::string& name,
                               std::string_view text) {
    pugi::xml_node value = parent.append_child(name.c_str()).append_child(pugi::node_pcdata);
    value.set_value(std::string(text).c_str());
    return value;
  }

  pugi::xml_node Part(pugi::xml_node parent, const std::string& name, std::string_view mark,
                      std::string_view line) {
    pugi::xml_node part = parent.append_child(name.c_str());
    Append(part, name + "번호", mark);
    text_ = Append(part, name + "내용", line);
    return part;
  }

  pugi::xml_node unit_, paragraph_, item_, text_;
};

// The lines of an element; the service marks some breaks as HTML.
std::vector<std::string> Lines(pugi::xml_node node) {
  std::string text;
  for (pugi::xml_node part : node.children()) text += part.value();
  text = base::ReplaceAll(base::ReplaceAll(text, "<br/>", "\n"), "<br>", "\n");
  std::vector<std::string> lines;
  for (std::string_view line : base::StrSplit(text, '\n')) {
    if (std::string one = OneLine(line); !one.empty()) lines.push_back(std::move(one));
  }
  return lines;
}

// "제1조(목적) ① …" as its heading and its first paragraph.
UnitWriter Begin(pugi::xml_document& units, const std::string& line,
                 const ArticleHeading& heading) {
  if (ParagraphMark(heading.rest).empty()) return UnitWriter(units, line);
  const std::string head(base::Trim(
      std::string_view(line).substr(0, static_cast<size_t>(heading.rest.data() - line.data()))));
  UnitWriter writer(units, head);
  writer.Add(heading.rest);
  return writer;
}

// Articles of one 조문내용: mostly one, but some bodies hold all of theirs in it.
void ReadElement(pugi::xml_node element, pugi::xml_document& units, std::vector<Article>& articles,
                 std::vector<std::string>& loose) {
  std::optional<UnitWriter> open;
  ArticleNumber last;
  for (const std::string& line : Lines(element)) {
    const auto heading = ReadHeading(line, !open);
    // An article that quotes another does not end there: numbers only rise.
    const bool next = heading && (!open || std::pair(heading->number.main, heading->number.branch) >
                                               std::pair(last.main, last.branch));
    if (next) {
      open = Begin(units, line, *heading);
      last = heading->number;
      articles.push_back({heading->number, heading->title, "", open->unit()});
    } else if (IsDivision(line)) {
      open.reset();
    } else if (open) {
      open->Add(line);
    } else {
      loose.push_back(line);
    }
  }
}

Article ReadOrdinanceArticle(pugi::xml_node node, pugi::xml_document& units) {
  std::string_view code = base::Trim(node.child_value("조문번호"));
  const std::vector<std::string> lines = Lines(node.child("조내용"));
  const std::string first = lines.empty() ? "" : lines[0];
  const auto heading = ReadHeading(first, true);
  UnitWriter writer = heading ? Begin(units, first, *heading) : UnitWriter(units, first);
  for (size_t i = 1; i < lines.size(); ++i) writer.Add(lines[i]);
  std::string_view main = code.substr(0, std::min<size_t>(4, code.size()));
  std::string_view branch = code.substr(main.size());
  const ArticleNumber number{EatNumber(main), EatNumber(branch)};
  std::string title = OneLine(node.child_value("조제목"));
  if (title == "삭제") title.clear();
  return {number, std::move(title), "", writer.unit()};
}

}  // namespace

std::vector<Article> ReadRuleArticles(const RuleFamily& family, pugi::xml_node body,
                                      pugi::xml_document& units) {
  std::vector<Article> articles;
  std::vector<std::string> loose;
  if (family.kind == "ordinance") {
    for (pugi::xml_node node : body.child("조문").children("조")) {
      if (base::Trim(node.child_value("조문여부")) == "N") continue;  // a chapter's heading
      articles.push_back(ReadOrdinanceArticle(node, units));
    }
    return articles;
  }
  for (pugi::xml_node element : body.children("조문내용"))
    ReadElement(element, units, articles, loose);
  if (!articles.empty() || loose.empty()) return articles;
  UnitWriter whole(units, loose[0]);
  for (size_t i = 1; i < loose.size(); ++i) whole.Add(loose[i]);
  return {{{}, "", "", whole.unit()}};
}

}  // namespace connectors::legal
