#include "connectors/manufacturing/mqtt_session.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "connectors/manufacturing/mqtt_text.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr int kKeepAliveSeconds = 20;
constexpr int kTurnMs = 100;
constexpr auto kSettle = std::chrono::milliseconds(300);

bool LoginRefused(int code) {
  return code == MQTT_RC_BAD_USERNAME_OR_PASSWORD || code == MQTT_RC_NOT_AUTHORIZED ||
         code == MQTT_RC_BANNED || code == MQTT_RC_BAD_AUTHENTICATION_METHOD;
}

// Whether the socket could not be connected; errno says why. The library would take that for a
// handshake that goes on. A socket tells its error once: `met` is what OpenSSL was told already.
bool Failed(const pollfd& entry, int met) {
  socklen_t size = sizeof(errno);
  getsockopt(entry.fd, SOL_SOCKET, SO_ERROR, &errno, &size);
  if (errno == 0 && (entry.revents & (POLLERR | POLLHUP)) != 0) errno = met;
  return errno != 0;
}

// The errno of a first step that failed for good.
int FailureOf(int number) { return number == EINPROGRESS || number == EAGAIN ? 0 : number; }

}  // namespace

MqttSession::MqttSession(const SparkplugOptions& options, std::string topic, Handler handler)
    : peer_(StrCat("mqtt ", options.host, ":", options.port)),
      topic_(std::move(topic)),
      handler_(std::move(handler)) {
  [[maybe_unused]] static const int started = mosquitto_lib_init();
  if (options.tls.on()) {
    auto tls = TlsContext::Make(options.tls, options.host);
    if (!tls.ok()) {
      failure_ = FilesFault(tls.status(), peer_);
      return;
    }
    tls_ = *std::move(tls);
  }
  Start(options);
}

MqttSession::~MqttSession() {
  if (client_ == nullptr) return;
  if (connected_) mosquitto_disconnect(client_);
  mosquitto_destroy(client_);
}

void MqttSession::Start(const SparkplugOptions& options) {
  client_ = mosquitto_new(nullptr, true, this);
  CHECK(client_ != nullptr);
  mosquitto_int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  if (!options.user.empty())
    mosquitto_username_pw_set(client_, options.user.c_str(), options.password.c_str());
  // Our context and nothing else: what it checks is checked before the library sends the login.
  if (tls_) {
    CHECK(mosquitto_void_option(client_, MOSQ_OPT_SSL_CTX, tls_->get()) == MOSQ_ERR_SUCCESS);
    mosquitto_int_option(client_, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0);
  }
  mosquitto_connect_v5_callback_set(
      client_, [](mosquitto*, void* self, int code, int, const mosquitto_property*) {
        static_cast<MqttSession*>(self)->OnConnect(code);
      });
  mosquitto_message_callback_set(
      client_, [](mosquitto*, void* self, const mosquitto_message* message) {
        const std::string_view payload(static_cast<const char*>(message->payload),
                                       static_cast<size_t>(message->payloadlen));
        static_cast<MqttSession*>(self)->handler_(message->topic, payload);
      });
  errno = 0;
  const int code =
      mosquitto_connect_async(client_, options.host.c_str(), options.port, kKeepAliveSeconds);
  met_ = FailureOf(errno);
  if (code != MOSQ_ERR_SUCCESS) failure_ = WhyEnded(code);
}

std::optional<ToolError> MqttSession::Turn() {
  if (failure_) return failure_;
  errno = 0;
  const bool shaking = tls_ && std::chrono::steady_clock::now() < settled_;
  const int code = shaking ? Shake() : mosquitto_loop(client_, kTurnMs, 1);
  if (code != MOSQ_ERR_SUCCESS && !failure_) failure_ = WhyEnded(code);
  return failure_;
}

// The handshake, and a moment of mere listening after it: in TLS 1.3 the broker looks at our
// certificate when we are done, and a login sent meanwhile would cost us its answer.
int MqttSession::Shake() {
  const TlsTrace& trace = tls_->trace();
  pollfd entry{mosquitto_socket(client_), static_cast<short>(trace.greeted ? POLLIN : POLLOUT), 0};
  const bool ready = poll(&entry, 1, kTurnMs) > 0;
  if (ready && !trace.greeted && Failed(entry, met_)) return MOSQ_ERR_ERRNO;
  const int code = ready ? mosquitto_loop_read(client_, 1) : mosquitto_loop_misc(client_);
  if (trace.finished) settled_ = std::min(settled_, std::chrono::steady_clock::now() + kSettle);
  const bool broken = (entry.revents & (POLLERR | POLLHUP)) != 0 && !trace.finished;
  return broken && code == MOSQ_ERR_SUCCESS ? MOSQ_ERR_CONN_LOST : code;
}

void MqttSession::OnConnect(int code) {
  connected_ = code == 0;
  if (connected_) {
    mosquitto_subscribe(client_, nullptr, topic_.c_str(), 0);
    return;
  }
  const std::string english = MqttReasonText(code, base::Language::kEnglish),
                    korean = MqttReasonText(code, base::Language::kKorean);
  failure_ = LoginRefused(code)
                 ? MakeToolError("auth", StrCat(peer_, ": the broker refused the login: ", english),
                                 StrCat(peer_, ": MQTT 브로커가 인증을 거부했습니다: ", korean))
                 : MakeToolError("unreachable",
                                 StrCat(peer_, ": the broker refused the connection: ", english),
                                 StrCat(peer_, ": MQTT 브로커가 연결을 거부했습니다: ", korean));
}

ToolError MqttSession::WhyEnded(int code) const {
  const int number = errno;
  if (tls_) {
    if (auto fault = Fault(tls_->trace(), peer_, connected_)) return *std::move(fault);
  }
  return MakeToolError(
      "unreachable",
      StrCat(peer_, " cannot be reached: ", MqttErrorText(code, number, base::Language::kEnglish)),
      StrCat(peer_, ": MQTT 브로커에 연결할 수 없습니다: ",
             MqttErrorText(code, number, base::Language::kKorean)));
}

void MqttSession::Publish(const std::string& topic, const std::string& payload) {
  mosquitto_publish(client_, nullptr, topic.c_str(), static_cast<int>(payload.size()),
                    payload.data(), 0, false);
}

}  // namespace connectors::manufacturing
