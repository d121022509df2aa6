// Dense feed-forwards and mixtures of experts: gate and up of all jobs, then down. A token's
// experts are added in ascending order, then what all tokens pass.
#include <algorithm>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/expert_lists.h"

namespace model_core {
namespace {

constexpr size_t kJobsTogether = 16;  // whose x is quantised once

// The member's rows of a matrix that jobs multiply by.
WeightMatrix RowsOf(const Lane& lane, size_t job, WeightMatrix FeedForward::*matrix) {
  const WeightMatrix& w = ScratchOf(lane).jobs[job].weights->*matrix;
  const Share share = lane.Of(w.rows, kRowUnit);
  return w.Rows(share.begin, share.size());
}

// Where the gate or up rows of a job go, and what the member reads after them.
Projection Into(const Lane& lane, size_t job, float* to, WeightMatrix FeedForward::*matrix,
                const WeightMatrix& next) {
  const size_t ffn = ScratchOf(lane).jobs[job].weights->gate.rows;
  return {to + lane.Of(ffn, kRowUnit).begin, ffn, Before(RowsOf(lane, job, matrix), next.data)};
}

// gate ← silu(gate x) ⊙ up x of jobs first … end - 1, which multiply the same x: the member's rows.
void GateAndUpOf(const Kernels& kernels, const Lane& lane, size_t first, size_t end) {
  const std::vector<FeedForwardJob>& jobs = ScratchOf(lane).jobs;
  Projection both[2 * kJobsTogether];
  size_t count = 0;
  for (size_t j = first; j < end; ++j) {
    if (lane.Of(jobs[j].weights->gate.rows, kRowUnit).size() == 0) continue;
    const WeightMatrix next = j + 1 < jobs.size() ? RowsOf(lane, j + 1, &FeedForward::gate)
                                                  : RowsOf(lane, 0, &FeedForward::down);
    both[count++] =
        Into(lane, j, jobs[j].gate, &FeedForward::gate, RowsOf(lane, j, &FeedForward::up));
    both[count++] = Into(lane, j, jobs[j].up, &FeedForward::up, next);
  }
  if (count == 0) return;
  const size_t tokens = jobs[first].tokens;
  kernels.project({both, count}, jobs[first].x, tokens);
  for (size_t i = 0; i < count; i += 2) {
    const Projection &gate = both[i], &up = both[i + 1];
    for (size_t t = 0; t < tokens; ++t)
      kernels.silu_mul(gate.out + t * gate.out_stride, up.out + t * up.out_stride, gate.w.rows);
  }
}

// Of all jobs. A single token's experts multiply the same x, and so does what all tokens pass.
void GateAndUp(const Kernels& kernels, const Lane& lane) {
  const std::vector<FeedForwardJob>& jobs = ScratchOf(lane).jobs;
  for (size_t j = 0, end; j < jobs.size(); j = end) {
    for (end = j + 1; end < jobs.size() && end - j < kJobsTogether && jobs[end].x == jobs[j].x;)
      ++end;
    GateAndUpOf(kernels, lane, j, end);
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
