// LineServer: a server of 127.0.0.1 that answers each line it is sent by a function: for tests of
// what a client does when the other side is slow, gone or no such server at all. Stops with its
// scope.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "model_core/base/check.h"

namespace fakes {

class LineServer {
 public:
  // What is sent back; nothing: the connection is closed. An empty text is silence.
  using Answer = std::function<std::optional<std::string>(const std::string& line)>;

  LineServer(std::string greeting, Answer answer)
      : greeting_(std::move(greeting)), answer_(std::move(answer)) {
    handle_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    CHECK(bind(handle_, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
          listen(handle_, 8) == 0);
    CHECK(getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~LineServer() {
    stopped_ = true;
    thread_.join();
    close(handle_);
  }
  int port() const { return port_; }

 private:
  bool Readable(int handle) {
    while (!stopped_) {
      pollfd wait{handle, POLLIN, 0};
      if (poll(&wait, 1, 20) > 0) return true;
    }
    return false;
  }

  void Run() {
    while (Readable(handle_)) {
      const int connection = accept4(handle_, nullptr, nullptr, SOCK_CLOEXEC);
      Serve(connection);
      close(connection);
    }
  }

  void Serve(int connection) {
    std::string buffer;
    std::optional<std::string> reply = greeting_;
    while (reply) {
      if (send(connection, reply->data(), reply->size(), MSG_NOSIGNAL) < 0) return;
      size_t end;
      while ((end = buffer.find('\n')) == std::string::npos) {
        char block[4096];
        const ssize_t count = Readable(connection) ? recv(connection, block, sizeof(block), 0) : 0;
        if (count <= 0) return;
        buffer.append(block, static_cast<size_t>(count));
      }
      reply = answer_(buffer.substr(0, end + 1));
      buffer.erase(0, end + 1);
    }
  }

  const std::string greeting_;
  const Answer answer_;
  int handle_;
  int port_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace fakes
