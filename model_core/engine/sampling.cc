#include "model_core/sampling.h"

#include <cmath>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status Outside(std::string_view name, double value, std::string_view limit) {
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("sampling: ", name, " is ", value, ", permitted is ", limit),
      StrCat("샘플링: ", name, " 값 ", value, "은(는) 허용 범위 ", limit, "을(를) 벗어납니다"));
}

// Written so that what is not a number is outside.
bool Within(double value, double least, double most) { return value >= least && value <= most; }

absl::Status CheckBias(const Sampling& sampling, size_t vocabulary_size) {
  for (const auto& [token, bias] : sampling.logit_bias) {
    if (token < 0 || static_cast<size_t>(token) >= vocabulary_size) {
      return Outside("logit_bias token", token, StrCat("0 to ", vocabulary_size - 1));
    }
    if (!Within(bias, -100, 100)) {
      return Outside(StrCat("logit_bias of token ", token), bias, "-100 to 100");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSampling(const Sampling& s, size_t vocabulary_size) {
  if (!Within(s.temperature, 0, 10)) return Outside("temperature", s.temperature, "0 to 10");
  if (s.top_k < 0) return Outside("top_k", s.top_k, "0 and above");
  if (!(s.top_p > 0 && s.top_p <= 1)) return Outside("top_p", s.top_p, "above 0 to 1");
  if (!Within(s.min_p, 0, 1)) return Outside("min_p", s.min_p, "0 to 1");
  if (!Within(s.repetition_penalty, 0.01, 100)) {
    return Outside("repetition_penalty", s.repetition_penalty, "0.01 to 100");
  }
  if (!Within(s.presence_penalty, -2, 2)) {
    return Outside("presence_penalty", s.presence_penalty, "-2 to 2");
  }
  if (!Within(s.frequency_penalty, -2, 2)) {
    return Outside("frequency_penalty", s.frequency_penalty, "-2 to 2");
  }
  return CheckBias(s, vocabulary_size);
}

}  // namespace model_core
