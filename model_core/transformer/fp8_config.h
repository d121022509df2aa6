// How the FP8 matrices of a model folder are scaled, as config.json's quantization_config says.
//
// Two layouts: `quant_method: fp8` (one F32 factor for a block of 128 × 128, "…_scale_inv"), and
// `compressed-tensors`, format float-quantized ("…_scale", for a block, a group of columns, a row
// or the whole matrix). Which matrices are FP8 is seen by their types. Activations are not rounded
// to FP8 here: results are those of the widened weights.
// Source: PyPI transformers 5.24 (FineGrainedFP8Config), compressed-tensors 0.20.
#pragma once

#include <string>

#include "model_core/transformer/config_reader.h"

namespace model_core {

struct Fp8Config {
  std::string scale_suffix;       // behind a matrix's name; empty: there are no FP8 matrices
  size_t rows = 128, cols = 128;  // that share a scale, fewer at the lower and right edge; 0: all

  bool operator==(const Fp8Config&) const = default;
};

// Faults of the block (another method, scales that are not in the weights' files, a key that nobody
// knows) are the reader's. Without a block: as Fp8Config() is.
Fp8Config ReadFp8Config(ConfigReader& reader);

}  // namespace model_core
