// Batch planning: lines {"id","text","now"?,"as"?} in, lines {"id","plan"} or
// {"id","line","error":{"code","message"}} out, in the same order. `line` is the number of the
// line, from 1. No line stops the batch, but one for which nobody can be chosen to ask.
#pragma once

#include <cstdio>

#include "deploy/cli/plan_source.h"

namespace deploy::cli {

inline constexpr size_t kBatchLineBytesMax = 1 << 20;

struct BatchLine {
  size_t number = 1;
  std::string text;
};

// The answer to one line, without the line feed; `status` tells what became of it. `defaults` holds
// what the line does not say.
std::string PlanLine(const Session& session, PlanSource& source, const PlanQuestion& defaults,
                     const BatchLine& line, absl::Status& status);

struct BatchCount {
  size_t lines = 0, failed = 0;
};
// One thread for each source. Empty lines are passed over. Unauthenticated (kNobodyNamed): a line
// names nobody and no credential can be chosen. InvalidArgument: `in` cannot be read to its end.
// Ends early where the output is lost, which Session::Output tells.
absl::StatusOr<BatchCount> PlanLines(const Session& session,
                                     const std::vector<std::unique_ptr<PlanSource>>& sources,
                                     const PlanQuestion& defaults, std::FILE* in);

}  // namespace deploy::cli
