#include "deploy/server/usage_error.h"

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::Particle;
using base::StrCat;

constexpr std::string_view kBetweenLanguages = "\x1f";

struct Told {
  std::string english, korean;
};

// What stands before and after the first `middle`; `after` is empty if there is none.
struct Halves {
  std::string before, after;
};
Halves Split(const std::string& text, std::string_view middle) {
  const size_t at = text.find(middle);
  if (at == std::string::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + middle.size())};
}

// "Value 500 not in range 1 to 100"; a limit of that many digits is the parser's, not ours.
Told NotInRange(const std::string& option, const Halves& said) {
  constexpr size_t kDigitsMax = 12;
  const std::string value = Split(said.before, "Value ").after;
  const Halves range = Split(base::ReplaceAll(said.after, ".000000", ""), " to ");
  const std::string korean = StrCat(option, ": '", value, "'", Particle(value, "은"), " ");
  if (range.after.size() > kDigitsMax)
    return {StrCat(option, ": '", value, "' is no number from ", range.before, " on"),
            StrCat(korean, range.before, " 이상의 수가 아닙니다")};
  return {StrCat(option, ": '", value, "' is no number from ", range.before, " to ", range.after),
          StrCat(korean, range.before, "에서 ", range.after, " 사이의 수가 아닙니다")};
}

// "fr not in {ko,en}"
Told NotAmong(const std::string& option, const Halves& said) {
  const std::string& value = said.before;
  const std::string list = base::ReplaceAll(said.after.substr(0, said.after.find('}')), ",", ", ");
  return {StrCat(option, ": '", value, "' is none of ", list),
          StrCat(option, ": '", value, "'", Particle(value, "은"), " ", list,
                 " 가운데 하나가 아닙니다")};
}

// "--limit: …"
Told BadValue(const std::string& said) {
  const Halves option = Split(said, ": ");
  if (const Halves both = Split(option.after, kBetweenLanguages); !both.after.empty())
    return {StrCat(option.before, ": ", both.before), StrCat(option.before, ": ", both.after)};
  if (const Halves range = Split(option.after, " not in range "); !range.after.empty())
    return NotInRange(option.before, range);
  if (const Halves among = Split(option.after, " not in {"); !among.after.empty())
    return NotAmong(option.before, among);
  return {said, StrCat("값이 올바르지 않습니다: ", base::Quoted(said))};
}

Told Explain(const CLI::ParseError& error) {
  const std::string kind = error.get_name(), said = error.what();
  if (said == "A subcommand is required") return {"a command is missing", "명령이 빠졌습니다"};
  if (kind == "RequiredError")
    return {said, StrCat("필요한 것이 빠졌습니다: ", base::ReplaceAll(said, " is required", ""))};
  if (kind == "ArgumentMismatch") {
    const std::string option = Split(said, ": ").before;
    if (said.find(": At Most ") != std::string::npos)
      return {StrCat(option, " is given more than once"),
              StrCat(option, ": 두 번 이상 주었습니다")};
    return {StrCat(option, ": its value is missing"), StrCat(option, ": 값이 빠졌습니다")};
  }
  if (kind == "ConversionError" || kind == "ValidationError") return BadValue(said);
  if (kind == "ExcludesError") {
    const Halves both = Split(said, " excludes ");
    return {StrCat(both.before, " and ", both.after, " exclude one another"),
            StrCat("함께 쓸 수 없습니다: ", both.before, ", ", both.after)};
  }
  return {said, StrCat("사용법 오류: ", base::Quoted(said))};
}

}  // namespace

std::string InBothLanguages(std::string_view english, std::string_view korean) {
  return StrCat(english, kBetweenLanguages, korean);
}

absl::Status UsageError(const CLI::ParseError& error, const CLI::App& app,
                        std::string_view program) {
  Told told = Explain(error);
  if (const std::vector<std::string> unknown = app.remaining(true); !unknown.empty()) {
    const std::string list = base::StrJoin(unknown, " ");
    told = {StrCat("unknown argument: ", list), StrCat("알 수 없는 인자입니다: ", list)};
  }
  const std::string help = StrCat(" (", program, " --help)");
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(told.english, help),
                     StrCat(told.korean, help));
}

}  // namespace deploy
