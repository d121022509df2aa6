// How a reply of `maru model chat` is picked: options over what the model's makers advise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deploy/cli/command.h"
#include "model_core/sampling.h"

namespace deploy::cli {

// As given on the command line, within their limits; what is not given is as advised.
struct SamplingOptions {
  std::optional<float> temperature, top_p, min_p;
  std::optional<int> top_k;
  std::optional<float> repetition_penalty, presence_penalty, frequency_penalty;
  std::vector<std::string> logit_bias;  // TOKEN=BIAS
  uint64_t seed = 0;
};

// A value outside its limits is an error of usage that names the option and the limits.
void AddSampling(CLI::App& command, Menu& menu, SamplingOptions& options);

model_core::Sampling Chosen(const SamplingOptions& given, model_core::Sampling advised);

// Options that are given and narrow a draw, "--top-k, --min-p"; empty: none.
std::string DrawOptions(const SamplingOptions& given);

}  // namespace deploy::cli
