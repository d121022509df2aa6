#include "agents/principal_document.h"

#include <algorithm>
#include <array>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::Particle;
using base::StrCat;

constexpr size_t kIdBytesMax = 64;

bool IsText(const Json& value) { return value.is_string(); }
bool IsFlag(const Json& value) { return value.is_boolean(); }
bool IsObject(const Json& value) { return value.is_object(); }
bool IsTexts(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), IsText);
}

struct Form {
  bool (*fits)(const Json& value);
  std::string_view english, korean;
};
constexpr Form kText = {IsText, "a text", "문자열"};
constexpr Form kTexts = {IsTexts, "a list of texts", "문자열 목록"};
constexpr Form kFlag = {IsFlag, "true or false", "true/false 값"};
constexpr Form kObject = {IsObject, "a JSON object", "JSON 객체"};

struct Member {
  std::string_view name;
  Form form;
};
constexpr std::array<Member, 10> kMembers = {{{"id", kText},
                                              {"title", kText},
                                              {"title_en", kText},
                                              {"unit", kText},
                                              {"roles", kTexts},
                                              {"clearance", kObject},
                                              {"purposes", kTexts},
                                              {"patterns", kTexts},
                                              {"tools", kTexts},
                                              {"active", kFlag}}};
constexpr std::array<Member, 2> kGrades = {{{"n2sf", kText}, {"mil", kText}}};

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

absl::Status Unknown(std::string_view name, const std::vector<std::string>& known) {
  const std::string list = base::StrJoin(known, ", ");
  return Invalid(
      StrCat("'", name, "' is not known here: ", list),
      StrCat("'", name, "'", Particle(name, "은"), " 알 수 없습니다. 쓸 수 있는 것: ", list));
}

template <size_t count>
absl::Status CheckMembers(const Json& object, const std::array<Member, count>& members) {
  for (const auto& item : object.items()) {
    const std::string& name = item.key();
    const auto* member = std::find_if(members.begin(), members.end(),
                                      [&](const Member& m) { return m.name == name; });
    if (member == members.end()) {
      std::vector<std::string> known;
      for (const Member& m : members) known.emplace_back(m.name);
      return Unknown(name, known);
    }
    if (member->form.fits(item.value())) continue;
    return Invalid(
        StrCat("'", name, "' is not ", member->form.english),
        StrCat("'", name, "'의 값이 ", base::WithParticle(member->form.korean, "이"), " 아닙니다"));
  }
  return absl::OkStatus();
}

bool LetterOrDigit(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
         base::IsHangulSyllable(c);
}

absl::Status CheckPurposes(const std::vector<std::string>& purposes,
                           const tools::Catalogue& catalogue) {
  const auto known =
      catalogue.json().value("purposes", Json::array()).get<std::vector<std::string>>();
  for (const std::string& purpose : purposes) {
    if (std::find(known.begin(), known.end(), purpose) == known.end())
      return Unknown(purpose, known);
  }
  return absl::OkStatus();
}

bool Names(std::string_view pattern, std::string_view tool) {
  return pattern.ends_with('*') ? tool.starts_with(pattern.substr(0, pattern.size() - 1))
                                : tool == pattern;
}

absl::Status CheckPatterns(const PrincipalRecord& record, const tools::Catalogue& catalogue) {
  if (record.tool_patterns.empty() && !record.principal.tools.empty()) {
    return Invalid("'tools' alone gives no tool: name them in 'patterns', as \"law.*\"",
                   "'tools'만으로는 도구를 줄 수 없습니다. \"law.*\"처럼 'patterns'에 적으십시오");
  }
  const auto& tools = catalogue.tools();
  for (const std::string& pattern : record.tool_patterns) {
    const bool any = std::any_of(tools.begin(), tools.end(), [&](const tools::ToolSpec& tool) {
      return Names(pattern, tool.name);
    });
    if (!any) {
      return Invalid(StrCat("'", pattern, "' names no tool of the catalogue"),
                     StrCat("'", pattern, "'에 맞는 도구가 없습니다"));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> ToolsOf(const std::vector<std::string>& patterns,
                                 const tools::Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const tools::ToolSpec& tool : catalogue.tools()) {
    const bool named =
        std::any_of(patterns.begin(), patterns.end(),
                    [&](const std::string& pattern) { return Names(pattern, tool.name); });
    if (named) names.push_back(tool.name);
  }
  return names;
}

}  // namespace

absl::Status CheckPrincipalId(std::string_view id) {
  const std::u32string points = base::CodePoints(id);
  const bool fits = !points.empty() && LetterOrDigit(points.front()) && id.size() <= kIdBytesMax &&
                    id.find("..") == std::string_view::npos &&
                    std::all_of(points.begin(), points.end(), [](char32_t c) {
                      return LetterOrDigit(c) ||
                             std::u32string_view(U"._-@").find(c) != std::u32string_view::npos;
                    });
  if (fits) return absl::OkStatus();
  return Invalid(
      StrCat("'id' has to begin with a letter, a digit or Hangul, then also . _ - @, at most ",
             kIdBytesMax, " bytes and without '..'"),
      StrCat("'id'는 글자나 숫자로 시작하고, 그 뒤에는 . _ - @도 쓸 수 있으며, '..' 없이 ",
             kIdBytesMax, "바이트를 넘지 않아야 합니다"));
}

absl::StatusOr<PrincipalRecord> ReadPrincipalDocument(const Json& document,
                                                      const tools::Catalogue& catalogue) {
  if (!document.is_object()) return Invalid("not a JSON object", "JSON 객체가 아닙니다");
  RETURN_IF_ERROR(CheckMembers(document, kMembers));
  RETURN_IF_ERROR(CheckMembers(document.value("clearance", Json::object()), kGrades));
  RETURN_IF_ERROR(CheckPrincipalId(base::StringOr(document, "id", "")));
  ASSIGN_OR_RETURN(PrincipalRecord record, ParsePrincipalRecord(document));
  RETURN_IF_ERROR(CheckPurposes(record.principal.purposes, catalogue));
  RETURN_IF_ERROR(CheckPatterns(record, catalogue));
  record.principal.tools = ToolsOf(record.tool_patterns, catalogue);
  return record;
}

}  // namespace agents
