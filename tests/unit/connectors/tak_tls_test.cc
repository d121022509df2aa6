// Cursor on Target over TLS against taky: what is refused, with which words, and that "nothing was
// heard" is never said of a server that refused us.
#include "connectors/defense.h"
#include "tests/fakes/tool_call.h"
#include "tests/unit/connectors/tls_peer.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using fakes::Code;
using testing::HasSubstr;
using Connectors = std::vector<std::unique_ptr<tools::Connector>>;

class Picture {
 public:
  Picture(int port, TlsFiles tls) : Picture("127.0.0.1", port, std::move(tls)) {}
  Picture(const std::string& host, int port, TlsFiles tls) : http_(MakeHttpClient({})) {
    DefenseOptions options;
    options.tak = {host, port, std::move(tls), MARU_SOURCE_DIR "/deploy/sample/defense/areas.json"};
    auto made = MakeDefenseConnectors(options, {*http_, base::SystemClock()});
    status_ = made.status();
    if (made.ok()) connectors_ = *std::move(made);
  }
  tools::ToolOutcome Tracks(absl::Duration timeout = absl::Seconds(20)) {
    fakes::CallOptions options;
    options.timeout = timeout;
    return fakes::CallAny(connectors_, "sa.tracks", {{"area", "가람만"}, {"kind", "vessel"}},
                          options);
  }
  tools::Connector::State State() {
    for (const auto& connector : connectors_) {
      if (connector->name() == "defense.tak")
        return connector->Check(absl::Now() + absl::Seconds(9)).state;
    }
    return tools::Connector::State::kNotConfigured;
  }
  const absl::Status& status() const { return status_; }

 private:
  std::unique_ptr<HttpClient> http_;
  absl::Status status_;
  Connectors connectors_;
};

size_t Vessels(const tools::ToolOutcome& outcome) {
  EXPECT_TRUE(outcome.ok()) << outcome.error().message_en;
  return outcome.ok() ? outcome.result().value["items"].size() : 0;
}

class TakTls : public testing::Test {
 public:
  static void SetUpTestSuite() { server_ = new TlsPeer("tak", "1"); }
  static void TearDownTestSuite() { delete server_; }
  static int port() { return server_->peer->port(); }
  static TlsPeer* server_;
};
TlsPeer* TakTls::server_ = nullptr;

TEST_F(TakTls, AnotherAuthoritysServerIsRefused) {
  ExpectRefusal(Picture(port(), server_->Files("client", "other_ca")).Tracks(), "auth", port(),
                "not trusted: no authority of ca_file signed it",
                "서버 인증서를 믿을 수 없습니다: ca_file의 기관이 서명하지 않았습니다");
}

TEST_F(TakTls, AnExpiredOrMisnamedCertificateIsRefusedUntilThereIsAGoodOneAgain) {
  Picture picture(port(), server_->Files());
  EXPECT_EQ(picture.State(), tools::Connector::State::kConnected);
  server_->Serve("expired");
  ExpectRefusal(picture.Tracks(), "auth", port(), "it has expired", "유효 기간이 지났습니다");
  server_->Serve("misnamed");
  ExpectRefusal(picture.Tracks(), "auth", port(), "another host name", "다른 호스트 이름의 인증서");
  server_->Serve("server");
  EXPECT_EQ(Vessels(picture.Tracks()), 3u);  // connected again, by itself
}

// TLS 1.3 lets a client believe that it is connected before the server looks at its certificate.
TEST_F(TakTls, AServerThatWantsACertificateIsNotTakenForAnEmptySea) {
  Picture picture(port(), server_->Files(""));
  ExpectRefusal(picture.Tracks(), "auth", port(),
                "our certificate (cert_file): it demands one and got none",
                "클라이언트 인증서(cert_file)를 거부했습니다: 인증서가 필요하지만");
  EXPECT_EQ(picture.State(), tools::Connector::State::kDown);
  ExpectRefusal(Picture(port(), server_->Files("stranger")).Tracks(), "auth", port(),
                "does not know the authority", "서명한 기관을 알지 못합니다");
}

// The plain port tells everybody everything: a fall-back to it would work.
TEST_F(TakTls, APortWithoutTlsIsNotListenedTo) {
  ExpectRefusal(Picture(server_->plain_port, server_->Files()).Tracks(absl::Seconds(1)),
                "unreachable", server_->plain_port, "the port may not speak TLS",
                "TLS 포트가 아닐 수 있습니다");
}

TEST(TakServerTls, NeedsNoCertificateOfOursWhereTheServerAsksForNone) {
  TlsPeer server("tak", "0");
  Picture picture(server.peer->port(), server.Files(""));
  EXPECT_EQ(picture.State(), tools::Connector::State::kConnected);
}

TEST(TakTlsOptions, PlainTcpIsForThisMachineOnlyAndBadFilesAreNamed) {
  const absl::Status plain = Picture("tak.example", 8087, {}).status();
  EXPECT_EQ(plain.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(plain.message()), HasSubstr("'tak.example'"));
  EXPECT_THAT(base::Message(plain, base::Language::kKorean), HasSubstr("TLS가 필요합니다"));
  const absl::Status absent = Picture(8089, {"/nonexistent/ca.pem", "", ""}).status();
  EXPECT_EQ(absent.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(absent.message()), HasSubstr("'/nonexistent/ca.pem'"));
}

}  // namespace
}  // namespace connectors
