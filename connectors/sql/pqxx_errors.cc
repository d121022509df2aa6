#include "connectors/pqxx_errors.h"

#include <algorithm>
#include <pqxx/except>

#include "model_core/base/strings.h"

namespace connectors {
namespace {

using enum absl::StatusCode;

struct Meaning {
  absl::StatusCode code;
  std::string_view korean;
};

constexpr Meaning kLogin{kUnauthenticated, "데이터베이스 인증이 거부되었습니다"};
constexpr Meaning kRights{kUnauthenticated, "데이터베이스에서 필요한 권한이 없습니다"};
constexpr Meaning kAway{kUnavailable, "데이터베이스에 연결할 수 없습니다"};
constexpr Meaning kLate{kDeadlineExceeded, "제한 시간 안에 응답하지 않았습니다"};
constexpr Meaning kMet{kAborted, "동시에 이루어진 다른 변경과 겹쳤습니다"};
constexpr Meaning kFull{kResourceExhausted, "데이터베이스의 디스크 공간이 부족합니다"};
constexpr Meaning kShape{kDataLoss, "표나 열이 예상과 다릅니다"};
constexpr Meaning kOther{kInternal, "데이터베이스가 요청을 처리하지 못했습니다"};

// A login that is refused has no SQLSTATE in libpq, only the server's words.
bool LoginRefused(std::string_view what) {
  const auto says = [what](std::string_view words) {
    return what.find(words) != std::string_view::npos;
  };
  constexpr std::string_view kSigns[] = {"authentication failed", "permission denied",
                                         "no password supplied", "no pg_hba.conf entry",
                                         "not permitted to log in"};
  return std::any_of(std::begin(kSigns), std::end(kSigns), says) ||
         (says("role \"") && says("does not exist"));
}

Meaning OfState(std::string_view state) {
  if (state == "57014") return kLate;
  if (state == "42501") return kRights;
  if (state.starts_with("28")) return kLogin;
  if (state == "40001" || state == "40P01") return kMet;
  if (state == "53100" || state == "58030") return kFull;
  for (std::string_view away : {"08", "53", "57"}) {
    if (state.starts_with(away)) return kAway;
  }
  return state.starts_with("42") || state.starts_with("22") ? kShape : kOther;
}

template <typename Kind>
bool Is(const std::exception& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

// libpq's own words for a server that takes a connection and says nothing; they have no code.
bool NeverAnswered(std::string_view what) {
  return what.find("timeout expired") != std::string_view::npos;
}

Meaning Of(const std::exception& error) {
  if (Is<pqxx::broken_connection>(error)) {
    if (NeverAnswered(error.what())) return kLate;
    return LoginRefused(error.what()) ? kLogin : kAway;
  }
  if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error))
    return OfState(sql->sqlstate());
  // Rollbacks are no sql_error; of the first kind nobody knows whether it is one.
  if (Is<pqxx::statement_completion_unknown>(error)) return kAway;
  if (Is<pqxx::transaction_rollback>(error)) return kMet;
  if (Is<pqxx::failure>(error)) return kAway;  // also a commit in doubt
  const bool shape = Is<pqxx::conversion_error>(error) || Is<pqxx::range_error>(error);
  return shape ? kShape : kOther;
}

std::string After(std::string_view name, std::string_view text) {
  return name.empty() ? std::string(text) : base::StrCat(name, ": ", text);
}

}  // namespace

absl::Status FromPqxx(const std::exception& error, std::string_view english,
                      std::string_view korean) {
  const Meaning meaning = Of(error);
  return base::Error(meaning.code, After(english, base::Trim(error.what())),
                     After(korean, meaning.korean));
}

}  // namespace connectors
