#include "deploy/server/http_log.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

// "fhir.example:8443" of "https://user:word@fhir.example:8443/Patient?name=…".
std::string_view HostOf(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  return url.substr(url.rfind('@') + 1);  // npos + 1 is 0: the whole
}

class LoggedClient : public connectors::HttpClient {
 public:
  explicit LoggedClient(std::unique_ptr<connectors::HttpClient> client)
      : client_(std::move(client)) {}

  absl::StatusOr<connectors::HttpResponse> Do(const connectors::HttpRequest& request,
                                              const tools::CallContext& context) override {
    const auto begun = std::chrono::steady_clock::now();
    auto response = client_->Do(request, context);
    const auto took = std::chrono::steady_clock::now() - begun;
    base::LogDebug(
        "http.exchanged",
        {{"method", request.method},
         {"host", HostOf(request.url)},
         {"outcome", response.ok() ? base::StrCat(response->status)
                                   : absl::StatusCodeToString(response.status().code())},
         {"bytes", response.ok() ? response->body.size() : 0},
         {"milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
    return response;
  }

 private:
  const std::unique_ptr<connectors::HttpClient> client_;
};

}  // namespace

std::unique_ptr<connectors::HttpClient> LoggedHttp(std::unique_ptr<connectors::HttpClient> client) {
  return std::make_unique<LoggedClient>(std::move(client));
}

}  // namespace deploy
