// The statements that every step of a run goes through, prepared once a connection. Each is one
// round trip and one transaction.
#pragma once

#include <pqxx/pqxx>

namespace connectors {

inline constexpr char kCreateRun[] = "create_run";
inline constexpr char kAppend[] = "append";
inline constexpr char kClaimRun[] = "claim_run";
inline constexpr char kRenewLease[] = "renew_lease";
inline constexpr char kReleaseLease[] = "release_lease";
inline constexpr char kJournal[] = "journal";
inline constexpr char kRunHead[] = "run_head";
inline constexpr char kPrincipal[] = "principal";
inline constexpr char kPrincipals[] = "principals";

void PrepareStatements(pqxx::connection& connection);

}  // namespace connectors
