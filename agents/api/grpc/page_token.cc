#include "agents/api/grpc/page_token.h"

#include <algorithm>

#include "agents/api/grpc/errors.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr size_t kIdSize = 36;
constexpr size_t kSecondsDigitsMax = 12;  // up to the year 9999

// An id as base::NewId makes them.
bool IsId(const std::string& text) {
  const auto fits = [&, at = 0](char c) mutable {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    ++at;
    return dash ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  return text.size() == kIdSize && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

std::string PageToken(const std::string& stored) {
  const size_t blank = stored.find(' ');
  if (blank == std::string::npos) return "";
  const auto time = base::ParseTimeText(stored.substr(0, blank));
  if (!time.ok()) return "";
  return base::StrCat(absl::ToUnixSeconds(*time), "-", stored.substr(blank + 1));
}

absl::StatusOr<std::string> StoredPageToken(const std::string& token) {
  if (token.empty()) return token;
  const size_t dash = token.find('-');
  int64_t seconds = 0;
  if (dash != std::string::npos && dash <= kSecondsDigitsMax &&
      base::ParseInt(token.substr(0, dash), seconds) && IsId(token.substr(dash + 1))) {
    return base::StrCat(base::TimeText(absl::FromUnixSeconds(seconds)), " ",
                        token.substr(dash + 1));
  }
  return InvalidField("page_token", "not one that this server gave", "이 서버가 준 값이 아닙니다");
}

}  // namespace agents
