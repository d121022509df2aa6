#include "connectors/administration/mail_tools.h"

#include "connectors/administration/document_text.h"
#include "connectors/administration/document_tools.h"
#include "connectors/administration/office_connector.h"
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

constexpr size_t kMailsMax = 20;
constexpr size_t kBodyPoints = 8000;

tools::ToolError Failed(const absl::Status& status) { return FromStatus(status, kMailSystem); }

std::string ShortBody(const std::string& body) {
  const std::u32string points = base::CodePoints(base::Trim(base::ReplaceAll(body, "\r\n", "\n")));
  return points.size() <= kBodyPoints
             ? base::Utf8(points)
             : base::Utf8(std::u32string_view(points).substr(0, kBodyPoints)) + "…";
}

// When a period begins or ends: a day is whole.
absl::Time Bound(const std::string& text, bool end) {
  absl::CivilDay day;
  if (text.size() == 10 && absl::ParseCivilTime(text, &day))
    return absl::FromCivil(end ? day + 1 : day, base::Seoul());
  const auto time = base::ParseTimeText(text);
  if (!time.ok()) return end ? absl::InfiniteFuture() : absl::InfinitePast();
  return end ? *time + absl::Seconds(1) : *time;
}

std::string ImapDay(absl::Time time) { return absl::FormatTime("%d-%b-%Y", time, base::Seoul()); }

struct Question {
  std::string query, sender;
  absl::Time from, to;
};

// The server narrows by day, in a zone of its own: a day more on both sides, and the exact times
// are checked here.
std::vector<Criterion> Criteria(const Question& question) {
  std::vector<Criterion> criteria{{"NOT DELETED", ""}};
  if (question.from > absl::InfinitePast())
    criteria.push_back({StrCat("SINCE ", ImapDay(question.from - absl::Hours(24))), ""});
  if (question.to < absl::InfiniteFuture())
    criteria.push_back({StrCat("BEFORE ", ImapDay(question.to + absl::Hours(48))), ""});
  if (!question.sender.empty()) criteria.push_back({"FROM", question.sender});
  for (const std::string& word : WordsOf(question.query)) criteria.push_back({"TEXT", word});
  return criteria;
}

Json Item(const MailMessage& message, const FetchedMail& mail, Json attachment) {
  return {{"mail_id", message.message_id.empty() ? StrCat("INBOX/", mail.uid) : message.message_id},
          {"sender", message.sender},
          {"subject", message.subject},
          {"body", ShortBody(message.body)},
          {"at", base::TimeText(mail.received)},
          {"attachment_id", std::move(attachment)}};
}

tools::ToolResult Sent(const std::string& id, absl::Time at, const policies::Label& label,
                       std::string_view bytes) {
  return {{{"mail_id", id}, {"sent_at", base::TimeText(at)}},
          policies::WithIntegrity(label, policies::Integrity::kTrusted),
          {MakeOrigin(kMailSystem, id, "", absl::Now(), bytes)}};
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
             "보내세요)"));
}

}  // namespace

policies::Label MailLabel() {
  return {policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kPersonal,
          policies::Integrity::kTrusted};
}

Fallible<std::vector<std::string>> MailTools::RegisterAttachments(const MailMessage& message,
                                                                  absl::Time received,
                                                                  const std::string& requester,
                                                                  absl::Time deadline) const {
  std::vector<std::string> ids;
  for (size_t i = 0; documents_ != nullptr && i < message.attachments.size(); ++i) {
    const MailPart& part = message.attachments[i];
    if (part.bytes.size() > attachment_bytes_max_) continue;
    const policies::Label label =
        policies::WithIntegrity(MailLabel(), policies::Integrity::kUntrusted);
    // The same part of the same mail is one document, however often it is found.
    const std::string key = StrCat("mail:", base::Sha256Hex(StrCat(message.message_id, "#", i, "#",
                                                                   base::Sha256Hex(part.bytes))));
    Document document{0,
                      1,
                      "",
                      part.name.empty() ? "첨부" : part.name,
                      absl::FormatTime("%Y-%m-%d", received, base::Seoul()),
                      part.media_type,
                      part.bytes,
                      "",
                      label,
                      {label},
                      "",
                      key,
                      requester};
    const auto known = documents_->FindKey(key, deadline);
    if (!known.ok()) return Failed(known.status());
    if (*known) {
      ids.push_back((*known)->id());
      continue;
    }
    const auto text = ReadDocumentText(part.bytes, part.media_type);
    const auto added = documents_->Add(document, text.ok() ? text->text : "", deadline);
    if (!added.ok()) return Failed(added.status());
    ids.push_back(added->id());
  }
  return ids;
}

