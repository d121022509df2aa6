#include "model_core/engine/request_check.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

absl::Status CheckPrompt(const std::vector<int32_t>& prompt, size_t vocabulary, size_t limit) {
  const size_t count = prompt.size();
  if (count == 0) return Invalid("prompt: empty", "프롬프트가 비어 있습니다");
  if (count > limit) {
    return Invalid(
        StrCat("prompt: ", count, " tokens, the context holds ", limit),
        StrCat("프롬프트가 ", count, "토큰으로, 모델의 한도 ", limit, "토큰을 넘습니다"));
  }
  for (int32_t token : prompt) {
    if (token >= 0 && static_cast<size_t>(token) < vocabulary) continue;
    return Invalid(StrCat("prompt: token ", token, " is outside the vocabulary of ", vocabulary),
                   StrCat("프롬프트의 토큰 ", token, base::Particle(StrCat(token), "이"), " 어휘 ",
                          vocabulary, "개 밖에 있습니다"));
  }
  return absl::OkStatus();
}

absl::Status CheckStopStrings(const std::vector<std::string>& stops) {
  if (stops.size() > kStopStringsMax) {
    return Invalid(StrCat("stop_strings: ", stops.size(), ", limit ", kStopStringsMax),
                   StrCat("정지 문자열이 ", stops.size(), "개입니다 (한도 ", kStopStringsMax, ")"));
  }
  for (const std::string& stop : stops) {
    if (!stop.empty() && stop.size() <= kStopStringBytesMax) continue;
    return Invalid(StrCat("stop_strings: one of ", stop.size(), " bytes, permitted are 1 to ",
                          kStopStringBytesMax),
                   StrCat("정지 문자열의 길이가 ", stop.size(), "바이트입니다 (1 ~ ",
                          kStopStringBytesMax, ")"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRequest(const GenerateRequest& request, size_t vocabulary_size,
                          size_t context_tokens_max) {
  RETURN_IF_ERROR(CheckPrompt(request.prompt, vocabulary_size, context_tokens_max));
  RETURN_IF_ERROR(CheckSampling(request.sampling, vocabulary_size));
  return CheckStopStrings(request.stop_strings);
}

}  // namespace model_core
