// ImapSession: one logged-in connection to an IMAP4rev1 server (RFC 3501). libcurl connects,
// secures and logs in; the few commands that Maru needs are spoken here, so that reading a mailbox
// never changes it (EXAMINE, BODY.PEEK).
//
// Not thread-safe; one for each call. Errors: Unavailable, DeadlineExceeded, Cancelled,
// PermissionDenied (login), DataLoss (an answer that is none), InvalidArgument (the server says NO
// or BAD), NotFound (no such folder, or a message that is gone).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/administration/imap_wire.h"
#include "tools/tool.h"

namespace connectors::administration {

inline constexpr size_t kMailBytesMax = 64 << 20;
inline constexpr size_t kFoldersMax = 500;

struct FetchedMail {
  uint32_t uid = 0;
  absl::Time received;
  bool draft = false;  // \Draft
  int64_t size = 0;    // bytes, as the server counts them
};

// A SEARCH criterion: words of the protocol, and a text that is sent as a literal ("FROM",
// "환경과").
struct Criterion {
  std::string words;
  std::string text;  // empty: none
};

class ImapSession {
 public:
  // `context` outlives the session.
  static absl::StatusOr<std::unique_ptr<ImapSession>> Open(const MailOptions& options,
                                                           const tools::CallContext& context);

  // NotFound: there is none. Unavailable, InvalidArgument: it may be there.
  absl::Status Open(const std::string& folder, bool read_only);
  // Of the open folder: with it a UID names the same bytes for ever.
  int64_t uid_validity() const { return uid_validity_; }
  // The account's folders that can be opened, by the names that Open takes. ResourceExhausted: more
  // than kFoldersMax.
  absl::StatusOr<std::vector<std::string>> Folders();
  absl::StatusOr<std::vector<uint32_t>> Search(
      const std::vector<Criterion>& criteria);  // UIDs, ascending
  absl::StatusOr<FetchedMail> Fetch(uint32_t uid);
  // The message itself. NotFound: the server gives none, as of a damaged one. ResourceExhausted: it
  // is larger than kMailBytesMax, whatever the server said before; the session goes on.
  absl::StatusOr<std::string> FetchBytes(const FetchedMail& mail);
  // Puts a message into `folder`, which is made if there is none.
  absl::Status Append(const std::string& folder, std::string_view flags, std::string_view bytes);
  absl::Status Store(uint32_t uid, std::string_view change);  // "-FLAGS.SILENT (\\Draft)"
  absl::Status Expunge(uint32_t uid);                         // marks it deleted and expunges

 private:
  struct Answer {
    std::string status, text;  // of the tagged line: "ok", "[APPENDUID …] done"
    std::vector<ImapResponse> untagged;
  };

  explicit ImapSession(std::unique_ptr<ImapWire> wire) : wire_(std::move(wire)) {}
  absl::StatusOr<Answer> Command(const std::vector<Criterion>& pieces);
  absl::StatusOr<Answer> Ask(const std::vector<Criterion>& pieces);  // InvalidArgument unless OK
  // What the server says of a message when asked for `items`, with `told` among it.
  absl::StatusOr<ImapResponse> AskFor(uint32_t uid, std::string_view items, std::string_view told);

  const std::unique_ptr<ImapWire> wire_;
  int commands_ = 0;
  int64_t uid_validity_ = 0;
};

}  // namespace connectors::administration
