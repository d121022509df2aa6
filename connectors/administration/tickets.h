// ticket.create: office requests in Redmine, over its REST interface
// (https://www.redmine.org/projects/redmine/wiki/Rest_api). A custom field holds the idempotency
// key, so that a lost answer can be settled. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "connectors/administration.h"
#include "connectors/tool_kit.h"

namespace connectors::administration {

// File: {"default_project": "general", "projects": {"it": "it", …}, "tracker_id": 1,
// "key_field_id": 1}.
struct QueueMap {
  std::string default_project;
  std::map<std::string, std::string> projects;  // queue of the catalogue → project identifier
  int64_t tracker_id = 0, key_field_id = 0;

  static absl::StatusOr<QueueMap> Load(const std::string& path);
};

class Tickets {
 public:
  Tickets(TicketOptions options, QueueMap queues, HttpClient& http)
      : options_(std::move(options)), queues_(std::move(queues)), http_(http) {}

  tools::ToolOutcome Create(const tools::ToolCall& call, const tools::CallContext& context) const;
  std::optional<tools::ToolOutcome> Settle(const tools::ToolCall& call,
                                           const tools::CallContext& context) const;
  std::optional<tools::ToolError> Look(absl::Time deadline) const;

 private:
  std::optional<tools::ToolError> CheckKey(const tools::CallContext& context) const;
  std::optional<tools::ToolError> CheckField(const std::string& project,
                                             const tools::CallContext& context) const;
  Fallible<base::Json> Exchange(const std::string& method, const std::string& path,
                                const std::string& body, const tools::CallContext& context) const;

  const TicketOptions options_;
  const QueueMap queues_;
  HttpClient& http_;
};

}  // namespace connectors::administration
