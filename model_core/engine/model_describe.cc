// DescribeModel: a folder's shape, size and memory, from its config and files.
#include <algorithm>

#include "model_core/arithmetic.h"
#include "model_core/base/strings.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/memory_budget.h"
#include "model_core/engine/weight_memory.h"
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

// What weights take in memory at least, as stored and packed.
Json ResidentBytes(const std::string& directory) {
  Json bytes;
  for (const auto& [name, precision] :
       {std::pair("stored", Precision::kStored), {"q8", Precision::kQ8}, {"q4", Precision::kQ4}})
    bytes[name] = WeightBytesAtLeast(directory, precision).value_or(0) +
                  TowerBytesAtLeast(directory, precision).value_or(0);
  return bytes;
}

Json MemoryByPart(const std::string& directory, const ModelConfig& config,
                  const absl::StatusOr<WeightFiles>& files) {
  Json kv;
  for (const char* kind : {"f32", "f16", "q8"}) {
    const KvLayout layout(config, *ParseKept(kind));
    for (size_t tokens : {4096, 32768, 262144}) kv[kind][StrCat(tokens)] = layout.BytesFor(tokens);
  }
  Json resident = ResidentBytes(directory);
  const auto weights = resident["stored"].get<size_t>();
  Json memory = {{"weights_bytes", files.ok() ? files->bytes() : 0},
                 {"resident_bytes", std::move(resident)},
                 {"kv_bytes", std::move(kv)}};
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

// Not for this engine, and why.
void Refuse(const absl::Status& why, Json& report) {
  report["supported"] = false;
  report["reason"] = base::Message(why, base::Language::kEnglish);
  report["reason_ko"] = base::Message(why, base::Language::kKorean);
}

// The tower, if there is one; or why it cannot be used.
void AddVision(const std::string& directory, const Json& source, const ModelConfig& config,
               Json& report) {
  const auto vision = VisionModel::Load(directory, config, *FindKernels(""), Precision::kStored);
  if (!vision.ok()) {
    Refuse(vision.status(), report);
  } else if (*vision != nullptr) {
    report["vision"] = Vision(**vision);
  } else if (HasVision(source)) {
    report["vision"] = "absent";  // a config of a tower, and none in the files
  }
}

}  // namespace

absl::StatusOr<Json> DescribeModel(const std::string& directory) {
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(directory));
  const absl::StatusOr<ModelConfig> config = ParseModelConfig(source.json);
  Json report = {{"model", directory},
                 {"family", base::StringOr(source.json, "model_type", "")},
                 {"supported", config.ok()},
                 {"arithmetic", kArithmetic}};
  if (!config.ok()) {
    Refuse(config.status(), report);
    return report;
  }
  report["family"] = config->family;
  LoadOptions look;
  look.look_only = true;
  const auto loaded = Transformer::Load(directory, CpuDevice(*FindKernels("")), look);
  if (!loaded.ok()) Refuse(loaded.status(), report);
  const auto files = WeightFiles::Open(directory);
  const ParameterCount parameters =
      files.ok() && loaded.ok() ? CountStoredParameters(*config, *files) : CountParameters(*config);
  report["vocabulary"] = config->vocabulary;
  report["context_tokens_max"] = config->context_tokens_max;
  report["layers"] = Layers(*config);
  report["parameters"] = {{"total", parameters.total}, {"active", parameters.active}};
  report["memory"] = MemoryByPart(directory, *config, files);
  if (loaded.ok() && (*loaded)->draft_head() != nullptr) report["drafts"] = Drafts(*config);
  if (loaded.ok()) AddVision(directory, source.json, *config, report);
  return report;
}

}  // namespace model_core
