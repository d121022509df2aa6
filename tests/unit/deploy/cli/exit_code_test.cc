#include "deploy/cli/exit_code.h"

#include <gtest/gtest.h>

namespace deploy::cli {
namespace {

TEST(ExitCode, IsWhatTheHelpSaysForEveryStatus) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), ExitCode::kNotFound);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), ExitCode::kDenied);
  EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("")), ExitCode::kUnauthenticated);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), ExitCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("")), ExitCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), ExitCode::kConflict);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), ExitCode::kOther);
}

TEST(ExitCode, TellsARequestThatIsTooLargeFromAServerThatIsFull) {
  const absl::Status full = absl::ResourceExhaustedError("");
  EXPECT_EQ(ExitCodeOf(full), ExitCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(base::WithReason(full, "REQUEST_TOO_LARGE")), ExitCode::kUsage);
}

TEST(Advice, FollowsTheReasonSoThatNobodyLooksForAServerThatAnswers) {
  const absl::Status away = absl::UnavailableError("");
  const auto english = base::Language::kEnglish, korean = base::Language::kKorean;
  EXPECT_NE(Advice(away, english).find("check that marud runs"), std::string::npos);
  EXPECT_EQ(Advice(base::WithReason(away, "CONNECTOR_DOWN"), english), "");
  for (const absl::Status& status :
       {base::WithReason(away, "STORE_UNAVAILABLE"),
        base::WithReason(absl::ResourceExhaustedError(""), "STORE_FULL")}) {
    EXPECT_NE(Advice(status, english).find("marud runs; see its log"), std::string::npos);
    EXPECT_NE(Advice(status, korean).find("marud는 실행 중입니다"), std::string::npos);
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUnavailable);
  }
}

TEST(ErrorJson, CarriesBothLanguagesOfWhatIsKnownInBoth) {
  const absl::Status here = base::Error(absl::StatusCode::kNotFound, "no file", "파일이 없습니다");
  const base::Json error = ErrorJson(here, base::Language::kKorean);
  EXPECT_EQ(error["code"], "not_found");
  EXPECT_EQ(error["message"], "파일이 없습니다");
  EXPECT_EQ(error["message_en"], "no file");
  EXPECT_EQ(error["message_ko"], "파일이 없습니다");
  const absl::Status told =
      base::Error(absl::StatusCode::kNotFound, "실행이 없습니다", "실행이 없습니다");
  EXPECT_FALSE(ErrorJson(told, base::Language::kKorean).contains("message_en"))
      << "a server said it in one language";
}

TEST(ExitCode, FollowsTheStateOfARunInBothSpellings) {
  EXPECT_EQ(ExitCodeOfState("TASK_STATE_COMPLETED"), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOfState("rejected"), ExitCode::kDenied);
  EXPECT_EQ(ExitCodeOfState("failed"), ExitCode::kOther);
  EXPECT_EQ(ExitCodeOfState("TASK_STATE_AUTH_REQUIRED"), ExitCode::kWaiting);
  EXPECT_EQ(ExitCodeOfState("input_required"), ExitCode::kWaiting);
}

TEST(ExitCode, HelpListsAllTenInBothLanguages) {
  for (const auto language : {base::Language::kKorean, base::Language::kEnglish}) {
    const std::string help = ExitCodeHelp(language);
    for (char digit = '0'; digit <= '9'; ++digit) {
      EXPECT_NE(help.find(std::string("\n  ") + digit + "  "), std::string::npos) << help;
    }
  }
}

}  // namespace
}  // namespace deploy::cli
