#include "model_core/vision/vision_tower.h"

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr std::string_view kTower = "vision_model.", kModel = "model.";

}  // namespace

bool VisionTower::IsIn(const WeightFiles& files) {
  const std::string begin = StrCat(kModel, kTower);
  const auto first = files.all().lower_bound(begin);
  return first != files.all().end() && first->first.starts_with(begin);
}

bool VisionTower::Reads(std::string_view name) {
  if (!name.starts_with(kModel)) return false;
  name.remove_prefix(kModel.size());
  return name.starts_with(kTower) || name.starts_with("mm_projector.") ||
         name.starts_with("vision_projector.");
}

VisionTower::VisionTower(WeightFiles files, VisionConfig config, const Kernels& kernels,
                         Precision precision, Fp8Config fp8)
    : config_(std::move(config)),
      kernels_(kernels),
      precision_(FinePrecision(precision)),
      tensors_(std::move(files), std::string(kModel), std::move(fp8), PackedStore()) {}

absl::StatusOr<std::unique_ptr<VisionTower>> VisionTower::Load(WeightFiles files,
                                                               VisionConfig config, size_t width,
                                                               const Kernels& kernels,
                                                               Precision precision, Fp8Config fp8) {
  std::unique_ptr<VisionTower> tower(  // the constructor is private
      new VisionTower(std::move(files), std::move(config), kernels, precision, std::move(fp8)));
  RETURN_IF_ERROR(tower->Bind(width));
  return tower;
}

absl::Status VisionTower::Bind(const std::string& name, size_t rows, size_t cols, Linear& out) {
  ASSIGN_OR_RETURN(out.weight, tensors_.Matrix(name + ".weight", rows, cols, precision_));
  ASSIGN_OR_RETURN(out.bias, tensors_.Vector(name + ".bias", rows));
  parameters_ += rows * (cols + 1);
  return absl::OkStatus();
}

absl::Status VisionTower::BindNorm(const std::string& name, const float*& out) {
  ASSIGN_OR_RETURN(out, tensors_.Vector(name + ".weight", config_.hidden));
  parameters_ += config_.hidden;
  return absl::OkStatus();
}

absl::Status VisionTower::BindBlock(const std::string& name, VisionBlock& block) {
  const size_t hidden = config_.hidden, ffn = config_.ffn;
  RETURN_IF_ERROR(BindNorm(name + "norm1", block.before_attention));
  RETURN_IF_ERROR(BindNorm(name + "norm2", block.before_ffn));
  RETURN_IF_ERROR(Bind(name + "attn.qkv", 3 * hidden, hidden, block.qkv));
  RETURN_IF_ERROR(Bind(name + "attn.proj", hidden, hidden, block.proj));
  RETURN_IF_ERROR(Bind(name + "mlp.gate_proj", ffn, hidden, block.gate));
  RETURN_IF_ERROR(Bind(name + "mlp.up_proj", ffn, hidden, block.up));
  return Bind(name + "mlp.down_proj", hidden, ffn, block.down);
}

absl::Status VisionTower::Bind(size_t width) {
  const std::string tower(kTower);
  const size_t hidden = config_.hidden, merged = config_.group() * hidden;
  ASSIGN_OR_RETURN(patches.weight, tensors_.Filters(tower + "patch_embed.proj.weight",
                                                    {hidden, config_.channels, config_.frames,
                                                     config_.patch, config_.patch},
                                                    precision_));
  parameters_ += hidden * config_.patch_floats();
  blocks.resize(config_.full.size());
  for (size_t i = 0; i < blocks.size(); ++i) {
    blocks[i].full = config_.full[i];
    RETURN_IF_ERROR(BindBlock(StrCat(tower, "blocks.", i, "."), blocks[i]));
  }
  RETURN_IF_ERROR(BindNorm(tower + "merger.ln_q", merge_norm));
  RETURN_IF_ERROR(Bind(tower + "merger.mlp.0", merged, merged, merge_in));
  RETURN_IF_ERROR(Bind(tower + "merger.mlp.2", config_.out, merged, merge_out));
  const bool older = tensors_.Has("mm_projector.weight");  // as it is published
  RETURN_IF_ERROR(Bind(older ? "mm_projector" : "vision_projector", width, config_.out, projector));
  return tensors_.RefuseUnused([](std::string_view name) { return !Reads(StrCat(kModel, name)); });
}

}  // namespace model_core
