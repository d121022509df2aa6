// What a plant's field devices and brokers are said to have done wrong, in both languages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "connectors/manufacturing/mqtt_text.h"
#include "connectors/manufacturing/plant.h"
#include "connectors/tls.h"
#include "model_core/base/strings.h"
#include "tests/fakes/listening_socket.h"

namespace connectors::manufacturing {
namespace {

using base::Language;
using base::StrCat;
using testing::HasSubstr;

tools::ToolError ReadRegister(int port, absl::Duration timeout) {
  TagEntry tag;
  tag.modbus.emplace();
  tag.modbus->unit = 3;
  tag.modbus->reg = 40;
  ModbusOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  const auto source = MakeModbusSource(options, base::SystemClock());
  return source->Read({&tag}, {absl::Now() + timeout, nullptr}).error();
}

TEST(ModbusErrors, NameTheDeviceAndWhyItCannotBeReached) {
  int port = 0;
  {
    const fakes::ListeningSocket gone;
    port = gone.port();
  }
  const tools::ToolError error = ReadRegister(port, absl::Seconds(5));
  EXPECT_EQ(error.code, "unreachable");
  EXPECT_THAT(error.message_en, HasSubstr(StrCat("modbus 127.0.0.1:", port, ": ")));
  EXPECT_THAT(error.message_ko, HasSubstr(StrCat("modbus 127.0.0.1:", port, ": ")));
  EXPECT_THAT(error.message_ko, HasSubstr("연결할 수 없습니다: 연결이 거부되었습니다"));
}

TEST(ModbusErrors, NameTheRegisterThatGotNoAnswer) {
  const fakes::ListeningSocket silent;
  const tools::ToolError error = ReadRegister(silent.port(), absl::Milliseconds(300));
  EXPECT_EQ(error.code, "timeout");
  EXPECT_THAT(error.message_en, HasSubstr(StrCat(silent.port(), " unit 3 register 40: ")));
  EXPECT_THAT(error.message_ko, HasSubstr(StrCat(silent.port(), " 3번 장치 40번 레지스터: ")));
}

TEST(ModbusErrors, NameTheDeviceThatNoTimeIsLeftFor) {
  const tools::ToolError error = ReadRegister(1, absl::ZeroDuration());
  EXPECT_EQ(error.code, "timeout");
  EXPECT_EQ(error.message_en, "modbus 127.0.0.1:1: no time left");
  EXPECT_THAT(error.message_ko, HasSubstr("127.0.0.1:1"));
}

// The numbers are MQTT 5's reason codes.
TEST(MqttErrors, ReasonsOfABrokerAreKoreanOrQuoted) {
  const std::pair<int, const char*> kCases[] = {{134, "사용자 이름이나 암호가 틀립니다"},
                                                {135, "접속할 권한이 없습니다"},
                                                {132, "MQTT 5를 지원하지 않습니다"},
                                                {137, "브로커가 바쁩니다"},
                                                {155, "'"}};
  for (const auto& [reason, korean] : kCases)
    EXPECT_THAT(MqttReasonText(reason, Language::kKorean), HasSubstr(korean)) << reason;
}

// The numbers are libmosquitto's error codes.
TEST(MqttErrors, EndsOfAConnectionAreKoreanOrQuoted) {
  EXPECT_EQ(MqttErrorText(14, ECONNREFUSED, Language::kKorean), "연결이 거부되었습니다");
  EXPECT_EQ(MqttErrorText(14, ECONNREFUSED, Language::kEnglish), "Connection refused");
  EXPECT_EQ(MqttErrorText(15, 0, Language::kKorean), "호스트 이름의 주소를 찾을 수 없습니다");
  EXPECT_EQ(MqttErrorText(7, 0, Language::kKorean), "연결이 끊겼습니다");
  EXPECT_THAT(MqttErrorText(18, 0, Language::kKorean), testing::StartsWith("'"));
}

// The file and what is wrong with it, where a plant's or a TAK server's certificates are read.
TEST(TlsErrors, NameTheFileAndWhyInBothLanguages) {
  const auto status = TlsContext::Make({"/nonexistent/ca.pem", "", ""}, "plant").status();
  EXPECT_EQ(status.message(),
            "ca_file '/nonexistent/ca.pem' cannot be used (No such file or directory)");
  EXPECT_EQ(base::Message(status, Language::kKorean),
            "ca_file '/nonexistent/ca.pem'을 쓸 수 없습니다 (그런 파일이나 디렉터리가 없습니다)");
}

TEST(TlsErrors, SayThatNoVersionIsCommon) {
  TlsTrace trace;
  trace.alert = 70;  // protocol_version
  EXPECT_EQ(Fault(trace, "plant", false)->message_ko,
            "plant: 서버가 TLS 연결을 거부했습니다: TLS 버전이 서로 맞지 않습니다");
}

}  // namespace
}  // namespace connectors::manufacturing
