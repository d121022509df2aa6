// MqttSession: one MQTT 5 connection to a broker, from its making to its end, over libmosquitto.
//
// Not thread-safe: its owner makes it, turns it and drops it on one thread, and messages come in
// `Turn`. It does not connect again; another session does.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/manufacturing.h"

struct mosquitto;
struct mosquitto_message;

namespace connectors::manufacturing {

class MqttSession {
 public:
  using Handler = std::function<void(const std::string& topic, std::string_view payload)>;

  // Begins to connect; `topic` is subscribed to once the broker has let us in. What goes wrong is
  // told by Turn.
  MqttSession(const SparkplugOptions& options, std::string topic, Handler handler);
  ~MqttSession();
  MqttSession(const MqttSession&) = delete;
  MqttSession& operator=(const MqttSession&) = delete;

  // Sends, receives, waits for at most 0.1 s. An error: the session has ended, and why: auth for a
  // login or a certificate that was refused, else unreachable.
  std::optional<tools::ToolError> Turn();
  // Whether the broker has accepted the connection.
  bool connected() const { return connected_; }
  void Publish(const std::string& topic, const std::string& payload);

 private:
  void Start(const SparkplugOptions& options);
  int Shake();
  void OnConnect(int code);
  tools::ToolError WhyEnded(int code) const;

  const std::string peer_, topic_;
  const Handler handler_;
  std::unique_ptr<TlsContext> tls_;          // null: plain TCP; outlives client_
  std::optional<tools::ToolError> failure_;  // known before, or instead of, the library's code
  mosquitto* client_ = nullptr;              // owned
  bool connected_ = false;
  int met_ = 0;  // why the socket could not be connected, where OpenSSL was told at once
  std::chrono::steady_clock::time_point settled_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace connectors::manufacturing
