#include "connectors/http.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::StrCat;
using base::WithParticle;
using tools::MakeToolError;
using tools::ToolError;

ToolError InDoubt(const SystemName& system) {
  return MakeToolError(
      "in_doubt", StrCat(system.english, ": the answer was lost, the effect may have happened"),
      StrCat(system.korean, ": 응답을 받지 못해 처리 여부를 알 수 없습니다"));
}

// A question that got none.
ToolError WithoutAnswer(absl::StatusCode code, const SystemName& system, const std::string& detail,
                        const std::string& korean) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return MakeToolError("timeout", StrCat(system.english, ": the call was cancelled"),
                           StrCat(system.korean, ": 호출이 취소되었습니다"));
    case absl::StatusCode::kDeadlineExceeded:
      return MakeToolError("timeout", StrCat(system.english, " did not answer in time: ", detail),
                           StrCat(WithParticle(system.korean, "이"),
                                  " 제한 시간 안에 응답하지 않았습니다: ", korean));
    default:
      return MakeToolError(
          "unreachable", StrCat(system.english, ": ", detail),
          StrCat(WithParticle(system.korean, "과"), "의 연결이 끊겼습니다: ", korean));
  }
}

}  // namespace

ToolError FromHttpStatus(const absl::Status& status, const SystemName& system, bool effect) {
  const std::string detail = base::Message(status, base::Language::kEnglish),
                    korean = base::Message(status, base::Language::kKorean);
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return MakeToolError("unreachable", StrCat(system.english, " cannot be reached: ", detail),
                           StrCat(system.korean, "에 연결할 수 없습니다: ", korean));
    case absl::StatusCode::kResourceExhausted:
      return MakeToolError("malformed_upstream", StrCat(system.english, ": ", detail),
                           StrCat(system.korean, "의 응답이 허용 크기를 넘었습니다: ", korean));
    default:
      return effect ? InDoubt(system) : WithoutAnswer(status.code(), system, detail, korean);
  }
}

ToolError FromHttpResponse(const HttpResponse& response, const SystemName& system, bool effect) {
  const std::string code = StrCat("HTTP ", response.status);
  const auto error = [&](std::string kind, std::string_view korean) {
    return MakeToolError(std::move(kind), StrCat(system.english, " answered ", code),
                         StrCat(system.korean, ": ", korean, " (", code, ")"));
  };
  switch (response.status) {
    case 401:
    case 403:
      return error("auth", "인증이 거부되었습니다");
    case 404:
    case 410:
      return error("not_found", "해당 자료가 없습니다");
    case 408:
    case 504:
      return effect ? InDoubt(system) : error("timeout", "시간이 초과되었습니다");
    case 429:
      return error("rate_limited", "호출 한도를 넘었습니다");
    default:
      break;
  }
  if (response.status >= 400 && response.status < 500) {
    return error("invalid_argument", "요청을 받아들이지 않았습니다");
  }
  if (response.status >= 500) {
    return effect ? InDoubt(system) : error("unreachable", "서버 오류입니다");
  }
  return error("malformed_upstream", "예상하지 못한 응답입니다");
}

}  // namespace connectors
