// The auditor's side: the same results, the same answer.
#include <algorithm>
#include <cctype>

#include "agents/answer.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/tool_executor.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr size_t kShownCodePoints = 60;

absl::Status NotComparable(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kFailedPrecondition, english, korean);
}

absl::Status Differs(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kDataLoss,
                     StrCat("the answer is not what the results say: ", english),
                     StrCat("답변이 결과와 다릅니다: ", korean));
}

absl::Status ByTheSameComposer(const tools::Catalogue& catalogue, const Json& released) {
  const int64_t composer = base::IntOr(released, "composer", 0);
  if (composer == 0) {
    return NotComparable("made before answers named what composed them",
                         "작성기 판을 적기 전에 나간 답변입니다");
  }
  if (composer != kComposer) {
    return NotComparable(StrCat("composed by another version of the composer (", composer,
                                "; here it is ", kComposer, "): verify it with that maru"),
                         StrCat("다른 판의 작성기(", composer, ", 여기는 ", kComposer,
                                ")로 쓴 답변입니다. 그 판의 maru로 검증하십시오"));
  }
  if (StringOr(released, "catalogue", "") == catalogue.hash()) return absl::OkStatus();
  return NotComparable("composed with another catalogue of tools: verify it with that maru",
                       "다른 도구 목록으로 쓴 답변입니다. 그 판의 maru로 검증하십시오");
}

// Two spellings of one number have one hash: what fits once every number is spelt as it was hashed
// was spelt anew in the file.
bool SpeltAnew(const tools::ToolSpec& spec, const Json& value) {
  const auto canonical = base::ParseJson(base::CanonicalJson(value), "result");
  return canonical.ok() && !tools::CheckResult(spec, *canonical);
}

// A composer reads results by the catalogue; a file may hold anything.
absl::Status Composable(const Run& run, const tools::Catalogue& catalogue) {
  if (!run.plan) return NotComparable("there is no plan before it", "답변 앞에 계획이 없습니다");
  for (const Step& step : run.plan->steps) {
    const tools::ToolSpec* spec = catalogue.Find(step.tool);
    const auto it = run.steps.find(step.id);
    const StepRecord record = it == run.steps.end() ? StepRecord{} : it->second;
    const bool held = record.value.is_object() && !record.value.empty();
    const bool input = !record.error.is_object() || !record.error.contains("input") ||
                       run.plan->Find(StringOr(record.error, "input", "")) != nullptr;
    const bool result = record.state != StepState::kSucceeded || record.value.is_object();
    if (spec != nullptr && input && result && (!held || !tools::CheckResult(*spec, record.value)))
      continue;
    if (spec != nullptr && held && SpeltAnew(*spec, record.value)) {
      return Differs(StrCat("a number of the result of ", step.id, " is not spelt as it was"),
                     StrCat(step.id, " 단계 결과의 숫자 표기가 바뀌었습니다"));
    }
    return NotComparable(StrCat("the result of ", step.id, " is not in the catalogue's form"),
                         StrCat(step.id, " 단계의 결과가 도구 목록의 형식이 아닙니다"));
  }
  return absl::OkStatus();
}

std::string Start(std::string_view line) {
  std::u32string points = base::CodePoints(line);
  const bool cut = points.size() > kShownCodePoints;
  if (cut) points.resize(kShownCodePoints);
  return StrCat(base::Utf8(points), cut ? "…" : "");
}

// 12,000 and 12000.0 are one number, and 12000 here.
std::string WithPlainNumbers(std::string_view text) {
  const auto digit = [&](size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool after = i > 0 && digit(i - 1);
    if (after && text[i] == ',' && digit(i + 1)) continue;
    if (after && text.substr(i, 2) == ".0" && !digit(i + 2)) {
      ++i;
      continue;
    }
    plain += text[i];
  }
  return plain;
}

// Names the first line that differs.
absl::Status SameText(std::string_view told, std::string_view composed) {
  if (told == composed) return absl::OkStatus();
  if (WithPlainNumbers(told) == WithPlainNumbers(composed))
    return Differs("a number of a result is not spelt as it was",
                   "결과의 숫자 표기가 바뀌었습니다");
  const auto told_lines = base::StrSplit(told, '\n'), lines = base::StrSplit(composed, '\n');
  size_t i = 0;
  while (i < told_lines.size() && i < lines.size() && told_lines[i] == lines[i]) ++i;
  const std::string was = i < told_lines.size() ? Start(told_lines[i]) : "";
  const std::string is = i < lines.size() ? Start(lines[i]) : "";
  return Differs(StrCat("line ", i + 1, " is '", was, "', from the results '", is, "'"),
                 StrCat(i + 1, "번째 줄이 '", was, "'인데 결과대로면 '", is, "'입니다"));
}

}  // namespace

Json ReleasedBody(const Answer& answer, const tools::Catalogue& catalogue) {
  Json body = ToJson(answer);
  body["composer"] = kComposer;
  body["catalogue"] = catalogue.hash();
  return body;
}

absl::Status RecomposeAnswer(const Run& run, const tools::Catalogue& catalogue,
                             const Json& released) {
  RETURN_IF_ERROR(ByTheSameComposer(catalogue, released));
  RETURN_IF_ERROR(Composable(run, catalogue));
  const Json composed = ReleasedBody(ComposeAnswer(run, catalogue), catalogue);
  RETURN_IF_ERROR(SameText(StringOr(released, "text", ""), StringOr(composed, "text", "")));
  if (released.value("citations", Json()) != composed["citations"])
    return Differs("other sources are cited", "인용한 출처가 다릅니다");
  if (released.value("label", Json()) != composed["label"])
    return Differs("its label is another", "답변의 등급이 다릅니다");
  return absl::OkStatus();
}

}  // namespace agents
