// A server of the API for clients written by others: prints "listening on 127.0.0.1:PORT", serves
// until its standard input ends, and approves what is asked of seo.head half a second later, so
// that a client sees a task go on.
#include <atomic>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

#include "tests/fakes/api_platform.h"

namespace {

void ApproveAll(fakes::ApiPlatform& platform, const std::atomic<bool>& stopping) {
  while (!stopping) {
    const auto pending = platform.store().ListApprovals("pending");
    absl::SleepFor(absl::Milliseconds(500));
    if (!pending.ok()) continue;
    for (const agents::Approval& approval : *pending) {
      if (base::StringOr(approval.shown.value("arguments", base::Json::object()), "queue", "") !=
          "it")
        continue;
      platform.runs()
          .Decide(approval.id, "seo.head", true, "확인함", approval.call_hash)
          .IgnoreError();
    }
  }
}

}  // namespace

int main() {
  auto platform = fakes::ApiPlatform::Start();
  if (!platform.ok()) {
    std::fprintf(stderr, "%s\n", platform.status().ToString().c_str());
    return 1;
  }
  agents::GrpcOptions options;
  options.listen = "127.0.0.1:0";
  auto server = agents::StartGrpcServer((*platform)->context(), options);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    return 1;
  }
  std::atomic<bool> stopping = false;
  std::thread approver([&] { ApproveAll(**platform, stopping); });
  std::printf("listening on 127.0.0.1:%d\n", (*server)->port());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
  }
  stopping = true;
  approver.join();
  (*server)->Shutdown(absl::Now() + absl::Seconds(2));
  return 0;
}
