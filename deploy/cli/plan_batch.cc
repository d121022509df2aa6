#include "deploy/cli/plan_batch.h"

#include <atomic>

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
                     StrCat("'", key, "'이(가) 문자열이 아닙니다"));
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
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(line, "line"));
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

}  // namespace

std::string PlanLine(const Session& session, PlanSource& source, const PlanQuestion& defaults,
                     const std::string& line, bool& failed) {
  Json id;
  const auto answer = Answer(source, defaults, line, id);
  failed = !answer.ok();
  if (answer.ok()) return base::DumpJson({{"id", id}, {"plan", Member(*answer, "plan")}});
  const Json error = {{"code", CodeName(answer.status())},
                      {"message", base::Message(answer.status(), session.language)}};
  return base::DumpJson({{"id", id}, {"error", error}});
}

BatchCount PlanLines(const Session& session,
                     const std::vector<std::unique_ptr<PlanSource>>& sources,
                     const PlanQuestion& defaults, std::FILE* in) {
  std::atomic<size_t> lines = 0, failures = 0;
  RunInOrder(
      static_cast<int>(sources.size()),
      [&](std::string& line) {
        do {
          if (!ReadLine(in, line)) return false;
        } while (base::Trim(line).empty());
        return true;
      },
      [&](int worker, const std::string& line) {
        bool failed = false;
        std::string answer =
            PlanLine(session, *sources[static_cast<size_t>(worker)], defaults, line, failed);
        ++lines;
        if (failed) ++failures;
        return answer;
      },
      [&](const std::string& answer) { session.Print(StrCat(answer, "\n")); });
  return {lines, failures};
}

}  // namespace deploy::cli