ToolOutcome MailTools::Search(const tools::ToolCall& call,
                              const tools::CallContext& context) const {
  const Json period = call.arguments().value("period", Json::object());
  const Question question{
      StringOr(call.arguments(), "query", ""), StringOr(call.arguments(), "sender", ""),
      Bound(StringOr(period, "from", ""), false), Bound(StringOr(period, "to", ""), true)};
  auto session = ImapSession::Open(options_, context);
  if (!session.ok()) return Failed(session.status());
  if (const absl::Status opened = (*session)->Open("INBOX", true); !opened.ok())
    return Failed(opened);
  const auto uids = (*session)->Search(Criteria(question));
  if (!uids.ok()) return Failed(uids.status());
  tools::ToolResult result{{{"items", Json::array()}}, MailLabel(), {}};
  for (size_t i = uids->size();
       i-- > 0 && result.value["items"].size() < kMailsMax;) {  // the newest first
    const auto mail = (*session)->Fetch((*uids)[i], true);
    if (!mail.ok()) return Failed(mail.status());
    if (mail->received < question.from || mail->received >= question.to) continue;
    const auto message = ParseMail(mail->bytes);
    if (!message.ok()) continue;  // what is no message cannot be what was asked for
    ASSIGN_OR_FAIL(const std::vector<std::string> ids,
                   RegisterAttachments(*message, mail->received, call.requester, context.deadline));
    for (size_t n = 0; n < std::max<size_t>(1, ids.size()); ++n) {  // an item for each attachment
      result.value["items"].push_back(
          Item(*message, *mail, ids.empty() ? Json(nullptr) : Json(ids[n])));
      result.origins.push_back(MakeOrigin(kMailSystem, StrCat("INBOX/", mail->uid),
                                          StrCat((*session)->uid_validity(), "/", mail->uid),
                                          absl::Now(), mail->bytes));
    }
  }
  if (result.origins.empty()) {
    result.origins.push_back(
        MakeOrigin(kMailSystem, "INBOX", "", absl::Now(), base::DumpJson(call.arguments())));
  }
  return result;
}

std::string MailTools::MessageId(const tools::ToolCall& call) const {
  const size_t at = options_.from.find('@');
  return StrCat("maru-", base::Sha256Hex(call.idempotency_key).substr(0, 40), "@",
                at == std::string::npos ? "localhost" : options_.from.substr(at + 1));
}

Fallible<OutgoingMail> MailTools::Compose(const tools::ToolCall& call, const Recipient& recipient,
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
    if (documents_ == nullptr)
      return MakeToolError("not_found", "no document register is configured",
                           "문서 등록부가 설정되지 않았습니다");
    const auto document = documents_->Get(id, context.deadline);
    if (!document.ok()) return FromStatus(document.status(), kDocumentSystem);
    label = policies::Join(label, document->effective_label());
    const bool hwpx = document->media_type == kHwpxType;
    mail.attachments.push_back({hwpx && !document->title.ends_with(".hwpx")
                                    ? StrCat(document->title, ".hwpx")
                                    : document->title,
                                document->media_type, document->bytes});
    if (mail.subject.empty()) mail.subject = document->title;
    if (mail.body.empty())
      mail.body = StrCat("첨부 문서를 보내 드립니다.\n\n", id, " ", document->title, "\n");
  }
  if (mail.subject.empty()) mail.subject = "알림";
  if (!MayReceive(recipient, label)) return TooHigh(recipient, label);
  return mail;
}

std::optional<tools::ToolError> MailTools::HandOver(ImapSession& session, const OutgoingMail& mail,
                                                    const std::string& bytes,
                                                    const tools::CallContext& context) const {
  const auto failed = [](const absl::Status& status) { return std::optional(Failed(status)); };
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

ToolOutcome MailTools::Send(const tools::ToolCall& call, const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Recipient recipient, book_.Find(StringOr(call.arguments(), "to", "")));
  policies::Label label = call.binding.label;
  ASSIGN_OR_FAIL(const OutgoingMail mail, Compose(call, recipient, label, context));
  auto session = ImapSession::Open(options_, context);
  if (!session.ok()) return Failed(session.status());
  const std::string bytes = ComposeMail(mail);
  if (auto error = HandOver(**session, mail, bytes, context)) return *error;
  return Sent(mail.message_id, mail.date, label, bytes);
}

std::optional<ToolOutcome> MailTools::Settle(const tools::ToolCall& call,
                                             const tools::CallContext& context) const {
  auto session = ImapSession::Open(options_, context);
  if (!session.ok()) return Failed(session.status());
  const absl::Status opened = (*session)->Open(options_.sent_folder, true);
  if (opened.code() == absl::StatusCode::kNotFound) return std::nullopt;  // nothing was ever sent
  if (!opened.ok()) return Failed(opened);
  const auto uids = (*session)->Search({{"NOT DELETED HEADER Message-ID", MessageId(call)}});
  if (!uids.ok()) return Failed(uids.status());
  if (uids->empty()) return std::nullopt;
  const auto mail = (*session)->Fetch(uids->back(), true);
  if (!mail.ok()) return Failed(mail.status());
  if (mail->draft) {
    return MakeToolError(
        "in_doubt", "the message lies in the sent folder as a draft: it may have gone out, or not",
        "보낸 메일함에 발송 중으로 남아 있어 발송 여부를 사람이 확인해야 합니다");
  }
  return Sent(MessageId(call), mail->received, call.binding.label, mail->bytes);
}

std::optional<tools::ToolError> MailTools::Look(absl::Time deadline) const {
  const tools::CallContext context{deadline, {}};
  const auto session = ImapSession::Open(options_, context);
  if (session.ok()) return std::nullopt;
  return Failed(session.status());
}

}  // namespace connectors::administration
