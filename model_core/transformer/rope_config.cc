// The rotary part of config.json, in its two spellings: rope_theta beside rope_scaling {"type"}, or
// rope_parameters
// {"rope_theta", "rope_type"}.
#include <algorithm>
#include <numbers>

#include "model_core/base/strings.h"
#include "model_core/kernels/kernels.h"
#include "model_core/transformer/families.h"
#include "model_core/transformer/rope.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

// Sine and cosine grow by attention_factor; without it by the ratio of the two mscales, or 0.1·ln f
// + 1.
double Amplitude(ConfigReader& yarn, double factor) {
  const double scale = yarn.Number("mscale", 0), scale_all = yarn.Number("mscale_all_dim", 0);
  if (yarn.Has("attention_factor")) return yarn.Number("attention_factor", 1);
  const double growth = 0.1 * ExactLog(factor);
  return scale != 0 && scale_all != 0 ? (growth * scale + 1) / (growth * scale_all + 1)
                                      : growth + 1;
}

void ReadYarn(ConfigReader& yarn, size_t context, RopeConfig& rope) {
  rope.yarn_factor = yarn.Number("factor", 0);
  if (!(rope.yarn_factor >= 1))
    return yarn.Fail("factor",
                     {"of YaRN is missing or below 1", "값(YaRN)이 없거나 1보다 작습니다"});
  rope.yarn_context = static_cast<double>(
      yarn.Size("original_max_position_embeddings", static_cast<int64_t>(context)));
  rope.yarn_beta_fast = yarn.Number("beta_fast", 32);
  rope.yarn_beta_slow = yarn.Number("beta_slow", 1);
  rope.amplitude = Amplitude(yarn, rope.yarn_factor);
  if (!(rope.yarn_beta_slow > 0 && rope.yarn_beta_fast > rope.yarn_beta_slow))
    yarn.Fail("beta_fast", {"must be above beta_slow, and that above 0",
                            "값은 beta_slow보다 커야 하고 beta_slow는 0보다 커야 합니다"});
  yarn.Expect("truncate", true);
  if (!(rope.yarn_context > 0)) yarn.Fail("original_max_position_embeddings", kIsZero);
}

// Llama 3: what turns less than low_freq_factor times within the original context is slowed by
// `factor`, what turns more than high_freq_factor times is kept, the rest lies between.
void ReadLlama3(ConfigReader& llama3, size_t context, RopeConfig& rope) {
  const double factor = llama3.Number("factor", 0), low = llama3.Number("low_freq_factor", 1),
               high = llama3.Number("high_freq_factor", 4);
  const auto original = static_cast<double>(
      llama3.Size("original_max_position_embeddings", static_cast<int64_t>(context)));
  if (!(factor >= 1))
    return llama3.Fail("factor",
                       {"of llama3 is missing or below 1", "값(llama3)이 없거나 1보다 작습니다"});
  if (!(low > 0 && low < high))
    return llama3.Fail("low_freq_factor", {"must be above 0 and below high_freq_factor",
                                           "값은 0보다 크고 high_freq_factor보다 작아야 합니다"});
  for (const double frequency : RopeFrequencies(rope)) {
    const double turns = original * frequency / (2 * std::numbers::pi);
    const double kept = std::clamp((turns - low) / (high - low), 0.0, 1.0);
    rope.divisors.push_back(1 / ((1 - kept) / factor + kept));
  }
}

// One divisor for each pair, as GGUF stores them.
void ReadDivisors(ConfigReader& inner, RopeConfig& rope) {
  const Json* list = inner.Get("divisors");
  const bool fits = list != nullptr && list->is_array() && list->size() == rope.dimensions / 2 &&
                    std::all_of(list->begin(), list->end(), [](const Json& divisor) {
                      return divisor.is_number() && divisor.get<double>() > 0;
                    });
  if (!fits)
    return inner.Fail("divisors", {"must list one number above 0 for each rotary pair",
                                   "값은 회전 쌍마다 0보다 큰 수 하나씩이어야 합니다"});
  for (const Json& divisor : *list) rope.divisors.push_back(divisor.get<double>());
}

}  // namespace

RopeConfig ReadRope(ConfigReader& reader, size_t dimensions, double theta, size_t context) {
  RopeConfig rope;
  rope.dimensions = dimensions;
  rope.theta = reader.Number("rope_theta", theta);
  const Json* base = reader.Get("rope_theta");
  const Json* scaling = reader.Get("rope_scaling");
  const Json* parameters = reader.Get("rope_parameters");
  const Json* block = parameters != nullptr ? parameters : scaling;
  const char* name = parameters != nullptr ? "rope_parameters" : "rope_scaling";
  if (block != nullptr && !block->is_object()) reader.Fail(name, kIsNoObject);
  if (parameters != nullptr && scaling != nullptr && *parameters != *scaling)
    reader.Fail("rope_scaling",
                {"says another thing than rope_parameters", "값이 rope_parameters와 다릅니다"});
  if (block != nullptr && block->is_object()) {
    ConfigReader inner(*block);
    rope.theta = inner.Number("rope_theta", rope.theta);
    if (base != nullptr) inner.Expect("rope_theta", *base);
    inner.Expect("partial_rotary_factor", 1.0);
    const std::string type = inner.Text("rope_type", inner.Text("type", "default"));
    inner.Expect("type", type);
    if (type == "yarn") {
      ReadYarn(inner, context, rope);
    } else if (type == "llama3") {
      ReadLlama3(inner, context, rope);
    } else if (type == "divisors") {
      ReadDivisors(inner, rope);
    } else if (type != "default") {
      inner.Fail("rope_type", {StrCat("'", type, "' is not supported"),
                               StrCat("값 '", type, "': 지원하지 않습니다")});
    }
    if (const absl::Status status = inner.Finish(); !status.ok()) reader.Fail(name, status);
  }
  if (!(rope.theta > 0)) reader.Fail("rope_theta", kIsNotAboveZero);
  return rope;
}

double YarnScoreScale(ConfigReader& reader, const RopeConfig& rope) {
  const Json* parameters = reader.Get("rope_parameters");
  const Json* block = parameters != nullptr ? parameters : reader.Get("rope_scaling");
  if (rope.yarn_context == 0 || block == nullptr || !block->is_object()) return 1;
  const double growth =
      0.1 * base::NumberOr(*block, "mscale_all_dim", 0) * ExactLog(rope.yarn_factor);
  return (growth + 1) * (growth + 1);
}

}  // namespace model_core
