// The recogniser finds every value that a request holds and normalises it by the catalogue's rules:
// dates and periods against `now`, numerals, articles, identifiers. The grammar offers these values
// and no others, so a plan can hold no invented one. Deterministic; thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/quotations.h"

namespace agents {

// A stretch of the request that stands for a value.
struct Mention {
  size_t begin = 0, end = 0;  // bytes of the request
  std::string shown;  // its short normal form, for the model; empty where the words say it already
};

// What arguments may be filled with.
struct Findings {
  // JSON literals by argument kind, in order of mention, each once: date, due (a date that is never
  // past), time, since (one that is never in the future), period, int, number, days (an int), jo,
  // id:patient, id:order, …
  std::map<std::string, std::vector<std::string>> literals;
  // Byte offsets between which free spans may be cut, both ends included: never inside a Latin word
  // or a run of digits, nor behind a mark that ends a sentence. Empty if the request holds no word
  // at all.
  std::vector<size_t> bounds;
  std::vector<base::Quotation> closed;  // stretches that no free span touches
};

struct Recognition : Findings {
  std::vector<Mention> mentions;  // in order, not overlapping
  // The requester's own: no value out of a quotation of several words, and of a quotation's words
  // all or none; of several identifiers of a kind none that is to be left alone (withdrawn.h).
  Findings own;
  // The same for a heading and for the words under it, where the request tells which is which: none
  // that it calls the other. Nothing is closed to them elsewhere.
  Findings heading, body;
};

// The request as free spans are cut from it: with a quotation mark for each byte that is closed.
std::string OpenText(std::string_view request, const Findings& found);

Recognition Recognise(std::string_view request, absl::Time now);

// What the model reads after the request: "지난달=2026-10-01..2026-10-31;제38조의2=38-2".
std::string PlannerValues(std::string_view request, const Recognition& recognition);

}  // namespace agents
