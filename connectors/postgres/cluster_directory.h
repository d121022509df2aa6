// ClusterDirectory: the files of a private cluster, which one process has at a time: data, log and
// lock under one directory, the socket under a short name of its own. Data is made beside its place
// (data.new) and takes it once complete: a start that is killed leaves nothing half made there.
//
// Not thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "connectors/postgres/server_account.h"

namespace connectors {

class ClusterDirectory {
 public:
  ClusterDirectory(std::filesystem::path directory, Account account);
  ~ClusterDirectory();  // after the server: the socket's folder goes, then the lock
  ClusterDirectory(const ClusterDirectory&) = delete;
  ClusterDirectory& operator=(const ClusterDirectory&) = delete;

  // Makes what is not there yet, data included, and takes the lock; what an earlier start left at
  // work is stopped. Errors: StartPrivateCluster's.
  absl::Status Open();
  // Says who may connect; the server reads it when it starts.
  void WriteIdentities();
  // Unavailable: what went wrong, with the end of the log.
  absl::Status Failed(std::string_view english, std::string_view korean) const;

  const Account& account() const { return account_; }
  const std::filesystem::path& data() const { return data_; }
  const std::filesystem::path& log() const { return log_; }
  const std::filesystem::path& socket() const { return socket_; }

 private:
  absl::Status NotRemoved(const std::filesystem::path& path, const std::error_code& error) const;
  absl::Status MakeDirectories();
  absl::Status Lock();
  absl::Status StopLeftovers();
  absl::Status ClearUnborn();
  absl::Status Initialise();
  absl::Status Settle();

  const std::filesystem::path directory_;
  const Account account_;
  const std::filesystem::path data_, making_, log_, socket_;
  int lock_ = -1;
};

}  // namespace connectors
