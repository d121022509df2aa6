#include <mutex>

#include "connectors/tryton.h"
#include "connectors/tryton/mapping.h"
#include "model_core/base/check.h"
#include "model_core/base/files.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr std::string_view kSystem = "tryton";
constexpr SystemName kServer = {"Tryton server", "Tryton 서버"};

struct TrytonSession {
  int64_t user = 0;
  std::string authorization;  // header value; empty: none open
  Json context = Json::object();
};

class JsonRpcClient : public TrytonClient {
 public:
  JsonRpcClient(HttpClient& http, TrytonOptions options, Json mapping)
      : http_(http), options_(std::move(options)), mapping_(std::move(mapping)) {}

  Fallible<Json> Call(std::string_view model, std::string_view method, Json parameters,
                      Json context, bool effect, const tools::CallContext& call) override {
    const std::string name = StrCat("model.", model, ".", method);
    for (int attempt = 0;; ++attempt) {
      ASSIGN_OR_FAIL(const TrytonSession session, Open(call));
      Json whole = session.context;
      whole.update(context);
      Json all = parameters;
      all.push_back(whole);
      auto answer = Post(name, std::move(all), session.authorization, effect, call);
      if (answer.ok() || answer.error().code != "auth") return answer;
      Drop(session.authorization);
      if (attempt > 0) return answer;
    }
  }

  Fallible<int64_t> UserId(const tools::CallContext& call) override {
    ASSIGN_OR_FAIL(const TrytonSession session, Open(call));
    return session.user;
  }

  const Json& Mapping(const std::string& pointer) const override {
    const Json::json_pointer path(pointer);
    CHECK(mapping_.contains(path), "tryton mapping has no '%s'", pointer.c_str());
    return mapping_.at(path);
  }

 private:
  Fallible<TrytonSession> Open(const tools::CallContext& call) {
    const std::lock_guard lock(mutex_);
    if (!session_.authorization.empty()) return session_;
    const Json login{options_.user, {{"password", options_.password}}, "en"};
    ASSIGN_OR_FAIL(const Json made, Post("common.db.login", login, "", false, call));
    if (!made.is_array() || made.size() < 2 || !made[0].is_number_integer() ||
        !made[1].is_string()) {
      return MakeToolError("auth", "tryton: the login was refused",
                           "Tryton 로그인이 거부되었습니다");
    }
    TrytonSession session;
    session.user = made[0].get<int64_t>();
    session.authorization =
        StrCat("Session ", base::Base64Encode(StrCat(options_.user, ":", session.user, ":",
                                                     made[1].get<std::string>())));
    ASSIGN_OR_FAIL(session.context, Post("model.res.user.get_preferences", {true, Json::object()},
                                         session.authorization, false, call));
    if (!session.context.is_object()) return Malformed("no preferences", "사용자 설정이 없습니다");
    session_ = session;
    return session;
  }

  void Drop(const std::string& authorization) {
    const std::lock_guard lock(mutex_);
    if (session_.authorization == authorization) session_ = {};
  }

  Fallible<Json> Post(const std::string& method, Json parameters, const std::string& authorization,
                      bool effect, const tools::CallContext& call) {
    HttpRequest request{
        "POST",
        StrCat(options_.url, "/", UrlEncode(options_.database), "/"),
        {{"Content-Type", "application/json"}},
        base::DumpJson({{"id", 1}, {"method", method}, {"params", std::move(parameters)}})};
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    const auto response = http_.Do(request, call);
    if (!response.ok()) return FromHttpStatus(response.status(), kServer, effect);
    if (response->status / 100 != 2) return FromHttpResponse(*response, kServer, effect);
    const auto json = base::ParseJson(response->body, "tryton");
    if (!json.ok() || !json->is_object())
      return Malformed("what is no json object", "JSON 객체가 아닙니다");
    if (json->contains("error")) return FromError((*json)["error"]);
    if (!json->contains("result"))
      return Malformed("neither result nor error", "결과도 오류도 없습니다");
    return (*json)["result"];
  }

  // Tryton rolls back what it refuses: nothing has happened.
  static ToolError FromError(const Json& error) {
    const std::string kind = error.is_array() && !error.empty() && error[0].is_string()
                                 ? error[0].get<std::string>()
                                 : "";
    const std::string text = base::DumpJson(error).substr(0, 600);
    if (kind == "LoginException")
      return MakeToolError("auth", "tryton: the login was refused",
                           "Tryton 로그인이 거부되었습니다");
    if (kind == "RateLimitException")
      return MakeToolError("rate_limited", "tryton: too many logins",
                           "Tryton 호출 한도를 넘었습니다");
    if (kind == "ConcurrencyException") {
      return MakeToolError("unreachable", "tryton: the record was changed by another",
                           "다른 사용자가 같은 기록을 고쳤습니다");
    }
    return MakeToolError("invalid_argument", StrCat("tryton refused: ", text),
                         StrCat("Tryton이 거부했습니다: ", base::Quoted(text)));
  }

  static ToolError Malformed(std::string_view english, std::string_view korean) {
    return MakeToolError("malformed_upstream", StrCat("tryton answered ", english),
                         StrCat("Tryton의 응답을 해석할 수 없습니다: ", korean));
  }

  HttpClient& http_;
  const TrytonOptions options_;
  const Json mapping_;
  std::mutex mutex_;
  TrytonSession session_;  // guarded by mutex_
};

// Every entry of the standard mapping must still be there, and of its kind.
absl::Status CheckComplete(const Json& standard, const Json& mapping, const std::string& path) {
  for (const auto& [key, value] : standard.items()) {
    const std::string here = StrCat(path, "/", key);
    if (!mapping.contains(key) || mapping[key].type() != value.type()) {
      return base::Error(absl::StatusCode::kInvalidArgument,
                         StrCat("tryton mapping: '", here, "' is missing or of another kind"),
                         StrCat("Tryton 대응표: '", here, "'", base::Particle(here, "이"),
                                " 없거나 종류가 다릅니다"));
    }
    const bool open = key == "grades" || key == "classes" || key == "states";
    if (value.is_object() && !open) RETURN_IF_ERROR(CheckComplete(value, mapping[key], here));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrytonClient>> MakeTrytonClient(HttpClient& http,
                                                               TrytonOptions options) {
  ASSIGN_OR_RETURN(const Json standard, base::ParseJson(kStandardMapping, "tryton mapping"));
  Json mapping = standard;
  if (!options.mapping_path.empty()) {
    ASSIGN_OR_RETURN(const Json patch,
                     base::ReadJsonFile(options.mapping_path, {"tryton mapping", "Tryton 대응표"}));
    mapping.merge_patch(patch);
    if (!mapping.is_object())
      return base::Error(absl::StatusCode::kInvalidArgument,
                         StrCat("tryton mapping ", options.mapping_path, " is no object"),
                         StrCat("Tryton 대응표 ", options.mapping_path, ": 객체가 아닙니다"));
    RETURN_IF_ERROR(CheckComplete(standard, mapping, StrCat(options.mapping_path, " ")));
  }
  while (options.url.ends_with('/')) options.url.pop_back();
  return std::make_unique<JsonRpcClient>(http, std::move(options), std::move(mapping));
}

}  // namespace connectors
