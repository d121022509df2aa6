#include "connectors/administration/source_sections.h"

#include <algorithm>
#include <cmath>

#include "agents/captions.h"
#include "model_core/base/strings.h"
#include "tools/part.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::Language;
using base::StrCat;
using base::StringOr;
using tools::ResultSpec;

constexpr size_t kOriginsShown = 5;
constexpr char kMark[] = "외부 원문";

// 1234567.5 → "1,234,567.5".
std::string NumberText(const Json& value) {
  const double number = value.get<double>();
  const bool whole = std::floor(number) == number && std::abs(number) < 1e15;
  std::string text = whole ? StrCat(static_cast<int64_t>(number)) : StrCat(number);
  const size_t first = text.starts_with('-') ? 1 : 0;
  const size_t point = std::min(text.find_first_of(".e"), text.size());
  for (size_t at = point; at > first + 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string ValueText(const tools::Catalogue& catalogue, const ResultSpec& field,
                      const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_boolean()) return value.get<bool>() ? "예" : "아니오";
  if (value.is_number()) return NumberText(value);
  if (!value.is_string()) return base::DumpJson(value);
  const std::string text = value.get<std::string>();
  if (!field.enumeration.empty())
    return agents::EnumWord(catalogue, field.enumeration, text, Language::kKorean);
  if (field.type == "jo") return agents::ArticleText(text, Language::kKorean);
  if (field.type == "time" || field.type == "date") return agents::TimeForPeople(text);
  return field.untrusted ? StrCat("“", base::Trim(text), "”") : text;
}

std::string Member(const ResultSpec& field) {
  const size_t at = field.path.find("[].");
  return at == std::string::npos ? "" : field.path.substr(at + 3);
}

// Fields of the list that at least one item holds.
std::vector<const ResultSpec*> Columns(const tools::ToolSpec& spec, const std::string& list,
                                       const Json& items) {
  std::vector<const ResultSpec*> columns;
  for (const ResultSpec& field : spec.results) {
    if (!field.path.starts_with(list + "[].")) continue;
    for (const Json& item : items) {
      if (!item.is_object() || !item.contains(Member(field)) || item[Member(field)].is_null())
        continue;
      columns.push_back(&field);
      break;
    }
  }
  return columns;
}

Block Table(const tools::Catalogue& catalogue, const tools::ToolSpec& spec, const std::string& list,
            const Json& items) {
  const std::vector<const ResultSpec*> columns = Columns(spec, list, items);
  Block table{Block::Kind::kTable, "", {{}}};
  for (const ResultSpec* column : columns) {
    const std::string caption = agents::FieldCaption(spec.name, Member(*column), Language::kKorean);
    table.rows[0].push_back(column->untrusted ? StrCat(caption, "(", kMark, ")") : caption);
  }
  for (const Json& item : items) {
    std::vector<std::string> row;
    for (const ResultSpec* column : columns) {
      row.push_back(item.contains(Member(*column))
                        ? ValueText(catalogue, *column, item[Member(*column)])
                        : "-");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

void AddList(const tools::Catalogue& catalogue, const tools::ToolSpec& spec,
             const std::string& list, const Json& items, Layout& out) {
  if (!items.is_array()) return;
  if (items.empty()) {
    out.push_back({Block::Kind::kText, "해당하는 자료가 없습니다.", {}});
  } else if (items[0].is_object()) {
    out.push_back(Table(catalogue, spec, list, items));
  } else {
    std::vector<std::string> values;
    for (const Json& item : items)
      values.push_back(item.is_string() ? item.get<std::string>() : base::DumpJson(item));
    out.push_back({Block::Kind::kText, base::StrJoin(values, ", "), {}});
  }
}

void AddFields(const tools::Catalogue& catalogue, const tools::ToolSpec& spec, const Json& value,
               Layout& out) {
  std::vector<std::string> lines;
  std::vector<Block> quotes;
  for (const ResultSpec& field : spec.results) {
    if (field.path.find("[]") != std::string::npos || !value.contains(field.path) ||
        value[field.path].is_null())
      continue;
    const std::string caption = agents::FieldCaption(spec.name, field.path, Language::kKorean);
    const std::string text = ValueText(catalogue, field, value[field.path]);
    if (field.untrusted) {
      quotes.push_back({Block::Kind::kQuote, StrCat("[", kMark, "] ", caption, ": ", text), {}});
    } else {
      lines.push_back(StrCat(caption, ": ", text));
    }
  }
  if (!lines.empty()) out.push_back({Block::Kind::kText, base::StrJoin(lines, "\n"), {}});
  out.insert(out.end(), quotes.begin(), quotes.end());
}

// "모두 714건 중 처음 500건입니다.", and what else the result does not hold.
void AddPart(const Json& value, Layout& out) {
  if (const int64_t left_out = tools::LeftOutOf(value); left_out > 0)
    out.push_back({Block::Kind::kText, agents::LeftOutText(left_out, Language::kKorean), {}});
  const auto part = tools::PartOf(value);
  if (!part) return;
  out.push_back({Block::Kind::kText,
                 part->total ? StrCat("모두 ", NumberText(*part->total), "건 중 처음 ",
                                      NumberText(part->shown), "건입니다.")
                             : StrCat("처음 ", NumberText(part->shown), "건이며 더 있습니다."),
                 {}});
}

std::string Citation(const Json& source) {
  std::vector<std::string> parts;
  const Json origins = source.value("origins", Json::array());
  for (const Json& origin : origins) {
    if (parts.size() == kOriginsShown) break;
    const std::string version = StringOr(origin, "version", "");
    parts.push_back(StrCat(StringOr(origin, "system", ""), " ", StringOr(origin, "record", ""),
                           version.empty() ? "" : " 판 ", version, " (",
                           agents::TimeForPeople(StringOr(origin, "time", "")), " 확인)"));
  }
  const std::string more =
      origins.size() > kOriginsShown ? StrCat(" 외 ", origins.size() - kOriginsShown, "건") : "";
  return StrCat("출처: ", base::StrJoin(parts, "; "), more);
}

}  // namespace

Layout SourceSection(const tools::Catalogue& catalogue, const Json& source,
                     std::string_view heading) {
  Layout out;
  const tools::ToolSpec* spec = catalogue.Find(StringOr(source, "tool", ""));
  const Json value = source.value("value", Json::object());
  out.push_back({Block::Kind::kHeading,
                 StrCat(heading, spec == nullptr ? StringOr(source, "tool", "") : spec->title),
                 {}});
  if (spec != nullptr && value.is_object()) {
    AddFields(catalogue, *spec, value, out);
    for (const auto& [name, member] : value.items()) AddList(catalogue, *spec, name, member, out);
    AddPart(value, out);
  }
  out.push_back({Block::Kind::kNote, Citation(source), {}});
  return out;
}

bool ShowsOutsideText(const tools::Catalogue& catalogue, const Json& source) {
  const tools::ToolSpec* spec = catalogue.Find(StringOr(source, "tool", ""));
  const Json value = source.value("value", Json::object());
  if (spec == nullptr || !value.is_object()) return true;
  for (const ResultSpec& field : spec->results) {
    if (!field.untrusted) continue;
    const std::string list = field.path.substr(0, field.path.find("[]"));
    if (!value.contains(list)) continue;
    const auto columns = list == field.path ? std::vector<const ResultSpec*>{&field}
                                            : Columns(*spec, list, value[list]);
    const bool shown = std::find(columns.begin(), columns.end(), &field) != columns.end();
    if (shown && !value[list].is_null()) return true;
  }
  return false;
}

}  // namespace connectors::administration
