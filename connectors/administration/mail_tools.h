// mail.search and mail.send. Thread-safe; each call has a connection of its own.
//
// Sending happens once: the message is put into the sent folder as a draft before it goes out, and
// loses that mark when the SMTP server has taken it. After a crash the sent folder tells: no
// message: it never went out; one without the mark: it did; one with it: nobody can tell but a
// person.
#pragma once

#include <memory>
#include <optional>

#include "connectors/administration/address_book.h"
#include "connectors/administration/imap_session.h"
#include "connectors/administration/mail_message.h"
#include "connectors/administration/register.h"
#include "tools/tool.h"

namespace connectors::administration {

class MailTools {
 public:
  // `documents` may be null: attachments then have no document ids, and nothing can be attached.
  MailTools(MailOptions options, AddressBook book, std::shared_ptr<Register> documents,
            size_t attachment_bytes_max)
      : options_(std::move(options)),
        book_(std::move(book)),
        documents_(std::move(documents)),
        attachment_bytes_max_(attachment_bytes_max) {}

  tools::ToolOutcome Search(const tools::ToolCall& call, const tools::CallContext& context) const;
  tools::ToolOutcome Send(const tools::ToolCall& call, const tools::CallContext& context) const;
  std::optional<tools::ToolOutcome> Settle(const tools::ToolCall& call,
                                           const tools::CallContext& context) const;
  std::optional<tools::ToolError> Look(absl::Time deadline) const;

 private:
  Fallible<OutgoingMail> Compose(const tools::ToolCall& call, const Recipient& recipient,
                                 policies::Label& label, const tools::CallContext& context) const;
  Fallible<std::vector<std::string>> RegisterAttachments(const MailMessage& message,
                                                         absl::Time received,
                                                         const std::string& requester,
                                                         absl::Time deadline) const;
  std::optional<tools::ToolError> HandOver(ImapSession& session, const OutgoingMail& mail,
                                           const std::string& bytes,
                                           const tools::CallContext& context) const;
  std::string MessageId(const tools::ToolCall& call) const;

  const MailOptions options_;
  const AddressBook book_;
  const std::shared_ptr<Register> documents_;
  const size_t attachment_bytes_max_;
};

// Gives `bytes` to the SMTP server. An error with in_doubt says that it may have taken them.
std::optional<tools::ToolError> SendMail(const MailOptions& options, const std::string& from,
                                         const std::string& to, const std::string& bytes,
                                         const tools::CallContext& context);

inline constexpr char kMailSystem[] = "administration.mail";
policies::Label MailLabel();  // S, personal

}  // namespace connectors::administration
