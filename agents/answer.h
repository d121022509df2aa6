// Answer: composed from typed results alone, without a model. Each sentence cites the record it
// rests on; text from outside is quoted and marked; the notice that an AI system answered is part
// of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agents/run.h"
#include "tools/catalogue.h"

namespace agents {

// The version of the composer: what it writes for one run. It goes up with every change of a
// sentence, a caption or a form of values, so that an answer that was released years ago is
// compared only with what its own composer writes.
inline constexpr int kComposer = 3;

struct Citation {
  int number = 0;  // [1], [2] in the text
  std::string step_id;
  policies::Origin origin;
};

struct Answer {
  std::string text;  // in the language of the request
  std::vector<Citation> citations;
  policies::Label label;  // join of everything it rests on
};

// Deterministic: the same run gives the same answer.
Answer ComposeAnswer(const Run& run, const tools::Catalogue& catalogue);
// What a step that waits rests on: the answer over the steps before it that succeeded. Its text is
// empty if there are none.
Answer ComposeBasis(const Run& run, std::string_view step_id, const tools::Catalogue& catalogue);
base::Json ToJson(const Answer& answer);

// The body of answer.released: the answer, and by what it was composed.
base::Json ReleasedBody(const Answer& answer, const tools::Catalogue& catalogue);
// Composes once more what `released` (the body of answer.released) says was told of `run`, which is
// folded up to that event. FailedPrecondition: by another composer or catalogue, or a result is not
// in the shape that the catalogue has; DataLoss, naming what differs, unless text, citations and
// label come out the same.
absl::Status RecomposeAnswer(const Run& run, const tools::Catalogue& catalogue,
                             const base::Json& released);

}  // namespace agents
