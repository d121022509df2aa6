#include "connectors/administration/imap_session.h"

#include <poll.h>

#include <algorithm>
#include <optional>

#include "connectors/administration/mail_curl.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr char kSystem[] = "IMAP server";
constexpr size_t kLineMax = 1 << 20;
constexpr size_t kLiteralMax = 64 << 20;
constexpr int kPollMs = 100;

absl::Status Garbage(std::string_view what) {
  return base::Error(absl::StatusCode::kDataLoss, StrCat(kSystem, " answered what is no IMAP: ", what),
                     "메일 서버(IMAP)의 응답을 알아볼 수 없습니다");
}

std::string Quoted(std::string_view text) {
  return StrCat('"', base::ReplaceAll(base::ReplaceAll(text, "\\", "\\\\"), "\"", "\\\""), '"');
}

// The number of octets of a literal that a line announces at its end: "… {42}".
std::optional<size_t> LiteralSize(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const size_t open = line.rfind('{');
  int64_t size = 0;
  if (open == std::string_view::npos || !base::ParseInt(line.substr(open + 1, line.size() - open - 2), size) || size < 0) {
    return std::nullopt;
  }
  return static_cast<size_t>(size);
}

// The text in quotation marks after `name`.
std::string QuotedAfter(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  const size_t open = at == std::string_view::npos ? at : text.find('"', at);
  const size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
  return close == std::string_view::npos ? "" : std::string(text.substr(open + 1, close - open - 1));
}

}  // namespace

// The connection: bytes in and out before the deadline.
struct ImapSession::Wire {
  CurlHandle handle;
  const tools::CallContext* context;
  curl_socket_t socket = CURL_SOCKET_BAD;
  std::string buffer;  // read, not yet used

  absl::Status Wait(short events) {
    for (;;) {
      if (context->cancelled && context->cancelled()) return MailStatus(CURLE_ABORTED_BY_CALLBACK, kSystem);
      const int64_t left = absl::ToInt64Milliseconds(context->deadline - absl::Now());
      if (left <= 0) return MailStatus(CURLE_OPERATION_TIMEDOUT, kSystem);
      pollfd waited{socket, events, 0};
      if (poll(&waited, 1, static_cast<int>(std::min<int64_t>(left, kPollMs))) > 0) return absl::OkStatus();
    }
  }

  absl::Status Send(std::string_view bytes) {
    while (!bytes.empty()) {
      size_t sent = 0;
      const CURLcode code = curl_easy_send(handle.get(), bytes.data(), bytes.size(), &sent);
      if (code == CURLE_AGAIN) {
        RETURN_IF_ERROR(Wait(POLLOUT));
      } else if (code != CURLE_OK) {
        return MailStatus(code, kSystem);
      }
      bytes.remove_prefix(sent);
    }
    return absl::OkStatus();
  }

  absl::Status Receive() {
    char block[16384];
    for (;;) {
      size_t received = 0;
      const CURLcode code = curl_easy_recv(handle.get(), block, sizeof(block), &received);
      if (code == CURLE_AGAIN) {
        RETURN_IF_ERROR(Wait(POLLIN));
        continue;
      }
      if (code != CURLE_OK || received == 0) return MailStatus(code == CURLE_OK ? CURLE_RECV_ERROR : code, kSystem);
      buffer.append(block, received);
      return absl::OkStatus();
    }
  }

  absl::StatusOr<std::string> ReadLine() {
    size_t end;
    while ((end = buffer.find("\r\n")) == std::string::npos) {
      if (buffer.size() > kLineMax) return Garbage("a line without end");
      RETURN_IF_ERROR(Receive());
    }
    std::string line = buffer.substr(0, end);
    buffer.erase(0, end + 2);
    return line;
  }

  absl::StatusOr<std::string> ReadOctets(size_t count) {
    if (count > kLiteralMax) return Garbage(StrCat("a message of ", count, " bytes, limit ", kLiteralMax));
    while (buffer.size() < count) RETURN_IF_ERROR(Receive());
    std::string octets = buffer.substr(0, count);
    buffer.erase(0, count);
    return octets;
  }
};

