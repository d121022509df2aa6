// What mail.search and mail.send share: whose errors and origins they tell, and what mail is.
#pragma once

#include "connectors/tool_kit.h"
#include "policies/label.h"

namespace connectors::administration {

inline constexpr char kMailSystem[] = "administration.mail";

inline tools::ToolError MailError(const absl::Status& status) {
  return FromStatus(status, kMailSystem);
}

// S, personal.
inline policies::Label MailLabel() {
  return {policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kPersonal,
          policies::Integrity::kTrusted};
}

}  // namespace connectors::administration
