// What GGUF calls the tensors of a model, and what its makers do.
//
// llama.cpp's converters keep rows in their order for every architecture read here (no permutation
// of q and k: rotary pairs lie half a head apart), and add nothing to norms. They stack the experts
// of a layer in one tensor, [experts, rows, columns], and append draft layers (MTP) to the others.
#pragma once

#include <map>
#include <string>

#include "model_core/weights/gguf.h"

namespace model_core {

// What config.json says by numbers GGUF holds as a tensor: one divisor for each rotary pair.
inline constexpr std::string_view kGgufRopeDivisors = "rope_freqs.weight";

struct GgufLayers {
  size_t layers = 0;
  size_t drafts = 0;  // draft layers (MTP), which follow the others
};
// Nothing if the metadata do not say.
std::optional<GgufLayers> CountGgufLayers(const GgufFile& file);

// Adds `file`'s tensors to `published`, by their published names; stacked experts one by one.
// DataLoss names a tensor that has no published name: it may change the result.
absl::Status PublishGgufTensors(const GgufFile& file, const GgufLayers& count,
                                std::map<std::string, TensorView>& published);

}  // namespace model_core
