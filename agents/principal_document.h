// A principal as people write it, in a file or over the API:
// {"id","title","title_en","unit","roles","clearance":{"n2sf","mil"},"purposes","patterns",
// "active"}.
//
// Functions without state; any thread. InvalidArgument names the member, in both languages.
#pragma once

#include <string_view>

#include "agents/run_store.h"
#include "tools/catalogue.h"

namespace agents {

// Letters, digits and Hangul, after the first also . _ - @, at most 64 bytes and never "..": an id
// is also the name of a credential file.
absl::Status CheckPrincipalId(std::string_view id);

// What is not known here is refused, but for names of roles: an organisation's own policies may
// know any. The record's tools are those of `catalogue` that the patterns ("law.*", "order.sign")
// name; member "tools", which Maru itself writes, is taken only beside patterns, and not read.
absl::StatusOr<PrincipalRecord> ReadPrincipalDocument(const base::Json& document,
                                                      const tools::Catalogue& catalogue);

}  // namespace agents
