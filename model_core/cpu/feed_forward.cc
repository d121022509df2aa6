// Dense feed-forwards and mixtures of experts: gate and up of all jobs, then down. A token's
// experts are added in ascending order, then what all tokens pass.
#include <algorithm>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/expert_lists.h"

namespace model_core {
namespace {

// The member's rows of a matrix that jobs multiply by.
WeightMatrix RowsOf(const Lane& lane, size_t job, WeightMatrix FeedForward::*matrix) {
  const WeightMatrix& w = ScratchOf(lane).jobs[job].weights->*matrix;
  const Share share = lane.Of(w.rows, kRowUnit);
  return w.Rows(share.begin, share.size());
}

// gate ← silu(gate x) ⊙ up x, the member's rows of each job.
void GateAndUp(const Kernels& kernels, const Lane& lane) {
  const std::vector<FeedForwardJob>& jobs = ScratchOf(lane).jobs;
  for (size_t j = 0; j < jobs.size(); ++j) {
    const FeedForwardJob& job = jobs[j];
    const size_t ffn = job.weights->gate.rows;
    const Share share = lane.Of(ffn, kRowUnit);
    if (share.size() == 0) continue;
    float *gate = job.gate + share.begin, *up = job.up + share.begin;
    const WeightMatrix up_rows = RowsOf(lane, j, &FeedForward::up);
    const WeightMatrix next = j + 1 < jobs.size() ? RowsOf(lane, j + 1, &FeedForward::gate)
                                                  : RowsOf(lane, 0, &FeedForward::down);
    kernels.matmul(gate, ffn, job.x, job.tokens,
                   Before(RowsOf(lane, j, &FeedForward::gate), up_rows.data));
    kernels.matmul(up, ffn, job.x, job.tokens, Before(up_rows, next.data));
    for (size_t t = 0; t < job.tokens; ++t)
      kernels.silu_mul(gate + t * ffn, up + t * ffn, share.size());
  }
}

// The member's columns of a job's results, added to its tokens' rows of out.
void AddResults(const Kernels& kernels, const FeedForwardJob& job, const Share& share,
                size_t hidden, float* out) {
  constexpr float kOne = 1;
  for (size_t row = 0; row < job.tokens; ++row) {
    const size_t token = job.which == nullptr ? row : job.which[row];
    kernels.accumulate(
        out + token * hidden + share.begin, hidden, job.scale == nullptr ? &kOne : &job.scale[row],
        1, 1, {job.made + row * hidden + share.begin, Dtype::kF32, 1, share.size(), hidden});
  }
}

// out ← Σ scale · down(gate), the member's columns of out.
void Down(const Kernels& kernels, const Lane& lane, const Mixture& of) {
  const std::vector<FeedForwardJob>& jobs = ScratchOf(lane).jobs;
  const size_t hidden = of.hidden;
  const Share share = lane.Of(hidden, kRowUnit);
  if (share.size() == 0) return;
  for (size_t t = 0; t < of.tokens; ++t)
    std::fill_n(of.out + t * hidden + share.begin, share.size(), 0.0F);
  for (size_t j = 0; j < jobs.size(); ++j) {
    const size_t next = std::min(j + 1, jobs.size() - 1);
    kernels.matmul(
        jobs[j].made + share.begin, hidden, jobs[j].gate, jobs[j].tokens,
        Before(RowsOf(lane, j, &FeedForward::down), RowsOf(lane, next, &FeedForward::down).data));
    AddResults(kernels, jobs[j], share, hidden, of.out);
  }
}

}  // namespace

void CpuOperations::FeedForward(const Lane& lane, const Mixture& of) const {
  if (lane.member == 0) ListJobs(of, ScratchOf(lane));
  lane.Wait();
  GateAndUp(kernels_, lane);
  lane.Wait();
  Down(kernels_, lane, of);
}

}  // namespace model_core
