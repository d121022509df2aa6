#include "model_core/base/check.h"
#include "model_core/transformer/pass.h"

namespace model_core {
namespace {

// A team's members issue what the device has lanes for.
template <typename Issue>
void RunLanes(const Device& device, Team& team, const Issue& issue) {
  if (device.has_lanes()) return team.Run([&](size_t member) { issue(member, team); });
  TeamOfOne one;
  issue(0, one);
}

// `drafts`: in the parts before.
void AddRows(const PassPart& part, size_t drafts, PassRoom& room) {
  const size_t first_row = room.tokens.size(), past = part.cache->tokens();
  const size_t count = part.tokens.size(), sequence = room.caches.size();
  CHECK(count > 0 && part.cache->layout().kind == room.kept_rows.kind);
  room.caches.push_back(part.cache);
  for (size_t i = 0; i < count; ++i) {
    room.tokens.push_back({part.tokens[i], past + i, first_row, sequence});
    if (i < part.inputs.size()) room.tokens.back().input = part.inputs[i];
  }
  if (part.draft != kNoDraft)
    room.tokens.push_back({part.draft, past + count, first_row, sequence, drafts});
}

}  // namespace

void Transformer::Forward(std::span<const PassPart> parts, PassRoom& room, Team& team,
                          Trace* trace) const {
  room.Clear();
  size_t drafts = 0;
  for (const PassPart& part : parts) {
    AddRows(part, drafts, room);
    drafts += part.draft == kNoDraft ? 0 : 1;
    part.cache->Extend(part.tokens.size());
  }
  CHECK(room.tokens.size() <= room.rows && drafts <= room.drafts_max);
  if (trace != nullptr) {
    trace->hidden.clear();
    trace->experts.assign(layers_.size(), {});
    trace->expert_weights.assign(layers_.size(), {});
  }
  RunPass(nullptr, room, team, trace);
}

void Transformer::Draft(std::span<const DraftPart> parts, const PassRoom& of, PassRoom& room,
                        Team& team) const {
  room.Clear();
  for (const DraftPart& part : parts) {
    const size_t first_row = room.tokens.size(), past = part.cache->tokens();
    for (size_t i = 0; i < part.next.size(); ++i) {
      room.tokens.push_back({part.next[i], past + i, first_row, room.caches.size(), kCertain,
                             of.x + (part.first_row + i) * config_.hidden});
    }
    room.caches.push_back(part.cache);
    part.cache->Extend(part.next.size());
  }
  CHECK(draft_.has_value() && !room.tokens.empty() && room.tokens.size() <= room.rows);
  RunPass(&*draft_, room, team, nullptr);
}

void Transformer::RunPass(const DraftHead* draft, PassRoom& room, Team& team, Trace* trace) const {
  const Pass pass(*this, draft, room, trace);
  RunLanes(device_, team, [&pass](size_t member, Team& lanes) { pass.Run(member, lanes); });
  for (KvCache* cache : room.caches) cache->Commit();
}

void Transformer::Forward(std::span<const int32_t> tokens, Sequence& sequence, Team& team,
                          Trace* trace) const {
  const PassPart part{tokens, &sequence.cache};
  Forward({&part, 1}, sequence.room, team, trace);
}

void Transformer::Logits(PassRoom& room, std::span<const LogitsRow> rows, Team& team,
                         std::span<float> logits) const {
  CHECK(!rows.empty() && rows.size() <= room.rows);
  const size_t count = rows.size() * config_.vocabulary;
  CHECK(logits.size() >= count);
  const bool host = device_.memory().is_host();
  const Scoring scoring{rows,
                        room.x,
                        room.head_x,
                        head_,
                        static_cast<float>(config_.logits_scale),
                        host ? logits.data() : room.logits};
  RunLanes(device_, team, [&](size_t member, Team& lanes) {
    device_.operations().Score({member, lanes, *room.scratch}, scoring);
  });
  if (!host) device_.memory().Download(logits.data(), room.logits, count * sizeof(float));
}

void Transformer::Logits(Sequence& sequence, size_t row, std::span<const uint32_t> mask, Team& team,
                         std::span<float> logits) const {
  const LogitsRow wanted{row, mask};
  Logits(sequence.room, {&wanted, 1}, team, logits);
}

}  // namespace model_core
