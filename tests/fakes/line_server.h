// LineServer: a server of 127.0.0.1 that answers each line it is sent by a function: for tests of
// what a client does when the other side is slow, gone or no such server at all. Stops with its
// scope.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "tests/fakes/listening_socket.h"

namespace fakes {

class LineServer {
 public:
  // What is sent back; nothing: the connection is closed. An empty text is silence.
  using Answer = std::function<std::optional<std::string>(const std::string& line)>;

  LineServer(std::string greeting, Answer answer)
      : greeting_(std::move(greeting)), answer_(std::move(answer)) {
    thread_ = std::thread([this] { Run(); });
  }
  ~LineServer() {
    stopped_ = true;
    thread_.join();
  }
  int port() const { return socket_.port(); }

 private:
  bool Readable(int handle) {
    while (!stopped_) {
      pollfd wait{handle, POLLIN, 0};
      if (poll(&wait, 1, 20) > 0) return true;
    }
    return false;
  }

  void Run() {
    while (Readable(socket_.handle())) {
      const int connection = socket_.Accept();
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
  const ListeningSocket socket_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace fakes
