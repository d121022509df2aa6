#include "model_core/engine.h"

#include <algorithm>
#include <filesystem>

#include "model_core/base/strings.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/device_memory.h"
#include "model_core/engine/end_tokens.h"
#include "model_core/engine/engine_setup.h"
#include "model_core/engine/memory_budget.h"
#include "model_core/engine/request_check.h"
#include "model_core/engine/scheduler.h"
#include "model_core/engine/thread_team.h"
#include "model_core/engine/weight_memory.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status NoTokenizer(const std::string& model) {
  return base::Error(absl::StatusCode::kNotFound,
                     StrCat("text: model '", model, "' has no tokenizer.json"),
                     StrCat("텍스트: '", model, "' 모델에 tokenizer.json이 없습니다"));
}

class EmbeddedEngine : public Engine {
 public:
  EmbeddedEngine(std::shared_ptr<const Device> device, std::unique_ptr<Transformer> model,
                 std::unique_ptr<VisionModel> vision, const Kernels& kernels, std::string id,
                 std::unique_ptr<const TokenTable> table, std::vector<int32_t> end_tokens,
                 const EngineOptions& options)
      : device_(std::move(device)),
        model_(std::move(model)),
        vision_(std::move(vision)),
        id_(std::move(id)),
        sha256_(Sha256(*model_, vision_.get(), options.kv)),
        end_tokens_(std::move(end_tokens)),
        table_(std::move(table)),
        clock_(*options.clock),
        team_(options.threads),
        desk_(vision_ == nullptr ? 0 : DeskBytes(*vision_)),
        scheduler_(*model_, kernels, team_, vocabulary_size(), end_tokens_, options) {}

  // When all is there that stays: what the machine can give is for requests.
  absl::Status Start(const EngineOptions& options, size_t weight_bytes) {
    RETURN_IF_ERROR(scheduler_.Reserve());
    size_t host = scheduler_.HostBytesToCome();
    if (vision_ != nullptr) host += DeskBytes(*vision_) + ImageRoomBytes(*vision_, team_.size());
    BudgetRequest request{.configured = options.memory_bytes_max,
                          .weights = weight_bytes,
                          .besides = host + scheduler_.DeviceBytesToCome(),
                          .least = scheduler_.LeastBytes()};
    if (!device_->memory().is_host()) {  // which holds the weights already
      RETURN_IF_ERROR(CheckHostRoom(ReadMachineMemory(), host));
      request.weights = 0;
      request.besides = scheduler_.DeviceBytesToCome();
    }
    ASSIGN_OR_RETURN(const size_t budget, RequestBudget(MemoryOf(*device_), request));
    scheduler_.Start(budget, host + scheduler_.DeviceBytesToCome());
    return absl::OkStatus();
  }

  absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request) override {
    RETURN_IF_ERROR(CheckRequest(request, vocabulary_size(), context_tokens_max()));
    const size_t room = context_tokens_max() - request.prompt.size();
    const size_t tokens_max = std::min(room, static_cast<size_t>(std::max(request.tokens_max, 0)));
    const bool wants_text = request.wants_text || !request.stop_strings.empty();
    if (wants_text && table_ == nullptr) return NoTokenizer(id_);
    const TokenTable* const table = wants_text ? table_.get() : nullptr;
    ASSIGN_OR_RETURN(const ImageSizes sizes, MeasureImages(vision_.get(), request.images));
    ASSIGN_OR_RETURN(const size_t pages,
                     scheduler_.PagesFor(request.prompt.size() + tokens_max, sizes.rows));
    ASSIGN_OR_RETURN(PromptImages images, ReadImages(request, sizes));
    return scheduler_.Generate(request, tokens_max, pages, table, std::move(images));
  }

  absl::StatusOr<std::vector<int32_t>> PlaceImages(
      std::span<const int32_t> prompt, std::span<const std::string> images) const override {
    return model_core::PlaceImages(vision_.get(), prompt, images);
  }

  EngineFigures Figures() const override { return scheduler_.Figures(); }
  const std::vector<int32_t>& end_tokens() const override { return end_tokens_; }
  const std::string& id() const override { return id_; }
  const std::string& weights_sha256() const override { return sha256_; }
  // The output matrix may have rows beyond the tokens.
  size_t vocabulary_size() const override {
    const size_t rows = model_->config().vocabulary;
    return table_ == nullptr ? rows : std::min(rows, table_->size());
  }
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

  absl::StatusOr<PromptImages> ReadImages(const GenerateRequest& request, const ImageSizes& sizes) {
    if (request.images.empty()) return PromptImages::Make(vision_.get(), request, nullptr);
    ASSIGN_OR_RETURN(auto place, desk_.Take(sizes.pixel_bytes, request, clock_));
    return PromptImages::Make(vision_.get(), request, std::move(place));
  }

  const std::shared_ptr<const Device> device_;
  const std::unique_ptr<Transformer> model_;
  const std::unique_ptr<VisionModel> vision_;  // null: the model sees no images
  const std::string id_, sha256_;
  const std::vector<int32_t> end_tokens_;
  const std::unique_ptr<const TokenTable> table_;  // null: the folder has no tokenizer
  base::Clock& clock_;
  ThreadTeam team_;
  ImageDesk desk_;
  Scheduler scheduler_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> MakeEngine(const std::string& directory,
                                                   EngineOptions options) {
  ASSIGN_OR_RETURN(const Kernels* kernels, ChooseKernels(options.kernels));
  ASSIGN_OR_RETURN(const auto device, FindDevice(options.device, *kernels));
  LoadOptions load;
  ASSIGN_OR_RETURN(load.precision, ParsePrecision(options.weights));
  load.keep_packed = options.keep_packed;
  load.cache_directory = options.cache_directory;
  RETURN_IF_ERROR(ParseKept(options.kv).status());
  ASSIGN_OR_RETURN(auto model, LoadWithin(ReadMachineMemory(), directory, *device, load));
  const std::filesystem::path path = std::filesystem::path(directory).lexically_normal();
  const std::string name = path.has_filename() ? path.filename() : path.parent_path().filename();
  const std::string id = StrCat(model->config().family, "/", name);
  ASSIGN_OR_RETURN(options, Complete(std::move(options), *model));
  ASSIGN_OR_RETURN(auto vision,
                   VisionModel::Load(directory, model->config(), *kernels, load.precision));
  if (vision != nullptr) RETURN_IF_ERROR(CheckImagePages(model->config(), options.kv));
  ASSIGN_OR_RETURN(auto table, TokenTable::Read(directory));
  ASSIGN_OR_RETURN(auto end_tokens, EndTokens(directory, model->config()));
  ASSIGN_OR_RETURN(const size_t weight_bytes, MappedWeightBytes(directory, model->config(),
                                                                load.precision, vision != nullptr));
  auto engine =
      std::make_unique<EmbeddedEngine>(device, std::move(model), std::move(vision), *kernels, id,
                                       std::move(table), std::move(end_tokens), options);
  RETURN_IF_ERROR(engine->Start(options, weight_bytes));
  return engine;
}

}  // namespace model_core
