#include "model_core/chat/text_terminal.h"

#include <algorithm>
#include <vector>

#include "model_core/base/strings.h"
#include "model_core/text/argument_schema.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kAny = "/(?s:.*)/";
constexpr std::string_view kRefused[] = {"not", "if", "$dynamicRef", "$recursiveRef"};

// Each takes less than its standard permits, and nothing else: 29 February is not in it.
constexpr std::string_view kDate =
    "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|02-(0[1-9]|1[0-9]|2[0-8]))";
constexpr std::string_view kTime =
    "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?"
    "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
constexpr std::string_view kHost =
    "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?"
    "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?){0,3}";
struct Format {
  std::string_view name, first, second{}, third{};
};
constexpr Format kFormats[] = {
    {"date", kDate},
    {"time", kTime},
    {"date-time", kDate, "T", kTime},
    {"duration", "P([1-9][0-9]{0,3}[YMWD]|T[1-9][0-9]{0,3}[HMS])"},
    {"email", "[A-Za-z0-9_+-]{1,30}(\\.[A-Za-z0-9_+-]{1,30})?@", kHost},
    {"hostname", kHost},
    {"ipv4",
     "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}"
     "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"},
    {"uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"},
    {"uri", "https?:\\/\\/", kHost, "(:[1-9][0-9]{0,3})?(\\/[A-Za-z0-9._~-]*)*"},
};

absl::Status Refused(std::string_view keyword, std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("'", keyword, "' ", english),
                     StrCat("'", keyword, "' ", korean));
}

// `\d` and `\w` are ASCII in a schema, and all of Unicode in the library.
std::string_view Class(char letter) {
  switch (letter) {
    case 'd':
      return "[0-9]";
    case 'D':
      return "[^0-9]";
    case 'w':
      return "[A-Za-z0-9_]";
    case 'W':
      return "[^A-Za-z0-9_]";
    default:
      return "";
  }
}

// The alternatives of a pattern, none inside of brackets, in the library's words.
std::vector<std::string> Alternatives(std::string_view pattern) {
  std::vector<std::string> found = {""};
  int depth = 0;
  bool list = false;  // inside of [ ]
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      const char escaped = pattern[++i];
      const std::string_view known = Class(escaped);
      found.back().append(known.empty() ? std::string{c, escaped} : std::string(known));
      continue;
    }
    if (c == '[') list = true;
    if (c == ']') list = false;
    if (!list) depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == '|' && !list && depth == 0) {
      found.emplace_back();
    } else {
      found.back().append(c == '/' ? "\\/" : c == '\n' ? "\\n" : std::string{c});
    }
  }
  return found;
}

bool EndsEscaped(std::string_view text) {
  size_t slashes = 0;
  while (slashes < text.size() && text[text.size() - 1 - slashes] == '\\') ++slashes;
  return slashes % 2 == 1;
}

// A schema's pattern is found somewhere in the text, unless it says where.
std::string Pattern(std::string_view pattern) {
  std::vector<std::string> whole;
  for (std::string_view part : Alternatives(pattern)) {
    const bool begins = part.starts_with('^');
    if (begins) part.remove_prefix(1);
    const bool ends = part.ends_with('$') && !EndsEscaped(part.substr(0, part.size() - 1));
    if (ends) part.remove_suffix(1);
    whole.push_back(StrCat(begins ? "" : "(?s:.*)", "(?:", part, ")", ends ? "" : "(?s:.*)"));
  }
  return StrCat("/", base::StrJoin(whole, "|"), "/");
}

std::string Literals(const Json& values) {
  std::vector<std::string> literals;
  for (const Json& value : values) {
    if (value.is_string()) literals.push_back(base::DumpJson(value));
  }
  return StrCat("(", base::StrJoin(literals, " | "), ")");
}

class Terminal {
 public:
  explicit Terminal(const Json& root) : root_(root) {}

