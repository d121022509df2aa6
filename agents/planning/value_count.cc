// How many values of a kind a request may name.
#include "agents/plan_reading.h"
#include "agents/planning/seconds.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::StrCat;

struct KindWords {
  std::string_view kind, english, korean;
};

// A due date is a date, and a whole number a number: named once.
constexpr KindWords kKinds[] = {
    {"jo", "articles", "조문"},
    {"hang", "paragraphs", "항"},
    {"ho", "subparagraphs", "호"},
    {"date", "dates", "날짜"},
    {"period", "periods", "기간"},
    {"time", "times", "시각"},
    {"days", "numbers of days", "일수"},
    {"number", "numbers", "숫자"},
    {"id:patient", "patient numbers", "환자 번호"},
    {"id:order", "order numbers", "처방 번호"},
    {"id:doc", "document numbers", "문서 번호"},
    {"id:alarm", "alarm numbers", "알람 번호"},
    {"id:wo", "work order numbers", "작업지시 번호"},
    {"id:req", "requisition numbers", "청구서 번호"},
    {"id:item", "stock numbers", "품목 번호"},
    {"id:case", "case numbers", "사건 번호"},
    {"id:tag", "tags or assets", "태그나 설비"},
};

absl::Status TooMany(const KindWords& words, size_t count) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("the request names ", count, " different ", words.english, ", limit ",
                            kValuesMax, "; ask for fewer at once"),
                     StrCat("요청에 서로 다른 ", base::WithParticle(words.korean, "이"), " ", count,
                            "개 있습니다 (한도 ", kValuesMax, "개). 요청을 나누어 주십시오"));
}

}  // namespace

absl::Status CheckValueCount(const PlanRequest& request) {
  return CheckValueCount(RecogniseInMinutes(request.text, request.now));
}

absl::Status CheckValueCount(const Recognition& recognition) {
  for (const KindWords& words : kKinds) {
    const auto found = recognition.own.literals.find(std::string(words.kind));
    if (found == recognition.own.literals.end()) continue;
    if (found->second.size() > kValuesMax) return TooMany(words, found->second.size());
  }
  return absl::OkStatus();
}

}  // namespace agents
