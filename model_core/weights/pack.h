// Packing: f32 weights become the small integers of tensor/packed.h. In plain multiplications and
// additions, so that every machine packs the same bytes.
//
// q8: of eight scales, from the least half ≥ largest |w| / 127 to the one ≥ largest |w| / 120, the
// one with the least squares; each weight is off by at most scale / 2. Of normally distributed
// weights it keeps all but 2.3e-5 of the energy.
// q4: scale and least value are fitted by least squares, twice, to five ways of spreading a group
// over 0 … 15, and the best is kept; of normally distributed weights all but 5.2e-3 of the energy.
#pragma once

#include <functional>

#include "model_core/tensor/packed.h"

namespace model_core {

// Raised whenever the same weights would pack into other bytes.
inline constexpr int kPackVersion = 3;

// Writes rows first … first + count - 1 of a matrix to `out`, [count, cols]. Called from several
// threads.
using ReadRows = std::function<void(size_t first, size_t count, float* out)>;

// Fills `out`, PackedBytes(packed, rows, cols) long, with as many threads as the machine has cores.
// False: a weight is not finite, or too large for a half.
bool Pack(Dtype packed, size_t rows, size_t cols, const ReadRows& read, uint8_t* out);

}  // namespace model_core
