// mail.search: the mailbox, read without a change to it; attachments become documents. Thread-safe;
// each call has a connection of its own.
#pragma once

#include <memory>
#include <optional>

#include "connectors/administration/imap_session.h"
#include "connectors/administration/mail_message.h"
#include "connectors/administration/register.h"
#include "connectors/tool_kit.h"

namespace connectors::administration {

class MailSearch {
 public:
  // `documents` may be null: attachments then have no document ids.
  MailSearch(MailOptions options, std::shared_ptr<Register> documents, size_t attachment_bytes_max)
      : options_(std::move(options)),
        documents_(std::move(documents)),
        attachment_bytes_max_(attachment_bytes_max) {}

  tools::ToolOutcome Search(const tools::ToolCall& call, const tools::CallContext& context) const;
  std::optional<tools::ToolError> Look(absl::Time deadline) const;

 private:
  // Adds its items to `result`; how many pieces of it are left out: the whole counts as one.
  Fallible<size_t> AddMail(ImapSession& session, const FetchedMail& mail,
                           const tools::ToolCall& call, const tools::CallContext& context,
                           tools::ToolResult& result) const;
  Fallible<std::vector<std::string>> RegisterAttachments(const MailMessage& message,
                                                         absl::Time received,
                                                         const std::string& requester,
                                                         absl::Time deadline) const;

  const MailOptions options_;
  const std::shared_ptr<Register> documents_;
  const size_t attachment_bytes_max_;
};

}  // namespace connectors::administration
