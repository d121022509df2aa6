#include "model_core/vision/vision_config.h"

#include "model_core/base/strings.h"
#include "model_core/transformer/library_keys.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr size_t kBlocksMax = 1024;

void ReadSizes(ConfigReader& reader, VisionConfig& config) {
  config.hidden = reader.Size("hidden_size");
  config.heads = reader.Size("num_heads");
  config.ffn = reader.Size("intermediate_size");
  config.out = reader.Size("out_hidden_size");
  config.channels = reader.Size("in_channels", static_cast<int64_t>(reader.Size("in_chans", 3)));
  config.frames = reader.Size("temporal_patch_size", 2);
  config.patch = reader.Size("patch_size", 14);
  config.merge = reader.Size("spatial_merge_size", 2);
  reader.Expect("spatial_patch_size", config.patch);
  reader.Expect("hidden_act", "silu");
}

void ReadBlocks(ConfigReader& reader, VisionConfig& config) {
  const size_t depth = reader.Size("depth");
  if (depth == 0 || depth > kBlocksMax)
    return reader.Fail("depth", {StrCat("must be 1 to ", kBlocksMax),
                                 StrCat("값은 1부터 ", kBlocksMax, "까지여야 합니다")});
  config.full.assign(depth, false);
  const Json* full = reader.Get("fullatt_block_indexes");
  if (full == nullptr || !full->is_array())
    return reader.Fail("fullatt_block_indexes",
                       {"is missing or not a list", "값이 없거나 목록이 아닙니다"});
  for (const Json& index : *full) {
    if (!index.is_number_integer() || index < 0 || index >= depth)
      return reader.Fail("fullatt_block_indexes",
                         {StrCat("must name blocks 0 to ", depth - 1),
                          StrCat("값은 블록 0부터 ", depth - 1, "까지만 적을 수 있습니다")});
    config.full[index.get<size_t>()] = true;
  }
}

// Spelled as one key, or as TF 5 spells it.
void ReadTheta(ConfigReader& reader, VisionConfig& config) {
  config.rope_theta = reader.Number("rope_theta", config.rope_theta);
  if (const Json* rope = reader.Get("rope_parameters")) {
    if (!rope->is_object()) return reader.Fail("rope_parameters", kIsNoObject);
    ConfigReader inner(*rope, "config.json, vision_config, rope_parameters");
    inner.Expect("rope_type", "axial");
    config.rope_theta = inner.Number("rope_theta", config.rope_theta);
    if (const absl::Status status = inner.Finish(); !status.ok())
      reader.Fail("rope_parameters", status);
  }
  if (!(config.rope_theta > 1))
    reader.Fail("rope_theta", {"must be over 1", "값은 1보다 커야 합니다"});
}

void CheckShapes(ConfigReader& reader, const VisionConfig& config) {
  if (config.heads == 0 || config.hidden == 0 || config.hidden % config.heads != 0 ||
      config.head_dim() % 4 != 0) {
    return reader.Fail("num_heads", {"must divide hidden_size into heads of a multiple of 4",
                                     "값은 hidden_size를 4의 배수 크기의 헤드로 나누어야 합니다"});
  }
  if (config.ffn == 0) reader.Fail("intermediate_size", kIsZero);
  if (config.out == 0) reader.Fail("out_hidden_size", kIsZero);
  if (config.channels != 3)
    reader.Fail("in_channels",
                {"must be 3: red, green and blue", "값은 3이어야 합니다(빨강, 초록, 파랑)"});
  if (config.frames == 0 || config.frames > 16)
    reader.Fail("temporal_patch_size", {"must be 1 to 16", "값은 1부터 16까지여야 합니다"});
  if (config.patch == 0 || config.patch > 256)
    reader.Fail("patch_size", {"must be 1 to 256", "값은 1부터 256까지여야 합니다"});
  if (config.merge == 0 || config.merge > 16)
    reader.Fail("spatial_merge_size", {"must be 1 to 16", "값은 1부터 16까지여야 합니다"});
}

void ReadWindow(ConfigReader& reader, VisionConfig& config) {
  const size_t pixels = reader.Size("window_size"), group = config.merge * config.patch;
  config.window = group == 0 ? 0 : pixels / group;
  if (config.window == 0)
    reader.Fail("window_size", {StrCat("must hold ", group, " pixels"),
                                StrCat("값은 ", group, "픽셀 이상이어야 합니다")});
}

}  // namespace

bool HasVision(const Json& config) {
  return config.is_object() && config.contains("vision_config") &&
         config["vision_config"].is_object();
}

absl::Status CheckVisionKey(const Json& config) {
  ConfigReader reader(config);
  if (config.is_object() && reader.Has("vision_config") && !HasVision(config))
    reader.Fail("vision_config", kIsNoObject);
  return reader.Fault();
}

absl::StatusOr<VisionConfig> ParseVisionConfig(const Json& config, size_t vocabulary) {
  VisionConfig vision;
  ConfigReader outer(config);
  vision.image_token = static_cast<int32_t>(outer.Size("image_token_id"));
  if (outer.ok() && static_cast<size_t>(vision.image_token) >= vocabulary)
    outer.Fail("image_token_id", {StrCat("is outside the vocabulary of ", vocabulary),
                                  StrCat("값이 어휘 ", vocabulary, "개 밖에 있습니다")});
  if (!outer.ok()) return outer.Finish();
  ConfigReader reader(config["vision_config"], "config.json, vision_config");
  const std::string type = reader.Text("model_type", "qwen2_5_vl");
  if (type != "qwen2_5_vl" && type != "qwen2_5_vl_vision")
    reader.Fail("model_type", {StrCat("is '", type, "'; this engine does only qwen2_5_vl"),
                               StrCat("값이 '", type, "'인데 이 엔진은 qwen2_5_vl만 처리합니다")});
  PassLibraryKeys(reader);
  reader.Ignore({"max_num_grids", "tie_word_embeddings", "tokens_per_second"});
  reader.Expect("anyres", false);
  ReadSizes(reader, vision);
  ReadBlocks(reader, vision);
  ReadTheta(reader, vision);
  CheckShapes(reader, vision);
  ReadWindow(reader, vision);
  RETURN_IF_ERROR(reader.Finish());
  return vision;
}

}  // namespace model_core
