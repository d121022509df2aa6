// Whom a database server of ours runs as, and how its programs are started.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "model_core/base/status.h"

namespace connectors {

inline constexpr char kPostgresPrograms[] = "/usr/lib/postgresql/15/bin/";

// Never root.
struct Account {
  uid_t uid;
  gid_t gid;
  std::string name;
};

// `postgres` where we are root, else ourselves. FailedPrecondition: there is no such user.
absl::StatusOr<Account> ServerAccount();

// Starts `arguments` as `account` in a process group of its own, its output going to `log`; it ends
// with us. Below 0: it could not be started.
pid_t Spawn(const Account& account, const std::vector<std::string>& arguments,
            const std::filesystem::path& log);

// The processes of `account` that run a program of PostgreSQL (`programs`) on `data`: in that
// folder, or naming it as an argument.
std::vector<pid_t> AtWork(const Account& account, const std::filesystem::path& data,
                          const std::filesystem::path& programs = kPostgresPrograms);

// Sends `how` to those that are AtWork and waits for them all to be gone, ten seconds at most.
// Whether they are.
bool EndAtWork(const Account& account, const std::filesystem::path& data, int how,
               const std::filesystem::path& programs = kPostgresPrograms);

}  // namespace connectors
