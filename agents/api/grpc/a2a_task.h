// A run as an A2A task, and its events as a task's updates. The plan, policy's decision, each step
// and the answer are artifacts: JSON in a data part, the answer also as text. A value goes out only
// if its label fits the reader.
//
//   run          task                   run                      task
//   submitted    SUBMITTED              approval_required        AUTH_REQUIRED
//   working      WORKING                in_doubt                 AUTH_REQUIRED
//   completed    COMPLETED              input_required           INPUT_REQUIRED
//   failed       FAILED                 rejected                 REJECTED
//   canceled     CANCELED
#pragma once

#include <optional>
#include <vector>

#include "agents/run.h"
#include "lf/a2a/v1/a2a.pb.h"

namespace agents {

// What a client that knows Maru may ask for by these URIs; a client that does not still sees a
// correct task.
inline constexpr std::string_view kPlanExtension = "urn:maru:a2a:plan:v1";
inline constexpr std::string_view kApprovalExtension = "urn:maru:a2a:approval:v1";

lf::a2a::v1::TaskState TaskStateOf(RunState state);
std::vector<RunState> RunStatesOf(lf::a2a::v1::TaskState state);  // several for AUTH_REQUIRED

struct TaskView {
  policies::Clearance reader;
  std::optional<int> history_length;  // newest messages; unset: all
  bool artifacts = true;
};

lf::a2a::v1::Task TaskOf(const Run& run, const std::vector<Event>& journal, const TaskView& view);

// What the event at journal[index] tells a subscriber; nullopt: nothing. `then` is the run folded
// up to it.
std::optional<lf::a2a::v1::StreamResponse> UpdateOf(const Run& then, const Event& event,
                                                    const policies::Clearance& reader);

// How `run` stands while nothing happens to it: `held` keeps it from going on, and its reason says
// so (SayHeld); OK: it goes on again.
lf::a2a::v1::StreamResponse HeldUpdate(const Run& run, const absl::Status& held);

}  // namespace agents
