// The audit log in memory: sealing and appending records, and verifying exports as an auditor does,
// offline.
//
//   audit_bench [RECORDS]      prints one JSON object
//
// Runs of a thousand records each share one log; every run is exported and verified: signature,
// each record's content and proof, the run's story. Making the exports is not counted.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "policies/audit_log.h"

namespace {

using base::Json;
using base::StrCat;
using SteadyClock = std::chrono::steady_clock;

constexpr uint64_t kRunRecords = 1000;

double Seconds(SteadyClock::time_point since) {
  return std::chrono::duration<double>(SteadyClock::now() - since).count();
}

policies::AuditRecord Record(uint64_t leaf) {
  const uint64_t index = leaf % kRunRecords;
  const char* type = index == 0                 ? "run.created"
                     : index + 1 == kRunRecords ? "run.ended"
                                                : "run.waiting";
  const Json body = {{"principal", "maru"},
                     {"state", "completed"},
                     {"events", kRunRecords},
                     {"reason_ko", "결과를 확인해 주십시오"}};
  policies::AuditRecord record{StrCat("record", leaf),
                               StrCat("run", leaf / kRunRecords),
                               "2026-11-24T10:00:00+09:00",
                               "maru",
                               type,
                               {{"index", index}, {"body", body}},
                               "",
                               ""};
  policies::Seal(record, std::string(32, static_cast<char>(leaf)));
  return record;
}

policies::AuditExport Export(const policies::MerkleTree& tree, uint64_t run,
                             const std::string& checkpoint) {
  policies::AuditExport bundle;
  bundle.run_id = StrCat("run", run);
  bundle.checkpoint = checkpoint;
  for (uint64_t leaf = run * kRunRecords; leaf < (run + 1) * kRunRecords; ++leaf) {
    bundle.entries.push_back({leaf, Record(leaf), tree.InclusionProof(leaf, tree.size())});
  }
  return bundle;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t runs =
      (argc > 1 ? static_cast<uint64_t>(std::atoll(argv[1])) : 1000000) / kRunRecords;
  CHECK(runs > 0, "at least %d records", static_cast<int>(kRunRecords));
  const std::string key =
      (std::filesystem::temp_directory_path() / "maru-audit-bench.pem").string();
  const auto signer = policies::LoadOrMakeSigner(key, "maru.bench/log");
  CHECK(signer.ok(), "%s", signer.status().ToString().c_str());
  policies::MerkleTree tree;
  const auto begin = SteadyClock::now();
  for (uint64_t leaf = 0; leaf < runs * kRunRecords; ++leaf)
    tree.Append(policies::LeafHash(Record(leaf)));
  const double append_seconds = Seconds(begin);
  const std::string checkpoint = *(*signer)->Sign(tree.size(), tree.Root(tree.size()));
  double verify_seconds = 0;
  for (uint64_t run = 0; run < runs; ++run) {
    const policies::AuditExport bundle = Export(tree, run, checkpoint);
    const auto start = SteadyClock::now();
    const policies::Verification found = policies::Verify(bundle, (*signer)->verifier_key());
    verify_seconds += Seconds(start);
    CHECK(found.ok && found.ended, "%s", found.reason_en.c_str());
  }
  std::filesystem::remove(key);
  const auto records = static_cast<double>(tree.size());
  std::cout << base::DumpJson({{"bench", "audit"},
                               {"records", tree.size()},
                               {"append_per_second", records / append_seconds},
                               {"verify_seconds", verify_seconds},
                               {"verify_per_second", records / verify_seconds}},
                              2)
            << "\n";
}
