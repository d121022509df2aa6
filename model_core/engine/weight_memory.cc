#include "model_core/engine/weight_memory.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/engine/memory_budget.h"
#include "model_core/transformer/config_source.h"
#include "model_core/vision/vision_tower.h"

namespace model_core {
namespace {

using base::StrCat;

// Bits of a weight, with its share of scales (tensor/packed.h).
constexpr double kQ8Bits = 8.5, kQ4Bits = 5;

bool IsReadAsStored(const TensorView& view) { return view.dtype == "BF16" || view.dtype == "F32"; }

double Elements(const TensorView& view) {
  double elements = 1;
  for (size_t size : view.shape) elements *= static_cast<double>(size);
  return elements;
}

double BytesAtLeast(const TensorView& view, Precision precision) {
  const double elements = Elements(view);
  if (precision == Precision::kQ8) return elements * kQ8Bits / 8;
  if (precision == Precision::kQ4) return elements * kQ4Bits / 8;
  return IsReadAsStored(view) ? static_cast<double>(view.data.size()) : elements * sizeof(float);
}

// Files may hold the output matrix once more, and layers that only draft.
bool IsRead(const ModelConfig& config, std::string_view own) {
  if (config.tied_head && own == "lm_head.weight") return false;
  for (size_t i = 0; config.draft.layer.empty() && i < config.drafting_layers; ++i) {
    if (own.starts_with(StrCat("model.layers.", config.layers.size() + i, "."))) return false;
  }
  return true;
}

bool IsMatrix(std::string_view name, const TensorView& view) {
  return view.shape.size() >= 2 && !name.ends_with("_scale_inv");
}

// Over the text model's matrices.
template <typename Bytes>
absl::StatusOr<size_t> Sum(const std::string& directory, const Bytes& bytes_of) {
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(directory));
  ASSIGN_OR_RETURN(const ModelConfig config, ParseModelConfig(source.json));
  ASSIGN_OR_RETURN(const WeightFiles files, WeightFiles::Open(directory));
  double bytes = 0;
  for (const auto& [name, view] : files.all()) {
    if (!name.starts_with(config.tensor_prefix) || !IsMatrix(name, view)) continue;
    if (IsRead(config, std::string_view(name).substr(config.tensor_prefix.size())))
      bytes += bytes_of(name, view, config);
  }
  return static_cast<size_t>(bytes);
}

}  // namespace

absl::StatusOr<size_t> WeightBytesAtLeast(const std::string& directory, Precision precision) {
  return Sum(directory, [&](const std::string&, const TensorView& view, const ModelConfig&) {
    return BytesAtLeast(view, precision);
  });
}

// An embedding that is no output matrix is not packed. Routers, and what latents are absorbed by,
// are never as stored.
absl::StatusOr<size_t> MadeWeightBytes(const std::string& directory, Precision precision,
                                       bool kept) {
  const auto made = [&](const std::string& name, const TensorView& view,
                        const ModelConfig& config) -> double {
    const bool router = name.ends_with(".mlp.gate.weight");
    const bool only_read = name.ends_with("embed_tokens.weight") && !config.tied_head;
    if (!router && !only_read && precision != Precision::kStored)
      return kept ? 0 : BytesAtLeast(view, precision);
    const bool widened = router || name.ends_with(".kv_b_proj.weight") || !IsReadAsStored(view);
    return widened ? Elements(view) * sizeof(float) : 0;
  };
  return Sum(directory, made);
}

absl::StatusOr<size_t> TowerBytesAtLeast(const std::string& directory, Precision precision) {
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(directory));
  if (!HasVision(source.json)) return 0;
  ASSIGN_OR_RETURN(const WeightFiles files, WeightFiles::Open(directory));
  if (!VisionTower::IsIn(files)) return 0;
  double bytes = 0;
  for (const auto& [name, view] : files.all()) {
    if (VisionTower::Reads(name) && IsMatrix(name, view))
      bytes += BytesAtLeast(view, FinePrecision(precision));
  }
  return static_cast<size_t>(bytes);
}

absl::Status CheckFits(const absl::StatusOr<MachineMemory>& memory, size_t bytes,
                       const WhatNeeds& what) {
  if (!memory.ok()) return absl::OkStatus();
  const size_t reserve = MemoryReserve(memory->available), given = memory->available - reserve;
  if (bytes <= given) return absl::OkStatus();
  const std::string need = NeededText(bytes), can = GivenText(given),
                    have = GivenText(memory->available), kept = NeededText(reserve);
  return base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat(what.english, " at least ", need, " of memory, the machine can give ", can, " (", have,
             " available by ", memory->where, ", less ", kept, " in reserve)"),
      StrCat(what.korean, " 메모리가 최소 ", need, " 필요하나, 이 장비에서 쓸 수 있는 양은 ", can,
             " (", memory->where, " 기준 ", have, "에서 여유분 ", kept, " 제외)"));
}

absl::Status CheckWeightsFit(const absl::StatusOr<MachineMemory>& memory, size_t bytes) {
  return CheckFits(memory, bytes, {"weights: they need", "가중치에"});
}

absl::StatusOr<size_t> MappedWeightBytes(const std::string& directory, const ModelConfig& config,
                                         Precision precision, bool all) {
  if (precision != Precision::kStored) return MappedBytes(".maru");
  ASSIGN_OR_RETURN(const WeightFiles files, WeightFiles::Open(directory));
  size_t bytes = 0;
  for (const auto& [name, view] : files.all()) {
    const bool used = all || name.starts_with(config.tensor_prefix);
    bytes += used && IsReadAsStored(view) ? view.data.size() : 0;
  }
  return bytes;
}

}  // namespace model_core
