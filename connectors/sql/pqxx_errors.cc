#include "connectors/pqxx_errors.h"

#include <algorithm>
#include <pqxx/except>
#include <utility>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using enum absl::StatusCode;

struct Meaning {
  absl::StatusCode code;
  std::string_view korean;
};

constexpr Meaning kLogin{kUnauthenticated, "데이터베이스 인증이 거부되었습니다"};
constexpr Meaning kAway{kUnavailable, "데이터베이스에 연결할 수 없습니다"};
constexpr Meaning kCrowded{kUnavailable, "데이터베이스의 연결 수가 한도에 이르렀습니다"};
constexpr Meaning kTurning{kUnavailable, "데이터베이스가 시작하거나 멈추는 중입니다"};
constexpr Meaning kLate{kDeadlineExceeded, "제한 시간 안에 응답하지 않았습니다"};
constexpr Meaning kMet{kAborted, "동시에 이루어진 다른 변경과 겹쳤습니다"};
constexpr Meaning kShape{kDataLoss, "표나 열이 예상과 다릅니다"};
constexpr Meaning kOther{kInternal, "데이터베이스가 요청을 처리하지 못했습니다"};

// By what an SQLSTATE begins with; the first that does.
constexpr std::pair<std::string_view, Meaning> kStates[] = {
    {"57014", kLate},
    {"42501", {kUnauthenticated, "데이터베이스에서 필요한 권한이 없습니다"}},
    {"28", kLogin},
    {"40001", kMet},
    {"40P01", kMet},
    {"53100", {kResourceExhausted, "데이터베이스의 디스크 공간이 부족합니다"}},
    {"58030", {kResourceExhausted, "데이터베이스가 디스크를 읽거나 쓰지 못했습니다"}},
    {"53200", {kUnavailable, "데이터베이스의 메모리가 부족합니다"}},
    {"53300", kCrowded},
    {"57P01", kTurning},
    {"57P02", kTurning},
    {"57P03", kTurning},
    {"08", kAway},
    {"53", kAway},
    {"57", kAway},
    {"23505", {kInternal, "같은 값이 이미 있습니다"}},
    {"23", {kInternal, "데이터베이스의 제약 조건에 어긋나는 값입니다"}},
    {"25006", {kInternal, "데이터베이스가 읽기 전용입니다"}},
    {"42P01", {kDataLoss, "데이터베이스에 그런 표가 없습니다"}},
    {"42703", {kDataLoss, "데이터베이스의 표에 그런 열이 없습니다"}},
    {"42", kShape},
    {"22", kShape}};

// A connection that is not made has no SQLSTATE in libpq, only words, its own or the server's.
constexpr std::pair<std::string_view, Meaning> kWords[] = {
    {"timeout expired", kLate},
    {"authentication failed", kLogin},
    {"permission denied", kLogin},
    {"no password supplied", {kUnauthenticated, "데이터베이스 암호가 주어지지 않았습니다"}},
    {"no pg_hba.conf entry",
     {kUnauthenticated, "데이터베이스가 이 주소나 계정의 접속을 허용하지 않습니다"}},
    {"not permitted to log in", kLogin},
    {"too many clients", kCrowded},
    {"too many connections", kCrowded},
    {"connection slots", kCrowded},
    {"role \"", kLogin},
    {"could not read root certificate file",
     {kUnavailable, "데이터베이스 서버를 확인할 CA 인증서 파일을 읽지 못했습니다"}},
    {"root certificate file \"",
     {kUnavailable, "데이터베이스 서버를 확인할 CA 인증서 파일이 없습니다"}},
    {"not currently accepting connections", kAway},
    {"database \"", {kUnavailable, "서버에 그런 이름의 데이터베이스가 없습니다"}},
    {"the database system is", kTurning},
    {"certificate verify failed", {kUnavailable, "데이터베이스 서버의 인증서를 믿을 수 없습니다"}},
    {"could not translate host name",
     {kUnavailable, "데이터베이스 서버 이름의 주소를 찾을 수 없습니다"}},
    {"Connection refused", {kUnavailable, "데이터베이스 서버가 연결을 받지 않습니다"}}};

Meaning OfState(std::string_view state) {
  const auto* of = std::ranges::find_if(
      kStates, [&](const auto& entry) { return state.starts_with(entry.first); });
  return of == std::end(kStates) ? kOther : of->second;
}

Meaning OfWords(std::string_view words) {
  const auto* of = std::ranges::find_if(
      kWords, [&](const auto& entry) { return words.find(entry.first) != std::string_view::npos; });
  return of == std::end(kWords) ? kAway : of->second;
}

template <typename Kind>
bool Is(const std::exception& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

Meaning Of(const std::exception& error) {
  if (Is<pqxx::broken_connection>(error)) return OfWords(error.what());
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
                     After(korean, base::StrCat(meaning.korean, ": ", base::Quoted(error.what()))));
}

}  // namespace connectors
