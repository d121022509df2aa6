// HttpClient against a socket that behaves well and badly.
#include "connectors/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "model_core/base/strings.h"
#include "tests/fakes/listening_socket.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/whole_korean.h"

namespace connectors {
namespace {

// Answers each connection by the path it asks for, one request a connection.
class Server {
 public:
  Server() : thread_([this] { Run(); }) {}
  ~Server() {
    stopped_ = true;
    thread_.join();
    for (int open : open_) close(open);
  }
  std::string url() const { return socket_.url(); }
  std::string last() {  // the last request
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  void Run() {
    while (!stopped_) {
      pollfd wait{socket_.handle(), POLLIN, 0};
      if (poll(&wait, 1, 20) <= 0) continue;
      const int connection = socket_.Accept();
      if (!Answer(connection)) {
        open_.push_back(connection);  // stays open and silent
        continue;
      }
      close(connection);
    }
  }

  bool Answer(int connection) {
    char buffer[4096];
    const ssize_t count = recv(connection, buffer, sizeof(buffer), 0);
    const std::string request(buffer, static_cast<size_t>(std::max<ssize_t>(count, 0)));
    {
      const std::lock_guard lock(mutex_);
      last_ = request;
    }
    const size_t begin = request.find(' ') + 1;
    const std::string path = request.substr(begin, request.find(' ', begin) - begin);
    if (path.starts_with("/silent")) return false;
    std::string reply =
        "HTTP/1.1 200 OK\r\nX-Kind: plain\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
    if (path.starts_with("/missing"))
      reply = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    if (path.starts_with("/moved")) {
      reply = base::StrCat("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: ", url(),
                           "/\r\nContent-Length: 0\r\n\r\n");
    }
    if (path.starts_with("/headers")) {
      reply = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n";
      for (int i = 0; i < 20'000; ++i) reply += "X-More: and more and more\r\n";
      reply += "\r\n";
    }
    if (path.starts_with("/cut")) reply = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf";
    // All of it, unless the client has heard enough.
    for (size_t at = 0; at < reply.size();) {
      const ssize_t sent = send(connection, reply.data() + at, reply.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) break;
      at += static_cast<size_t>(sent);
    }
    return true;
  }

  const fakes::ListeningSocket socket_;
  std::mutex mutex_;
  std::string last_;       // guarded by mutex_
  std::vector<int> open_;  // the thread's own until it is joined
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

class Http : public testing::Test {
 protected:
  absl::StatusOr<HttpResponse> Get(const std::string& path,
                                   absl::Duration timeout = absl::Seconds(5)) {
    return client_->Do({"GET", server_.url() + path, {}, ""}, {absl::Now() + timeout, {}});
  }
  Server server_;
  std::unique_ptr<HttpClient> client_ = MakeHttpClient({});
};

TEST_F(Http, TakesEveryStatusForAnAnswer) {
  const auto plain = Get("/");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->status, 200);
  EXPECT_EQ(plain->body, "hello");
  EXPECT_EQ(plain->Header("x-kind"), "plain");
  EXPECT_EQ(plain->Header("absent"), "");
  EXPECT_EQ(Get("/missing")->status, 404);
}

TEST_F(Http, FollowsNoRedirect) {
  const auto moved = Get("/moved");
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved->status, 302);
  EXPECT_TRUE(moved->body.empty());
}

TEST_F(Http, SendsMethodHeadersAndBody) {
  const auto sent = client_->Do({"POST", server_.url() + "/", {{"X-Key", "k1"}}, "body"},
                                {absl::Now() + absl::Seconds(5), {}});
  ASSERT_TRUE(sent.ok());
  EXPECT_TRUE(server_.last().starts_with("POST / HTTP/1.1"));
  EXPECT_NE(server_.last().find("X-Key: k1"), std::string::npos);
}

TEST_F(Http, EndsAtTheDeadlineAndOnCancellation) {
  const auto late = Get("/silent", absl::Milliseconds(200)).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(base::Message(late, base::Language::kEnglish),
              testing::ContainsRegex("/silent: waited [0-9]+ ms"));
  EXPECT_THAT(base::Message(late, base::Language::kKorean),
              testing::HasSubstr("밀리초 기다렸습니다"));
  EXPECT_EQ(Get("/", absl::ZeroDuration()).status().code(), absl::StatusCode::kDeadlineExceeded);
  std::atomic<int> asked = 0;
  const auto cancelled =
      client_->Do({"GET", server_.url() + "/silent", {}, ""},
                  {absl::Now() + absl::Seconds(60), [&] { return ++asked > 1; }});
  EXPECT_EQ(cancelled.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(Http, TellsNoConnectionFromALostAnswer) {
  const auto refused =
      client_->Do({"GET", base::StrCat("http://127.0.0.1:", fakes::FreePort(), "/"), {}, ""},
                  {absl::Now() + absl::Seconds(5), {}});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(fakes::EnglishWordsIn(refused.status()), "");
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("Connection refused"));
  EXPECT_THAT(base::Message(refused.status(), base::Language::kKorean),
              testing::HasSubstr("연결이 거부되었습니다"));
  EXPECT_EQ(Get("/cut").status().code(), absl::StatusCode::kUnknown);
}

TEST_F(Http, RefusesABodyOverTheLimit) {
  HttpOptions options;
  options.body_bytes_max = 3;
  const auto outcome = MakeHttpClient(options)->Do({"GET", server_.url() + "/", {}, ""},
                                                   {absl::Now() + absl::Seconds(5), {}});
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(fakes::EnglishWordsIn(outcome.status()), "");
}

TEST_F(Http, RefusesHeadersWithoutEnd) {
  EXPECT_EQ(Get("/headers").status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(Http, KeepsTheQueryOutOfItsMessages) {
  for (const auto& status :
       {Get("/silent?OC=secret", absl::Milliseconds(100)).status(), Get("/cut?OC=secret").status(),
        Get("/?OC=secret", absl::ZeroDuration()).status()}) {
    EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace connectors
