#include "connectors/administration/imap_session.h"

#include <algorithm>
#include <optional>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::StrCat;

std::string Quoted(std::string_view text) {
  return StrCat('"', base::ReplaceAll(base::ReplaceAll(text, "\\", "\\\\"), "\"", "\\\""), '"');
}

// Where `name` stands, whose case says nothing.
size_t Find(std::string_view text, std::string_view name) {
  return base::LowerAscii(text).find(base::LowerAscii(name));
}

bool Has(std::string_view text, std::string_view name) {
  return Find(text, name) != std::string_view::npos;
}

// The text in quotation marks after `name`.
std::string QuotedAfter(std::string_view text, std::string_view name) {
  const size_t at = Find(text, name);
  const size_t open = at == std::string_view::npos ? at : text.find('"', at);
  const size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
  return close == std::string_view::npos ? ""
                                         : std::string(text.substr(open + 1, close - open - 1));
}

// The number that stands after `name`.
std::optional<int64_t> NumberAfter(std::string_view text, std::string_view name) {
  const size_t at = Find(text, name);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(at + name.size());
  int64_t number = 0;
  const bool is = base::ParseInt(rest.substr(0, rest.find_first_not_of("0123456789")), number);
  return is ? std::optional(number) : std::nullopt;
}

// "* OK [UIDVALIDITY 3857529045] UIDs valid"; 0 where the server does not say.
int64_t UidValidity(const std::vector<ImapResponse>& untagged) {
  for (const ImapResponse& response : untagged) {
    if (const auto validity = NumberAfter(response.text, "[UIDVALIDITY ")) return *validity;
  }
  return 0;
}

// The string that `rest` begins with, which is cut off: quoted, a literal of `response`, an atom.
std::string TakeString(std::string_view& rest, const ImapResponse& response) {
  rest = base::Trim(rest);
  if (rest.starts_with('{')) return response.literals.empty() ? "" : response.literals.back();
  const bool quoted = rest.starts_with('"');
  std::string taken;
  size_t at = quoted ? 1 : 0;
  for (; at < rest.size() && rest[at] != (quoted ? '"' : ' '); ++at) {
    if (quoted && rest[at] == '\\' && at + 1 < rest.size()) ++at;
    taken += rest[at];
  }
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return taken;
}

// Of "* LIST (\HasNoChildren) "/" "2026"" what stands in the parentheses, and the name.
struct Listed {
  std::string_view flags;
  std::string name;  // empty: none can be made out
};
Listed ListedIn(const ImapResponse& response) {
  const std::string_view text = response.text;
  const size_t close = text.find(')');
  if (close == std::string_view::npos) return {text, ""};
  std::string_view rest = text.substr(close + 1);
  TakeString(rest, response);  // between the levels of a name
  return {text.substr(0, close), TakeString(rest, response)};
}

absl::Status TooManyFolders() {
  return base::Error(absl::StatusCode::kResourceExhausted,
                     StrCat("the account has more than ", kFoldersMax, " mail folders"),
                     StrCat("계정의 메일함이 ", kFoldersMax, "개를 넘습니다"));
}

absl::Status TooLarge(uint32_t uid) {
  return base::Error(absl::StatusCode::kResourceExhausted,
                     StrCat("message ", uid, " is larger than ", kMailBytesMax, " bytes"),
                     StrCat("메일 ", uid, "번이 한도(", kMailBytesMax, "바이트)를 넘습니다"));
}

absl::Status NoFolder(const std::string& folder, std::string_view said) {
  return base::Error(absl::StatusCode::kNotFound, StrCat("no mail folder '", folder, "': ", said),
                     StrCat("메일함 '", folder, "'", base::Particle(folder, "이"),
                            " 없습니다: ", base::Quoted(said)));
}

