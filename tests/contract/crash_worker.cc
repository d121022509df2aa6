// A process of workers over a store that a test kills at random. Its one effect, ticket.create,
// appends a line with its key to a file, a moment later and by a process of its own: what was sent
// arrives though its sender was killed meanwhile. The look-up reads that file.
//
//   crash_worker OWNER_DSN APP_DSN KEY_FILE EFFECTS_FILE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <thread>

#include "agents/run_loop.h"
#include "connectors/postgres.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "tests/fakes/fake_tools.h"
#include "tests/fakes/scripted_planner.h"

namespace {

using base::Json;

bool Happened(const std::string& file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line == key) return true;
  }
  return false;
}

constexpr int kOnTheWayMicroseconds = 60'000;

// Of the process on the way: nothing but system calls, since its parent has threads.
[[noreturn]] void Arrive(const std::string& file, const std::string& line) {
  usleep(static_cast<useconds_t>(getpid() % kOnTheWayMicroseconds));
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  _exit(write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) ? 0 : 1);
}

void Serve(fakes::FakeTools& tools, const std::string& file) {
  tools.On("ticket.create", [file](const tools::ToolCall& call, const tools::CallContext&) {
    const std::string line = call.idempotency_key + "\n";
    const pid_t way = fork();
    if (way == 0) Arrive(file, line);
    int status = 0;
    CHECK(waitpid(way, &status, 0) == way && status == 0);
    return fakes::LeastResult("ticket.create");
  });
  tools.OnLookUp("ticket.create",
                 [file](const tools::ToolCall& call) -> std::optional<tools::ToolOutcome> {
                   if (!Happened(file, call.idempotency_key)) return std::nullopt;
                   return fakes::LeastResult("ticket.create");
                 });
}

Json Steps() {
  Json steps = Json::array();
  for (const char* id : {"s1", "s2", "s3"}) {
    steps.push_back({{"id", id}, {"tool", "ticket.create"}, {"arguments", {{"title", id}}}});
  }
  return {{"verdict", "plan"}, {"steps", steps}};
}

}  // namespace

int main(int, char** argv) {
  auto signer = *policies::LoadOrMakeSigner(argv[3], "maru.test/log");
  auto store = *connectors::MakePostgresRunStore({argv[1], argv[2]}, base::SystemClock(),
                                                 base::SystemRandom(), *signer);
  auto authorizer = *policies::MakeCedarAuthorizer("");
  auto tools = std::make_unique<fakes::FakeTools>();
  Serve(*tools, argv[4]);
  std::vector<std::unique_ptr<tools::Connector>> connectors;
  connectors.push_back(std::move(tools));
  tools::ToolRegistry registry(tools::Catalogue::BuiltIn(), std::move(connectors));
  registry.Refresh(absl::Now() + absl::Seconds(5));
  fakes::ScriptedPlanner planner;
  planner.Teach("세 건", Steps());
  agents::RunLoopOptions options;
  options.lease = absl::Milliseconds(300);
  options.settle_after = absl::ZeroDuration();
  options.late_after = absl::Seconds(2);
  options.retry_after = absl::Milliseconds(10);
  const policies::ApprovalSealer sealer(std::string(policies::ApprovalSealer::kKeyBytes, 'k'));
  auto loop = agents::MakeRunLoop(planner, *authorizer, sealer, registry, *store,
                                  base::SystemClock(), options);
  std::cout << "ready" << std::endl;
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      for (;;) {
        const auto advanced = loop->Advance("crash-worker", [] { return false; });
        if (!advanced.ok() || !*advanced) absl::SleepFor(absl::Milliseconds(5));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
}