ImapSession::ImapSession(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
ImapSession::~ImapSession() = default;

absl::StatusOr<std::unique_ptr<ImapSession>> ImapSession::Open(const MailOptions& options, const tools::CallContext& context) {
  auto wire = std::make_unique<Wire>();
  wire->context = &context;
  wire->handle = MakeMailHandle(options, "imap", options.imap_host, options.imap_port, context);
  curl_easy_setopt(wire->handle.get(), CURLOPT_CONNECT_ONLY, 1L);
  RETURN_IF_ERROR(MailStatus(curl_easy_perform(wire->handle.get()), kSystem));
  if (curl_easy_getinfo(wire->handle.get(), CURLINFO_ACTIVESOCKET, &wire->socket) != CURLE_OK || wire->socket == CURL_SOCKET_BAD) {
    return MailStatus(CURLE_COULDNT_CONNECT, kSystem);
  }
  return std::unique_ptr<ImapSession>(new ImapSession(std::move(wire)));
}

absl::StatusOr<ImapSession::Response> ImapSession::ReadResponse() {
  Response response;
  for (;;) {
    ASSIGN_OR_RETURN(const std::string line, wire_->ReadLine());
    response.text += line;
    const auto size = LiteralSize(line);
    if (!size) return response;
    ASSIGN_OR_RETURN(std::string octets, wire_->ReadOctets(*size));
    response.literals.push_back(std::move(octets));
  }
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
    ASSIGN_OR_RETURN(const Response go, ReadResponse());
    if (!go.text.starts_with("+")) {
      return go.text.starts_with(tag) ? base::Error(absl::StatusCode::kInvalidArgument, StrCat(kSystem, " refused: ", go.text), "메일 서버(IMAP)가 요청을 거절했습니다")
                                      : Garbage(go.text.substr(0, 80));
    }
    RETURN_IF_ERROR(wire_->Send(piece.text));
    line.clear();
  }
  RETURN_IF_ERROR(wire_->Send(line + "\r\n"));
  for (;;) {
    ASSIGN_OR_RETURN(Response response, ReadResponse());
    if (response.text.starts_with("* ")) {
      answer.untagged.push_back(std::move(response));
      continue;
    }
    if (!response.text.starts_with(tag + " ")) return Garbage(response.text.substr(0, 80));
    const std::string rest = response.text.substr(tag.size() + 1);
    answer.status = rest.substr(0, rest.find(' '));
    answer.text = rest.substr(std::min(rest.size(), answer.status.size() + 1));
    return answer;
  }
}

absl::StatusOr<ImapSession::Answer> ImapSession::Ask(const std::vector<Criterion>& pieces) {
  ASSIGN_OR_RETURN(Answer answer, Command(pieces));
  if (answer.status == "OK") return answer;
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(kSystem, " refused: ", answer.text), "메일 서버(IMAP)가 요청을 거절했습니다");
}

absl::Status ImapSession::Open(const std::string& folder, bool read_only) {
  ASSIGN_OR_RETURN(const Answer answer, Command({{StrCat(read_only ? "EXAMINE " : "SELECT ", Quoted(folder)), ""}}));
  if (answer.status == "OK") return absl::OkStatus();
  return base::Error(absl::StatusCode::kNotFound, StrCat("no mail folder '", folder, "': ", answer.text),
                     StrCat("메일함 '", folder, "'이(가) 없습니다"));
}

absl::StatusOr<std::vector<uint32_t>> ImapSession::Search(const std::vector<Criterion>& criteria) {
  std::vector<Criterion> pieces{{"UID SEARCH CHARSET UTF-8", ""}};
  pieces.insert(pieces.end(), criteria.begin(), criteria.end());
  ASSIGN_OR_RETURN(const Answer answer, Ask(pieces));
  std::vector<uint32_t> uids;
  for (const Response& response : answer.untagged) {
    if (!response.text.starts_with("* SEARCH")) continue;
    for (std::string_view word : base::StrSplit(std::string_view(response.text).substr(8), ' ')) {
      if (int64_t uid = 0; base::ParseInt(word, uid)) uids.push_back(static_cast<uint32_t>(uid));
    }
  }
  std::sort(uids.begin(), uids.end());
  return uids;
}

absl::StatusOr<FetchedMail> ImapSession::Fetch(uint32_t uid, bool with_bytes) {
  ASSIGN_OR_RETURN(const Answer answer, Ask({{StrCat("UID FETCH ", uid, " (UID FLAGS INTERNALDATE", with_bytes ? " BODY.PEEK[])" : ")"), ""}}));
  for (const Response& response : answer.untagged) {
    if (response.text.find(" FETCH ") == std::string::npos || response.text.find(StrCat("UID ", uid)) == std::string::npos) continue;
    FetchedMail mail{uid, absl::InfinitePast(), response.text.find("\\Draft") != std::string::npos, ""};
    const std::string date(base::Trim(QuotedAfter(response.text, "INTERNALDATE")));
    if (!absl::ParseTime("%d-%b-%Y %H:%M:%S %z", date, &mail.received, nullptr)) return Garbage(StrCat("date ", date));
    if (with_bytes && response.literals.empty()) return Garbage("a message without its text");
    if (with_bytes) mail.bytes = response.literals.back();
    return mail;
  }
  return base::Error(absl::StatusCode::kNotFound, StrCat("message ", uid, " is gone"), "메일이 그사이 없어졌습니다");
}

absl::Status ImapSession::Append(const std::string& folder, std::string_view flags, std::string_view bytes) {
  const Criterion append{StrCat("APPEND ", Quoted(folder), " (", flags, ")"), std::string(bytes)};
  const auto first = Ask({append});
  if (first.ok() || first.status().code() != absl::StatusCode::kInvalidArgument) return first.status();
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
