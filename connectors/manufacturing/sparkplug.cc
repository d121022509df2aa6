// Sparkplug B over MQTT 5: a host application that listens to one group and asks for rebirths.
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "connectors/manufacturing/mqtt_session.h"
#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/sparkplug_b.pb.h"
#include "connectors/manufacturing/sparkplug_state.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::StrCat;
using std::chrono::seconds;
using tools::MakeToolError;
using tools::ToolError;

constexpr absl::Duration kPatience = absl::Seconds(5);  // for a connection and for births
constexpr absl::Duration kRebirthInterval =
    absl::Seconds(10);  // an edge node is asked no more often
// Between two connections; doubles. A call that waits shortens it to the first.
constexpr seconds kRetry(1), kRetryMax(30);

std::string RebirthPayload(absl::Time now) {
  maru::sparkplug::Payload payload;
  payload.set_timestamp(static_cast<uint64_t>(absl::ToUnixMillis(now)));
  auto& metric = *payload.add_metrics();
  metric.set_name("Node Control/Rebirth");
  metric.set_datatype(11);  // Boolean
  metric.set_boolean_value(true);
  return payload.SerializeAsString();
}

// One thread, from the first call on, turns the session; calls only wait for what it brings.
class SparkplugSource : public TagSource {
 public:
  SparkplugSource(SparkplugOptions options, base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {}

  ~SparkplugSource() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  Fallible<std::vector<Sample>> Read(const std::vector<const TagEntry*>& tags,
                                     const tools::CallContext& context) override {
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
    const auto until =
        std::chrono::system_clock::now() +
        absl::ToChronoMilliseconds(std::min(context.deadline - absl::Now(), kPatience));
    if (auto error = WaitUntilConnected(lock, until)) return *error;
    for (const TagEntry* tag : tags) {
      if (!Find(*tag)) missed_.insert(tag->sparkplug->edge);
    }
    std::vector<Sample> samples;
    for (const TagEntry* tag : tags) {
      changed_.wait_until(lock, until, [&] { return Find(*tag).has_value() || !connected_; });
      const auto sample = Find(*tag);
      if (!connected_) return failure_;
      if (!sample) return Silent(*tag);
      samples.push_back(*sample);
    }
    return samples;
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  std::optional<ToolError> WaitUntilConnected(Lock& lock,
                                              std::chrono::system_clock::time_point until) {
    const int before = attempts_;  // a refusal met while waiting is the answer
    ++waiting_;
    changed_.notify_all();
    changed_.wait_until(
        lock, until, [&] { return connected_ || (attempts_ > before && failure_.code == "auth"); });
    --waiting_;
    if (connected_) return std::nullopt;
    if (attempts_ > 0) return failure_;
    return MakeToolError("unreachable", StrCat(Peer(), " cannot be reached: no answer"),
                         StrCat(Peer(), ": MQTT 브로커가 응답하지 않습니다"));
  }

  void Run() {
    Lock lock(mutex_);
    for (seconds delay = kRetry; !stop_;) {
      lock.unlock();
      auto [failure, was_connected] = Listen();
      lock.lock();
      if (stop_) return;
      Ended(std::move(failure));
      delay = was_connected ? kRetry : std::min(2 * delay, kRetryMax);
      changed_.wait_for(lock, kRetry, [this] { return stop_; });
      changed_.wait_for(lock, delay - kRetry, [this] { return stop_ || waiting_ > 0; });
    }
  }

  // One session; why it ended, and whether the broker had let us in.
  std::pair<ToolError, bool> Listen() {
    MqttSession session(
        options_, StrCat("spBv1.0/", options_.group, "/#"),
        [this](const std::string& topic, std::string_view payload) { Take(topic, payload); });
    while (GoesOn(session)) {
      if (auto failure = session.Turn()) return {*std::move(failure), session.connected()};
    }
    return {};
  }

  // Notes whether there is a connection, asks for the births that are missed; false: stop.
  bool GoesOn(MqttSession& session) {
    const std::lock_guard lock(mutex_);
    if (session.connected() && !connected_) {
      connected_ = true;
      changed_.notify_all();
    }
    if (!connected_) return !stop_;
    for (const std::string& edge : std::exchange(missed_, {})) AskRebirth(session, edge);
    return !stop_;
  }

  // With mutex_ held. A failure is logged when it is another one than before.
  void Ended(ToolError failure) {
    if (connected_ || failure.message_en != failure_.message_en)
      base::LogWarning("mqtt.disconnected", {{"host", options_.host}, {"why", failure.message_en}});
    connected_ = false;
    state_ = SparkplugState();  // what is said from now on is not known
    asked_.clear();
    missed_.clear();
    failure_ = std::move(failure);
    ++attempts_;
    changed_.notify_all();
  }

  void Take(const std::string& topic, std::string_view payload) {
    const std::lock_guard lock(mutex_);
    if (state_.Take(topic, payload)) missed_.insert(SparkplugState::EdgeOf(topic));
    changed_.notify_all();
  }

  // With mutex_ held.
  void AskRebirth(MqttSession& session, const std::string& edge) {
    const absl::Time now = clock_.Now();
    const auto asked = asked_.find(edge);
    if (asked != asked_.end() && now - asked->second < kRebirthInterval) return;
    asked_[edge] = now;
    session.Publish(StrCat("spBv1.0/", options_.group, "/NCMD/", edge), RebirthPayload(now));
    base::LogInfo("sparkplug.rebirth_asked", {{"edge", edge}});
  }

  std::optional<Sample> Find(const TagEntry& tag) const {
    return state_.Find(tag.sparkplug->edge, tag.sparkplug->device, tag.sparkplug->metric);
  }
  std::string Peer() const { return StrCat("mqtt ", options_.host, ":", options_.port); }

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
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool stop_ = false, connected_ = false;
  int waiting_ = 0;    // calls that wait for a connection
  int attempts_ = 0;   // sessions that have ended
  ToolError failure_;  // of the last one
  SparkplugState state_;
  std::set<std::string> missed_;  // edge nodes whose births are to be asked for
  std::map<std::string, absl::Time> asked_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<TagSource> MakeSparkplugSource(SparkplugOptions options, base::Clock& clock) {
  if (options.host.empty()) return nullptr;
  return std::make_unique<SparkplugSource>(std::move(options), clock);
}

}  // namespace connectors::manufacturing
