// What every HttpClient promises: any HTTP status is an answer, and whatever is none says how far
// the request may have come.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "connectors/http.h"
#include "deploy/server/http_log.h"
#include "model_core/base/strings.h"
#include "tests/fakes/line_server.h"
#include "tests/fakes/peer.h"

namespace connectors {
namespace {

using base::StrCat;

// Answers a request, once its headers are over, by the path it asks for; /silent not at all.
class Site {
 public:
  std::string Url(std::string_view path) const {
    return StrCat("http://127.0.0.1:", server_.port(), path);
  }

 private:
  std::optional<std::string> Answer(const std::string& line) {
    if (path_.empty()) path_ = base::StrSplit(line, ' ')[1];
    if (line != "\r\n" || path_ == "/silent") return "";
    const std::string path = std::exchange(path_, "");
    const std::string_view status = path == "/missing" ? "404 Not Found"
                                    : path == "/moved" ? "302 Found"
                                                       : "200 OK";
    return StrCat("HTTP/1.1 ", status, "\r\nX-Kind: plain\r\nLocation: ", Url("/"),
                  "\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
  }

  std::string path_;  // of the request being read; the server's thread only
  fakes::LineServer server_{"", [this](const std::string& line) { return Answer(line); }};
};

struct Kind {
  const char* name;
  std::unique_ptr<HttpClient> (*make)();
};
const Kind kKinds[] = {{"Curl", [] { return MakeHttpClient({}); }},
                       {"Logged", [] { return deploy::LoggedHttp(MakeHttpClient({})); }}};

class HttpClientContract : public testing::TestWithParam<Kind> {
 protected:
  absl::StatusOr<HttpResponse> Get(const std::string& url, absl::Duration most = absl::Seconds(10),
                                   std::function<bool()> cancelled = {}) {
    return client_->Do({"GET", url, {}, ""}, {absl::Now() + most, std::move(cancelled)});
  }

  Site site_;
  const std::unique_ptr<HttpClient> client_ = GetParam().make();
};

TEST_P(HttpClientContract, AnyStatusIsAnAnswerAndNoneIsFollowedElsewhere) {
  for (const auto& [path, status] :
       std::map<std::string, int>{{"/", 200}, {"/missing", 404}, {"/moved", 302}}) {
    const auto response = Get(site_.Url(path));
    ASSERT_TRUE(response.ok()) << path << ": " << response.status();
    EXPECT_EQ(response->status, status) << path;
    EXPECT_EQ(response->body, "hello") << path;
    EXPECT_EQ(response->Header("x-kind"), "plain") << path;
  }
}

TEST_P(HttpClientContract, WhereNobodyListensNothingWasSent) {
  const auto nobody = Get(StrCat("http://127.0.0.1:", fakes::FreePort(), "/"));
  EXPECT_TRUE(absl::IsUnavailable(nobody.status())) << nobody.status();
}

// Somebody listens, but there is never a connection to send over: an effect was certainly not done.
TEST_P(HttpClientContract, WhereNoConnectionIsMadeNothingWasSent) {
  const fakes::LineServer mute("", [](const std::string&) { return ""; }),
      rude("HTTP/1.1 400 This is no TLS\r\n\r\n", [](const std::string&) { return std::nullopt; });
  for (const int port : {mute.port(), rude.port()}) {
    const auto response =
        client_->Do({"POST", StrCat("https://127.0.0.1:", port, "/"), {}, "an effect"},
                    {absl::Now() + absl::Milliseconds(300), {}});
    EXPECT_TRUE(absl::IsUnavailable(response.status())) << response.status();
  }
  const auto nowhere = client_->Do({"POST", "http://no-such-host.invalid/", {}, "an effect"},
                                   {absl::Now() + absl::Seconds(10), {}});
  EXPECT_TRUE(absl::IsUnavailable(nowhere.status())) << nowhere.status();
}

TEST_P(HttpClientContract, AnEffectThatGetsNoAnswerMayHaveBeenSent) {
  for (const auto& answer : {std::optional<std::string>(""), std::optional<std::string>()}) {
    const fakes::LineServer server("", [&](const std::string&) { return answer; });
    const auto response =
        client_->Do({"POST", StrCat("http://127.0.0.1:", server.port(), "/"), {}, "an effect"},
                    {absl::Now() + absl::Milliseconds(300), {}});
    EXPECT_FALSE(response.ok() || absl::IsUnavailable(response.status())) << response.status();
  }
}

TEST_P(HttpClientContract, SilenceEndsAtTheDeadline) {
  const auto late = Get(site_.Url("/silent"), absl::Milliseconds(300));
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.status())) << late.status();
}

TEST_P(HttpClientContract, ACancelledExchangeEndsLongBeforeItsDeadline) {
  const absl::Time begun = absl::Now();
  const auto cancelled = Get(site_.Url("/silent"), absl::Minutes(5), [] { return true; });
  EXPECT_TRUE(absl::IsCancelled(cancelled.status())) << cancelled.status();
  EXPECT_LT(absl::Now() - begun, absl::Minutes(1));
}

INSTANTIATE_TEST_SUITE_P(All, HttpClientContract, testing::ValuesIn(kKinds),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace connectors
