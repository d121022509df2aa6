// RunLoopTest: runs from request to answer, whose decisions an auditor makes again at the end.
#pragma once

#include "tests/contract/run_world.h"

namespace agents {

using W = RunWorld;

inline constexpr char kFound[] = "개인정보 보호법";

inline Json Article(const char* id = "s1") {
  return W::Step(id, "law.article", {{"law", kFound}, {"jo", "26"}});
}

inline Json Ticket(const char* id = "s1") {
  return W::Step(id, "ticket.create", {{"title", "서식 갱신"}, {"queue", "it"}});
}

inline tools::ToolOutcome Failure(const char* code) {
  return tools::MakeToolError(code, "it broke", "고장입니다");
}

class RunLoopTest : public testing::Test {
 protected:
  void TearDown() override {
    if (decided_by_policy_) world_.DecideAllAgain();
  }

  RunWorld world_;
  bool decided_by_policy_ = true;
};

}  // namespace agents
