#include "agents/api/grpc/held.h"

#include "agents/run_loop.h"

namespace agents {

// For whoever asked, who can do nothing about it: what to do is said to those who run the store.
void SayHeld(const absl::Status& held, Run& run) {
  if (held.ok() || AtRest(run.state)) return;
  const std::string reason = base::Reason(held);
  if (reason == kHeldByPlanner || reason == kHeldByCall || reason == kHeldByTurn) {
    run.reason_en = base::Message(held, base::Language::kEnglish);
    run.reason_ko = base::Message(held, base::Language::kKorean);
    return;
  }
  if (absl::IsResourceExhausted(held)) {
    run.reason_en =
        "the database has no disk space left: the run waits, and goes on by itself once there is "
        "room again";
    run.reason_ko =
        "데이터베이스의 디스크 공간이 부족합니다. 실행은 기다렸다가 공간이 생기면 스스로 "
        "이어집니다";
    return;
  }
  run.reason_en =
      "the database cannot be used at the moment: the run waits, and goes on by itself once it can";
  run.reason_ko =
      "지금은 데이터베이스를 쓸 수 없습니다. 실행은 기다렸다가 쓸 수 있게 되면 스스로 이어집니다";
}

}  // namespace agents
