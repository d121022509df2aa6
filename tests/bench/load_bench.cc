// How soon a model is there.
//
//   load_bench [SHAPE]      prints one JSON object; times in seconds
//
// packed: a model of SHAPE (exaone-4-mini) in bf16, written to the folder for temporary files (2.2
// GB, and 1.2 GB beside it), is loaded as q8. first: it is packed. again: what was packed is mapped
// and its checksum held. read: the same file mapped anew and only read, by as many threads, right
// after each load: what the page cache gives. planner: from nothing to the first token of a prompt
// of 300 tokens, on the planner that ships; its file is in the page cache.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/bench/made_weights.h"
#include "model_core/bench/peak_loops.h"
#include "model_core/bench/roof.h"
#include "model_core/bench/shapes.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine.h"
#include "model_core/transformer/transformer.h"
#include "model_core/weights/mapped_file.h"

namespace {

using base::Json;
using SteadyClock = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr size_t kPrompt = 300;
constexpr size_t kPiece = size_t{4} << 20;  // that a thread reads at a time

double Seconds(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

void WriteModel(const std::string& folder, const Json& config) {
  const auto parsed = model_core::ParseModelConfig(config);
  CHECK(parsed.ok(), "%s", parsed.status().ToString().c_str());
  const auto made = model_core::MadeWeights::Make(*parsed, /*apart=*/false, /*seed=*/1);
  CHECK(made.ok(), "%s", made.status().ToString().c_str());
  Json header = Json::object();
  size_t at = 0;
  for (const auto& [name, view] : made->tensors()) {
    header[name] = {{"dtype", view.dtype},
                    {"shape", view.shape},
                    {"data_offsets", {at, at + view.data.size()}}};
    at += view.data.size();
  }
  std::string text = base::DumpJson(header);
  text.append(63 - (sizeof(uint64_t) + text.size() + 63) % 64, ' ');
  std::ofstream(folder + "/config.json") << base::DumpJson(config);
  std::ofstream file(folder + "/model.safetensors", std::ios::binary);
  const uint64_t size = text.size();
  file.write(reinterpret_cast<const char*>(&size), sizeof(size));
  file << text;
  for (const auto& [name, view] : made->tensors())
    file.write(reinterpret_cast<const char*>(view.data.data()),
               static_cast<std::streamsize>(view.data.size()));
  CHECK(file.flush().good(), "%s cannot be written", folder.c_str());
}

double LoadSeconds(const std::string& folder) {
  const auto begin = SteadyClock::now();
  const auto model = model_core::Transformer::Load(
      folder, model_core::CpuDevice(*model_core::FindKernels("")),
      {model_core::Precision::kQ8, /*keep_packed=*/true, /*cache_directory=*/""});
  CHECK(model.ok(), "%s", model.status().ToString().c_str());
  return Seconds(begin);
}

// Pieces are dealt out to all cores.
double ReadSeconds(const std::string& path) {
  static std::atomic<uint64_t> sink;
  const auto begin = SteadyClock::now();
  const auto file = model_core::MappedFile::Open(path);
  CHECK(file.ok());
  const std::span<const uint8_t> bytes = (*file)->bytes();
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t at = next++ * kPiece; at + kPiece <= bytes.size(); at = next++ * kPiece)
      sink += model_core::FindPeakLoops().read(bytes.data() + at, kPiece);
  };
  {
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) helpers.emplace_back(work);
    work();
  }
  return Seconds(begin);
}

Json Packed(const std::string& shape) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / base::StrCat("maru-load-bench-", getpid()))
          .string();
  const auto config = model_core::ShapeConfig(shape);
  CHECK(config.ok(), "%s", config.status().ToString().c_str());
  std::filesystem::create_directories(folder);
  WriteModel(folder, *config);
  const double first = LoadSeconds(folder);
  const std::string packed = folder + "/packed-q8.maru";
  const auto bytes = static_cast<double>(std::filesystem::file_size(packed));
  std::vector<double> again, read, shares;
  for (int run = 0; run < kRuns; ++run) {
    again.push_back(LoadSeconds(folder));
    read.push_back(ReadSeconds(packed));
    shares.push_back(read.back() / again.back());
  }
  std::filesystem::remove_all(folder);
  return {{"shape", shape},
          {"bytes", bytes},
          {"first", first},
          {"again", model_core::Median(again)},
          {"read", model_core::Median(read)},
          {"again_gb_s", bytes / model_core::Median(again) / 1e9},
          {"read_gb_s", bytes / model_core::Median(read) / 1e9},
          {"share", model_core::Median(shares)}};
}

Json Planner() {
  std::vector<double> made, first;
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = SteadyClock::now();
    const auto engine = model_core::MakeEngine(MARU_SOURCE_DIR "/deploy/models/planner");
    CHECK(engine.ok(), "%s", engine.status().ToString().c_str());
    made.push_back(Seconds(begin));
    model_core::GenerateRequest request;
    for (size_t i = 0; i < kPrompt; ++i)
      request.prompt.push_back(static_cast<int32_t>(i * 7919 % (*engine)->vocabulary_size()));
    request.tokens_max = 1;
    CHECK((*engine)->Generate(request).ok());
    first.push_back(Seconds(begin));
  }
  return {{"load", model_core::Median(made)},
          {"first_token", model_core::Median(first)},
          {"first_token_most", *std::max_element(first.begin(), first.end())}};
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc <= 2, "load_bench [SHAPE]");
  const Json packed = Packed(argc == 2 ? argv[1] : "exaone-4-mini");
  std::cout << base::DumpJson({{"bench", "load"},
                               {"threads", std::thread::hardware_concurrency()},
                               {"packed", packed},
                               {"planner", Planner()}},
                              2)
            << "\n";
}
