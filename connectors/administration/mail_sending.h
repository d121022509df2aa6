// mail.send. Thread-safe; each call has a connection of its own.
//
// Sending happens once: the message is put into the sent folder as a draft before it goes out, and
// loses that mark when the SMTP server has taken it. After a crash the account's folders tell, the
// sent one first and then all others, where a person may have moved it: no message: it never went
// out; one without the mark: it did; one with it: nobody can tell but a person.
#pragma once

#include <memory>
#include <optional>

#include "connectors/administration/address_book.h"
#include "connectors/administration/imap_session.h"
#include "connectors/administration/mail_message.h"
#include "connectors/administration/register.h"
#include "connectors/tool_kit.h"

namespace connectors::administration {

class MailSending {
 public:
  // `documents` may be null: nothing can be attached then.
  MailSending(MailOptions options, AddressBook book, std::shared_ptr<Register> documents)
      : options_(std::move(options)), book_(std::move(book)), documents_(std::move(documents)) {}

  tools::ToolOutcome Send(const tools::ToolCall& call, const tools::CallContext& context) const;
  std::optional<tools::ToolOutcome> Settle(const tools::ToolCall& call,
                                           const tools::CallContext& context) const;

 private:
  Fallible<OutgoingMail> Compose(const tools::ToolCall& call, const Recipient& recipient,
                                 policies::Label& label, const tools::CallContext& context) const;
  std::optional<tools::ToolError> HandOver(ImapSession& session, const OutgoingMail& mail,
                                           const std::string& bytes,
                                           const tools::CallContext& context) const;
  std::string MessageId(const tools::ToolCall& call) const;

  const MailOptions options_;
  const AddressBook book_;
  const std::shared_ptr<Register> documents_;
};

}  // namespace connectors::administration
