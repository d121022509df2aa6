#include "model_core/engine.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "model_core/base/strings.h"
#include "model_core/engine/engine_sizes.h"
#include "model_core/engine/request_check.h"
#include "model_core/engine/scheduler.h"
#include "model_core/engine/thread_team.h"

namespace model_core {
namespace {

using base::StrCat;

class EmbeddedEngine : public Engine {
 public:
  EmbeddedEngine(std::unique_ptr<Transformer> model, std::unique_ptr<VisionModel> vision,
                 const Kernels& kernels, std::string id, std::string directory,
                 const EngineOptions& options)
      : model_(std::move(model)),
        vision_(std::move(vision)),
        id_(std::move(id)),
        directory_(std::move(directory)),
        sha256_(Sha256(*model_, vision_.get(), options.kv)),
        team_(options.threads),
        scheduler_(*model_, kernels, team_, options) {}

  absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request) override {
    RETURN_IF_ERROR(CheckRequest(request, vocabulary_size(), context_tokens_max()));
    const size_t room = context_tokens_max() - request.prompt.size();
    const size_t tokens_max = std::min(room, static_cast<size_t>(std::max(request.tokens_max, 0)));
    const TokenTable* table = nullptr;
    if (request.wants_text || !request.stop_strings.empty()) {
      ASSIGN_OR_RETURN(table, Table());
    }
    ASSIGN_OR_RETURN(PromptImages images, PromptImages::Make(vision_.get(), request));
    return scheduler_.Generate(request, tokens_max, table, std::move(images));
  }

  absl::StatusOr<std::vector<int32_t>> PlaceImages(
      std::span<const int32_t> prompt, std::span<const std::string> images) const override {
    return model_core::PlaceImages(vision_.get(), prompt, images);
  }

  EngineFigures Figures() const override { return scheduler_.Figures(); }
  const std::string& id() const override { return id_; }
  const std::string& weights_sha256() const override { return sha256_; }
  size_t vocabulary_size() const override { return model_->config().vocabulary; }
  size_t context_tokens_max() const override { return model_->config().context_tokens_max; }

 private:
  // A preprocessor changes what a model with a tower computes.
  static std::string Sha256(const Transformer& model, const VisionModel* vision,
                            const std::string& kv) {
    std::string sha256 = model.WeightsSha256();
    if (*ParseKept(kv) != Dtype::kF32) sha256 = base::Sha256Hex(StrCat(sha256, ":kv:", kv));
    return vision == nullptr ? sha256
                             : base::Sha256Hex(StrCat(sha256, vision->preprocessor_sha256()));
  }

  // Read when the first request wants text.
  absl::StatusOr<const TokenTable*> Table() {
    const std::lock_guard lock(table_mutex_);
    if (table_ == nullptr) {
      ASSIGN_OR_RETURN(const auto tokenizer, Tokenizer::Load(directory_ + "/tokenizer.json"));
      table_ = std::make_unique<TokenTable>(*tokenizer);
    }
    return table_.get();
  }

  const std::unique_ptr<Transformer> model_;
  const std::unique_ptr<VisionModel> vision_;  // null: the model sees no images
  const std::string id_, directory_, sha256_;
  std::mutex table_mutex_;
  std::unique_ptr<const TokenTable> table_;
  ThreadTeam team_;
  Scheduler scheduler_;
};

absl::Status CheckDrafts(const std::string& drafts, const Transformer& model) {
  const bool always = drafts == "always", known = always || drafts.empty() || drafts == "off";
  if (known && (!always || model.draft_head() != nullptr)) return absl::OkStatus();
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      known ? std::string("drafts 'always': the weights carry no draft head")
            : StrCat("drafts '", drafts, "' are unknown; known are always and off"),
      known ? std::string("drafts 'always': 가중치에 드래프트 헤드가 없습니다")
            : StrCat("drafts '", drafts, "'은(는) 없습니다 (always, off)"));
}

// No zeros, no limit below what it takes to serve one request.
EngineOptions Complete(EngineOptions options, const Transformer& model) {
  const ModelConfig& config = model.config();
  if (options.threads == 0) options.threads = ThreadsFor(config);
  options.sequences_max = std::max<size_t>(options.sequences_max, 1);
  if (options.pass_tokens_max == 0) options.pass_tokens_max = PassTokensFor(config.router);
  if (model.draft_head() == nullptr) options.drafts = "off";
  const size_t rows_each = options.drafts == "off" ? 1 : 2;
  options.pass_tokens_max = std::max(options.pass_tokens_max, rows_each * options.sequences_max);
  options.prefix_bytes_max = std::min(options.prefix_bytes_max, options.kv_bytes_max);
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> MakeEngine(const std::string& directory,
                                                   EngineOptions options) {
  const Kernels* kernels = FindKernels(options.kernels);
  if (kernels == nullptr) {
    const std::string known = base::StrJoin(kKernelNames, ", ");
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("kernels '", options.kernels,
                              "' are unknown or do not run on this CPU; known are ", known),
                       StrCat("커널 '", options.kernels,
                              "'은(는) 없거나 이 CPU에서 실행되지 않습니다 (", known, ")"));
  }
  LoadOptions load;
  ASSIGN_OR_RETURN(load.precision, ParsePrecision(options.weights));
  load.cache_directory = options.cache_directory;
  RETURN_IF_ERROR(ParseKept(options.kv).status());
  ASSIGN_OR_RETURN(auto model, Transformer::Load(directory, *kernels, load));
  const std::filesystem::path path = std::filesystem::path(directory).lexically_normal();
  const std::string name = path.has_filename() ? path.filename() : path.parent_path().filename();
  const std::string id = StrCat(model->config().family, "/", name);
  RETURN_IF_ERROR(CheckDrafts(options.drafts, *model));
  options = Complete(std::move(options), *model);
  ASSIGN_OR_RETURN(auto vision,
                   VisionModel::Load(directory, model->config(), *kernels, load.precision));
  return std::make_unique<EmbeddedEngine>(std::move(model), std::move(vision), *kernels, id,
                                          directory, options);
}

}  // namespace model_core
