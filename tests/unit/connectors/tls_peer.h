// What the tests of TLS share: a peer that serves a test's certificates, and what a refusal says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "connectors/tls.h"
#include "model_core/base/strings.h"
#include "tests/fakes/certificates.h"
#include "tests/fakes/peer.h"
#include "tools/tool.h"

namespace connectors {

struct TlsPeer {
  // `clients` "1": only clients with a certificate of the authority (mutual TLS).
  TlsPeer(const std::string& name, const std::string& clients) {
    fakes::PeerOptions options;
    options.environment = {{"PEER_TLS", certificates.folder()},
                           {"PEER_MUTUAL", clients},
                           {"PEER_PLAIN_PORT", base::StrCat(plain_port)},
                           {"PEER_LOGIN", "maru:maru-plant"}};
    auto started = fakes::Peer::Start(name, std::move(options));
    CHECK(started.ok(), "%s", std::string(started.status().message()).c_str());
    peer = *std::move(started);
  }
  // TLS as it is to be: the right authority, and our certificate if `ours` names one.
  TlsFiles Files(const std::string& ours = "client", const std::string& authority = "ca") const {
    TlsFiles files{certificates.Path(authority + ".pem"), "", ""};
    if (ours.empty()) return files;
    files.cert_file = certificates.Path(ours + ".pem");
    files.key_file = certificates.Path(ours + ".key");
    return files;
  }
  // Starts the peer again with another certificate.
  void Serve(const std::string& certificate) {
    certificates.Serve(certificate);
    const absl::Status again = peer->Restart();
    EXPECT_TRUE(again.ok()) << again;
  }

  fakes::Certificates certificates;
  int plain_port = fakes::FreePort();
  std::unique_ptr<fakes::Peer> peer;
};

// The refusal names its kind, the host and port, and the reason in both languages.
inline void ExpectRefusal(const tools::ToolOutcome& outcome, const std::string& code, int port,
                          const std::string& english, const std::string& korean) {
  ASSERT_FALSE(outcome.ok());
  const tools::ToolError& error = outcome.error();
  const std::string address = base::StrCat("127.0.0.1:", port);
  EXPECT_EQ(error.code, code) << error.message_en;
  EXPECT_THAT(error.message_en, testing::HasSubstr(address));
  EXPECT_THAT(error.message_ko, testing::HasSubstr(address));
  EXPECT_THAT(error.message_en, testing::HasSubstr(english));
  EXPECT_THAT(error.message_ko, testing::HasSubstr(korean));
}

}  // namespace connectors
