// CheckModel: the engine beside reference outputs.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <optional>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/device_memory.h"
#include "model_core/engine/prompt_runner.h"
#include "model_core/model_report.h"
#include "model_core/transformer/transformer.h"
#include "model_core/vision/vision_model.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

// How far logits may be from the reference.
double NmseMax(Precision precision, Dtype kept) {
  const double least = kept == Dtype::kF32 ? 1e-6 : kept == Dtype::kF16 ? 1e-4 : 1e-3;
  const double packed = precision == Precision::kQ8 ? 1e-3 : 2e-2;
  return precision == Precision::kStored ? least : std::max(least, packed);
}

absl::Status BadGolden(const std::string& name, std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("reference '", name, "' ", english),
                     StrCat("기준 자료 '", name, "': ", korean));
}

template <typename T>
absl::StatusOr<std::vector<T>> Values(const SafetensorsFile& golden, const std::string& name,
                                      std::string_view dtype) {
  auto it = golden.tensors().find(name);
  if (it == golden.tensors().end()) return BadGolden(name, "is missing", "없습니다");
  if (it->second.dtype != dtype)
    return BadGolden(name, StrCat("is not ", dtype), StrCat(dtype, " 자료가 아닙니다"));
  std::vector<T> values(it->second.data.size() / sizeof(T));
  std::memcpy(values.data(), it->second.data.data(), values.size() * sizeof(T));
  return values;
}

absl::StatusOr<std::vector<int32_t>> Ids(const SafetensorsFile& golden, const std::string& name,
                                         const ModelConfig& config) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> wide, Values<int64_t>(golden, name, "I64"));
  if (wide.empty()) return BadGolden(name, "is empty", "비어 있습니다");
  for (int64_t id : wide) {
    if (id < 0 || static_cast<size_t>(id) >= config.vocabulary) {
      return BadGolden(
          name, StrCat("holds token ", id, ", outside the vocabulary"),
          StrCat("어휘에 없는 토큰 ", base::WithParticle(StrCat(id), "이"), " 있습니다"));
    }
  }
  return std::vector<int32_t>(wide.begin(), wide.end());
}

// The rows of a prompt's image: what the tower makes of the reference's patches.
absl::StatusOr<std::vector<float>> ImageRows(const VisionModel* vision,
                                             const SafetensorsFile& golden,
                                             const std::string& name) {
  if (vision == nullptr)
    return BadGolden(name + ".pixel_values", "is an image; the model has no vision tower",
                     "이미지인데 모델이 이미지를 보지 못합니다");
  ASSIGN_OR_RETURN(const auto grid, Values<int64_t>(golden, name + ".image_grid_thw", "I64"));
  ASSIGN_OR_RETURN(const auto patches, Values<float>(golden, name + ".pixel_values", "F32"));
  const VisionConfig& config = vision->tower().config();
  const auto merge = static_cast<int64_t>(config.merge), most = int64_t{1} << 16;
  const bool fits = grid.size() == 3 && grid[0] == 1 && grid[1] > 0 && grid[2] > 0 &&
                    grid[1] < most && grid[2] < most && grid[1] % merge == 0 &&
                    grid[2] % merge == 0;
  const size_t rows = fits ? static_cast<size_t>(grid[1]) : 0;
  const size_t columns = fits ? static_cast<size_t>(grid[2]) : 0, floats = config.patch_floats();
  if (!fits || patches.size() != rows * columns * floats)
    return BadGolden(name + ".image_grid_thw", "is not the grid of one image",
                     "이미지 하나의 격자가 아닙니다");
  TowerRun run(
      vision->tower(), rows, columns,
      [&](size_t patch, float* out) { std::copy_n(&patches[patch * floats], floats, out); }, 1);
  TeamOfOne alone;
  while (!run.done()) run.Step(alone);
  return run.TakeRows();
}

// By token: a row of the image, or null.
absl::StatusOr<std::vector<const float*>> Inputs(const VisionModel* vision,
                                                 const std::vector<float>& rows,
                                                 std::span<const int32_t> tokens,
                                                 const std::string& name) {
  std::vector<const float*> inputs(rows.empty() ? 0 : tokens.size());
  size_t used = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (tokens[i] != vision->image_token()) continue;
    if (used < rows.size()) inputs[i] = &rows[used];
    used += vision->tower().width();
  }
  if (used != rows.size())
    return BadGolden(name + ".input_ids", "does not hold the image's tokens",
                     "이미지의 토큰이 들어 있지 않습니다");
  return inputs;
}

// Whether the router chose the reference's experts, in every layer that the reference tells of;
// none if it tells of no layer. Both ascend within a token.
absl::StatusOr<std::optional<bool>> SameExperts(const SafetensorsFile& golden,
                                                const std::string& name,
                                                const std::vector<std::vector<uint32_t>>& made) {
  std::optional<bool> same;
  for (size_t layer = 0; layer < made.size(); ++layer) {
    const std::string tensor = StrCat(name, ".router.", layer, ".experts");
    if (!golden.tensors().contains(tensor)) continue;
    ASSIGN_OR_RETURN(const auto wanted, Values<int64_t>(golden, tensor, "I64"));
    same = same.value_or(true) &&
           std::equal(wanted.begin(), wanted.end(), made[layer].begin(), made[layer].end());
  }
  return same;
}

