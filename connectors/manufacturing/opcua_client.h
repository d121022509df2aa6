// OpcUaClient: one OPC UA server, over the bridge. Thread-safe; calls block until the answer or the
// deadline.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/manufacturing.h"
#include "connectors/tool_kit.h"
#include "model_core/bridge/opcua.h"

namespace connectors::manufacturing {

inline constexpr std::string_view kOpcUaSystem = "manufacturing.opcua";

// A value with the quality and times that the server gave it.
struct Sample {
  std::optional<double> value;  // absent: no number
  std::string quality;  // good, uncertain, bad: the top two bits of the status (Part 4, 7.39)
  absl::Time time;      // the source's own, else the server's
  uint32_t status = 0;  // the OPC UA status code, where it came over OPC UA
};

// Of a history: oldest first, and bad where it is of another time than was asked for, or of none.
void SortWithin(absl::Time from, absl::Time to, std::vector<Sample>& samples);

// What became of a write.
struct Written {
  uint32_t status = 0;            // OPC UA status code
  std::string status_name, type;  // "BadOutOfRange"; the node's type, "Float"
  std::optional<double> value;    // as that type holds it; absent: nothing was sent
};

struct Condition {
  std::string id, event;  // NodeId of the condition and EventId of its last event
  std::string name, source, message;
  int severity = 0;  // 1..1000
  absl::Time since;  // when it became active
  bool active = false, acked = false;
};

struct Conditions {
  bool complete = false;  // the refresh came to its end
  std::vector<Condition> items;
};

class OpcUaClient {
 public:
  explicit OpcUaClient(OpcUaOptions options);
  ~OpcUaClient();
  OpcUaClient(const OpcUaClient&) = delete;
  OpcUaClient& operator=(const OpcUaClient&) = delete;

  bool configured() const { return !options_.url.empty(); }
  Fallible<std::vector<Sample>> Read(const std::vector<std::string>& nodes,
                                     const tools::CallContext& context);
  // Raw values of [from, to], as SortWithin leaves them. invalid_argument: more than `limit`.
  Fallible<std::vector<Sample>> History(const std::string& node, absl::Time from, absl::Time to,
                                        size_t limit, const tools::CallContext& context);
  Fallible<Conditions> StandingConditions(const tools::CallContext& context);
  // The OPC UA status code of the Acknowledge call.
  Fallible<uint32_t> Acknowledge(const Condition& condition, const std::string& comment,
                                 const tools::CallContext& context);
  // Writes the value as the node's own type. in_doubt: no answer to a write that was on its way;
  // any other error: nothing was written.
  Fallible<Written> Write(const std::string& node, double value, const tools::CallContext& context);
  Fallible<base::Json> ServerState(const tools::CallContext& context);

 private:
  Fallible<base::Json> Ask(const base::Json& request, const tools::CallContext& context);
  std::optional<tools::ToolError> Open();
  absl::StatusOr<std::string> PkiFolder();

  const OpcUaOptions options_;
  std::mutex mutex_;                     // guards the making of client_
  std::string scratch_;                  // in the place of a folder that none configured
  maru_opcua_client* client_ = nullptr;  // owned
};

}  // namespace connectors::manufacturing
