// What runs inside a limited group. Prints one line of JSON, or nothing if it is killed.
//
//   limited_worker take BYTES                      takes so much memory
//   limited_worker serve FOLDER CALLERS BYTES_MAX  serves so many requests at once
#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "model_core/base/json.h"
#include "model_core/engine.h"

namespace {

using base::Json;
using model_core::Engine;

Json Take(size_t bytes) {
  const auto memory = std::make_unique_for_overwrite<char[]>(bytes);
  std::memset(memory.get(), 1, bytes);
  return {{"taken", static_cast<volatile char*>(memory.get())[bytes - 1]}};
}

// Each another.
bool Ask(Engine& engine, int number) {
  model_core::GenerateRequest request;
  request.prompt.assign(250, 3 + number);
  request.tokens_max = 20;
  request.past_end = true;
  return engine.Generate(request).ok();
}

Json Serve(Engine& engine, int callers) {
  std::atomic<int> whole{0}, left{callers};
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&, i] {
      whole += Ask(engine, i) ? 1 : 0;
      --left;
    });
  }
  size_t promised_most = 0;
  for (; left > 0; absl::SleepFor(absl::Milliseconds(1)))
    promised_most = std::max(promised_most, engine.Figures().memory_bytes_promised);
  for (std::thread& thread : threads) thread.join();
  const model_core::EngineFigures figures = engine.Figures();
  return {{"budget", figures.memory_bytes_max},
          {"besides", figures.besides_bytes_max},
          {"promised_most", promised_most},
          {"used_most", figures.memory_bytes_most},
          {"whole", whole.load()}};
}

Json Work(int count, char** arguments) {
  const std::string what = count > 1 ? arguments[1] : "";
  if (what == "take" && count == 3) return Take(std::stoull(arguments[2]));
  if (what != "serve" || count != 5) return {{"error", "not understood"}};
  model_core::EngineOptions options;
  options.threads = 1;
  options.sequences_max = 100;
  options.memory_bytes_max = std::stoull(arguments[4]);
  const auto engine = model_core::MakeEngine(arguments[2], options);
  if (!engine.ok()) return {{"error", std::string(engine.status().message())}};
  return Serve(**engine, std::stoi(arguments[3]));
}

}  // namespace

int main(int count, char** arguments) {
  std::printf("%s\n", base::DumpJson(Work(count, arguments)).c_str());
  return 0;
}
