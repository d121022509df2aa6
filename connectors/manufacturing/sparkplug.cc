// Sparkplug B over MQTT 5: a host application that listens to one group and asks for rebirths.
#include <mosquitto.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/sparkplug_b.pb.h"
#include "connectors/manufacturing/sparkplug_state.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr absl::Duration kBirthWait = absl::Seconds(5);
constexpr absl::Duration kRebirthInterval =
    absl::Seconds(10);  // an edge node is asked no more often
constexpr int kKeepAliveSeconds = 20;

class SparkplugSource : public TagSource {
 public:
  SparkplugSource(SparkplugOptions options, base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {
    [[maybe_unused]] static const int started = mosquitto_lib_init();
  }

  ~SparkplugSource() override {
    if (client_ == nullptr) return;
    mosquitto_disconnect(client_);
    mosquitto_loop_stop(client_, false);
    mosquitto_destroy(client_);
  }

  Fallible<std::vector<Sample>> Read(const std::vector<const TagEntry*>& tags,
                                     const tools::CallContext& context) override {
    if (auto error = Start()) return *error;
    std::unique_lock lock(mutex_);
    const auto until =
        std::chrono::system_clock::now() +
        absl::ToChronoMilliseconds(std::min(context.deadline - absl::Now(), kBirthWait));
    if (!changed_.wait_until(lock, until, [this] { return connected_ || refused_; }))
      return NotConnected();
    if (refused_)
      return MakeToolError("auth", "mqtt: the broker refused the login",
                           "MQTT 브로커가 인증을 거부했습니다");
    for (const TagEntry* tag : tags) {
      if (!Find(*tag)) AskRebirth(tag->sparkplug->edge);
    }
    std::vector<Sample> samples;
    for (const TagEntry* tag : tags) {
      changed_.wait_until(lock, until, [&] { return Find(*tag).has_value(); });
      const auto sample = Find(*tag);
      if (!sample) return Silent(*tag);
      samples.push_back(*sample);
    }
    return samples;
  }

 private:
  // Makes the client and its thread at the first call; it reconnects by itself afterwards.
  std::optional<ToolError> Start() {
    const std::lock_guard lock(start_mutex_);
    if (client_ != nullptr) return std::nullopt;
    mosquitto* client = mosquitto_new(nullptr, true, this);
    if (client == nullptr)
      return MakeToolError("unreachable", "mqtt: no client", "MQTT 클라이언트를 만들 수 없습니다");
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    if (!options_.user.empty())
      mosquitto_username_pw_set(client, options_.user.c_str(), options_.password.c_str());
    if (!options_.ca_file.empty())
      mosquitto_tls_set(client, options_.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
    mosquitto_connect_v5_callback_set(client, &OnConnect);
    mosquitto_disconnect_v5_callback_set(client, &OnDisconnect);
    mosquitto_message_v5_callback_set(client, &OnMessage);
    mosquitto_reconnect_delay_set(client, 1, 30, true);
    int code =
        mosquitto_connect_async(client, options_.host.c_str(), options_.port, kKeepAliveSeconds);
    client_ = client;  // before the thread that uses it
    if (code == MOSQ_ERR_SUCCESS || code == MOSQ_ERR_ERRNO) code = mosquitto_loop_start(client);
    if (code == MOSQ_ERR_SUCCESS) return std::nullopt;
    mosquitto_destroy(std::exchange(client_, nullptr));
    return MakeToolError("unreachable", StrCat("mqtt: ", mosquitto_strerror(code)),
                         "MQTT 브로커에 연결할 수 없습니다");
  }

  static void OnConnect(mosquitto* client, void* self, int code, int, const mosquitto_property*) {
    auto& source = *static_cast<SparkplugSource*>(self);
    if (code == 0) {
      const std::string topic = StrCat("spBv1.0/", source.options_.group, "/#");
      mosquitto_subscribe(client, nullptr, topic.c_str(), 0);
    }
    const std::lock_guard lock(source.mutex_);
    source.connected_ = code == 0;
    source.refused_ = code == 134 || code == 135;  // bad user name or password; not authorized
    source.state_ = SparkplugState();              // what was said while away is not known
    source.asked_.clear();
    source.changed_.notify_all();
  }

  static void OnDisconnect(mosquitto*, void* self, int, const mosquitto_property*) {
    auto& source = *static_cast<SparkplugSource*>(self);
    const std::lock_guard lock(source.mutex_);
    source.connected_ = false;
  }

  static void OnMessage(mosquitto*, void* self, const mosquitto_message* message,
                        const mosquitto_property*) {
    auto& source = *static_cast<SparkplugSource*>(self);
    const std::lock_guard lock(source.mutex_);
    const std::string_view payload(static_cast<const char*>(message->payload),
                                   static_cast<size_t>(message->payloadlen));
    if (source.state_.Take(message->topic, payload))
      source.AskRebirth(SparkplugState::EdgeOf(message->topic));
    source.changed_.notify_all();
  }

  // With mutex_ held.
  void AskRebirth(const std::string& edge) {
    const absl::Time now = clock_.Now();
    const auto asked = asked_.find(edge);
    if (asked != asked_.end() && now - asked->second < kRebirthInterval) return;
    asked_[edge] = now;
    maru::sparkplug::Payload payload;
    payload.set_timestamp(static_cast<uint64_t>(absl::ToUnixMillis(now)));
    auto& metric = *payload.add_metrics();
    metric.set_name("Node Control/Rebirth");
    metric.set_datatype(11);  // Boolean
    metric.set_boolean_value(true);
    const std::string bytes = payload.SerializeAsString();
    const std::string topic = StrCat("spBv1.0/", options_.group, "/NCMD/", edge);
    mosquitto_publish(client_, nullptr, topic.c_str(), static_cast<int>(bytes.size()), bytes.data(),
                      0, false);
    base::LogInfo("sparkplug.rebirth_asked", {{"edge", edge}});
  }

  std::optional<Sample> Find(const TagEntry& tag) const {
    return state_.Find(tag.sparkplug->edge, tag.sparkplug->device, tag.sparkplug->metric);
  }

  ToolError NotConnected() const {
    return MakeToolError("unreachable",
                         StrCat("mqtt ", options_.host, ":", options_.port, " cannot be reached"),
                         "MQTT 브로커에 연결할 수 없습니다");
  }
  static ToolError Silent(const TagEntry& tag) {
    const auto& address = *tag.sparkplug;
    return MakeToolError(
        "not_found",
        StrCat("sparkplug: edge '", address.edge, "' told nothing of '", address.metric, "'"),
        StrCat("Sparkplug 노드 '", address.edge, "'에서 '", address.metric,
               "' 값을 받지 못했습니다"));
  }

  const SparkplugOptions options_;
  base::Clock& clock_;
  std::mutex start_mutex_;
  mosquitto* client_ = nullptr;  // owned; set once under start_mutex_
  std::mutex mutex_;             // guards all below
  std::condition_variable changed_;
  bool connected_ = false, refused_ = false;
  SparkplugState state_;
  std::map<std::string, absl::Time> asked_;
};

}  // namespace

std::unique_ptr<TagSource> MakeSparkplugSource(SparkplugOptions options, base::Clock& clock) {
  if (options.host.empty()) return nullptr;
  return std::make_unique<SparkplugSource>(std::move(options), clock);
}

}  // namespace connectors::manufacturing
