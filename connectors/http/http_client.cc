#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "connectors/curl_errors.h"
#include "connectors/http.h"
#include "model_core/base/check.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using base::StrCat;

struct Exchange {
  const tools::CallContext* context;
  size_t body_bytes_max;
  HttpResponse response;
  size_t header_bytes = 0;
  bool too_large = false;
  bool begun = false;  // the connection stood, and the request went out or was about to
};

constexpr size_t kHeaderBytesMax = 256 << 10;

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.response.body.size() + size * count > exchange.body_bytes_max) {
    exchange.too_large = true;
    return 0;
  }
  exchange.response.body.append(data, size * count);
  return size * count;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view line(data, size * count);
  exchange.header_bytes += line.size();
  exchange.too_large = exchange.header_bytes > kHeaderBytesMax;
  if (exchange.too_large) return 0;
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    exchange.response.headers.emplace_back(base::LowerAscii(line.substr(0, colon)),
                                           std::string(base::Trim(line.substr(colon + 1))));
  }
  return size * count;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& context = *static_cast<Exchange*>(user)->context;
  return context.cancelled && context.cancelled() ? 1 : 0;
}

int OnConnected(void* user, char*, char*, int, int) {
  static_cast<Exchange*>(user)->begun = true;
  return CURL_PREREQFUNC_OK;
}

// A query holds keys and patient numbers: it stays out of messages.
std::string WithoutQuery(const std::string& url) { return url.substr(0, url.find('?')); }

absl::Status TooLarge(const Exchange& exchange, const std::string& url) {
  const bool headers = exchange.header_bytes > kHeaderBytesMax;
  const size_t limit = headers ? kHeaderBytesMax : exchange.body_bytes_max;
  return base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat(url, headers ? ": headers over " : ": body over ", limit, " bytes"),
      StrCat(url, headers ? ": 머리글이 한도(" : ": 본문이 한도(", limit, "바이트)를 넘습니다"));
}

// What the system said of a connection that failed; a code of libcurl's is one for all of that.
std::string SystemText(CURLcode code, CURL* handle, base::Language language) {
  long number = 0;
  if (code == CURLE_COULDNT_CONNECT) curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number);
  return number == 0 ? "" : StrCat(" (", base::ErrnoText(static_cast<int>(number), language), ")");
}

std::string WaitedText(CURL* handle, base::Language language) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &microseconds);
  const auto milliseconds = microseconds / 1000;
  return language == base::Language::kEnglish ? StrCat("waited ", milliseconds, " ms")
                                              : StrCat(milliseconds, "밀리초 기다렸습니다");
}

absl::StatusCode MeaningOf(CURLcode code, bool begun) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return absl::StatusCode::kCancelled;
  if (!begun) return absl::StatusCode::kUnavailable;
  return code == CURLE_OPERATION_TIMEDOUT ? absl::StatusCode::kDeadlineExceeded
                                          : absl::StatusCode::kUnknown;
}

absl::Status FromCurl(CURLcode code, CURL* handle, const Exchange& exchange,
                      const std::string& full_url) {
  const std::string url = WithoutQuery(full_url);
  if (exchange.too_large) return TooLarge(exchange, url);
  const auto text = [&](base::Language language) {
    if (code == CURLE_OPERATION_TIMEDOUT) return StrCat(url, ": ", WaitedText(handle, language));
    return StrCat(url, ": ", CurlText(code, language), SystemText(code, handle, language));
  };
  return base::Error(MeaningOf(code, exchange.begun), text(base::Language::kEnglish),
                     text(base::Language::kKorean));
}

class CurlClient : public HttpClient {
 public:
  explicit CurlClient(HttpOptions options) : options_(std::move(options)) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    CHECK(started == CURLE_OK);
  }

  ~CurlClient() override {
    for (CURL* handle : idle_) curl_easy_cleanup(handle);
  }

  absl::StatusOr<HttpResponse> Do(const HttpRequest& request,
                                  const tools::CallContext& context) override {
    const absl::Duration left = context.deadline - absl::Now();
    if (left <= absl::ZeroDuration())
      return base::Error(absl::StatusCode::kDeadlineExceeded,
                         StrCat(WithoutQuery(request.url), ": no time left"),
                         StrCat(WithoutQuery(request.url), ": 남은 시간이 없습니다"));
    CURL* handle = Take();
    CHECK(handle != nullptr);
    Exchange exchange{&context, options_.body_bytes_max, {}};
    curl_slist* headers = nullptr;
    for (const auto& [name, value] : request.headers) {
      headers = curl_slist_append(headers, StrCat(name, ": ", value).c_str());
    }
    Configure(handle, request, headers, exchange, std::min(left, absl::Hours(1)));
    const CURLcode code = curl_easy_perform(handle);
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    const absl::Status failure =
        code == CURLE_OK ? absl::OkStatus() : FromCurl(code, handle, exchange, request.url);
    Give(handle);
    RETURN_IF_ERROR(failure);
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }

 private:
  void Configure(CURL* handle, const HttpRequest& request, curl_slist* headers, Exchange& exchange,
                 absl::Duration left) {
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    // libcurl sends a request again by itself when a reused connection ends before the first byte
    // of the answer, though the other side may have acted on it. Only a new connection is safe.
    const bool repeatable = request.method == "GET" || request.method == "HEAD";
    curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, repeatable ? 0L : 1L);
    curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, repeatable ? 0L : 1L);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");  // nothing leaves by a proxy of the environment
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(absl::ToInt64Milliseconds(left)) + 1);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &OnBody);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &OnHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
    // Where a library does not tell when a request begins, it may have begun.
    exchange.begun = curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &OnConnected) != CURLE_OK;
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &OnProgress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    if (!options_.ca_file.empty())
      curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!options_.client_certificate.empty()) {
      curl_easy_setopt(handle, CURLOPT_SSLCERT, options_.client_certificate.c_str());
    }
  }

  CURL* Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return curl_easy_init();
    CURL* handle = idle_.back();
    idle_.pop_back();
    return handle;
  }

  void Give(CURL* handle) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(handle);
  }

  const HttpOptions options_;
  std::mutex mutex_;
  std::vector<CURL*> idle_;  // guarded by mutex_; a handle keeps its connections
};

}  // namespace

std::string_view HttpResponse::Header(std::string_view name) const {
  auto it =
      std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

std::unique_ptr<HttpClient> MakeHttpClient(HttpOptions options) {
  return std::make_unique<CurlClient>(std::move(options));
}

std::string UrlEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

}  // namespace connectors
