// ListeningSocket: a port of 127.0.0.1 that nobody else has, and that takes connections, for as
// long as it lives.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "model_core/base/check.h"

namespace fakes {

class ListeningSocket {
 public:
  ListeningSocket() : handle_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr int kBacklog = 16;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    CHECK(bind(handle_, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
          listen(handle_, kBacklog) == 0);
    CHECK(getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~ListeningSocket() { close(handle_); }
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  int handle() const { return handle_; }
  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // The next connection, which its caller closes; blocks until there is one.
  int Accept() const { return accept4(handle_, nullptr, nullptr, SOCK_CLOEXEC); }

 private:
  const int handle_;
  int port_ = 0;
};

}  // namespace fakes
