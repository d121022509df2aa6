// What an error looks like to a caller, and to `maru`, which reads it.
#include "agents/api/grpc/errors.h"

#include <gtest/gtest.h>

#include <tuple>

#include "deploy/cli/message_json.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

TEST(Error, IsReadableWhateverItRepeats) {
  const grpc::Status status =
      ToGrpc(absl::UnavailableError("got 'R\xFF'"), base::Language::kEnglish);
  EXPECT_EQ(status.error_message(), "got 'R\uFFFD'");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.message(), "got 'R\uFFFD'");
}

TEST(Error, FitsWhatClientsTakeWhateverItRepeats) {
  constexpr size_t kTrailerBytesMax = 8192;
  const std::string sent = base::StrCat("a", std::string(20'000, '\xEA'));
  const grpc::Status status =
      ToGrpc(InvalidField("id", sent, base::StrCat("필드 ", sent)), base::Language::kKorean);
  const size_t encoded = 3 * status.error_message().size() + status.error_details().size() * 4 / 3;
  EXPECT_LT(encoded, kTrailerBytesMax);
  EXPECT_EQ(base::FirstInvalidUtf8(status.error_message()), std::string::npos);
  EXPECT_TRUE(status.error_message().ends_with("…"));
}

std::vector<google::rpc::LocalizedMessage> TextsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  std::vector<google::rpc::LocalizedMessage> texts;
  for (const auto& any : details.details()) {
    if (any.Is<google::rpc::LocalizedMessage>()) any.UnpackTo(&texts.emplace_back());
  }
  return texts;
}

TEST(Error, IsToldInBothLanguagesTheCallersFirst) {
  const absl::Status full = base::WithReason(
      base::Error(absl::StatusCode::kResourceExhausted, "no room", "자리 없음"), "STORE_FULL");
  for (const base::Language language : {base::Language::kKorean, base::Language::kEnglish}) {
    const grpc::Status sent = ToGrpc(full, language);
    EXPECT_EQ(sent.error_message(), base::Message(full, language));
    const auto texts = TextsOf(sent);
    ASSERT_EQ(texts.size(), 2u);
    EXPECT_EQ(texts[0].locale(), base::LanguageCode(language));
    EXPECT_EQ(texts[0].message(), sent.error_message());
    const absl::Status read = deploy::cli::FromGrpc(sent, "here:1");
    EXPECT_EQ(read.code(), full.code());
    EXPECT_EQ(base::Reason(read), "STORE_FULL");
    EXPECT_EQ(base::Message(read, base::Language::kEnglish), "no room");
    EXPECT_EQ(base::Message(read, base::Language::kKorean), "자리 없음");
  }
}

TEST(Error, KnownInOneLanguageIsToldOnce) {
  const grpc::Status sent = ToGrpc(absl::InternalError("odd"), base::Language::kKorean);
  EXPECT_EQ(TextsOf(sent).size(), 1u);
  EXPECT_EQ(base::Message(deploy::cli::FromGrpc(sent, "here:1"), base::Language::kKorean), "odd");
}

TEST(Error, OfGrpcItselfHasAKoreanSentenceAndItsWordsQuoted) {
  const std::tuple<grpc::StatusCode, const char*, const char*> kCases[] = {
      {grpc::StatusCode::UNAVAILABLE, "failed to connect",
       "here:1에서 응답하는 마루 서버가 없습니다 ('failed to connect')"},
      {grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded",
       "here:1: 제한 시간 안에 응답하지 않았습니다: 'Deadline Exceeded'"},
      {grpc::StatusCode::UNIMPLEMENTED, "unknown service",
       "here:1: 서버에 그런 기능이 없습니다. 판이 서로 다를 수 있습니다: 'unknown service'"},
      {grpc::StatusCode::UNKNOWN, "it isn't", "here:1: 서버가 오류로 답했습니다: \"it isn't\""}};
  for (const auto& [code, words, korean] : kCases) {
    const absl::Status read = deploy::cli::FromGrpc({code, words}, "here:1");
    EXPECT_EQ(base::Message(read, base::Language::kKorean), korean);
  }
}

}  // namespace
}  // namespace agents
