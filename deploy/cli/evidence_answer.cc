// Whether the answer is what the run's results say.
#include "agents/answer.h"
#include "deploy/cli/evidence.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using Outcome = Finding::Outcome;

Finding Unchecked(std::string_view english, std::string_view korean) {
  return {"answer", Outcome::kNotChecked, std::string(english), std::string(korean), -1};
}

// nullopt: composed again, word for word.
std::optional<Finding> CheckAnswer(const agents::Run& run, const Json& released, int64_t record) {
  const absl::Status status = agents::RecomposeAnswer(run, tools::Catalogue::BuiltIn(), released);
  if (status.ok()) return std::nullopt;
  Finding finding{"answer", Outcome::kFails, base::Message(status, base::Language::kEnglish),
                  base::Message(status, base::Language::kKorean), record};
  if (!absl::IsFailedPrecondition(status)) return finding;
  return Unchecked(finding.english, finding.korean);
}

}  // namespace

Finding CheckAnswers(const policies::AuditExport& bundle) {
  agents::Run run;
  run.id = bundle.run_id;
  bool answered = false;
  std::optional<Finding> unchecked;  // an answer that differs after it is found all the same
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const policies::AuditRecord& record = bundle.entries[i].record;
    const Json body = BodyOf(record);
    if (!body.is_object()) {
      return Unchecked(StrCat("the content of record ", i, " is not here"),
                       StrCat(i, "번 기록의 내용이 없습니다"));
    }
    if (record.type == "answer.released") {
      answered = true;
      auto finding = CheckAnswer(run, body, static_cast<int64_t>(i));
      if (finding && finding->outcome == Outcome::kFails) return *std::move(finding);
      if (finding && !unchecked) unchecked = std::move(finding);
    }
    const absl::Status status = Apply({i, record.time, record.actor, record.type, body}, run);
    if (!status.ok()) {
      return Unchecked(StrCat("record ", i, " is not one that this maru knows"),
                       StrCat(i, "번 기록은 이 maru가 알지 못하는 형식입니다"));
    }
  }
  if (unchecked) return *std::move(unchecked);
  if (!answered) return {"answer", Outcome::kHolds, "none was given", "나간 답변이 없습니다", -1};
  return {"answer", Outcome::kHolds, "composed again from the results, word for word the same",
          "기록된 결과로 다시 작성했고 글자까지 같습니다", -1};
}

}  // namespace deploy::cli
