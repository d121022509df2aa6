// Finds every tensor of a model by its published name, and refuses what does not fit.
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/transformer/config_source.h"
#include "model_core/transformer/layer_binder.h"
#include "model_core/transformer/repack_cache.h"
#include "model_core/transformer/rope.h"

namespace model_core {
using base::StrCat;

absl::StatusOr<Precision> ParsePrecision(const std::string& text) {
  if (text.empty()) return Precision::kStored;
  if (text == "q8") return Precision::kQ8;
  if (text == "q4") return Precision::kQ4;
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("weights '", text, "' are unknown; known are q8 and q4"),
      StrCat("가중치 형식 '", text, "'", base::Particle(text, "은"), " 없습니다 (q8, q4)"));
}

absl::StatusOr<std::unique_ptr<Transformer>> Transformer::Load(const std::string& path,
                                                               const Device& device,
                                                               const LoadOptions& options) {
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(path));
  ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(source.json));
  ASSIGN_OR_RETURN(WeightFiles files, WeightFiles::Open(path));
  const RepackCache cache(path, options);
  auto kept = cache.Open(files);
  if (options.may_read) RETURN_IF_ERROR(options.may_read(kept != nullptr));
  std::string sha256 = cache.Checked(files);
  const bool checked = !sha256.empty();
  if (!checked && kept != nullptr) sha256 = kept->source_sha256();
  const Reading reading = options.look_only ? Reading::kNothing
                          : checked         ? Reading::kTrusting
                                            : Reading::kChecking;
  Tensors tensors(std::move(files), config.tensor_prefix, config.fp8, PackedStore(std::move(kept)),
                  device.memory(), reading);
  std::unique_ptr<Transformer> model(  // the constructor is private
      new Transformer(std::move(config), std::move(tensors), device));
  RETURN_IF_ERROR(model->Bind(options.precision));
  model->Note(cache, checked, sha256);
  model->config_text_ = source.text;
  model->files_sha256_ = sha256;
  model->tensors_.DropHostCopies();
  return model;
}

// What the next start need not do again.
void Transformer::Note(const RepackCache& cache, bool checked, std::string& sha256) const {
  const WeightFiles& files = tensors_.files();
  const bool keeps = tensors_.store().packed_anew() && cache.wanted();
  const bool notes = !checked && cache.wants_note(files);
  if (sha256.empty() && (keeps || notes)) sha256 = files.Sha256();
  if (keeps) cache.Save(tensors_.store(), files, sha256);
  if (notes) cache.NoteChecked(files, sha256);
}

absl::StatusOr<std::unique_ptr<Transformer>> Transformer::FromWeights(ModelConfig config,
                                                                      WeightFiles weights,
                                                                      const Device& device,
                                                                      Precision precision) {
  Tensors tensors(std::move(weights), config.tensor_prefix, config.fp8, PackedStore(),
                  device.memory());
  std::unique_ptr<Transformer> model(
      new Transformer(std::move(config), std::move(tensors), device));
  RETURN_IF_ERROR(model->Bind(precision));
  model->tensors_.DropHostCopies();
  return model;
}

std::string Transformer::WeightsSha256() const {
  const std::string files = files_sha256_.empty() ? tensors_.files().Sha256() : files_sha256_;
  const std::string stored = base::Sha256Hex(StrCat(base::Sha256Hex(config_text_), files));
  if (precision_ == Precision::kStored) return stored;
  return base::Sha256Hex(
      StrCat(stored, precision_ == Precision::kQ8 ? ":q8:" : ":q4:", kPackVersion));
}

absl::Status Transformer::Bind(Precision precision) {
  precision_ = precision;
  ASSIGN_OR_RETURN(
      embedding_, tensors_.Matrix("model.embed_tokens.weight", config_.vocabulary, config_.hidden));
  ASSIGN_OR_RETURN(final_norm_, tensors_.Vector("model.norm.weight", config_.hidden,
                                                config_.norm_plus_one ? 1.0F : 0.0F));
  head_ = embedding_;
  if (!config_.tied_head || precision != Precision::kStored) {
    ASSIGN_OR_RETURN(
        head_, tensors_.Matrix(config_.tied_head ? "model.embed_tokens.weight" : "lm_head.weight",
                               config_.vocabulary, config_.hidden, FinePrecision(precision)));
  }
  for (const RopeConfig& rope : config_.ropes) frequencies_.push_back(RopeFrequencies(rope));
  for (size_t i = 0; i < config_.layers.size(); ++i) {
    LayerBinder binder(config_, tensors_, precision, StrCat("model.layers.", i, "."),
                       config_.layers[i].moe);
    ASSIGN_OR_RETURN(Layer layer, binder.Bind());
    layers_.push_back(std::move(layer));
  }
  RETURN_IF_ERROR(BindDraft(precision));
  return CheckBound();
}

// Weights without any tensor of the head have none, whatever the config declares; with one nothing
// of it may be missing.
absl::Status Transformer::BindDraft(Precision precision) {
  const DraftConfig& names = config_.draft;
  const std::string first = config_.tensor_prefix + names.layer;
  const auto stored = tensors_.files().all().lower_bound(first);
  const bool any = stored != tensors_.files().all().end() && stored->first.starts_with(first);
  if (names.layer.empty() || (!any && !tensors_.Has(names.join + ".weight")))
    return absl::OkStatus();
  DraftHead head;
  head.config = DraftHeadConfig(config_);
  const size_t hidden = config_.hidden;
  ASSIGN_OR_RETURN(head.join, tensors_.Matrix(names.join + ".weight", hidden, 2 * hidden,
                                              FinePrecision(precision)));
  const auto norm = [&](const std::string& name, const float*& out) -> absl::Status {
    ASSIGN_OR_RETURN(
        out, tensors_.Vector(name + ".weight", hidden, config_.norm_plus_one ? 1.0F : 0.0F));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(norm(names.norm_embedding, head.norm_embedding));
  RETURN_IF_ERROR(norm(names.norm_hidden, head.norm_hidden));
  RETURN_IF_ERROR(norm(names.norm, head.norm));
  LayerBinder binder(config_, tensors_, precision, names.layer, names.attention.moe);
  ASSIGN_OR_RETURN(Layer layer, binder.Bind());
  head.layers.push_back(std::move(layer));
  draft_.emplace(std::move(head));
  return absl::OkStatus();
}

}  // namespace model_core
