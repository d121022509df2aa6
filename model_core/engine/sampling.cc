#include "model_core/sampling.h"

#include <cmath>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status Outside(std::string_view name, double value, std::string_view limit,
                     std::string_view korean_limit) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("sampling: ", name, " is ", value, ", permitted is ", limit),
                     StrCat("샘플링: ", name, " 값 ", base::WithParticle(StrCat(value), "은"),
                            " 허용 범위(", korean_limit, ")를 벗어납니다"));
}

absl::Status NotBetween(std::string_view name, double value, double least, double most) {
  return Outside(name, value, StrCat(least, " to ", most), StrCat(least, " ~ ", most));
}

// Written so that what is not a number is outside.
bool Within(double value, double least, double most) { return value >= least && value <= most; }

absl::Status CheckBias(const Sampling& sampling, size_t vocabulary_size) {
  for (const auto& [token, bias] : sampling.logit_bias) {
    if (token < 0 || static_cast<size_t>(token) >= vocabulary_size) {
      return Outside("logit_bias token", token, StrCat("0 to ", vocabulary_size - 1),
                     StrCat("0 ~ ", vocabulary_size - 1));
    }
    if (!Within(bias, -100, 100)) {
      return NotBetween(StrCat("logit_bias of token ", token), bias, -100, 100);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSampling(const Sampling& s, size_t vocabulary_size) {
  if (!Within(s.temperature, 0, 10)) return NotBetween("temperature", s.temperature, 0, 10);
  if (s.top_k < 0) return Outside("top_k", s.top_k, "0 and above", "0 이상");
  if (!(s.top_p > 0 && s.top_p <= 1))
    return Outside("top_p", s.top_p, "above 0 to 1", "0 초과 1 이하");
  if (!Within(s.min_p, 0, 1)) return NotBetween("min_p", s.min_p, 0, 1);
  if (!Within(s.repetition_penalty, 0.01, 100)) {
    return NotBetween("repetition_penalty", s.repetition_penalty, 0.01, 100);
  }
  if (!Within(s.presence_penalty, -2, 2)) {
    return NotBetween("presence_penalty", s.presence_penalty, -2, 2);
  }
  if (!Within(s.frequency_penalty, -2, 2)) {
    return NotBetween("frequency_penalty", s.frequency_penalty, -2, 2);
  }
  return CheckBias(s, vocabulary_size);
}

}  // namespace model_core
