// Peer: an outside system of the sample organisation, run for a test:
// deploy/sample/peers/<name>/{install,start,ready}.sh on a free port of 127.0.0.1, with a data
// folder of its own. Stopped, by its own process id, when it goes out of scope; it also stops when
// the test process dies.
//
//   auto peer = fakes::Peer::Start("law");
//   ASSERT_TRUE(peer.ok()) << peer.status();
//   options.base_url = base::StrCat((*peer)->url(), "/DRF");
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace fakes {

struct PeerOptions {
  std::map<std::string, std::string> environment;  // added to the test's own
  absl::Duration patience = absl::Seconds(300);    // for ready.sh to say yes
  bool install = true;  // run install.sh first (it does nothing when all is there)
};

class Peer {
 public:
  // The running, seeded peer. Unavailable, with the end of its log, if it ends or is not ready in
  // time.
  static absl::StatusOr<std::unique_ptr<Peer>> Start(const std::string& name,
                                                     PeerOptions options = {});
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int port() const { return port_; }
  std::string url() const;                           // "http://127.0.0.1:<port>"
  const std::string& data() const { return data_; }  // its $DATA; removed with the peer
  std::string log() const;                           // what it wrote so far
  void Stop();  // SIGTERM, then SIGKILL after 10 s; the port answers no more
  // Starts it again on the same port and data, and waits until it is ready.
  absl::Status Restart();

 private:
  Peer(std::string folder, PeerOptions options, int port, std::string data);
  absl::Status Run();
  absl::Status WaitUntilReady();

  const std::string folder_;
  const PeerOptions options_;
  const int port_;
  const std::string data_;
  pid_t pid_ = 0;
};

// A port of 127.0.0.1 that nobody listened on a moment ago.
int FreePort();

}  // namespace fakes
