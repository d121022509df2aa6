// Part: a list that a limit cut. Beside the fields of the catalogue the value of a result may carry
// "part": {"shown": 20, "total": 714}, which speaks of its `items`: they are the first 20 of 714.
// `total` is absent where the other side does not tell it. Without "part" the list is whole.
// "left_out": 2 says that two pieces of what the list speaks of (attachments of mail) are not in
// the result: over a limit, not readable, or with no place to go. Without it every entry is whole.
#pragma once

#include <cstdint>
#include <optional>

#include "model_core/base/json.h"

namespace tools {

inline constexpr char kPartField[] = "part";
inline constexpr char kLeftOutField[] = "left_out";

struct Part {
  int64_t shown = 0;
  std::optional<int64_t> total;  // more than `shown`
};

// Says that the `items` of `value` are the first of `total`, or of more than they are. A list that
// holds them all stays unmarked.
void MarkPart(base::Json& value, std::optional<int64_t> total);
// What `value` says of its list; nullopt: it is whole.
std::optional<Part> PartOf(const base::Json& value);
// Whether `value` has no mark, or one that its `items` bear out.
bool PartFits(const base::Json& value);

// Says that `count` pieces are left out of `value`; 0 says nothing.
void MarkLeftOut(base::Json& value, int64_t count);
// How many `value` says are left out of it; 0: none, or no such number.
int64_t LeftOutOf(const base::Json& value);
// Whether `value` has no such mark, or one with a number.
bool LeftOutFits(const base::Json& value);

}  // namespace tools
