// Rotary embedding: how fast each pair of lanes turns.
#pragma once

#include <vector>

#include "model_core/transformer/config.h"

namespace model_core {

// Radians a position, for each of the dimensions / 2 pairs. YaRN keeps pairs that turn often within
// the original context, slows the others by its factor, and blends between (arXiv 2309.00071 §3.2).
std::vector<double> RopeFrequencies(const RopeConfig& rope);

}  // namespace model_core
