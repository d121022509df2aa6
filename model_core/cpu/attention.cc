// Attention: who looks at what, and which members of the team share it.
#include <algorithm>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/cpu_scratch.h"
#include "model_core/cpu/look.h"

namespace model_core {
namespace {

constexpr size_t kRowsTogether = 32;  // past rows that a member takes at least

size_t LongestSequence(std::span<const PassToken> tokens) {
  size_t most = 0;
  for (size_t token = 0; token < tokens.size(); ++token)
    most = std::max(most, token + 1 - tokens[token].first_row);
  return most;
}

// Tokens of a sequence that see the same of earlier passes read it together, as long as there is
// enough for every member to do. In a window each sees something else.
size_t TokensTogether(const Lane& lane, const Attention& of) {
  constexpr size_t kTasksEach = 4;
  if (of.window > 0) return 1;
  const size_t tasks = of.table->tokens.size() * of.fresh.shape->heads;
  const size_t most =
      std::min(LongestSequence(of.table->tokens), tasks / (kTasksEach * lane.members()));
  return std::clamp<size_t>(most, 1, of.together);
}

// Kept heads of a token are dealt out in so many parts, as many to each member: a part's heads are
// read together, where there is room for the scores.
size_t KeptParts(const Lane& lane, const Attention& of, size_t tokens_together) {
  const size_t kept = of.fresh.shape->heads;
  const size_t round = lane.members() * (of.together / tokens_together);
  return std::min(kept, (kept + round - 1) / round * lane.members());
}

// Tokens first … end - 1 of a pass, one sequence after the other.
void AttendAlone(const Kernels& kernels, const Attention& of, size_t first, size_t end, Share kept,
                 float* scores) {
  const std::span<const PassToken> tokens = of.table->tokens;
  for (size_t token = first, next; token < end; token = next) {
    const size_t sequence = tokens[token].first_row;
    for (next = token + 1; next < end && tokens[next].first_row == sequence;) ++next;
    const Look look(kernels, of, token, next, kept, scores);
    look.ComparePast({look.past(), 0, 1});
    look.CompareFresh();
    look.Weigh({look.heads(), 0, 1});
    look.Mix({of.value_width, 0, 1});
  }
}

// The lane is the `lane.member`-th of those that look for one token and kept head together: every
// past row is read once for its keys and once for its values, whatever their number.
void AttendTogether(const Kernels& kernels, const Lane& lane, const Share& lanes,
                    const Attention& of, size_t task) {
  const size_t kept = of.fresh.shape->heads, at = lane.member - lanes.begin;
  const Look look(kernels, of, task / kept, task / kept + 1, {kept, task % kept, kept},
                  ScratchOf(lane).scores[lanes.begin].data());
  look.ComparePast({look.past(), at, lanes.size(), kRowsTogether});
  if (at + 1 == lanes.size()) look.CompareFresh();
  lane.Wait();
  look.Weigh({look.heads(), at, lanes.size()});
  lane.Wait();
  look.Mix({of.value_width, at, lanes.size(), kGroup});
}

}  // namespace

// Tasks are dealt out one by one, since later tokens see more. Where there are fewer of them than
// members, as when latents are decoded, members share each.
void CpuOperations::Attend(const Lane& lane, const Attention& of) const {
  const size_t count = of.table->tokens.size(), kept = of.fresh.shape->heads;
  const size_t together = TokensTogether(lane, of), parts = KeptParts(lane, of, together);
  const size_t tasks = (count + together - 1) / together * parts;
  if (tasks < lane.members()) {
    size_t task = 0;
    while (task + 1 < tasks && lane.member >= Share(lane.members(), task, tasks).end) ++task;
    return AttendTogether(kernels_, lane, Share(lane.members(), task, tasks), of, task);
  }
  float* scores = ScratchOf(lane).scores[lane.member].data();
  for (size_t task = lane.member; task < tasks; task += lane.members()) {
    const size_t block = task / parts;
    AttendAlone(kernels_, of, block * together, std::min((block + 1) * together, count),
                {kept, task % parts, parts}, scores);
  }
}

}  // namespace model_core
