#include "deploy/cli/model_sampling.h"

#include <charconv>
#include <limits>

#include "deploy/server/usage_error.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::StrCat;
using model_core::Sampling;

// A number that an option sets; its limits are those of CheckSampling.
template <typename Number>
struct Knob {
  std::string_view option;
  std::optional<Number> SamplingOptions::*given;
  Number Sampling::*taken;
  std::string_view english, korean;
};

constexpr Knob<float> kKnobs[] = {
    {"--temperature", &SamplingOptions::temperature, &Sampling::temperature,
     "0: always the likeliest; 0 to 10 (default of this and what follows: as the model's makers "
     "advise)",
     "0이면 가장 그럴듯한 토큰만, 0 ~ 10 (이것과 아래 값의 기본: 모델 제작사의 권고)"},
    {"--top-p", &SamplingOptions::top_p, &Sampling::top_p,
     "draw from the likeliest that reach this share together, above 0 to 1",
     "확률 합이 이 몫에 이를 때까지의 토큰에서 고르기, 0 초과 1 이하"},
    {"--min-p", &SamplingOptions::min_p, &Sampling::min_p,
     "draw from those with this share of the likeliest one's probability, 0 to 1",
     "가장 그럴듯한 토큰의 이 몫 이상인 토큰에서 고르기, 0 ~ 1"},
    {"--repetition-penalty", &SamplingOptions::repetition_penalty, &Sampling::repetition_penalty,
     "above 1: what was said comes less often, prompt and answer; 0.01 to 100",
     "1보다 크면 프롬프트와 답변에 나온 토큰을 덜 씁니다, 0.01 ~ 100"},
    {"--presence-penalty", &SamplingOptions::presence_penalty, &Sampling::presence_penalty,
     "off the score of what the answer holds, once; -2 to 2",
     "답변에 나온 토큰의 점수에서 한 번 뺄 값, -2 ~ 2"},
    {"--frequency-penalty", &SamplingOptions::frequency_penalty, &Sampling::frequency_penalty,
     "off the score of what the answer holds, each time; -2 to 2",
     "답변에 나온 토큰의 점수에서 나온 횟수만큼 뺄 값, -2 ~ 2"},
};

constexpr Knob<int> kTopK = {"--top-k", &SamplingOptions::top_k, &Sampling::top_k,
                             "draw from so many of the likeliest; 0: from all",
                             "가장 그럴듯한 토큰 몇 개에서 고를지, 0이면 모두"};

template <typename Number>
bool Parse(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end;
}

// Empty: the engine takes it. The vocabulary is not known before the model is.
std::string Complaint(const Sampling& sampling) {
  const absl::Status status =
      model_core::CheckSampling(sampling, size_t{1} << std::numeric_limits<int32_t>::digits);
  if (status.ok()) return "";
  return InBothLanguages(base::Message(status, base::Language::kEnglish),
                         base::Message(status, base::Language::kKorean));
}

template <typename Number>
void AddKnob(CLI::App& command, Menu& menu, SamplingOptions& options, const Knob<Number>& knob) {
  command
      .add_option(std::string(knob.option), options.*knob.given,
                  menu.Say(knob.english, knob.korean))
      ->check([&knob](const std::string& text) {
        Sampling sampling;
        const bool number = Parse(text, sampling.*knob.taken);  // if it is none, the parser says so
        return number ? Complaint(sampling) : "";
      });
}

// "TOKEN=BIAS"
bool ParseBias(std::string_view text, std::pair<int32_t, float>& bias) {
  const size_t equals = text.find('=');
  return equals != std::string_view::npos && Parse(text.substr(0, equals), bias.first) &&
         Parse(text.substr(equals + 1), bias.second);
}

void AddBias(CLI::App& command, Menu& menu, SamplingOptions& options) {
  command
      .add_option("--logit-bias", options.logit_bias,
                  menu.Say("TOKEN=BIAS: -100 to 100 on the score of a token's number; repeatable",
                           "TOKEN=BIAS: 그 번호 토큰의 점수에 더할 값, -100 ~ 100 (여러 번 가능)"))
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        Sampling sampling;
        const bool right = ParseBias(text, sampling.logit_bias.emplace_back());
        if (right) return Complaint(sampling);
        return InBothLanguages(
            StrCat("'", text, "' is not of the form TOKEN=BIAS"),
            StrCat("'", text, "'", base::Particle(text, "은"), " TOKEN=BIAS 꼴이 아닙니다"));
      });
}

}  // namespace

void AddSampling(CLI::App& command, Menu& menu, SamplingOptions& options) {
  for (const Knob<float>& knob : kKnobs) AddKnob(command, menu, options, knob);
  AddKnob(command, menu, options, kTopK);
  AddBias(command, menu, options);
  command.add_option("--seed", options.seed,
                     menu.Say("the same seed gives the same answer (default 0)",
                              "같은 시드는 같은 답변을 냅니다 (기본 0)"));
}

Sampling Chosen(const SamplingOptions& given, Sampling advised) {
  for (const Knob<float>& knob : kKnobs)
    advised.*knob.taken = (given.*knob.given).value_or(advised.*knob.taken);
  advised.top_k = given.top_k.value_or(advised.top_k);
  for (const std::string& text : given.logit_bias)
    ParseBias(text, advised.logit_bias.emplace_back());
  advised.seed = given.seed;
  return advised;
}

std::string DrawOptions(const SamplingOptions& given) {
  std::vector<std::string_view> names;
  if (given.top_k.has_value()) names.push_back(kTopK.option);
  for (const Knob<float>& knob : kKnobs) {
    const bool draws =
        knob.given == &SamplingOptions::top_p || knob.given == &SamplingOptions::min_p;
    if (draws && (given.*knob.given).has_value()) names.push_back(knob.option);
  }
  return base::StrJoin(names, ", ");
}

}  // namespace deploy::cli