  absl::StatusOr<std::string> Of(const Json& schema, int depth) const {
    if (!schema.is_object()) return std::string(kAny);
    if (depth > kSchemaDepthMax) return Refused("$ref", "refers to itself", "참조가 순환합니다");
    std::vector<std::string> parts;
    for (const auto& [key, value] : schema.items())
      RETURN_IF_ERROR(Keyword(key, value, depth, parts));
    if (schema.contains("minLength") || schema.contains("maxLength")) {
      ASSIGN_OR_RETURN(parts.emplace_back(), Length(schema));
    }
    if (parts.empty()) return std::string(kAny);
    return StrCat("(", base::StrJoin(parts, " & "), ")");
  }

 private:
  absl::Status Keyword(const std::string& key, const Json& value, int depth,
                       std::vector<std::string>& parts) const {
    if (std::find(std::begin(kRefused), std::end(kRefused), key) != std::end(kRefused)) {
      return Refused(key, "cannot be honoured where strings stand as they are",
                     "조건은 문자열을 그대로 쓰는 형식에서 지킬 수 없습니다");
    }
    if (key == "enum" && value.is_array()) parts.push_back(Literals(value));
    if (key == "const") parts.push_back(Literals(Json::array({value})));
    if (key == "pattern" && value.is_string()) parts.push_back(Pattern(value.get<std::string>()));
    if (key == "format") {
      ASSIGN_OR_RETURN(parts.emplace_back(), FormatOf(value));
    }
    if (key == "anyOf" || key == "oneOf") {
      ASSIGN_OR_RETURN(parts.emplace_back(), Choice(key, value, depth));
    }
    if (key == "allOf" && value.is_array()) {
      for (const Json& each : value) {
        ASSIGN_OR_RETURN(parts.emplace_back(), Of(each, depth + 1));
      }
    }
    if (key == "$ref") {
      ASSIGN_OR_RETURN(parts.emplace_back(), Reference(value, depth));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Choice(const std::string& key, const Json& value, int depth) const {
    std::vector<std::string> choices;
    for (const Json& each : value) {
      if (!AllowsStrings(each, root_)) continue;
      ASSIGN_OR_RETURN(choices.emplace_back(), Of(each, depth + 1));
    }
    if (key == "oneOf" && choices.size() > 1) {
      return Refused(key, "with several kinds of strings cannot be honoured",
                     "안에 문자열이 여럿이면 지킬 수 없습니다");
    }
    return StrCat("(", base::StrJoin(choices, " | "), ")");
  }

  absl::StatusOr<std::string> Reference(const Json& value, int depth) const {
    const Json* referred = value.is_string() ? Referred(root_, value.get<std::string>()) : nullptr;
    if (referred != nullptr) return Of(*referred, depth + 1);
    return Refused("$ref", "names nothing in the schema", "참조할 곳이 스키마에 없습니다");
  }

  static absl::StatusOr<std::string> FormatOf(const Json& value) {
    std::vector<std::string_view> known;
    for (const Format& format : kFormats) {
      if (value == format.name) return StrCat("/", format.first, format.second, format.third, "/");
      known.push_back(format.name);
    }
    const std::string name = base::DumpJson(value), list = base::StrJoin(known, ", ");
    return Refused("format", StrCat(name, " cannot be honoured; known are ", list),
                   StrCat(name, " 형식은 지킬 수 없습니다 (", list, ")"));
  }

  static absl::StatusOr<std::string> Length(const Json& schema) {
    const Json least = schema.value("minLength", Json(0)), most = schema.value("maxLength", Json());
    const auto whole = [](const Json& length) { return length.is_number_integer() && length >= 0; };
    if (!whole(least)) return NoLength("minLength");
    if (!most.is_null() && !whole(most)) return NoLength("maxLength");
    return StrCat("/(?s:.{", least.dump(), ",", most.is_null() ? "" : most.dump(), "})/");
  }

  static absl::Status NoLength(std::string_view keyword) {
    return Refused(keyword, "is no length", "값이 길이가 아닙니다");
  }

  const Json& root_;
};

}  // namespace

absl::StatusOr<std::string> TextTerminal(const Json& schema) {
  return Terminal(schema).Of(schema, 0);
}

}  // namespace model_core