absl::StatusOr<Json> CheckPrompt(const Transformer& model, const VisionModel* vision, Dtype kept,
                                 const SafetensorsFile& golden, const std::string& name) {
  const size_t vocabulary = model.config().vocabulary;
  ASSIGN_OR_RETURN(const auto tokens, Ids(golden, name + ".input_ids", model.config()));
  ASSIGN_OR_RETURN(const auto greedy, Ids(golden, name + ".greedy", model.config()));
  ASSIGN_OR_RETURN(const auto wanted, Values<float>(golden, name + ".logits", "F32"));
  const size_t rows = wanted.size() / vocabulary;
  if (rows == 0 || rows > tokens.size() || rows * vocabulary != wanted.size()) {
    return BadGolden(name + ".logits", StrCat("does not fit a vocabulary of ", vocabulary),
                     StrCat("토큰 ", vocabulary, "개짜리 어휘에 맞지 않습니다"));
  }
  std::vector<float> image;
  if (golden.tensors().contains(name + ".pixel_values")) {
    ASSIGN_OR_RETURN(image, ImageRows(vision, golden, name));
  }
  ASSIGN_OR_RETURN(const auto inputs, Inputs(vision, image, tokens, name));
  PromptRunner runner(model, kept);
  RETURN_IF_ERROR(runner.Reserve(tokens.size() + greedy.size(), inputs));
  std::vector<std::vector<uint32_t>> experts(model.config().layers.size());
  const std::vector<float> made = runner.Feed(tokens, rows, &experts);
  ASSIGN_OR_RETURN(const std::optional<bool> same_experts, SameExperts(golden, name, experts));
  double difference = 0, size = 0, max_abs = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const double delta = static_cast<double>(made[i]) - wanted[i];
    difference += delta * delta;
    size += static_cast<double>(wanted[i]) * wanted[i];
    if (!std::isnan(max_abs) && !(std::abs(delta) <= max_abs)) max_abs = std::abs(delta);
  }
  size_t matched = 0;
  while (matched < greedy.size() && runner.Likeliest() == greedy[matched]) {
    const int32_t token = greedy[matched++];
    runner.Feed({&token, 1}, 1);
  }
  Json prompt = {{"name", name},
                 {"nmse", difference / size},
                 {"max_abs", max_abs},
                 {"greedy_match", matched == greedy.size()},
                 {"greedy_matched", matched}};
  if (same_experts.has_value()) prompt["experts_match"] = *same_experts;
  return prompt;
}

}  // namespace

absl::StatusOr<Json> CheckModel(const std::string& directory, const std::string& golden_path,
                                const std::string& weights, const std::string& kv,
                                const std::string& device_module, const std::string& kernel_name) {
  LoadOptions options;
  ASSIGN_OR_RETURN(const Dtype kept, ParseKept(kv));
  ASSIGN_OR_RETURN(options.precision, ParsePrecision(weights));
  options.keep_packed = false;  // a look, that leaves no files behind
  ASSIGN_OR_RETURN(const Kernels* kernels, ChooseKernels(kernel_name));
  ASSIGN_OR_RETURN(const auto device, FindDevice(device_module, *kernels));
  ASSIGN_OR_RETURN(const auto model, LoadWithin(ReadMachineMemory(), directory, *device, options));
  ASSIGN_OR_RETURN(const auto vision,
                   VisionModel::Load(directory, model->config(), *kernels, options.precision));
  ASSIGN_OR_RETURN(
      const auto golden,
      SafetensorsFile::Open(
          std::filesystem::path(golden_path).replace_extension(".safetensors").string()));
  Json prompts = Json::array();
  const double nmse_max = NmseMax(options.precision, kept);
  const bool exact = options.precision == Precision::kStored && kept == Dtype::kF32;
  bool ok = true;
  for (const auto& [tensor, view] : golden->tensors()) {
    if (!tensor.ends_with(".input_ids")) continue;
    ASSIGN_OR_RETURN(Json prompt, CheckPrompt(*model, vision.get(), kept, *golden,
                                              tensor.substr(0, tensor.rfind('.'))));
    const bool chosen = prompt["greedy_match"].get<bool>() && prompt.value("experts_match", true);
    ok &= prompt["nmse"].get<double>() <= nmse_max && (!exact || chosen);
    prompts.push_back(std::move(prompt));
  }
  if (prompts.empty()) return BadGolden(golden_path, "holds no prompt", "프롬프트가 없습니다");
  return Json{{"prompts", std::move(prompts)}, {"nmse_max", nmse_max}, {"ok", ok}};
}

}  // namespace model_core
