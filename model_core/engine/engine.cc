#include "model_core/engine.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "model_core/base/strings.h"
#include "model_core/engine/generation.h"
#include "model_core/engine/thread_team.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kRowsPerThread =
    64;  // of a hidden state; with fewer, threads wait for each other more than they work

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

class Engine : public LanguageModel {
 public:
  Engine(std::unique_ptr<Transformer> model, std::string id, size_t threads,
         const EngineOptions& options)
      : model_(std::move(model)),
        id_(std::move(id)),
        sha256_(model_->WeightsSha256()),
        options_(options),
        team_(threads),
        workspace_(*model_, threads) {}

  absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request) override {
    RETURN_IF_ERROR(Check(request));
    const size_t room = context_tokens_max() - request.prompt.size();
    const size_t tokens_max = std::min(room, static_cast<size_t>(std::max(request.tokens_max, 0)));
    RETURN_IF_ERROR(CheckMemory(request.prompt.size() + tokens_max));
    std::unique_lock turn(mutex_, std::defer_lock);
    RETURN_IF_ERROR(TakeTurn(request, turn));
    return Generation(*model_, team_, workspace_, *options_.clock, request, tokens_max).Run();
  }

  const std::string& id() const override { return id_; }
  const std::string& weights_sha256() const override { return sha256_; }
  size_t vocabulary_size() const override { return model_->config().vocabulary; }
  size_t context_tokens_max() const override { return model_->config().context_tokens_max; }

 private:
  absl::Status Check(const GenerateRequest& request) const {
    const size_t count = request.prompt.size(), limit = context_tokens_max();
    if (count == 0) return Invalid("prompt: empty", "프롬프트가 비어 있습니다");
    if (count > limit) {
      return Invalid(
          StrCat("prompt: ", count, " tokens, the context holds ", limit),
          StrCat("프롬프트가 ", count, "토큰으로, 모델의 한도 ", limit, "토큰을 넘습니다"));
    }
    for (int32_t token : request.prompt) {
      if (token >= 0 && static_cast<size_t>(token) < vocabulary_size()) continue;
      return Invalid(
          StrCat("prompt: token ", token, " is outside the vocabulary of ", vocabulary_size()),
          StrCat("프롬프트의 토큰 ", token, "이(가) 어휘 ", vocabulary_size(), "개 밖에 있습니다"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckMemory(size_t tokens) const {
    const size_t bytes = KvLayout(model_->config()).BytesFor(tokens);
    if (bytes <= options_.kv_bytes_max) return absl::OkStatus();
    return base::Error(absl::StatusCode::kResourceExhausted,
                       StrCat("request: ", tokens, " tokens need ", bytes,
                              " bytes of KV cache, limit ", options_.kv_bytes_max),
                       StrCat("요청한 ", tokens, "토큰에 KV 캐시 ", bytes,
                              "바이트가 필요합니다 (한도 ", options_.kv_bytes_max, ")"));
  }

  // Waits for the engine no longer than the request allows.
  absl::Status TakeTurn(const GenerateRequest& request,
                        std::unique_lock<std::timed_mutex>& turn) const {
    while (!turn.try_lock_for(std::chrono::milliseconds(2))) {
      if (request.cancelled && request.cancelled()) {
        return base::Error(absl::StatusCode::kCancelled, "generation: cancelled",
                           "생성: 취소되었습니다");
      }
      if (options_.clock->Now() > request.deadline) {
        return base::Error(absl::StatusCode::kDeadlineExceeded,
                           "generation: the model was busy until the deadline",
                           "생성: 제한 시간까지 모델이 다른 요청을 처리하고 있었습니다");
      }
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<Transformer> model_;
  const std::string id_, sha256_;
  const EngineOptions options_;
  std::timed_mutex mutex_;  // whose turn it is
  ThreadTeam team_;
  Workspace workspace_;
};

size_t Threads(size_t wanted, const ModelConfig& config) {
  if (wanted > 0) return wanted;
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<size_t>(config.hidden / kRowsPerThread, 1, cores);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LanguageModel>> MakeEngine(const std::string& directory,
                                                          EngineOptions options) {
  const Kernels* kernels = FindKernels(options.kernels);
  if (kernels == nullptr) {
    return Invalid(
        StrCat("kernels '", options.kernels,
               "' are unknown or do not run on this CPU; known are scalar, avx2, avx512"),
        StrCat("커널 '", options.kernels,
               "'은(는) 없거나 이 CPU에서 실행되지 않습니다 (scalar, avx2, avx512)"));
  }
  ASSIGN_OR_RETURN(auto model, Transformer::Load(directory, *kernels));
  const std::filesystem::path path = std::filesystem::path(directory).lexically_normal();
  const std::string name = path.has_filename() ? path.filename() : path.parent_path().filename();
  const size_t threads = Threads(options.threads, model->config());
  const std::string id = StrCat(model->config().family, "/", name);
  return std::make_unique<Engine>(std::move(model), id, threads, options);
}

}  // namespace model_core
