// Sparkplug B over TLS against mosquitto: what is refused, with which words, and that the login
// goes to no broker that is not verified. The broker's log is the witness: it names who logged in.
#include <fstream>

#include "connectors/manufacturing.h"
#include "tests/fakes/tool_call.h"
#include "tests/unit/connectors/tls_peer.h"

namespace connectors {
namespace {

using base::StrCat;
using fakes::Code;
using testing::HasSubstr;
using Connectors = std::vector<std::unique_ptr<tools::Connector>>;

constexpr char kLogin[] = "u'maru'";  // how the broker's log shows that the login came

class Plant {
 public:
  explicit Plant(SparkplugOptions sparkplug) : http_(MakeHttpClient({})) {
    ManufacturingOptions options;
    options.sparkplug = std::move(sparkplug);
    options.tag_map_path = MARU_SOURCE_DIR "/deploy/sample/manufacturing/tags.json";
    auto made = MakeManufacturingConnectors(options, {*http_, base::SystemClock()});
    status_ = made.status();
    if (made.ok()) connectors_ = *std::move(made);
  }
  tools::ToolOutcome Read(absl::Duration timeout = absl::Seconds(20)) {
    fakes::CallOptions options;
    options.timeout = timeout;
    return fakes::CallAny(connectors_, "tag.read", {{"tags", {"IT-204"}}}, options);
  }
  const absl::Status& status() const { return status_; }

