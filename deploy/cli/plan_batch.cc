#include "deploy/cli/plan_batch.h"

#include <atomic>
#include <mutex>

#include "deploy/cli/in_order.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

absl::Status LineError(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

// A member that has to be text where it stands.
absl::Status ReadText(const Json& object, const char* key, std::string& out) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return absl::OkStatus();
  if (!it->is_string())
    return LineError(StrCat("'", key, "' is not text"),
                     StrCat("'", key, "'", base::Particle(key, "이"), " 문자열이 아닙니다"));
  out = it->get<std::string>();
  return absl::OkStatus();
}

absl::StatusOr<Json> Answer(PlanSource& source, PlanQuestion question, const std::string& line,
                            Json& id) {
  if (line.size() > kBatchLineBytesMax) {
    return LineError(StrCat("the line is longer than ", kBatchLineBytesMax, " bytes"),
                     StrCat("한 줄이 ", kBatchLineBytesMax, "바이트를 넘습니다"));
  }
  if (const size_t at = base::FirstInvalidUtf8(line); at != std::string::npos) {
    return LineError(StrCat("malformed UTF-8 at byte ", at),
                     StrCat(at, "번째 바이트가 올바른 UTF-8이 아닙니다"));
  }
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(line, "line", "입력 줄"));
  if (!json.is_object())
    return LineError("the line is not a JSON object", "줄이 JSON 객체가 아닙니다");
  id = Member(json, "id");
  if (!json.contains("text")) return LineError("the line has no 'text'", "줄에 'text'가 없습니다");
  RETURN_IF_ERROR(ReadText(json, "text", question.text));
  RETURN_IF_ERROR(ReadText(json, "now", question.now));
  RETURN_IF_ERROR(ReadText(json, "as", question.as));
  RETURN_IF_ERROR(agents::CheckRequestText(question.text));
  return source.MakePlan(question);
}

// A line without its end; what goes over the limit is read and dropped. False at the end.
bool ReadLine(std::FILE* in, std::string& line) {
  line.clear();
  int c;
  while ((c = getc_unlocked(in)) != EOF && c != '\n') {
    if (line.size() <= kBatchLineBytesMax) line += static_cast<char>(c);
  }
  return c != EOF || !line.empty();
}

// What the threads of one batch share.
class Batch {
 public:
  Batch(const Session& session, const std::vector<std::unique_ptr<PlanSource>>& sources,
        const PlanQuestion& defaults)
      : session_(session), sources_(sources), defaults_(defaults) {}

  bool ended() const { return ended_; }

  // Nothing for an empty line, and none for those that would all fail alike.
  std::string Plan(size_t source, const BatchLine& line) {
    if (base::Trim(line.text).empty()) return "";
    absl::Status status;
    std::string answer = PlanLine(session_, *sources_[source], defaults_, line, status);
    if (base::Reason(status) == kNobodyNamed) {
      Fail(status);
      return "";
    }
    ++lines_;
    if (!status.ok()) ++failures_;
    return answer;
  }

  void Print(const std::string& answer) {
    if (answer.empty() || !session_.Output().ok()) return;
    session_.Print(StrCat(answer, "\n"));
    if (!session_.Output().ok()) ended_ = true;
  }

  absl::StatusOr<BatchCount> Count() const {
    RETURN_IF_ERROR(failure_);
    return BatchCount{lines_, failures_};
  }

 private:
  void Fail(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    failure_ = status;
    ended_ = true;
  }

  const Session& session_;
  const std::vector<std::unique_ptr<PlanSource>>& sources_;
  const PlanQuestion& defaults_;
  std::atomic<size_t> lines_ = 0, failures_ = 0;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  absl::Status failure_;  // guarded by mutex_ while threads run
};

}  // namespace

std::string PlanLine(const Session& session, PlanSource& source, const PlanQuestion& defaults,
                     const BatchLine& line, absl::Status& status) {
  Json id;
  const auto answer = Answer(source, defaults, line.text, id);
  status = answer.status();
  if (answer.ok()) return base::DumpJson({{"id", id}, {"plan", Member(*answer, "plan")}});
  return base::DumpJson(
      {{"id", id}, {"line", line.number}, {"error", ErrorJson(status, session.language)}});
}

absl::StatusOr<BatchCount> PlanLines(const Session& session,
                                     const std::vector<std::unique_ptr<PlanSource>>& sources,
                                     const PlanQuestion& defaults, std::FILE* in) {
  Batch batch(session, sources, defaults);
  RunInOrder(
      static_cast<int>(sources.size()),
      [&](std::string& line) { return !batch.ended() && ReadLine(in, line); },
      [&](int worker, size_t number, const std::string& line) {
        return batch.Plan(static_cast<size_t>(worker), {number + 1, line});
      },
      [&](const std::string& answer) { batch.Print(answer); });
  if (std::ferror(in) != 0)
    return LineError("the lines cannot be read to their end", "줄을 끝까지 읽을 수 없습니다");
  return batch.Count();
}

}  // namespace deploy::cli
