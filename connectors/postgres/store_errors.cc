#include "connectors/postgres/store_errors.h"

#include <pqxx/except>

#include "absl/strings/cord.h"
#include "connectors/pqxx_errors.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

constexpr std::string_view kWordsUrl = "maru/server-words";

struct Meaning {
  absl::StatusCode code;
  std::string_view reason, english, korean;
};

constexpr Meaning kFull{
    absl::StatusCode::kResourceExhausted, "STORE_FULL",
    "the database has no disk space left: free some on its machine; runs wait and go on by "
    "themselves",
    "데이터베이스의 디스크 공간이 부족합니다. 그 서버의 디스크를 비우십시오. 실행은 기다렸다가 "
    "이어집니다"};
constexpr Meaning kBusy{
    absl::StatusCode::kUnavailable, "STORE_BUSY",
    "the database has no connection or memory to spare: try again in a moment, or raise its limits",
    "데이터베이스의 연결이나 메모리에 여유가 없습니다. 잠시 뒤 다시 하거나 데이터베이스의 한도를 "
    "늘리십시오"};
constexpr Meaning kAway{
    absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE",
    "the database does not answer: try again in a moment; runs wait and go on by themselves",
    "데이터베이스가 응답하지 않습니다. 잠시 뒤 다시 하십시오. 실행은 기다렸다가 이어집니다"};
constexpr Meaning kRefused{
    absl::StatusCode::kUnavailable, "STORE_REFUSES",
    "the database refuses marud's login or lacks a right of its role: check store.owner_dsn and "
    "store.app_dsn",
    "데이터베이스가 marud의 접속을 거부하거나 역할의 권한이 모자랍니다. store.owner_dsn과 "
    "store.app_dsn을 확인하십시오"};
constexpr Meaning kLate{absl::StatusCode::kDeadlineExceeded, "STORE_LATE",
                        "the database took too long: try again in a moment",
                        "데이터베이스가 제한 시간 안에 응답하지 않았습니다. 잠시 뒤 다시 하십시오"};

// A server that is full up refuses connections without an SQLSTATE, only in words.
bool FullUp(const std::exception& error) {
  const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error);
  if (sql != nullptr) return std::string_view(sql->sqlstate()).starts_with("53");
  const std::string_view words = error.what();
  return words.find("too many clients") != std::string_view::npos ||
         words.find("connection slots") != std::string_view::npos;
}

const Meaning* Of(const std::exception& error, absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kResourceExhausted:
      return &kFull;
    case absl::StatusCode::kUnavailable:
      return FullUp(error) ? &kBusy : &kAway;
    case absl::StatusCode::kUnauthenticated:
      return &kRefused;
    case absl::StatusCode::kDeadlineExceeded:
      return &kLate;
    default:
      return nullptr;
  }
}

}  // namespace

absl::Status StoreError(const std::exception& error) {
  absl::Status status = FromPqxx(error, "database", "데이터베이스");
  if (const Meaning* meaning = Of(error, status.code())) {
    status = base::WithReason(base::Error(meaning->code, meaning->english, meaning->korean),
                              meaning->reason);
  }
  status.SetPayload(std::string(kWordsUrl), absl::Cord(std::string(base::Trim(error.what()))));
  return status;
}

absl::Status LeaseLost(std::string_view run_id) {
  return base::Error(absl::StatusCode::kFailedPrecondition,
                     base::StrCat("run ", run_id, ": the lease was lost"),
                     base::StrCat("실행 ", run_id, ": 작업 권한을 다른 작업자가 가져갔습니다"));
}

std::string ServerWords(const absl::Status& status) {
  const auto words = status.GetPayload(std::string(kWordsUrl));
  return words ? base::ReplaceAll(std::string(*words), "\n", " ") : "";
}

}  // namespace connectors
