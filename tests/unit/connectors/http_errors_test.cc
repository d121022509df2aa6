// What a failed exchange is called, and how a query is written.
#include <gtest/gtest.h>

#include <tuple>

#include "connectors/curl_errors.h"
#include "connectors/http.h"
#include "model_core/base/quotations.h"

namespace connectors {
namespace {

constexpr SystemName kRegistry = {"registry", "대장"};

TEST(HttpErrors, SayWhatMayBeRepeatedAndWhatIsInDoubt) {
  const auto code = [](int status, bool effect) {
    HttpResponse response;
    response.status = status;
    return FromHttpResponse(response, kRegistry, effect).code;
  };
  EXPECT_EQ(code(401, false), "auth");
  EXPECT_EQ(code(403, true), "auth");
  EXPECT_EQ(code(410, false), "not_found");
  EXPECT_EQ(code(422, true), "invalid_argument");
  EXPECT_EQ(code(429, true), "rate_limited");
  EXPECT_EQ(code(504, false), "timeout");
  EXPECT_EQ(code(504, true), "in_doubt");
  EXPECT_EQ(code(500, false), "unreachable");
  EXPECT_EQ(code(500, true), "in_doubt");
  EXPECT_EQ(code(302, false), "malformed_upstream");
  EXPECT_EQ(FromHttpStatus(absl::UnavailableError("x"), kRegistry, true).code, "unreachable");
  EXPECT_EQ(FromHttpStatus(absl::UnknownError("x"), kRegistry, true).code, "in_doubt");
  EXPECT_EQ(FromHttpStatus(absl::DeadlineExceededError("x"), kRegistry, false).code, "timeout");
  EXPECT_TRUE(FromHttpStatus(absl::DeadlineExceededError("x"), kRegistry, false).retryable);
  EXPECT_FALSE(FromHttpStatus(absl::DeadlineExceededError("x"), kRegistry, true).retryable);
}

TEST(HttpErrors, SayWhyInBothLanguages) {
  const std::tuple<absl::StatusCode, const char*, const char*> kCases[] = {
      {absl::StatusCode::kUnavailable, "registry cannot be reached: why",
       "대장에 연결할 수 없습니다: 까닭"},
      {absl::StatusCode::kDeadlineExceeded, "registry did not answer in time: why",
       "대장이 제한 시간 안에 응답하지 않았습니다: 까닭"},
      {absl::StatusCode::kCancelled, "registry: the call was cancelled",
       "대장: 호출이 취소되었습니다"},
      {absl::StatusCode::kUnknown, "registry: why", "대장과의 연결이 끊겼습니다: 까닭"},
      {absl::StatusCode::kResourceExhausted, "registry: why",
       "대장의 응답이 허용 크기를 넘었습니다: 까닭"}};
  for (const auto& [code, english, korean] : kCases) {
    const auto error = FromHttpStatus(base::Error(code, "why", "까닭"), kRegistry, false);
    EXPECT_EQ(error.message_en, english);
    EXPECT_EQ(error.message_ko, korean);
  }
}

TEST(CurlErrors, AreKoreanOrQuoted) {
  EXPECT_EQ(CurlText(CURLE_COULDNT_RESOLVE_HOST, base::Language::kKorean),
            "서버 이름의 주소를 찾을 수 없습니다");
  EXPECT_EQ(CurlText(CURLE_PEER_FAILED_VERIFICATION, base::Language::kKorean),
            "서버 인증서를 믿을 수 없습니다");
  const std::string english = CurlText(CURLE_BAD_DOWNLOAD_RESUME, base::Language::kEnglish);
  EXPECT_EQ(CurlText(CURLE_BAD_DOWNLOAD_RESUME, base::Language::kKorean), base::Quoted(english));
}

TEST(UrlEncode, KeepsUnreservedCharactersAlone) {
  EXPECT_EQ(UrlEncode("가 a/b-1"), "%EA%B0%80%20a%2Fb-1");
}

}  // namespace
}  // namespace connectors
