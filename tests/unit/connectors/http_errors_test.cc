// What a failed exchange is called, and how a query is written.
#include <gtest/gtest.h>

#include "connectors/http.h"

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
  const auto late = FromHttpStatus(absl::DeadlineExceededError("x"), kRegistry, false);
  EXPECT_EQ(late.message_ko, "대장이 제한 시간 안에 응답하지 않았습니다");
}

TEST(UrlEncode, KeepsUnreservedCharactersAlone) {
  EXPECT_EQ(UrlEncode("가 a/b-1"), "%EA%B0%80%20a%2Fb-1");
}

}  // namespace
}  // namespace connectors
