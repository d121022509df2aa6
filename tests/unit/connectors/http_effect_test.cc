// HttpClient and a request that changes something.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "connectors/http.h"
#include "tests/fakes/listening_socket.h"

namespace connectors {
namespace {

// Answers GET and keeps the connection; any other request it counts, and closes without a word.
class ActsAndHangsUp {
 public:
  ActsAndHangsUp() : thread_([this] { Run(); }) {}
  ~ActsAndHangsUp() {
    stopped_ = true;
    thread_.join();
    for (size_t i = 1; i < open_.size(); ++i) close(open_[i].fd);
  }
  std::string url() const { return socket_.url() + "/"; }
  int acts() const { return acts_; }

 private:
  void Run() {
    while (!stopped_) {
      if (poll(open_.data(), open_.size(), 20) <= 0) continue;
      std::vector<pollfd> next;
      for (const pollfd& entry : open_) {
        const bool listener = &entry == open_.data();
        if (listener || entry.revents == 0 || Answer(entry.fd)) {
          next.push_back({entry.fd, POLLIN, 0});
        } else {
          close(entry.fd);
        }
      }
      if (open_[0].revents != 0) next.push_back({socket_.Accept(), POLLIN, 0});
      open_ = std::move(next);
    }
  }

  bool Answer(int connection) {
    char buffer[4096];
    const ssize_t count = recv(connection, buffer, sizeof(buffer), 0);
    if (count <= 0) return false;
    if (!std::string_view(buffer, static_cast<size_t>(count)).starts_with("GET ")) {
      ++acts_;
      return false;
    }
    constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    return send(connection, kReply.data(), kReply.size(), MSG_NOSIGNAL) > 0;
  }

  const fakes::ListeningSocket socket_;
  // The thread's own until it is joined; the first one listens.
  std::vector<pollfd> open_ = {{socket_.handle(), POLLIN, 0}};
  std::atomic<int> acts_ = 0;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

// libcurl by itself sends again what it sent over a connection that was used before.
TEST(HttpEffect, IsSentOnceThoughTheConnectionEndsWithoutAnAnswer) {
  ActsAndHangsUp server;
  const auto client = MakeHttpClient({});
  int sent = 0;
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const tools::CallContext context{absl::Now() + absl::Seconds(5), {}};
    ASSERT_TRUE(client->Do({"GET", server.url(), {}, ""}, context).ok());
    const auto lost = client->Do({method, server.url(), {}, "body"}, context);
    EXPECT_EQ(lost.status().code(), absl::StatusCode::kUnknown) << method << lost.status();
    EXPECT_EQ(server.acts(), ++sent) << method;
  }
}

}  // namespace
}  // namespace connectors
