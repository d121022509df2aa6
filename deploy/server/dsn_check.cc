#include "deploy/server/dsn_check.h"

#include <postgresql/libpq-fe.h>

#include <memory>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::StrCat;

constexpr std::string_view kOwner = "store.owner_dsn", kApp = "store.app_dsn";

// What PostgreSQL's library finds wrong with `dsn`, in its own words; empty: nothing.
std::string Fault(const std::string& dsn) {
  char* said = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(dsn.c_str(), &said), PQconninfoFree);
  const std::unique_ptr<char, void (*)(void*)> words(said, PQfreemem);
  if (options != nullptr) return "";
  return words == nullptr ? "?" : std::string(base::Trim(words.get()));
}

absl::Status CheckDsn(const Config& config, std::string_view key) {
  const std::string& dsn = config.Text(key);
  if (const std::string fault = Fault(dsn); !fault.empty()) {
    const bool secret = dsn.find("password") != std::string::npos ||
                        dsn.find('@') != std::string::npos;  // those words quote the string
    return config.Refusal(
        key, StrCat("is no PostgreSQL connection string", secret ? "" : StrCat(": ", fault)),
        StrCat("PostgreSQL 접속 문자열이 아닙니다",
               secret ? "" : StrCat(" (", base::Quoted(fault), ")")));
  }
  const bool uri = dsn.starts_with("postgresql://") || dsn.starts_with("postgres://");
  if (!uri || key.starts_with("store.")) return absl::OkStatus();
  return config.Refusal(key, "takes key=value pairs (\"host=… dbname=…\"), not a URI",
                        "URI가 아니라 키=값 형식(\"host=… dbname=…\")으로 적어야 합니다");
}

absl::Status CheckBoth(const Config& config, std::string_view given, std::string_view missing) {
  if (config.Text(given).empty() || !config.Text(missing).empty()) return absl::OkStatus();
  return config.Refusal(given, StrCat("needs ", missing),
                        StrCat(base::WithParticle(missing, "이"), " 함께 있어야 합니다"));
}

}  // namespace

absl::Status CheckDsns(const Config& config) {
  RETURN_IF_ERROR(CheckBoth(config, kOwner, kApp));
  RETURN_IF_ERROR(CheckBoth(config, kApp, kOwner));
  for (const auto& [key, dsn] : config.values()) {
    if (key.ends_with("_dsn") && !dsn.empty()) RETURN_IF_ERROR(CheckDsn(config, key));
  }
  return absl::OkStatus();
}

}  // namespace deploy
