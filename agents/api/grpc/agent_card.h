// The agent card: how to reach this agent, and what it can do for this caller now.
#pragma once

#include "agents/api/grpc/call.h"
#include "lf/a2a/v1/a2a.pb.h"

namespace agents {

// `address` is host:port. One skill a domain, holding the tools that the caller may use and that
// are connected.
lf::a2a::v1::AgentCard CardFor(const Caller& caller, const tools::ToolRegistry& registry,
                               const std::string& address, bool mutual_tls);

}  // namespace agents
