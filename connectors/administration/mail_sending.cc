#include "connectors/administration/mail_sending.h"

#include "connectors/administration/document_tools.h"
#include "connectors/administration/mail_label.h"
#include "connectors/administration/smtp.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr size_t kSubjectPointsMax = 250;

tools::ToolResult Sent(const std::string& id, absl::Time at, const policies::Label& label,
                       std::string_view bytes) {
  return {{{"mail_id", id}, {"sent_at", base::TimeText(at)}},
          policies::WithIntegrity(label, policies::Integrity::kTrusted),
          {MakeOrigin(kMailSystem, id, "", absl::Now(), bytes)}};
}

// The message in the open folder; nullopt: there is none.
absl::StatusOr<std::optional<FetchedMail>> FindIn(ImapSession& session,
                                                  const std::string& message_id) {
  ASSIGN_OR_RETURN(const std::vector<uint32_t> uids,
                   session.Search({{"NOT DELETED HEADER Message-ID", message_id}}));
  if (uids.empty()) return std::nullopt;
  return session.Fetch(uids.back());
}

// As FindIn, wherever a person has put it since it lay in the sent folder, which need not be there.
// A folder that is listed and cannot be looked into leaves open whether it is there.
absl::StatusOr<std::optional<FetchedMail>> FindAnywhere(ImapSession& session,
                                                        const std::string& sent_folder,
                                                        const std::string& message_id) {
  std::optional<FetchedMail> mail;
  const absl::Status opened = session.Open(sent_folder, true);
  if (opened.ok()) {
    ASSIGN_OR_RETURN(mail, FindIn(session, message_id));
    if (mail) return mail;
  } else if (!absl::IsNotFound(opened)) {
    return opened;
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> folders, session.Folders());
  for (const std::string& folder : folders) {
    if (opened.ok() && folder == sent_folder) continue;
    RETURN_IF_ERROR(session.Open(folder, true));
    ASSIGN_OR_RETURN(mail, FindIn(session, message_id));
    if (mail) return mail;
  }
  return std::nullopt;
}

tools::ToolError TooHigh(const Recipient& recipient, const policies::Label& label) {
  const std::string who = recipient.name.empty() ? recipient.address : recipient.name;
  return MakeToolError(
      "label_too_high",
      StrCat("'", who, "' may receive ",
             policies::Describe(recipient.may_receive, base::Language::kEnglish), ", the mail is ",
             policies::Describe(label, base::Language::kEnglish),
             " [address_book.may_receive] (leave out what is graded higher, or send it to someone "
             "who may have it)"),
      StrCat("'", who, "'의 수신 한도는 ",
             policies::Describe(recipient.may_receive, base::Language::kKorean),
             "인데 보낼 메일은 ", policies::Describe(label, base::Language::kKorean),
             "입니다 [address_book.may_receive] (등급이 높은 내용을 빼거나 받을 수 있는 분께 "
             "보내십시오)"));
}

}  // namespace

std::string MailSending::MessageId(const tools::ToolCall& call) const {
  const size_t at = options_.from.find('@');
  return StrCat("maru-", base::Sha256Hex(call.idempotency_key).substr(0, 40), "@",
                at == std::string::npos ? "localhost" : options_.from.substr(at + 1));
}

