#include "connectors/administration/mail_search.h"

#include <algorithm>

#include "connectors/administration/document_text.h"
#include "connectors/administration/mail_label.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/part.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr size_t kMailsMax = 20;
constexpr size_t kBodyPoints = 8000;

std::string ShortBody(const std::string& body) {
  return base::FirstPoints(base::Trim(base::ReplaceAll(body, "\r\n", "\n")), kBodyPoints);
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

Question QuestionOf(const Json& arguments) {
  const Json period = arguments.value("period", Json::object());
  return {StringOr(arguments, "query", ""), StringOr(arguments, "sender", ""),
          Bound(StringOr(period, "from", ""), false), Bound(StringOr(period, "to", ""), true)};
}

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

}  // namespace

Fallible<std::vector<std::string>> MailSearch::RegisterAttachments(const MailMessage& message,
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
    if (!known.ok()) return MailError(known.status());
    if (*known) {
      ids.push_back((*known)->id());
      continue;
    }
    const auto text = ReadDocumentText(part.bytes, part.media_type, deadline);
    if (ReadableAnotherTime(text.status())) return MailError(text.status());
    const auto added = documents_->Add(document, text.ok() ? text->text : "", deadline);
    if (!added.ok()) return MailError(added.status());
    ids.push_back(added->id());
  }
  return ids;
}

Fallible<size_t> MailSearch::AddMail(ImapSession& session, const FetchedMail& mail,
                                     const tools::ToolCall& call, const tools::CallContext& context,
                                     tools::ToolResult& result) const {
  const auto bytes = session.FetchBytes(mail);
  // Too large; or a moment ago it was there, and now the server gives no text of it: it is damaged.
  if (absl::IsResourceExhausted(bytes.status()) || absl::IsNotFound(bytes.status()))
    return size_t{1};
  if (!bytes.ok()) return MailError(bytes.status());
  const auto message = ParseMail(*bytes);
  if (!message.ok()) return size_t{1};  // it was found, and nothing of it can be read
  const auto ids = RegisterAttachments(*message, mail.received, call.requester, context.deadline);
  if (!ids.ok()) return ids.error();
  for (size_t n = 0; n < std::max<size_t>(1, ids->size()); ++n) {  // an item for each attachment
    result.value["items"].push_back(
        Item(*message, mail, ids->empty() ? Json(nullptr) : Json((*ids)[n])));
    result.origins.push_back(MakeOrigin(kMailSystem, StrCat("INBOX/", mail.uid),
                                        StrCat(session.uid_validity(), "/", mail.uid), absl::Now(),
                                        *bytes));
  }
  return message->parts_left_out + message->attachments.size() - ids->size();
}

tools::ToolOutcome MailSearch::Search(const tools::ToolCall& call,
                                      const tools::CallContext& context) const {
  const Question question = QuestionOf(call.arguments());
  auto session = ImapSession::Open(options_, context);
  if (!session.ok()) return MailError(session.status());
  if (const absl::Status opened = (*session)->Open("INBOX", true); !opened.ok())
    return MailError(opened);
  const auto uids = (*session)->Search(Criteria(question));
  if (!uids.ok()) return MailError(uids.status());
  tools::ToolResult result{{{"items", Json::array()}}, MailLabel(), {}};
  bool more = false;
  size_t left_out = 0;
  for (size_t i = uids->size(); i-- > 0 && !more;) {  // the newest first
    const bool full = result.value["items"].size() >= kMailsMax;
    const auto mail = (*session)->Fetch((*uids)[i]);
    if (absl::IsNotFound(mail.status())) continue;  // deleted since the search
    if (!mail.ok()) return MailError(mail.status());
    if (mail->received < question.from || mail->received >= question.to) continue;
    more = full;
    if (full) continue;
    ASSIGN_OR_FAIL(const size_t pieces, AddMail(**session, *mail, call, context, result));
    left_out += pieces;
  }
  if (more) tools::MarkPart(result.value, std::nullopt);
  tools::MarkLeftOut(result.value, static_cast<int64_t>(left_out));
  if (result.origins.empty()) {
    result.origins.push_back(
        MakeOrigin(kMailSystem, "INBOX", "", absl::Now(), base::DumpJson(call.arguments())));
  }
  return result;
}

std::optional<tools::ToolError> MailSearch::Look(absl::Time deadline) const {
  const tools::CallContext context{deadline, {}};
  const auto session = ImapSession::Open(options_, context);
  if (session.ok()) return std::nullopt;
  return MailError(session.status());
}

}  // namespace connectors::administration
