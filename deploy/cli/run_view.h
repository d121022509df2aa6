// Runs and approvals as people read them, from their JSON.
#pragma once

#include "deploy/cli/plan_view.h"

namespace deploy::cli {

// "승인 대기" / "approval_required", with the tone of good, bad or waiting.
Cell StateCell(const Session& session, const std::string& state);
// The same of an approval, which people reject: 반려.
Cell ApprovalStateCell(const Session& session, const std::string& state);
// "2026-11-24T10:00:00+09:00" → "2026-11-24 10:00".
std::string ShortTime(const std::string& time);

// One run in full: request, plan, decision, steps, approvals, answer.
void ShowRun(const Session& session, const base::Json& run, Page& page);
// One approval: who asks for what, and exactly what is hashed.
void ShowApproval(const Session& session, const base::Json& approval, Page& page);

}  // namespace deploy::cli
