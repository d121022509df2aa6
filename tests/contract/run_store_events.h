// A request and events as a run store is given them.
#pragma once

#include "model_core/base/strings.h"
#include "tests/fakes/test_store.h"

namespace agents {

using base::Json;
using base::StrCat;

inline absl::Time At(const char* text) { return *base::ParseTimeText(text); }

inline RunRequest Request(const std::string& message = "") {
  return {"개인정보 보호법 제26조 보여줘", "kim.legal", "", "", message, "ko",
          "2026-11-24T10:00:00+09:00"};
}

inline Event Waiting(std::string reason) {
  return {0,
          "",
          "maru",
          "run.waiting",
          {{"state", "input_required"}, {"reason_en", reason}, {"reason_ko", reason}}};
}

inline Event Ended(uint64_t events) {
  return {0,
          "",
          "maru",
          "run.ended",
          {{"state", "completed"}, {"reason_en", ""}, {"reason_ko", ""}, {"events", events}}};
}

inline Event Asked(const std::string& id) {
  const policies::Obligation one{
      policies::Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.one"};
  return {0,
          "",
          "maru",
          "approval.requested",
          {{"approval_id", id},
           {"step", "s1"},
           {"tool", "ticket.create"},
           {"requester", "han.clerk"},
           {"obligation", policies::ToJson(one)},
           {"call_hash", "abc"},
           {"shown", {{"tool", "ticket.create"}}}}};
}

inline Event Answered(const std::string& id) {
  return {0,
          "",
          "seo.head",
          "approval.decided",
          {{"approval_id", id},
           {"step", "s1"},
           {"approver", "seo.head"},
           {"approved", true},
           {"reason", "좋음"},
           {"call_hash", "abc"}}};
}

}  // namespace agents
