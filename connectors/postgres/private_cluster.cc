// The server of a private cluster: started, watched, started again, stopped.
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "connectors/postgres.h"
#include "connectors/postgres/cluster_directory.h"
#include "connectors/postgres/pool.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using base::StrCat;

class Cluster : public PrivateCluster {
 public:
  Cluster(std::filesystem::path directory, Account account)
      : files_(std::move(directory), std::move(account)) {}

  ~Cluster() override {
    watcher_.request_stop();
    if (watcher_.joinable()) watcher_.join();
    Stop();
  }

  absl::Status Start() {
    RETURN_IF_ERROR(files_.Open());
    RETURN_IF_ERROR(Launch());
    RETURN_IF_ERROR(EnsureDatabase());
    watcher_ = std::jthread([this](const std::stop_token& stop) { Watch(stop); });
    return absl::OkStatus();
  }

  std::string owner_dsn() const override { return Dsn("maru_owner"); }
  std::string app_dsn() const override { return Dsn("maru_app"); }
  int server_pid() const override { return server_; }

 private:
  std::string Dsn(std::string_view user, std::string_view database = "maru") const {
    return StrCat("host=", files_.socket().string(), " dbname=", database, " user=", user,
                  " connect_timeout=5");
  }

  absl::Status Launch() {
    files_.WriteIdentities();
    server_ = Spawn(files_.account(),
                    {StrCat(kPostgresPrograms, "postgres"), "-D", files_.data().string(), "-k",
                     files_.socket().string()},
                    files_.log());
    if (server_ < 0) return files_.Failed("fork failed", "프로세스를 만들지 못했습니다");
    for (int i = 0; i < 600; ++i) {
      int status = 0;
      if (Ended(status)) return files_.Failed("the server ended at once", "서버가 바로 끝났습니다");
      const absl::Status ready = CatchPqxx([this] {
        pqxx::connection connection(Dsn("maru_owner", "postgres"));
        return absl::OkStatus();
      });
      if (ready.ok()) return absl::OkStatus();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return files_.Failed("the server does not answer", "서버가 응답하지 않습니다");
  }

  absl::Status EnsureDatabase() {
    return CatchPqxx([this]() -> absl::Status {
      pqxx::connection connection(Dsn("maru_owner", "postgres"));
      pqxx::nontransaction work(connection);
      if (work.exec("SELECT 1 FROM pg_database WHERE datname = 'maru'").empty())
        work.exec("CREATE DATABASE maru");
      // The application role has no business in the other two, where it could keep things.
      work.exec("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC");
      // Not among the settings of a file: a server that was built without it would not start.
      if (!work.exec("SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' "
                     "AND 'lz4' = ANY (enumvals)")
               .empty())
        work.exec("ALTER DATABASE maru SET default_toast_compression = lz4");
      return absl::OkStatus();
    });
  }

  // Whether the server's process is gone; it is asked once for each.
  bool Ended(int& status) {
    if (server_ < 0 || waitpid(server_, &status, WNOHANG) != server_) return false;
    server_ = -1;
    return true;
  }

  // A start may fail for as long as the disk is full or a process of the one before is busy: it is
  // tried again, at most ten seconds apart.
  void Watch(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kLeast(100), kMost(10'000);
    auto wait = kLeast;
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      int status = 0;
      if (Ended(status)) base::LogError("store.server_died", {{"status", status}});
      if (server_ >= 0) continue;
      for (auto slept = wait; slept.count() > 0 && !stop.stop_requested(); slept -= kLeast)
        std::this_thread::sleep_for(kLeast);
      if (stop.stop_requested()) return;
      const absl::Status started = Launch();
      wait = started.ok() ? kLeast : std::min(wait * 2, kMost);
      if (started.ok()) base::LogInfo("store.server_restarted", {{"pid", server_.load()}});
      if (!started.ok())
        base::LogError("store.restart_failed", {{"reason", std::string(started.message())}});
    }
  }

  void Stop() {
    const pid_t pid = server_;
    if (pid <= 0) return;
    kill(pid, SIGINT);  // fast shutdown
    int status = 0;
    for (int i = 0; i < 600; ++i) {
      if (waitpid(pid, &status, WNOHANG) != 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    kill(pid, SIGQUIT);
    waitpid(pid, &status, 0);
  }

  ClusterDirectory files_;
  std::atomic<pid_t> server_{-1};
  std::jthread watcher_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PrivateCluster>> StartPrivateCluster(const std::string& directory) {
  ASSIGN_OR_RETURN(Account account, ServerAccount());
  auto cluster =
      std::make_unique<Cluster>(std::filesystem::absolute(directory), std::move(account));
  RETURN_IF_ERROR(cluster->Start());
  return cluster;
}

}  // namespace connectors
