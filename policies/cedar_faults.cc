#include "policies/cedar_faults.h"

#include <string>
#include <utility>
#include <vector>

#include "model_core/base/json.h"
#include "model_core/base/quotations.h"
#include "model_core/base/status.h"
#include "model_core/base/strings.h"

namespace policies {
namespace {

using base::IntOr;
using base::Json;
using base::Quoted;
using base::StrCat;
using base::StringOr;

struct Words {
  std::string english, korean;
};

// "mine.cedar:3:1" and "mine.cedar 3행 1열". The schema may be of several files and has no name.
Words PlaceOf(const Json& fault) {
  const std::string file = StringOr(fault, "file", "");
  Words place{file, file == "schema" ? "스키마" : file};
  for (const auto& [name, unit] : {std::pair("line", "행"), {"column", "열"}}) {
    const int64_t number = IntOr(fault, name, 0);
    if (number == 0) continue;
    place.english += StrCat(":", number);
    place.korean += StrCat(" ", number, unit);
  }
  return place;
}

// What Cedar says of a text that is none of its language, with the line where that shows.
Words Syntax(const Json& fault) {
  const std::string words = StringOr(fault, "words", ""), source = StringOr(fault, "source", "");
  const Words shown = source.empty()
                          ? Words{}
                          : Words{StrCat(": ", source), StrCat(" (해당 줄: ", Quoted(source), ")")};
  return {StrCat(words, shown.english),
          StrCat("문법에 맞지 않습니다: ", Quoted(words), shown.korean)};
}

Words Twice(const Json& fault) {
  const std::string rule = StringOr(fault, "rule", "");
  const Words first = PlaceOf(fault.value("first", Json::object()));
  return {StrCat("rule ", rule, " is defined twice, first at ", first.english, ": rule ", rule),
          StrCat(rule, " 규칙이 두 번 정의되어 있습니다 (처음: ", first.korean, ")")};
}

// What stands behind the place.
Words Sentence(const Json& fault) {
  const std::string what = StringOr(fault, "what", ""), words = StringOr(fault, "words", ""),
                    rule = StringOr(fault, "rule", ""), name = StringOr(fault, "name", "");
  const int64_t number = IntOr(fault, "number", 0);
  if (what == "syntax") return Syntax(fault);
  if (what == "template") return {"templates are not used here", "템플릿은 쓸 수 없습니다"};
  if (what == "no_id")
    return {StrCat("rule ", number, " has no @id"), StrCat(number, "번째 규칙에 @id가 없습니다")};
  if (what == "twice") return Twice(fault);
  if (what == "not_utf8") return {"not UTF-8", "UTF-8이 아닙니다"};
  if (what == "invalid") {
    return {StrCat("rule ", rule, ": ", words),
            StrCat(rule, " 규칙이 스키마 검사를 통과하지 못했습니다: ", Quoted(words))};
  }
  if (what == "no_arguments") return {"type Arguments is missing", "Arguments 형식이 없습니다"};
  if (what == "argument") {
    return {StrCat("Arguments.", name, " must be an optional String"),
            StrCat("Arguments.", name, " 항목은 생략할 수 있는 String이어야 합니다")};
  }
  return {words, Quoted(words)};
}

Words Told(const Json& fault) {
  const Words place = PlaceOf(fault), sentence = Sentence(fault);
  if (place.english.empty()) return sentence;
  return {StrCat(place.english, ": ", sentence.english),
          StrCat(place.korean, ": ", sentence.korean)};
}

}  // namespace

absl::Status PoliciesRefused(std::string_view faults) {
  ASSIGN_OR_RETURN(const Json list, base::ParseJson(faults, "policies", "정책"));
  std::vector<std::string> english, korean;
  for (const Json& fault : list) {
    const Words told = Told(fault);
    english.push_back(told.english);
    korean.push_back(told.korean);
  }
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("policies: ", base::StrJoin(english, "; ")),
                     StrCat("정책을 읽을 수 없습니다: ", base::StrJoin(korean, "; ")));
}

}  // namespace policies
