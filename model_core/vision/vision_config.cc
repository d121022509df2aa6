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
    return reader.Fail("depth", StrCat("must be 1 to ", kBlocksMax));
  config.full.assign(depth, false);
  const Json* full = reader.Get("fullatt_block_indexes");
  if (full == nullptr || !full->is_array())
    return reader.Fail("fullatt_block_indexes", "is missing or not a list");
  for (const Json& index : *full) {
    if (!index.is_number_integer() || index < 0 || index >= depth)
      return reader.Fail("fullatt_block_indexes", StrCat("must name blocks 0 to ", depth - 1));
    config.full[index.get<size_t>()] = true;
  }
}

// Spelled as one key, or as TF 5 spells it.
void ReadTheta(ConfigReader& reader, VisionConfig& config) {
  config.rope_theta = reader.Number("rope_theta", config.rope_theta);
  if (const Json* rope = reader.Get("rope_parameters")) {
    if (!rope->is_object()) return reader.Fail("rope_parameters", "is not an object");
    ConfigReader inner(*rope, "config.json, vision_config, rope_parameters");
    inner.Expect("rope_type", "axial");
    config.rope_theta = inner.Number("rope_theta", config.rope_theta);
    if (const absl::Status status = inner.Finish(); !status.ok())
      reader.Fail("rope_parameters", std::string(status.message()));
  }
  if (!(config.rope_theta > 1)) reader.Fail("rope_theta", "must be over 1");
}

void CheckShapes(ConfigReader& reader, const VisionConfig& config) {
  if (config.heads == 0 || config.hidden == 0 || config.hidden % config.heads != 0 ||
      config.head_dim() % 4 != 0) {
    return reader.Fail("num_heads", "must divide hidden_size into heads of a multiple of 4");
  }
  if (config.ffn == 0) reader.Fail("intermediate_size", "must not be 0");
  if (config.out == 0) reader.Fail("out_hidden_size", "must not be 0");
  if (config.channels != 3) reader.Fail("in_channels", "must be 3: red, green and blue");
  if (config.frames == 0 || config.frames > 16)
    reader.Fail("temporal_patch_size", "must be 1 to 16");
  if (config.patch == 0 || config.patch > 256) reader.Fail("patch_size", "must be 1 to 256");
  if (config.merge == 0 || config.merge > 16) reader.Fail("spatial_merge_size", "must be 1 to 16");
}

void ReadWindow(ConfigReader& reader, VisionConfig& config) {
  const size_t pixels = reader.Size("window_size"), group = config.merge * config.patch;
  config.window = group == 0 ? 0 : pixels / group;
  if (config.window == 0) reader.Fail("window_size", StrCat("must hold ", group, " pixels"));
}

}  // namespace

bool HasVision(const Json& config) {
  return config.is_object() && config.contains("vision_config") &&
         config["vision_config"].is_object();
}

absl::Status CheckVisionKey(const Json& config) {
  ConfigReader reader(config);
  if (config.is_object() && reader.Has("vision_config") && !HasVision(config))
    reader.Fail("vision_config", "is not an object");
  return reader.Fault();
}

absl::StatusOr<VisionConfig> ParseVisionConfig(const Json& config, size_t vocabulary) {
  VisionConfig vision;
  ConfigReader outer(config);
  vision.image_token = static_cast<int32_t>(outer.Size("image_token_id"));
  if (outer.ok() && static_cast<size_t>(vision.image_token) >= vocabulary)
    outer.Fail("image_token_id", StrCat("is outside the vocabulary of ", vocabulary));
  if (!outer.ok()) return outer.Finish();
  ConfigReader reader(config["vision_config"], "config.json, vision_config");
  const std::string type = reader.Text("model_type", "qwen2_5_vl");
  if (type != "qwen2_5_vl" && type != "qwen2_5_vl_vision")
    reader.Fail("model_type", StrCat("is '", type, "'; this engine does only qwen2_5_vl"));
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
