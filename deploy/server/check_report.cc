#include "deploy/server/check_report.h"

#include "model_core/base/json.h"

namespace deploy {

using base::Language;
using base::StringOr;

std::string CheckReport(const absl::Status& status) {
  base::Json report = {{"ok", status.ok()}};
  if (!status.ok()) {
    report.update({{"code", status.raw_code()},
                   {"message_en", base::Message(status, Language::kEnglish)},
                   {"message_ko", base::Message(status, Language::kKorean)},
                   {"reason", base::Reason(status)}});
  }
  return base::DumpJson(report);
}

std::optional<absl::Status> ParseCheckReport(std::string_view text) {
  const auto report = base::ParseJson(text, "report");
  if (!report.ok() || !report->is_object() || !report->contains("ok")) return std::nullopt;
  if (base::BoolOr(*report, "ok", false)) return absl::OkStatus();
  const std::string english = StringOr(*report, "message_en", ""),
                    reason = StringOr(*report, "reason", "");
  const auto code = static_cast<absl::StatusCode>(base::IntOr(*report, "code", 0));
  if (code == absl::StatusCode::kOk || english.empty()) return std::nullopt;
  const absl::Status status = base::Error(code, english, StringOr(*report, "message_ko", english));
  return reason.empty() ? status : base::WithReason(status, reason);
}

}  // namespace deploy
