// How failures of the world outside become a status, and a status what a tool answers with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <stdexcept>
#include <tuple>

#include "connectors/days.h"
#include "connectors/pqxx_errors.h"
#include "connectors/sql.h"
#include "connectors/tool_group.h"
#include "connectors/tool_kit.h"
#include "tests/fakes/whole_korean.h"

namespace connectors {
namespace {

using base::Language;
using testing::HasSubstr;
using enum absl::StatusCode;

absl::StatusCode OfState(const char* state) {
  return FromPqxx(pqxx::sql_error("it broke", "SELECT 1", state)).code();
}

TEST(Origin, OfASystemWithoutVersionsIsCitedByTheHashOfWhatItSaid) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const policies::Origin own = MakeOrigin("a", "r", "7", now, "text");
  const policies::Origin none = MakeOrigin("a", "r", "", now, "text");
  EXPECT_EQ(own.version, "7");
  EXPECT_EQ(none.version, "sha256:" + base::Sha256Hex("text").substr(0, 12));
  EXPECT_NE(none.version, MakeOrigin("a", "r", "", now, "other").version);
}

TEST(Effects, WhatMayHaveHappenedIsInDoubt) {
  const tools::ToolError lost = FromEffectStatus(absl::UnknownError("commit"), "register");
  EXPECT_EQ(lost.code, "in_doubt");
  EXPECT_TRUE(lost.in_doubt);
  EXPECT_EQ(FromEffectStatus(absl::UnavailableError("away"), "register").code, "unreachable");
  const tools::ToolError unseen =
      Unconfirmed(tools::MakeToolError("unreachable", "down", "연결할 수 없습니다"));
  EXPECT_TRUE(unseen.in_doubt);
  EXPECT_THAT(unseen.message_en, HasSubstr("down"));
}

TEST(Words, AreSplitAtAnyWhiteSpace) {
  EXPECT_THAT(WordsOf(" 층간\t소음\u00A0민원\u3000  조치\n"),
              testing::ElementsAre("층간", "소음", "민원", "조치"));
  EXPECT_TRUE(WordsOf(" \u00A0 ").empty());
}

TEST(Days, AreWrittenWithHyphens) {
  EXPECT_EQ(IsoDay("20261124"), "2026-11-24");
  EXPECT_EQ(IsoDay("20240229"), "2024-02-29");
  for (const char* none :
       {"", "2026112", "2026-11-24", "2026112x", "20260229", "20261301", "00000000", "-2026101"})
    EXPECT_EQ(IsoDay(none), "") << none;
}

TEST(PqxxErrors, AStateOfTheServerIsOneCodeForAllWhoAsk) {
  EXPECT_EQ(OfState("57014"), kDeadlineExceeded);
  EXPECT_EQ(OfState("42501"), kUnauthenticated);
  EXPECT_EQ(OfState("28P01"), kUnauthenticated);
  EXPECT_EQ(OfState("40001"), kAborted);
  EXPECT_EQ(OfState("53100"), kResourceExhausted);
  for (const char* away : {"08006", "53300", "57P01", "57P03"})
    EXPECT_EQ(OfState(away), kUnavailable);
  for (const char* shape : {"42P01", "42703", "22P02"}) EXPECT_EQ(OfState(shape), kDataLoss);
  EXPECT_EQ(OfState("23505"), kInternal);
  EXPECT_EQ(OfState(""), kInternal);
}

TEST(PqxxErrors, WhatIsNoSqlErrorIsToldByItsKind) {
  EXPECT_EQ(FromPqxx(pqxx::broken_connection("server closed the connection")).code(), kUnavailable);
  EXPECT_EQ(FromPqxx(pqxx::in_doubt_error("commit")).code(), kUnavailable);
  EXPECT_EQ(FromPqxx(pqxx::statement_completion_unknown("?")).code(), kUnavailable);
  EXPECT_EQ(FromPqxx(pqxx::serialization_failure("could not serialize")).code(), kAborted);
  EXPECT_EQ(FromPqxx(pqxx::deadlock_detected("deadlock")).code(), kAborted);
  EXPECT_EQ(FromPqxx(pqxx::conversion_error("no number")).code(), kDataLoss);
  EXPECT_EQ(FromPqxx(pqxx::unexpected_rows("two rows")).code(), kDataLoss);
  EXPECT_EQ(FromPqxx(std::runtime_error("else")).code(), kInternal);
}

TEST(PqxxErrors, ALoginThatIsRefusedIsNotADatabaseThatIsAway) {
  for (const char* words :
       {"FATAL:  password authentication failed for user \"nobody\"",
        "FATAL:  role \"nobody\" does not exist",
        "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\"",
        "FATAL:  permission denied for database \"office\"", "fe_sendauth: no password supplied"}) {
    const absl::Status status = FromPqxx(pqxx::broken_connection(words), "register", "등록부");
    EXPECT_EQ(status.code(), kUnauthenticated) << words;
    EXPECT_THAT(base::Message(status, Language::kKorean), HasSubstr("등록부: 데이터베이스"));
    EXPECT_EQ(std::string(status.message()), std::string("register: ") + words);
  }
  EXPECT_EQ(FromPqxx(pqxx::broken_connection("FATAL:  database \"x\" does not exist")).code(),
            kUnavailable);
}

TEST(PqxxErrors, AnOperatorReadsInKoreanWhatAStateMeans) {
  const std::pair<const char*, const char*> kStates[] = {
      {"53100", "디스크 공간이 부족"}, {"53200", "메모리가 부족"},
      {"53300", "연결 수가 한도"},     {"57P03", "시작하거나 멈추는 중"},
      {"57P05", "연결할 수 없습니다"}, {"08006", "연결할 수 없습니다"},
      {"23505", "같은 값이 이미"},     {"23503", "제약 조건"},
      {"25006", "읽기 전용"},          {"42P01", "그런 표가 없습니다"},
      {"42703", "그런 열이 없습니다"}, {"42501", "권한이 없습니다"},
      {"XX000", "처리하지 못했습니다"}};
  for (const auto& [state, korean] : kStates) {
    const absl::Status status =
        FromPqxx(pqxx::sql_error("ERROR:  it isn't\nso", "SELECT 1", state), "register", "등록부");
    const std::string said = base::Message(status, Language::kKorean);
    EXPECT_THAT(said, HasSubstr(korean)) << state;
    EXPECT_THAT(said, HasSubstr(": \"ERROR: it isn't so\"")) << state;
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << said;
  }
}

TEST(PqxxErrors, AnOperatorReadsInKoreanWhyNoConnectionStands) {
  const std::tuple<const char*, const char*, absl::StatusCode> kWords[] = {
      {"connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server "
       "running on that host and accepting TCP/IP connections?",
       "연결을 받지 않습니다", kUnavailable},
      {"could not translate host name \"db\" to address: Name or service not known",
       "이름의 주소를 찾을 수 없습니다", kUnavailable},
      {"SSL error: certificate verify failed", "인증서를 믿을 수 없습니다", kUnavailable},
      {"FATAL:  sorry, too many clients already", "연결 수가 한도", kUnavailable},
      {"FATAL:  too many connections for role \"maru\"", "연결 수가 한도", kUnavailable},
      {"FATAL:  the database system is starting up", "시작하거나 멈추는 중", kUnavailable},
      {"FATAL:  database \"x\" does not exist", "데이터베이스가 없습니다", kUnavailable},
      {"FATAL:  database \"x\" is not currently accepting connections", "연결할 수 없습니다",
       kUnavailable},
      {"root certificate file \"/etc/ca.pem\" does not exist", "CA 인증서 파일이 없습니다",
       kUnavailable},
      {"could not read root certificate file \"/etc/ca.pem\": no certificate or crl found",
       "CA 인증서 파일을 읽지 못했습니다", kUnavailable},
      {"FATAL:  role \"x\" does not exist", "인증이 거부", kUnauthenticated},
      {"fe_sendauth: no password supplied", "암호가 주어지지", kUnauthenticated},
      {"connection to server failed: timeout expired", "제한 시간", kDeadlineExceeded}};
  for (const auto& [words, korean, code] : kWords) {
    const absl::Status status = FromPqxx(pqxx::broken_connection(words), "register", "등록부");
    EXPECT_EQ(status.code(), code) << words;
    EXPECT_THAT(base::Message(status, Language::kKorean), HasSubstr(korean)) << words;
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << words;
  }
}

TEST(ToolErrors, EveryStatusIsOneCodeInEveryConnector) {
  const std::pair<absl::StatusCode, const char*> kCodes[] = {{kNotFound, "not_found"},
                                                             {kUnauthenticated, "auth"},
                                                             {kPermissionDenied, "auth"},
                                                             {kFailedPrecondition, "auth"},
                                                             {kDeadlineExceeded, "timeout"},
                                                             {kCancelled, "timeout"},
                                                             {kInvalidArgument, "invalid_argument"},
                                                             {kAborted, "stale"},
                                                             {kResourceExhausted, "partial"},
                                                             {kDataLoss, "malformed_upstream"},
                                                             {kInternal, "malformed_upstream"},
                                                             {kUnavailable, "unreachable"}};
  for (const auto& [code, expected] : kCodes) {
    const tools::ToolError error = FromStatus(base::Error(code, "reason", "까닭"), "the.system");
    EXPECT_EQ(error.code, expected);
    EXPECT_EQ(error.message_en, "the.system: reason");
    EXPECT_EQ(error.message_ko, "the.system: 까닭");
  }
}

TEST(ToolGroups, SayWhyTheirSystemIsDown) {
  using State = tools::Connector::State;
  const auto check = [](ToolGroup::Probe probe) {
    return ToolGroup("the.system", "legal", std::move(probe)).Check(absl::InfiniteFuture());
  };
  const Fallible<int> up(1), down(FromStatus(absl::UnavailableError("away"), "the.system"));
  EXPECT_EQ(check(nullptr).state, State::kNotConfigured);
  EXPECT_EQ(check([&](const auto&) { return ErrorOf(up); }).state, State::kConnected);
  const tools::Connector::Health health = check([&](const auto&) { return ErrorOf(down); });
  EXPECT_EQ(health.state, State::kDown);
  EXPECT_EQ(health.detail_en, "unreachable: the.system: away");
}

TEST(ToolGroups, AskTheRelationThatAToolHas) {
  ToolGroup group("the.system", "medical", nullptr);
  const auto body = [](const auto&, const auto&) {
    return tools::ToolOutcome(tools::ToolResult{});
  };
  group.Add("open", body);
  group.Add("closed", body, nullptr, [](const auto&, const auto&) { return false; });
  EXPECT_TRUE(*group.tools()[0]->Related("kim", {}));
  EXPECT_FALSE(*group.tools()[1]->Related("kim", {}));
}

TEST(SqlReaderErrors, SayWhatIsWrong) {
  const auto rows = [](const std::string& dsn, absl::Time deadline) {
    return MakeSqlReader(dsn, "plant.sql")->Rows("SELECT 1", {}, {deadline, nullptr}).error();
  };
  EXPECT_EQ(rows("", absl::InfiniteFuture()).code, "unreachable");
  EXPECT_THAT(rows("", absl::InfiniteFuture()).message_en, HasSubstr("plant.sql: not configured"));
  EXPECT_EQ(rows("host=127.0.0.1 port=1", absl::Now()).code, "timeout");
  EXPECT_EQ(rows("host=127.0.0.1 port=1", absl::Now() + absl::Seconds(5)).code, "unreachable");
}

}  // namespace
}  // namespace connectors
