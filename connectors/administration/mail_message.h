// Mail as bytes (RFC 5322, MIME) and as what people read. GMime underneath. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors::administration {

struct MailPart {
  std::string name;  // file name as people gave it
  std::string media_type;
  std::string bytes;
};

inline constexpr size_t kMailPartsMax = 200;  // however they are nested

struct MailMessage {
  std::string message_id;  // without < >
  std::string sender;      // "환경과 <environment@gaon.example>"
  std::string subject;
  std::string body;  // plain text; that of an HTML-only message without its markup
  std::vector<MailPart> attachments;
  // Of MIME, in neither `body` nor `attachments`: those after the first kMailPartsMax, attached
  // messages, and what is no text and has no name.
  size_t parts_left_out = 0;
};

// InvalidArgument: no message.
absl::StatusOr<MailMessage> ParseMail(std::string_view bytes);

struct OutgoingMail {
  std::string message_id, from, to_name, to_address, subject, body;
  absl::Time date;
  std::vector<MailPart> attachments;
};
std::string ComposeMail(const OutgoingMail& mail);

}  // namespace connectors::administration
