// Logits: the output matrix, as far as the masks of a pass's rows want it.
#include <algorithm>
#include <limits>

#include "model_core/cpu/cpu_operations.h"

namespace model_core {
namespace {

bool Wanted(const Scoring& of, size_t word) {
  return std::any_of(of.rows.begin(), of.rows.end(),
                     [word](const LogitsRow& row) { return row.Wants(word); });
}

void Gather(const Lane& lane, const Scoring& of) {
  const size_t hidden = of.head.cols;
  const Share share = lane.Of(of.rows.size());
  for (size_t i = share.begin; i < share.end; ++i)
    std::copy_n(of.x + of.rows[i].row * hidden, hidden, of.gathered + i * hidden);
}

void Scale(const Scoring& of, size_t row, size_t word) {
  const size_t first = word * kMaskBits, count = std::min(kMaskBits, of.head.rows - first);
  float* logits = of.logits + row * of.head.rows + first;
  const bool wanted = of.rows[row].Wants(word);
  for (size_t i = 0; i < count; ++i)
    logits[i] = wanted ? logits[i] * of.scale : -std::numeric_limits<float>::infinity();
}

}  // namespace

void CpuOperations::Score(const Lane& lane, const Scoring& of) const {
  Gather(lane, of);
  lane.Wait();
  const size_t vocabulary = of.head.rows;
  const Share share = lane.Of((vocabulary + kMaskBits - 1) / kMaskBits);
  for (size_t word = share.begin, end; word < share.end; word = end) {
    for (end = word; end < share.end && Wanted(of, end);) ++end;
    if (end > word) {
      const size_t first = word * kMaskBits, last = std::min(end * kMaskBits, vocabulary);
      kernels_.matmul(of.logits + first, vocabulary, of.gathered, of.rows.size(),
                      of.head.Rows(first, last - first));
    }
    for (; end < share.end && !Wanted(of, end);) ++end;
  }
  for (size_t word = share.begin; word < share.end; ++word) {
    for (size_t row = 0; row < of.rows.size(); ++row) Scale(of, row, word);
  }
}

}  // namespace model_core
