// DescribeModel: a folder's shape, size and memory, from its config and files.
#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/memory_budget.h"
#include "model_core/model_report.h"
#include "model_core/transformer/config_source.h"
#include "model_core/transformer/parameters.h"
#include "model_core/transformer/transformer.h"
#include "model_core/vision/vision_model.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

Json Layers(const ModelConfig& config) {
  size_t moe = 0, windowed = 0, window = 0;
  for (const LayerConfig& layer : config.layers) {
    moe += layer.moe ? 1 : 0;
    windowed += layer.window > 0 ? 1 : 0;
    window = std::max(window, layer.window);
  }
  const size_t count = config.layers.size();
  return {{"count", count},
          {"dense", count - moe},
          {"moe", moe},
          {"full", count - windowed},
          {"window", windowed},
          {"window_tokens", window},
          {"attention", config.is_latent() ? "latent" : "grouped"}};
}

Json Drafts(const ModelConfig& config) {
  const KvLayout layout(DraftHeadConfig(config));
  return {{"layers", 1},
          {"window_tokens", config.draft.attention.window},
          {"parameters", CountDraftParameters(config).total},
          {"kv_bytes", layout.ring_slots() * layout.page_bytes()}};
}

size_t WeightBytes(const std::string& model) {
  const auto files = WeightFiles::Open(model);
  return files.ok() ? files->bytes() : 0;
}

Json MemoryByPart(const std::string& directory, const ModelConfig& config) {
  Json kv;
  for (const char* kind : {"f32", "f16", "q8"}) {
    const KvLayout layout(config, *ParseKept(kind));
    for (size_t tokens : {4096, 32768, 262144}) kv[kind][StrCat(tokens)] = layout.BytesFor(tokens);
  }
  const size_t weights = WeightBytes(directory);
  Json memory = {{"weights_bytes", weights}, {"kv_bytes", std::move(kv)}};
  if (const auto machine = ReadMachineMemory(); machine.ok()) {
    const size_t taken = weights + MemoryReserve(machine->available);
    memory["machine"] = {
        {"available_bytes", machine->available},
        {"by", machine->where},
        {"for_requests_bytes", machine->available - std::min(machine->available, taken)}};
  }
  return memory;
}

Json Vision(const VisionModel& vision) {
  const VisionConfig& config = vision.tower().config();
  return {{"blocks", config.full.size()},
          {"full_blocks", std::count(config.full.begin(), config.full.end(), true)},
          {"patch_pixels", config.patch},
          {"image_tokens_max", vision.preprocessor().tokens_max()},
          {"parameters", vision.tower().parameters()}};
}

// The tower, if there is one; or why it cannot be used.
void AddVision(const std::string& directory, const ModelConfig& config, Json& report) {
  const auto vision = VisionModel::Load(directory, config, *FindKernels(""), Precision::kStored);
  if (!vision.ok()) {
    report["supported"] = false;
    report["reason"] = std::string(vision.status().message());
  } else if (*vision != nullptr) {
    report["vision"] = Vision(**vision);
  }
}

}  // namespace

absl::StatusOr<Json> DescribeModel(const std::string& directory) {
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(directory));
  const absl::StatusOr<ModelConfig> config = ParseModelConfig(source.json);
  Json report = {{"model", directory},
                 {"family", base::StringOr(source.json, "model_type", "")},
                 {"supported", config.ok()}};
  if (!config.ok()) {
    report["reason"] = std::string(config.status().message());
    return report;
  }
  report["family"] = config->family;
  const auto loaded = Transformer::Load(directory, CpuDevice(*FindKernels("")));
  if (!loaded.ok()) {
    report["supported"] = false;
    report["reason"] = std::string(loaded.status().message());
  }
  const ParameterCount parameters = CountParameters(*config);
  report["vocabulary"] = config->vocabulary;
  report["context_tokens_max"] = config->context_tokens_max;
  report["layers"] = Layers(*config);
  report["parameters"] = {{"total", parameters.total}, {"active", parameters.active}};
  report["memory"] = MemoryByPart(directory, *config);
  if (loaded.ok() && (*loaded)->draft_head() != nullptr) report["drafts"] = Drafts(*config);
  if (loaded.ok()) AddVision(directory, *config, report);
  return report;
}

}  // namespace model_core
