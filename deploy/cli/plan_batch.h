// Batch planning: lines {"id","text","now"?,"as"?} in, lines {"id","plan"} or
// {"id","error":{"code","message"}} out, in the same order. No line stops the batch.
#pragma once

#include <cstdio>

#include "deploy/cli/plan_source.h"

namespace deploy::cli {

inline constexpr size_t kBatchLineBytesMax = 1 << 20;

// The answer to one line, without the line feed. `defaults` holds what the line does not say.
std::string PlanLine(const Session& session, PlanSource& source, const PlanQuestion& defaults,
                     const std::string& line, bool& failed);

struct BatchCount {
  size_t lines = 0, failed = 0;
};
// One thread for each source. Empty lines are passed over.
BatchCount PlanLines(const Session& session,
                     const std::vector<std::unique_ptr<PlanSource>>& sources,
                     const PlanQuestion& defaults, std::FILE* in);

}  // namespace deploy::cli
