// ImapWire: a connection to an IMAP server that is secured and logged in: bytes out, responses in,
// before the deadline of the call. Not thread-safe. Errors as ImapSession's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/administration/mail_curl.h"
#include "model_core/base/status.h"

namespace connectors::administration {

inline constexpr SystemName kImapServer{"IMAP server", "IMAP 서버"};

// One response of the server: lines, and the literals announced in them by {n}.
struct ImapResponse {
  std::string text;
  std::vector<std::string> literals;
};

class ImapWire {
 public:
  // `context` outlives the connection.
  static absl::StatusOr<std::unique_ptr<ImapWire>> Open(const MailOptions& options,
                                                        const tools::CallContext& context);
  absl::Status Send(std::string_view bytes);
  // DataLoss: more than an answer holds has come since the last Send.
  absl::StatusOr<ImapResponse> Read();

 private:
  ImapWire(CurlHandle handle, const tools::CallContext& context)
      : handle_(std::move(handle)), context_(context) {}
  absl::Status Wait(short events);
  absl::Status Receive();
  absl::StatusOr<std::string> ReadLine();
  absl::StatusOr<std::string> ReadOctets(size_t count);

  const CurlHandle handle_;
  const tools::CallContext& context_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::string buffer_;                 // read, not yet used
  size_t octets_ = 0, responses_ = 0;  // since the last Send
};

// DataLoss: the server says what no IMAP server says.
absl::Status NotImap(std::string_view what, std::string_view korean = {});

}  // namespace connectors::administration