Fallible<OutgoingMail> MailSending::Compose(const tools::ToolCall& call, const Recipient& recipient,
                                            policies::Label& label,
                                            const tools::CallContext& context) const {
  const Json& arguments = call.arguments();
  OutgoingMail mail{MessageId(call),
                    options_.from,
                    recipient.name,
                    recipient.address,
                    StringOr(arguments, "subject", ""),
                    StringOr(arguments, "body", ""),
                    absl::Now(),
                    {}};
  if (const std::string id = StringOr(arguments, "attachment", ""); !id.empty()) {
    if (documents_ == nullptr) return NoRegister();
    const auto document = documents_->Get(id, context.deadline);
    if (!document.ok()) return FromStatus(document.status(), kDocumentSystem);
    label = policies::Join(label, document->effective_label());
    const bool hwpx = document->media_type == kHwpxType;
    mail.attachments.push_back({hwpx && !document->title.ends_with(".hwpx")
                                    ? StrCat(document->title, ".hwpx")
                                    : document->title,
                                document->media_type, document->bytes});
    if (mail.subject.empty())
      mail.subject = base::FirstPoints(document->title, kSubjectPointsMax - 1);
    if (mail.body.empty())
      mail.body = StrCat("첨부 문서를 보내 드립니다.\n\n", id, " ", document->title, "\n");
  }
  if (mail.subject.empty()) mail.subject = "알림";
  if (base::CodePoints(mail.subject).size() > kSubjectPointsMax) {
    return MakeToolError("invalid_argument",
                         StrCat("the subject is longer than ", kSubjectPointsMax, " characters"),
                         StrCat("제목이 ", kSubjectPointsMax, "자를 넘습니다"));
  }
  if (!MayReceive(recipient, label)) return TooHigh(recipient, label);
  return mail;
}

std::optional<tools::ToolError> MailSending::HandOver(ImapSession& session,
                                                      const OutgoingMail& mail,
                                                      const std::string& bytes,
                                                      const tools::CallContext& context) const {
  const auto failed = [](const absl::Status& status) { return std::optional(MailError(status)); };
  if (const auto status = session.Append(options_.sent_folder, "\\Seen \\Draft", bytes);
      !status.ok())
    return failed(status);
  if (const auto status = session.Open(options_.sent_folder, false); !status.ok())
    return failed(status);
  const auto uids = session.Search({{"HEADER Message-ID", mail.message_id}});
  if (!uids.ok()) return failed(uids.status());
  auto error = SendMail(options_, mail.from, mail.to_address, bytes, context);
  for (const uint32_t uid : *uids) {
    if (error && error->in_doubt) break;  // the mark stays, for a person to judge
    const auto status =
        error ? session.Expunge(uid) : session.Store(uid, "-FLAGS.SILENT (\\Draft)");
    if (!status.ok())
      base::LogWarning("mail.sent_folder_not_updated",
                       {{"message_id", mail.message_id}, {"error", std::string(status.message())}});
  }
  return error;
}

ToolOutcome MailSending::Send(const tools::ToolCall& call,
                              const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Recipient recipient, book_.Find(StringOr(call.arguments(), "to", "")));
  policies::Label label = call.binding.label;
  ASSIGN_OR_FAIL(const OutgoingMail mail, Compose(call, recipient, label, context));
  auto session = ImapSession::Open(options_, context);
  if (!session.ok()) return MailError(session.status());
  const std::string bytes = ComposeMail(mail);
  if (auto error = HandOver(**session, mail, bytes, context)) return *error;
  return Sent(mail.message_id, mail.date, label, bytes);
}

std::optional<ToolOutcome> MailSending::Settle(const tools::ToolCall& call,
                                               const tools::CallContext& context) const {
  auto session = ImapSession::Open(options_, context);
  if (!session.ok()) return MailError(session.status());
  const auto mail = FindAnywhere(**session, options_.sent_folder, MessageId(call));
  if (!mail.ok()) return MailError(mail.status());
  if (!*mail) return std::nullopt;
  if ((*mail)->draft) {
    return MakeToolError("in_doubt",
                         "the message lies in the account as a draft: it may have gone out, or not",
                         "메일 계정에 발송 중으로 남아 있어 발송 여부를 사람이 확인해야 합니다");
  }
  const auto bytes = (*session)->FetchBytes(**mail);
  if (!bytes.ok()) return MailError(bytes.status());
  return Sent(MessageId(call), (*mail)->received, call.binding.label, *bytes);
}

}  // namespace connectors::administration
