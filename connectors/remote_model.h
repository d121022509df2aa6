// Planners whose model runs elsewhere: any server that speaks the OpenAI chat completions API
// (vLLM, SGLang, TensorRT-LLM, llama.cpp …). The model gets the same values as the embedded one and
// is held to the same grammar, as JSON Schema; what it answers is checked again here, since a
// server may not honour it. A plan that acts is kept only if the model, asked again, says of every
// act that the request asks for it.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "agents/planner.h"
#include "connectors/http.h"
#include "tools/catalogue.h"

namespace connectors {

struct OpenAiOptions {
  std::string base_url;  // up to and without "/chat/completions": "http://127.0.0.1:8000/v1"
  std::string model;     // the server's name for it
  std::string api_key;   // sent as bearer credential if set; never logged, never part of an error
  absl::Duration timeout = absl::Seconds(60);  // of one answer; a plan that acts takes two
  int tokens_max = 2048;                       // of an answer
};

// InvalidArgument: no http(s) base_url, or no model. `http` and `catalogue` outlive the planner,
// which is thread-safe. MakePlan: Unavailable (no answer, busy, 5xx), DeadlineExceeded, Cancelled,
// FailedPrecondition (the server refuses the credential, the model or the request), Internal (its
// answer is not a plan that holds, or does not say of each act whether it was asked for). Its
// evidence has no weights hash: such a plan cannot be recomputed.
absl::StatusOr<std::unique_ptr<agents::Planner>> MakeOpenAiPlanner(
    OpenAiOptions options, HttpClient& http, const tools::Catalogue& catalogue);

}  // namespace connectors
