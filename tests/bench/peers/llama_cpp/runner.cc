// How fast llama.cpp runs a GGUF file, through its own C interface.
//
//   runner LIBRARIES MODEL.gguf THREADS PROMPT_TOKENS DECODE_TOKENS REPEATS [DEPTH]
//
// Prints one JSON object: tokens a second of each repetition, and which build of its kernels
// llama.cpp chose. A prompt is one batch whose last token is scored; decoded tokens are arbitrary
// ones, each scored, from a depth of 2 on: as `maru model bench` does it. With DEPTH only these,
// from DEPTH + 2 on; what lies before them is computed in batches of PROMPT_TOKENS.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "llama.h"

namespace {

constexpr int kWarmTokens = 2;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

int Number(const char* text) {
  const int number = std::atoi(text);
  if (number < 1) Fail(std::string("not a number above 0: ") + text);
  return number;
}

void LogErrors(ggml_log_level level, const char* text, void*) {
  if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
}

// "zen4", of the library that this process has mapped.
std::string ChosenKernels() {
  std::ifstream maps("/proc/self/maps");
  const std::string prefix = "libggml-cpu-";
  for (std::string line; std::getline(maps, line);) {
    const size_t at = line.find(prefix);
    if (at == std::string::npos) continue;
    const size_t begin = at + prefix.size();
    return line.substr(begin, line.find(".so", begin) - begin);
  }
  return "";
}

llama_model* Load(const char* path) {
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  params.load_mode = LLAMA_LOAD_MODE_NONE;  // memory of its own: a mapped file has small pages
  llama_model* model = llama_model_load_from_file(path, params);
  if (model == nullptr) Fail(std::string("llama.cpp does not load ") + path);
  return model;
}

llama_context* Open(llama_model* model, int threads, int prompt, int tokens_max) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(tokens_max);
  params.n_batch = params.n_ubatch = static_cast<uint32_t>(prompt);
  params.n_threads = params.n_threads_batch = threads;
  params.swa_full = false;
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) Fail("llama.cpp makes no context");
  return context;
}

class Stream {
 public:
  Stream(llama_context* context, int vocabulary) : context_(context), vocabulary_(vocabulary) {}

  void Clear() { llama_memory_clear(llama_get_memory(context_), true); }

  // Seconds. The tokens are drawn by a generator of numbers that repeats.
  double Pass(int count) {
    std::vector<llama_token> tokens(static_cast<size_t>(count));
    for (llama_token& token : tokens) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      token = static_cast<llama_token>((state_ >> 33) % static_cast<uint64_t>(vocabulary_));
    }
    const auto begin = std::chrono::steady_clock::now();
    if (llama_decode(context_, llama_batch_get_one(tokens.data(), count)) != 0)
      Fail("llama.cpp does not decode");
    if (llama_get_logits_ith(context_, -1) == nullptr) Fail("llama.cpp gives no scores");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

 private:
  llama_context* const context_;
  const int vocabulary_;
  uint64_t state_ = 1;
};

void PrintRates(const char* name, const std::vector<double>& rates) {
  std::printf("\"%s\": [", name);
  for (size_t i = 0; i < rates.size(); ++i) std::printf("%s%.3f", i > 0 ? ", " : "", rates[i]);
  std::printf("], ");
}

void MeasurePrompt(Stream& stream, int prompt, int repeats) {
  std::vector<double> prefills;
  stream.Pass(prompt);  // the first prompt pays for memory
  for (int i = 0; i < repeats; ++i) {
    stream.Clear();
    prefills.push_back(prompt / stream.Pass(prompt));
  }
  PrintRates("prefill_tokens_s", prefills);
}

void MeasureDecode(Stream& stream, int depth, int prompt, int decode, int repeats) {
  std::vector<double> decodes;
  stream.Clear();
  for (int at = 0; at < depth; at += prompt) stream.Pass(std::min(prompt, depth - at));
  for (int i = 0; i < kWarmTokens; ++i) stream.Pass(1);
  for (int i = 0; i < repeats; ++i) {
    double seconds = 0;
    for (int token = 0; token < decode; ++token) seconds += stream.Pass(1);
    decodes.push_back(decode / seconds);
  }
  PrintRates("decode_tokens_s", decodes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7 && argc != 8)
    Fail("runner LIBRARIES MODEL.gguf THREADS PROMPT_TOKENS DECODE_TOKENS REPEATS [DEPTH]");
  const int threads = Number(argv[3]), prompt = Number(argv[4]), decode = Number(argv[5]);
  const int repeats = Number(argv[6]), depth = argc > 7 ? Number(argv[7]) : 0;
  llama_log_set(&LogErrors, nullptr);
  ggml_backend_load_all_from_path(argv[1]);
  llama_model* model = Load(argv[2]);
  llama_context* context =
      Open(model, threads, prompt, std::max(prompt, depth + kWarmTokens + decode * repeats));
  Stream stream(context, llama_vocab_n_tokens(llama_model_get_vocab(model)));
  std::printf("{");
  if (depth == 0) MeasurePrompt(stream, prompt, repeats);
  MeasureDecode(stream, depth, prompt, decode, repeats);
  std::printf("\"kernels\": \"%s\"}\n", ChosenKernels().c_str());
  llama_free(context);
  llama_model_free(model);
}
