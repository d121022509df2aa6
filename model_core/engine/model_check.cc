// CheckModel: the engine beside reference outputs.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "model_core/base/strings.h"
#include "model_core/model_report.h"
#include "model_core/transformer/transformer.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

// How far logits may be from the reference.
double NmseMax(Precision precision) {
  return precision == Precision::kStored ? 1e-6 : precision == Precision::kQ8 ? 1e-3 : 2e-2;
}

absl::Status BadGolden(const std::string& name, std::string_view what) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("reference '", name, "' ", what),
                     StrCat("기준 자료 '", name, "': ", what));
}

template <typename T>
absl::StatusOr<std::vector<T>> Values(const SafetensorsFile& golden, const std::string& name,
                                      std::string_view dtype) {
  auto it = golden.tensors().find(name);
  if (it == golden.tensors().end()) return BadGolden(name, "is missing");
  if (it->second.dtype != dtype) return BadGolden(name, StrCat("is not ", dtype));
  std::vector<T> values(it->second.data.size() / sizeof(T));
  std::memcpy(values.data(), it->second.data.data(), values.size() * sizeof(T));
  return values;
}

absl::StatusOr<std::vector<int32_t>> Ids(const SafetensorsFile& golden, const std::string& name,
                                         const ModelConfig& config) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> wide, Values<int64_t>(golden, name, "I64"));
  if (wide.empty()) return BadGolden(name, "is empty");
  for (int64_t id : wide) {
    if (id < 0 || static_cast<size_t>(id) >= config.vocabulary)
      return BadGolden(name, StrCat("holds token ", id, ", outside the vocabulary"));
  }
  return std::vector<int32_t>(wide.begin(), wide.end());
}

// One prompt's run: its tokens in passes, then greedy steps.
class Runner {
 public:
  Runner(const Transformer& model, size_t tokens)
      : model_(model), sequence_(model.config(), team_.size()), logits_(model.config().vocabulary) {
    sequence_.Reserve(tokens);
  }

  // Logits of the last `rows` tokens, one after the other.
  std::vector<float> Feed(std::span<const int32_t> tokens, size_t rows) {
    std::vector<float> kept;
    for (size_t at = 0; at < tokens.size(); at += kPrefillTokensMax) {
      const size_t count = std::min(kPrefillTokensMax, tokens.size() - at);
      model_.Forward(tokens.subspan(at, count), sequence_, team_);
      for (size_t row = 0; row < count; ++row) {
        if (at + row + rows < tokens.size()) continue;
        model_.Logits(sequence_, row, {}, team_, logits_);
        kept.insert(kept.end(), logits_.begin(), logits_.end());
      }
    }
    return kept;
  }
  int32_t Likeliest() const {
    return static_cast<int32_t>(std::max_element(logits_.begin(), logits_.end()) - logits_.begin());
  }

 private:
  const Transformer& model_;
  TeamOfOne team_;
  Sequence sequence_;
  std::vector<float> logits_;
};

absl::StatusOr<Json> CheckPrompt(const Transformer& model, const SafetensorsFile& golden,
                                 const std::string& name) {
  if (golden.tensors().contains(name + ".pixel_values")) {
    return Json{{"name", name}, {"error", "it holds an image; image inputs are not supported"}};
  }
  const size_t vocabulary = model.config().vocabulary;
  ASSIGN_OR_RETURN(const auto tokens, Ids(golden, name + ".input_ids", model.config()));
  ASSIGN_OR_RETURN(const auto greedy, Ids(golden, name + ".greedy", model.config()));
  ASSIGN_OR_RETURN(const auto wanted, Values<float>(golden, name + ".logits", "F32"));
  const size_t rows = wanted.size() / vocabulary;
  if (rows == 0 || rows > tokens.size() || rows * vocabulary != wanted.size()) {
    return BadGolden(name + ".logits", StrCat("does not fit a vocabulary of ", vocabulary));
  }
  Runner runner(model, tokens.size() + greedy.size());
  const std::vector<float> made = runner.Feed(tokens, rows);
  double difference = 0, size = 0, max_abs = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const double delta = static_cast<double>(made[i]) - wanted[i];
    difference += delta * delta;
    size += static_cast<double>(wanted[i]) * wanted[i];
    max_abs = std::max(max_abs, std::abs(delta));
  }
  size_t matched = 0;
  while (matched < greedy.size() && runner.Likeliest() == greedy[matched]) {
    const int32_t token = greedy[matched++];
    runner.Feed({&token, 1}, 1);
  }
  return Json{{"name", name},
              {"nmse", difference / size},
              {"max_abs", max_abs},
              {"greedy_match", matched == greedy.size()},
              {"greedy_matched", matched}};
}

}  // namespace

absl::StatusOr<Json> CheckModel(const std::string& directory, const std::string& golden_path,
                                const std::string& weights) {
  LoadOptions options;
  ASSIGN_OR_RETURN(options.precision, ParsePrecision(weights));
  options.keep_packed = false;  // a look, that leaves no files behind
  ASSIGN_OR_RETURN(const auto model, Transformer::Load(directory, *FindKernels(""), options));
  ASSIGN_OR_RETURN(
      const auto golden,
      SafetensorsFile::Open(
          std::filesystem::path(golden_path).replace_extension(".safetensors").string()));
  Json prompts = Json::array();
  const double nmse_max = NmseMax(options.precision);
  bool ok = true;
  for (const auto& [tensor, view] : golden->tensors()) {
    if (!tensor.ends_with(".input_ids")) continue;
    ASSIGN_OR_RETURN(Json prompt,
                     CheckPrompt(*model, *golden, tensor.substr(0, tensor.rfind('.'))));
    ok &= prompt.contains("nmse") && prompt["nmse"].get<double>() <= nmse_max &&
          (options.precision != Precision::kStored || prompt["greedy_match"].get<bool>());
    prompts.push_back(std::move(prompt));
  }
  if (prompts.empty()) return BadGolden(golden_path, "holds no prompt");
  return Json{{"prompts", std::move(prompts)}, {"nmse_max", nmse_max}, {"ok", ok}};
}

}  // namespace model_core
