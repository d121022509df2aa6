#include "agents/refusal.h"

namespace agents {
namespace {

using policies::Rule;

Rule Harmful() {
  return {"plan.harmful", "해로운 일이거나 승인·감사·등급을 피하려는 요청이라 처리하지 않습니다",
          "the request asks for something harmful or for a way around approval, audit or labels",
          "필요한 승인을 거쳐 업무 자체를 요청하십시오",
          "ask for the work itself, with the approvals that it needs"};
}

Rule NotYourTool() {
  return {"access.tool", "이 일에 필요한 도구를 쓸 권한이 없습니다",
          "you may not use a tool that this needs", "권한이 있는 분께 부탁하십시오",
          "ask someone who may"};
}

Rule TwoPurposes() {
  return {"access.one_purpose", "아니면 한 요청에 두 가지 목적이 섞여 있습니다",
          "or it needs two purposes at once", "목적별로 나누어 요청하십시오",
          "ask for each part in a request of its own"};
}

Rule OutOfScope() {
  return {"plan.out_of_scope", "이 기관의 도구로는 할 수 없는 일입니다",
          "no tool of this organisation does this",
          "요청할 수 있는 일은 'maru tools list'로 볼 수 있습니다",
          "'maru tools list' shows what can be asked for"};
}

}  // namespace

std::vector<Rule> RefusalRules(RefuseReason reason) {
  if (reason == RefuseReason::kHarmful) return {Harmful()};
  if (reason == RefuseReason::kNotPermitted) return {NotYourTool(), TwoPurposes()};
  return {OutOfScope()};
}

}  // namespace agents
