#include "model_core/transformer/fp8_config.h"

#include <optional>
#include <tuple>
#include <utility>

namespace model_core {
namespace {

using base::Json;

constexpr const char* kKey = "quantization_config";
constexpr const char* kSource = "config.json, quantization_config";

// A fault of what stands under `key` of the whole is the whole's.
void Finish(ConfigReader& part, ConfigReader& whole, const char* key) {
  if (const absl::Status status = part.Finish(); !status.ok()) whole.Fail(key, status);
}

Fp8Config ReadBlocks(const Json& json, ConfigReader& reader) {
  ConfigReader block(json, kSource);
  const bool known = block.Text("fmt", "e4m3") == "e4m3" &&
                     json.value("weight_block_size", Json()) == Json::array({128, 128});
  if (!known)
    block.Fail("weight_block_size", {"or 'fmt' is not FP8 E4M3 in blocks of 128 × 128",
                                     "또는 'fmt' 값이 128 × 128 블록의 FP8 E4M3이 아닙니다"});
  block.Expect("activation_scheme", "dynamic");  // scales are not stored; here none are needed
  block.Ignore({"quant_method", "weight_block_size", "modules_to_not_convert", "ignored_layers"});
  Finish(block, reader, kKey);
  return {.scale_suffix = "_scale_inv"};
}

// Rows and columns of the block that `json`, a list of two, gives; nullopt: it is none.
std::optional<std::pair<size_t, size_t>> Extent(const Json* json) {
  const auto whole = [](const Json& n) { return n.is_number_integer() && n > 0 && n < 1 << 24; };
  if (json == nullptr || !json->is_array() || json->size() != 2) return std::nullopt;
  if (!whole((*json)[0]) || !whole((*json)[1])) return std::nullopt;
  return std::pair((*json)[0].get<size_t>(), (*json)[1].get<size_t>());
}

Fp8Config ReadStrategy(ConfigReader& weights) {
  const std::string strategy = weights.Text("strategy", "");
  const size_t group = weights.Size("group_size", 0);
  const auto block = Extent(weights.Get("block_structure"));
  Fp8Config fp8{.scale_suffix = "_scale", .rows = 1, .cols = 0};  // a channel is a row
  if (strategy == "tensor") {
    fp8.rows = 0;
  } else if (strategy == "group" && group > 0) {
    fp8.cols = group;
  } else if (strategy == "block" && block.has_value()) {
    std::tie(fp8.rows, fp8.cols) = *block;
  } else if (strategy != "channel") {
    weights.Fail("strategy", {"is not tensor, channel, group (with group_size) or block (with "
                              "block_structure)",
                              "값은 'tensor', 'channel', 'group'(group_size와 함께), "
                              "'block'(block_structure와 함께) 중 하나여야 합니다"});
  }
  return fp8;
}

Fp8Config ReadWeights(const Json& json, ConfigReader& group) {
  ConfigReader weights(json, "weights");
  weights.Expect("num_bits", 8);
  weights.Expect("type", "float");
  weights.Expect("symmetric", true);
  weights.Expect("dynamic", false);
  weights.Expect("actorder", nullptr);
  weights.Ignore({"observer", "observer_kwargs", "scale_dtype", "zp_dtype"});
  const Fp8Config fp8 = ReadStrategy(weights);
  Finish(weights, group, "weights");
  return fp8;
}

// One way of storing; which layers it is for is seen by their types.
Fp8Config ReadGroup(const Json& json, ConfigReader& block) {
  ConfigReader group(json, "config_groups");
  group.Ignore({"targets"});
  group.Expect("format", "float-quantized");
  group.Expect("output_activations", nullptr);
  // Whoever rounds activations at run time stores nothing for it; fixed scales would be stored.
  const Json* inputs = group.Get("input_activations");
  if (inputs != nullptr && (!inputs->is_object() || inputs->value("dynamic", Json()) != true))
    group.Fail("input_activations", {"are not dynamic", "값이 dynamic이 아닙니다"});
  const Json* weights = group.Get("weights");
  Fp8Config fp8;
  if (weights == nullptr || !weights->is_object())
    group.Fail("weights", kIsMissing);
  else
    fp8 = ReadWeights(*weights, group);
  Finish(group, block, "config_groups");
  return fp8;
}

Fp8Config ReadGroups(ConfigReader& block) {
  const Json* groups = block.Get("config_groups");
  std::optional<Fp8Config> fp8;
  if (groups == nullptr || !groups->is_object() || groups->empty()) {
    block.Fail("config_groups", kIsMissing);
    return {};
  }
  for (const Json& group : *groups) {
    if (!group.is_object()) {
      block.Fail("config_groups",
                 {"holds what is not an object", "값에 객체가 아닌 것이 있습니다"});
      return {};
    }
    const Fp8Config one = ReadGroup(group, block);
    if (fp8.has_value() && one != *fp8)
      block.Fail("config_groups",
                 {"store in several ways", "값이 저장 방식을 여러 가지로 말합니다"});
    fp8 = one;
  }
  return *fp8;
}

Fp8Config ReadCompressed(const Json& json, ConfigReader& reader) {
  ConfigReader block(json, kSource);
  block.Expect("format", "float-quantized");
  block.Expect("quantization_status", "compressed");
  block.Expect("kv_cache_scheme", nullptr);
  block.Expect("moe_sparsity_config", nullptr);
  block.Expect("sparsity_config", Json::object());
  block.Expect("transform_config", Json::object());
  block.Ignore({"quant_method", "ignore", "global_compression_ratio", "version"});
  const Fp8Config fp8 = ReadGroups(block);
  Finish(block, reader, kKey);
  return fp8;
}

}  // namespace

Fp8Config ReadFp8Config(ConfigReader& reader) {
  const Json* json = reader.Get(kKey);
  if (json == nullptr) return {};
  if (!json->is_object()) {
    reader.Fail(kKey, kIsNoObject);
    return {};
  }
  const Json method = json->value("quant_method", Json());
  if (method == "fp8") return ReadBlocks(*json, reader);
  if (method == "compressed-tensors") return ReadCompressed(*json, reader);
  reader.Fail(kKey, {"is neither 'fp8' nor 'compressed-tensors'",
                     "값이 'fp8'도 'compressed-tensors'도 아닙니다"});
  return {};
}

}  // namespace model_core
