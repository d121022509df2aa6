#include "connectors/administration/imap_wire.h"

#include <poll.h>

#include <algorithm>
#include <optional>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr size_t kLineMax = 4 << 20;      // half a million hits of a search stand in one
constexpr size_t kLiteralMax = 65 << 20;  // a message as large as is read, and an octet
constexpr size_t kOctetsMax = 80 << 20, kResponsesMax = 50'000;  // of the answer to one command
constexpr int kPollMs = 100;
constexpr char kEndless[] = "an answer without end";
constexpr char kEndlessKorean[] = "응답이 끝나지 않습니다";

// The number of octets of a literal that a line announces at its end: "… {42}".
std::optional<size_t> LiteralSize(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const size_t open = line.rfind('{');
  int64_t size = 0;
  const bool number = open != std::string_view::npos &&
                      base::ParseInt(line.substr(open + 1, line.size() - open - 2), size);
  return number && size >= 0 ? std::optional(static_cast<size_t>(size)) : std::nullopt;
}

}  // namespace

absl::Status NotImap(std::string_view what, std::string_view korean) {
  return base::Error(
      absl::StatusCode::kDataLoss,
      StrCat(kImapServer.english, " answered what is no IMAP: ", what.substr(0, 80)),
      StrCat("메일 서버(IMAP)의 응답을 알아볼 수 없습니다: ",
             korean.empty() ? base::Quoted(what.substr(0, 80)) : std::string(korean)));
}

absl::StatusOr<std::unique_ptr<ImapWire>> ImapWire::Open(const MailOptions& options,
                                                         const tools::CallContext& context) {
  CurlHandle handle =
      MakeMailHandle(options, "imap", options.imap_host, options.imap_port, context);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECT_ONLY, 1L);
  RETURN_IF_ERROR(MailStatus(curl_easy_perform(handle.get()), kImapServer));
  std::unique_ptr<ImapWire> wire(new ImapWire(std::move(handle), context));
  curl_easy_getinfo(wire->handle_.get(), CURLINFO_ACTIVESOCKET, &wire->socket_);
  if (wire->socket_ == CURL_SOCKET_BAD) return MailStatus(CURLE_COULDNT_CONNECT, kImapServer);
  return wire;
}

absl::Status ImapWire::Wait(short events) {
  for (;;) {
    if (context_.cancelled && context_.cancelled()) {
      return MailStatus(CURLE_ABORTED_BY_CALLBACK, kImapServer);
    }
    const int64_t left = absl::ToInt64Milliseconds(context_.deadline - absl::Now());
    if (left <= 0) return MailStatus(CURLE_OPERATION_TIMEDOUT, kImapServer);
    pollfd waited{socket_, events, 0};
    if (poll(&waited, 1, static_cast<int>(std::min<int64_t>(left, kPollMs))) > 0) {
      return absl::OkStatus();
    }
  }
}

absl::Status ImapWire::Send(std::string_view bytes) {
  octets_ = responses_ = 0;
  while (!bytes.empty()) {
    size_t sent = 0;
    const CURLcode code = curl_easy_send(handle_.get(), bytes.data(), bytes.size(), &sent);
    if (code == CURLE_AGAIN) {
      RETURN_IF_ERROR(Wait(POLLOUT));
    } else if (code != CURLE_OK) {
      return MailStatus(code, kImapServer);
    }
    bytes.remove_prefix(sent);
  }
  return absl::OkStatus();
}

absl::Status ImapWire::Receive() {
  char block[16384];
  for (;;) {
    size_t received = 0;
    const CURLcode code = curl_easy_recv(handle_.get(), block, sizeof(block), &received);
    if (code == CURLE_AGAIN) {
      RETURN_IF_ERROR(Wait(POLLIN));
      continue;
    }
    if (code != CURLE_OK) return MailStatus(code, kImapServer);
    if (received == 0) return MailStatus(CURLE_RECV_ERROR, kImapServer);
    buffer_.append(block, received);
    octets_ += received;
    return octets_ > kOctetsMax ? NotImap(kEndless, kEndlessKorean) : absl::OkStatus();
  }
}

absl::StatusOr<std::string> ImapWire::ReadLine() {
  size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (buffer_.size() > kLineMax) return NotImap("a line without end", "줄이 끝나지 않습니다");
    RETURN_IF_ERROR(Receive());
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

absl::StatusOr<std::string> ImapWire::ReadOctets(size_t count) {
  if (count > kLiteralMax) {
    return NotImap(
        StrCat("a message of ", count, " bytes, limit ", kLiteralMax),
        StrCat("메일 하나가 ", count, "바이트로 한도 ", kLiteralMax, "바이트를 넘습니다"));
  }
  while (buffer_.size() < count) RETURN_IF_ERROR(Receive());
  std::string octets = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return octets;
}

absl::StatusOr<ImapResponse> ImapWire::Read() {
  if (++responses_ > kResponsesMax) return NotImap(kEndless, kEndlessKorean);
  ImapResponse response;
  for (;;) {
    ASSIGN_OR_RETURN(const std::string line, ReadLine());
    response.text += line;
    const auto size = LiteralSize(line);
    if (!size) return response;
    ASSIGN_OR_RETURN(std::string octets, ReadOctets(*size));
    response.literals.push_back(std::move(octets));
  }
}

}  // namespace connectors::administration
