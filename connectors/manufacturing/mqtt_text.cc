#include "connectors/manufacturing/mqtt_text.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include "model_core/base/code_words.h"
#include "model_core/base/errno_text.h"

namespace connectors::manufacturing {
namespace {

using Words = base::CodeWords<int>;

constexpr Words kReasons[] = {
    {MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION, "브로커가 MQTT 5를 지원하지 않습니다"},
    {MQTT_RC_CLIENTID_NOT_VALID, "클라이언트 이름을 받아들이지 않습니다"},
    {MQTT_RC_BAD_USERNAME_OR_PASSWORD, "사용자 이름이나 암호가 틀립니다"},
    {MQTT_RC_NOT_AUTHORIZED, "접속할 권한이 없습니다"},
    {MQTT_RC_SERVER_UNAVAILABLE, "브로커가 지금은 받지 않습니다"},
    {MQTT_RC_SERVER_BUSY, "브로커가 바쁩니다"},
    {MQTT_RC_BANNED, "차단된 클라이언트입니다"},
    {MQTT_RC_BAD_AUTHENTICATION_METHOD, "인증 방식이 맞지 않습니다"},
    {MQTT_RC_QUOTA_EXCEEDED, "브로커의 할당량을 넘었습니다"},
    {MQTT_RC_CONNECTION_RATE_EXCEEDED, "접속이 너무 잦습니다"}};

constexpr Words kErrors[] = {{MOSQ_ERR_NOMEM, "메모리가 부족합니다"},
                             {MOSQ_ERR_PROTOCOL, "MQTT 규약에 맞지 않는 응답입니다"},
                             {MOSQ_ERR_NO_CONN, "연결되어 있지 않습니다"},
                             {MOSQ_ERR_CONN_REFUSED, "브로커가 연결을 거부했습니다"},
                             {MOSQ_ERR_CONN_LOST, "연결이 끊겼습니다"},
                             {MOSQ_ERR_TLS, "TLS 연결을 맺지 못했습니다"},
                             {MOSQ_ERR_EAI, "호스트 이름의 주소를 찾을 수 없습니다"},
                             {MOSQ_ERR_KEEPALIVE, "브로커가 응답하지 않습니다"}};

}  // namespace

std::string MqttReasonText(int reason, base::Language language) {
  return base::WordsFor(kReasons, reason, mosquitto_reason_string(reason), language);
}

std::string MqttErrorText(int code, int system_error, base::Language language) {
  if (code == MOSQ_ERR_ERRNO && system_error != 0) return base::ErrnoText(system_error, language);
  return base::WordsFor(kErrors, code, mosquitto_strerror(code), language);
}

}  // namespace connectors::manufacturing