// Why a folder cannot be opened. That there is none is said without a code or by one that means it;
// what passes (RFC 5530) and every other refusal leave open what lies in it.
absl::Status Closed(const std::string& folder, std::string_view status, std::string_view said) {
  const bool coded = said.starts_with('[');
  const std::string code =
      coded ? base::LowerAscii(said.substr(1, said.find_first_of(" ]") - 1)) : "";
  const auto any = [&](std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  if (status == "no" && any({"", "nonexistent", "trycreate"})) return NoFolder(folder, said);
  return base::Error(any({"unavailable", "inuse", "serverbug", "limit"})
                         ? absl::StatusCode::kUnavailable
                         : absl::StatusCode::kInvalidArgument,
                     StrCat("mail folder '", folder, "' cannot be opened: ", said),
                     StrCat("메일함 '", folder, "'", base::Particle(folder, "을"),
                            " 열 수 없습니다: ", base::Quoted(said)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ImapSession>> ImapSession::Open(const MailOptions& options,
                                                               const tools::CallContext& context) {
  ASSIGN_OR_RETURN(std::unique_ptr<ImapWire> wire, ImapWire::Open(options, context));
  return std::unique_ptr<ImapSession>(new ImapSession(std::move(wire)));
}

// Each piece is words, and a literal that is sent when the server asks for it.
absl::StatusOr<ImapSession::Answer> ImapSession::Command(const std::vector<Criterion>& pieces) {
  const std::string tag = StrCat("M", ++commands_);
  Answer answer;
  std::string line = tag;
  for (const Criterion& piece : pieces) {
    line += StrCat(" ", piece.words);
    if (piece.text.empty()) continue;
    RETURN_IF_ERROR(wire_->Send(StrCat(line, " {", piece.text.size(), "}\r\n")));
    ASSIGN_OR_RETURN(ImapResponse go, wire_->Read());
    while (go.text.starts_with("* ")) {  // news of the mailbox that nobody asked for
      ASSIGN_OR_RETURN(go, wire_->Read());
    }
    if (!go.text.starts_with("+")) {
      return go.text.starts_with(tag)
                 ? base::Error(
                       absl::StatusCode::kInvalidArgument,
                       StrCat(kImapServer.english, " refused: ", go.text),
                       StrCat("메일 서버(IMAP)가 요청을 거절했습니다: ", base::Quoted(go.text)))
                 : NotImap(go.text);
    }
    RETURN_IF_ERROR(wire_->Send(piece.text));
    line.clear();
  }
  RETURN_IF_ERROR(wire_->Send(line + "\r\n"));
  for (;;) {
    ASSIGN_OR_RETURN(ImapResponse response, wire_->Read());
    if (response.text.starts_with("* ")) {
      answer.untagged.push_back(std::move(response));
      continue;
    }
    if (!response.text.starts_with(tag + " ")) return NotImap(response.text);
    const std::string rest = response.text.substr(tag.size() + 1);
    answer.status = base::LowerAscii(rest.substr(0, rest.find(' ')));
    answer.text = rest.substr(std::min(rest.size(), answer.status.size() + 1));
    return answer;
  }
}

absl::StatusOr<ImapSession::Answer> ImapSession::Ask(const std::vector<Criterion>& pieces) {
  ASSIGN_OR_RETURN(Answer answer, Command(pieces));
  if (answer.status == "ok") return answer;
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat(kImapServer.english, " refused: ", answer.text),
                     StrCat("메일 서버(IMAP)가 요청을 거절했습니다: ", base::Quoted(answer.text)));
}

absl::Status ImapSession::Open(const std::string& folder, bool read_only) {
  ASSIGN_OR_RETURN(const Answer answer,
                   Command({{StrCat(read_only ? "EXAMINE " : "SELECT ", Quoted(folder)), ""}}));
  if (answer.status != "ok") return Closed(folder, answer.status, answer.text);
  uid_validity_ = UidValidity(answer.untagged);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ImapSession::Folders() {
  ASSIGN_OR_RETURN(const Answer answer, Ask({{"LIST \"\" \"*\"", ""}}));
  std::vector<std::string> folders;
  for (const ImapResponse& response : answer.untagged) {
    if (Find(response.text.substr(0, 7), "* LIST ") != 0) continue;
    Listed listed = ListedIn(response);
    if (Has(listed.flags, "\\Noselect") || Has(listed.flags, "\\NonExistent")) continue;
    if (listed.name.empty())
      return NotImap("a folder without a name", "메일함의 이름이 빠졌습니다");
    folders.push_back(std::move(listed.name));
    if (folders.size() > kFoldersMax) return TooManyFolders();
  }
  return folders;
}

absl::StatusOr<std::vector<uint32_t>> ImapSession::Search(const std::vector<Criterion>& criteria) {
  std::vector<Criterion> pieces{{"UID SEARCH CHARSET UTF-8", ""}};
  pieces.insert(pieces.end(), criteria.begin(), criteria.end());
  ASSIGN_OR_RETURN(const Answer answer, Ask(pieces));
  std::vector<uint32_t> uids;
  bool told = false;  // no answer is not an empty one
  for (const ImapResponse& response : answer.untagged) {
    if (Find(response.text.substr(0, 8), "* SEARCH") != 0) continue;
    told = true;
    for (std::string_view word : base::StrSplit(std::string_view(response.text).substr(8), ' ')) {
      int64_t uid = 0;
      if (!base::ParseInt(word, uid)) continue;
      if (uid < 1 || uid > UINT32_MAX) return NotImap(StrCat("UID ", uid));
      uids.push_back(static_cast<uint32_t>(uid));
    }
  }
  if (!told) return NotImap("a search without a result", "검색 결과 줄이 빠졌습니다");
  std::sort(uids.begin(), uids.end());
  return uids;
}

// A server may tell in between of other messages, and of this one what nobody asked for.
absl::StatusOr<ImapResponse> ImapSession::AskFor(uint32_t uid, std::string_view items,
                                                 std::string_view told) {
  ASSIGN_OR_RETURN(Answer answer, Ask({{StrCat("UID FETCH ", uid, " (UID ", items, ")"), ""}}));
  for (ImapResponse& response : answer.untagged) {
    if (Has(response.text, " FETCH ") && NumberAfter(response.text, "UID ") == uid &&
        Has(response.text, told))
      return std::move(response);
  }
  return base::Error(absl::StatusCode::kNotFound, StrCat("message ", uid, " is gone"),
                     StrCat("메일 ", uid, "번이 그사이 없어졌습니다"));
}

absl::StatusOr<FetchedMail> ImapSession::Fetch(uint32_t uid) {
  ASSIGN_OR_RETURN(const ImapResponse response,
                   AskFor(uid, "FLAGS INTERNALDATE RFC822.SIZE", "INTERNALDATE"));
  FetchedMail mail{uid, absl::InfinitePast(), Has(response.text, "\\Draft")};
  const std::string date(base::Trim(QuotedAfter(response.text, "INTERNALDATE")));
  if (!absl::ParseTime("%d-%b-%Y %H:%M:%S %z", date, &mail.received, nullptr))
    return NotImap(StrCat("date ", date));
  const auto size = NumberAfter(response.text, "RFC822.SIZE ");
  if (!size) return NotImap("a message without its size", "메일의 크기가 없습니다");
  mail.size = *size;
  return mail;
}

absl::StatusOr<std::string> ImapSession::FetchBytes(const FetchedMail& mail) {
  if (mail.size > static_cast<int64_t>(kMailBytesMax)) return TooLarge(mail.uid);
  ASSIGN_OR_RETURN(ImapResponse response,
                   AskFor(mail.uid, StrCat("BODY.PEEK[]<0.", kMailBytesMax + 1, ">"), "BODY[]"));
  if (response.literals.empty())
    return base::Error(absl::StatusCode::kNotFound,
                       StrCat("the server gives no text of message ", mail.uid),
                       StrCat("메일 ", mail.uid, "번의 본문을 받지 못했습니다"));
  if (response.literals.back().size() > kMailBytesMax) return TooLarge(mail.uid);
  return std::move(response.literals.back());
}

absl::Status ImapSession::Append(const std::string& folder, std::string_view flags,
                                 std::string_view bytes) {
  const Criterion append{StrCat("APPEND ", Quoted(folder), " (", flags, ")"), std::string(bytes)};
  const auto first = Ask({append});
  if (first.ok() || first.status().code() != absl::StatusCode::kInvalidArgument)
    return first.status();
  RETURN_IF_ERROR(Ask({{StrCat("CREATE ", Quoted(folder)), ""}}).status());
  return Ask({append}).status();
}

absl::Status ImapSession::Store(uint32_t uid, std::string_view change) {
  return Ask({{StrCat("UID STORE ", uid, " ", change), ""}}).status();
}

absl::Status ImapSession::Expunge(uint32_t uid) {
  RETURN_IF_ERROR(Store(uid, "+FLAGS.SILENT (\\Deleted)"));
  return Ask({{StrCat("UID EXPUNGE ", uid), ""}}).status();  // RFC 4315: that message alone
}

}  // namespace connectors::administration
