#include "deploy/cli/exit_code.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using absl::StatusCode;
using base::Language;

struct Meaning {
  ExitCode code;
  std::string_view english, korean;
};
constexpr Meaning kMeanings[] = {
    {ExitCode::kOk, "done", "성공"},
    {ExitCode::kOther, "failed in any other way", "그 밖의 실패"},
    {ExitCode::kUsage, "usage, or an invalid argument", "사용법 또는 인자 오류"},
    {ExitCode::kNotFound, "not found", "대상이 없음"},
    {ExitCode::kVerificationFailed, "verification failed", "검증 실패"},
    {ExitCode::kDenied, "denied, rejected or refused", "불허·반려·거절"},
    {ExitCode::kUnauthenticated, "not authenticated", "인증되지 않음"},
    {ExitCode::kWaiting, "waits for input or approval", "입력 또는 승인 대기"},
    {ExitCode::kUnavailable, "unavailable, too late, or no room",
     "연결할 수 없음, 시간 초과, 공간 부족"},
    {ExitCode::kConflict, "exists already, or conflicts", "이미 있거나 충돌"},
};

// What only marud says, of its database: marud itself is there.
constexpr std::string_view kStoreReasons[] = {"STORE_FULL", "STORE_BUSY", "STORE_UNAVAILABLE",
                                              "STORE_REFUSES", "STORE_LATE"};

std::string_view Pick(Language language, std::string_view english, std::string_view korean) {
  return language == Language::kKorean ? korean : english;
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return ExitCode::kOk;
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      return ExitCode::kUsage;
    case StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case StatusCode::kPermissionDenied:
      return ExitCode::kDenied;
    case StatusCode::kUnauthenticated:
      return ExitCode::kUnauthenticated;
    case StatusCode::kUnavailable:
    case StatusCode::kDeadlineExceeded:
      return ExitCode::kUnavailable;
    case StatusCode::kResourceExhausted:
      return base::Reason(status) == "REQUEST_TOO_LARGE" ? ExitCode::kUsage
                                                         : ExitCode::kUnavailable;
    case StatusCode::kAlreadyExists:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kAborted:
      return ExitCode::kConflict;
    default:
      return ExitCode::kOther;
  }
}

ExitCode ExitCodeOfState(std::string_view state) {
  constexpr std::string_view kTask = "TASK_STATE_";
  const std::string name =
      base::LowerAscii(state.starts_with(kTask) ? state.substr(kTask.size()) : state);
  if (name == "completed") return ExitCode::kOk;
  if (name == "rejected") return ExitCode::kDenied;
  if (name == "failed" || name == "canceled") return ExitCode::kOther;
  return ExitCode::kWaiting;
}

std::string Advice(const absl::Status& status, Language language) {
  const std::string reason = base::Reason(status);
  if (std::ranges::count(kStoreReasons, reason) > 0) {
    return std::string(Pick(language,
                            "marud runs; see its log for what the database says (its own database "
                            "writes to $MARU_HOME/postgres/server.log)",
                            "marud는 실행 중입니다. 데이터베이스가 무엇이라 하는지 marud의 로그를 "
                            "보십시오(내장 데이터베이스의 로그는 $MARU_HOME/postgres/server.log)"));
  }
  switch (ExitCodeOf(status)) {
    case ExitCode::kUnauthenticated:
      return std::string(Pick(language,
                              "say who you are with --as PRINCIPAL or --credential-file FILE",
                              "--as 사용자 또는 --credential-file 파일로 누구인지 알려 주십시오"));
    case ExitCode::kUnavailable:
      // A reason is a server's answer: it is there.
      if (!absl::IsUnavailable(status) || !reason.empty()) return "";
      return std::string(
          Pick(language,
               "check that marud runs, that --server HOST:PORT names it, and, if it speaks "
               "TLS, --ca FILE (--cert and --key where it asks for a certificate)",
               "marud가 실행 중인지, --server 호스트:포트가 맞는지, TLS를 쓴다면 --ca "
               "파일(인증서를 요구하면 --cert와 --key도)을 확인하십시오"));
    default:
      return "";
  }
}

base::Json ErrorJson(const absl::Status& status, Language language) {
  base::Json error = {{"code", base::LowerAscii(absl::StatusCodeToString(status.code()))},
                      {"message", base::Message(status, language)}};
  const std::string english = base::Message(status, Language::kEnglish),
                    korean = base::Message(status, Language::kKorean);
  if (english != korean) error.update({{"message_en", english}, {"message_ko", korean}});
  return error;
}

std::string ExitCodeHelp(Language language) {
  std::string text(Pick(language, "Exit codes:", "종료 코드:"));
  for (const Meaning& meaning : kMeanings) {
    text += base::StrCat("\n  ", static_cast<int>(meaning.code), "  ",
                         Pick(language, meaning.english, meaning.korean));
  }
  return text;
}

}  // namespace deploy::cli