 private:
  std::unique_ptr<HttpClient> http_;
  absl::Status status_;
  Connectors connectors_;
};

class MqttTls : public testing::Test {
 public:
  static void SetUpTestSuite() { broker_ = new TlsPeer("mqtt", "1"); }
  static void TearDownTestSuite() { delete broker_; }
  static int port() { return broker_->peer->port(); }
  static SparkplugOptions Options(TlsFiles tls) {
    return {"127.0.0.1", port(), "gaon", "maru", "maru-plant", std::move(tls)};
  }
  // How often the broker has seen `text`.
  static size_t Seen(std::string_view text) {
    const std::string log = broker_->peer->log();
    size_t count = 0;
    for (size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
    return count;
  }
  static size_t Logins() { return Seen(kLogin); }
  // Of a handshake that its client breaks off, the broker says "New connection from … on port …"
  // where the alert comes after its first look and "Client connection from … failed" where it is
  // there by then (mosquitto 2.0, net.c).
  static size_t Handshakes() {
    return Seen(StrCat("on port ", port())) + Seen("Client connection from 127.0.0.1 failed");
  }
  // Whether there is one more than `before` before long: the broker's log comes after its answer.
  static bool OneMore(size_t (*seen)(), size_t before) {
    const absl::Time end = absl::Now() + absl::Seconds(5);
    while (seen() <= before && absl::Now() < end) absl::SleepFor(absl::Milliseconds(20));
    return seen() > before;
  }
  // What a read over a new connection gives; its login is in the broker's log when this returns.
  static tools::ToolOutcome LogIn(Plant& plant) {
    const size_t before = Logins();
    tools::ToolOutcome outcome = plant.Read();
    EXPECT_TRUE(OneMore(Logins, before));
    EXPECT_EQ(Logins(), before + 1);
    return outcome;
  }
  static TlsPeer* broker_;
};
TlsPeer* MqttTls::broker_ = nullptr;

TEST_F(MqttTls, ReadsOverMutualTls) {
  Plant plant(Options(broker_->Files()));
  const tools::ToolOutcome outcome = LogIn(plant);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  EXPECT_NEAR(outcome.result().value["items"][0]["value"].get<double>(), 31.5, 0.5);
}

TEST_F(MqttTls, TheKeyMayStandInTheCertificatesFile) {
  TlsFiles files = broker_->Files();
  const std::string both = broker_->certificates.Path("both.pem");
  std::ofstream(both) << std::ifstream(files.cert_file).rdbuf()
                      << std::ifstream(files.key_file).rdbuf();
  files.cert_file = both;
  files.key_file.clear();
  Plant plant(Options(files));
  EXPECT_EQ(Code(LogIn(plant)), "ok");
}

TEST_F(MqttTls, AnotherAuthoritysBrokerIsRefusedAndGetsNoLogin) {
  const size_t handshakes = Handshakes(), logins = Logins();
  const tools::ToolOutcome outcome = Plant(Options(broker_->Files("client", "other_ca"))).Read();
  EXPECT_TRUE(OneMore(Handshakes, handshakes));
  EXPECT_EQ(Logins(), logins);
  ExpectRefusal(outcome, "auth", port(), "not trusted: no authority of ca_file signed it",
                "서버 인증서를 믿을 수 없습니다: ca_file의 기관이 서명하지 않았습니다");
}

TEST_F(MqttTls, AnExpiredOrMisnamedCertificateIsRefusedUntilThereIsAGoodOneAgain) {
  Plant plant(Options(broker_->Files()));
  ASSERT_EQ(Code(LogIn(plant)), "ok");
  const size_t logins = Logins();
  broker_->Serve("expired");
  ExpectRefusal(plant.Read(), "auth", port(), "it has expired", "유효 기간이 지났습니다");
  broker_->Serve("misnamed");
  ExpectRefusal(plant.Read(), "auth", port(), "another host name", "다른 호스트 이름의 인증서");
  EXPECT_EQ(Logins(), logins);
  broker_->Serve("server");
  EXPECT_EQ(Code(LogIn(plant)), "ok");  // connected again, by itself
}

TEST_F(MqttTls, ABrokerThatWantsACertificateSaysWhatIsWrongWithOurs) {
  ExpectRefusal(Plant(Options(broker_->Files(""))).Read(), "auth", port(),
                "our certificate (cert_file): it demands one and got none",
                "클라이언트 인증서(cert_file)를 거부했습니다: 인증서가 필요하지만");
  ExpectRefusal(Plant(Options(broker_->Files("stranger"))).Read(), "auth", port(),
                "does not know the authority", "서명한 기관을 알지 못합니다");
}

TEST_F(MqttTls, ABrokerThatIsNotThereIsNamed) {
  SparkplugOptions options = Options(broker_->Files());
  options.port = fakes::FreePort();
  ExpectRefusal(Plant(options).Read(absl::Seconds(1)), "unreachable", options.port,
                "cannot be reached: Connection refused",
                "MQTT 브로커에 연결할 수 없습니다: 연결이 거부되었습니다");
}

TEST_F(MqttTls, AWrongPasswordIsAnotherRefusalThanAWrongCertificate) {
  SparkplugOptions options = Options(broker_->Files());
  options.password = "wrong";
  ExpectRefusal(Plant(options).Read(), "auth", port(), "the broker refused the login",
                "MQTT 브로커가 인증을 거부했습니다: ");
}

// The plain port takes anyone: a fall-back to it would work.
TEST_F(MqttTls, APortWithoutTlsIsNotSpokenToInPlainText) {
  SparkplugOptions options = Options(broker_->Files());
  options.port = broker_->plain_port;
  const size_t before = Logins();
  const auto outcome = Plant(options).Read(absl::Seconds(1));
  EXPECT_EQ(Logins(), before);
  ExpectRefusal(outcome, "unreachable", broker_->plain_port, "the port may not speak TLS",
                "TLS 포트가 아닐 수 있습니다");
}

TEST(MqttServerTls, NeedsNoCertificateOfOursWhereTheBrokerAsksForNone) {
  TlsPeer broker("mqtt", "0");
  Plant plant({"127.0.0.1", broker.peer->port(), "gaon", "maru", "maru-plant", broker.Files("")});
  EXPECT_EQ(Code(plant.Read()), "ok");
}

TEST(MqttTlsOptions, PlainTcpIsForThisMachineOnly) {
  for (const std::string host : {"broker.example", "10.0.0.5", "127.broker.example", "::2"}) {
    const absl::Status status = Plant({host, 1883, "gaon", "", "", {}}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << host;
    EXPECT_THAT(std::string(status.message()), HasSubstr(StrCat("'", host, "'")));
    EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr("TLS가 필요합니다"));
  }
  EXPECT_TRUE(Plant({"127.0.0.1", 1883, "gaon", "", "", {}}).status().ok());
}

TEST(MqttTlsOptions, FilesThatCannotBeUsedAreNamed) {
  const fakes::Certificates made;
  const auto why = [](TlsFiles files) {
    return std::string(
        Plant({"127.0.0.1", 8883, "gaon", "", "", std::move(files)}).status().message());
  };
  const std::string ca = made.Path("ca.pem"), client = made.Path("client.pem");
  EXPECT_THAT(why({"/nonexistent/ca.pem", "", ""}), HasSubstr("ca_file '/nonexistent/ca.pem'"));
  EXPECT_THAT(why({made.Path("log"), "", ""}), HasSubstr("ca_file"));
  EXPECT_THAT(why({made.Path("log"), "", ""}), HasSubstr("(it holds no certificate)"));
  EXPECT_THAT(why({ca, made.Path("client.key"), ""}), HasSubstr("cert_file"));
  EXPECT_THAT(why({ca, made.Path("client.key"), ""}), HasSubstr("(it holds no certificate)"));
  EXPECT_THAT(why({ca, client, ""}), HasSubstr("key_file"));
  EXPECT_THAT(why({ca, client, ""}), HasSubstr("(it holds no key)"));
  EXPECT_THAT(why({ca, client, made.Path("server.key")}),
              HasSubstr("the key is not that of the certificate"));
  EXPECT_THAT(why({"", client, made.Path("client.key")}), HasSubstr("need a ca_file"));
  EXPECT_EQ(why({ca, client, made.Path("client.key")}), "");
}

}  // namespace
}  // namespace connectors
