// Register: the documents of the organisation, in PostgreSQL: what exists, its bytes, the label
// that holds for it. Numbers are given here and never used twice; what one effect made is found
// again by its key.
//
// Thread-safe; each call opens a connection of its own. Errors: NotFound, and FromPqxx's, a full
// disk being Unavailable; Aborted also where a document changed since it was read; Unknown where
// the connection broke while a change was committed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "connectors/documents.h"
#include "model_core/base/status.h"
#include "policies/label.h"

namespace connectors::administration {

inline constexpr char kHwpxType[] = "application/hwp+zip";

struct Document {
  int64_t number = 0;  // 0: not yet registered
  int version = 1;
  std::string kind;  // doc_kind of the catalogue; empty: none of them
  std::string title, dated, media_type, bytes, sha256;
  std::optional<policies::Label> label;   // none: unlabelled, counts as C
  std::vector<policies::Label> portions;  // of the parts it rests on
  std::string binding;
  std::string key, made_by;

  std::string id() const;  // "DOC-2041"
  policies::Label effective_label() const;
};

// The number of "DOC-2041"; nothing for what is no document id.
std::optional<int64_t> DocumentNumber(const std::string& id);

struct DocumentQuery {
  std::vector<std::string> words;  // all of them, in title or text
  std::string kind, from, to;      // empty: any
  int limit = 20;
};
struct DocumentHit {
  Document document;    // without bytes
  std::string content;  // its text
};

struct DocumentMention {
  Document document;    // without bytes
  bool unread = false;  // whether one of the words stands in it is not known
};

class RegisterDatabase;

class Register {
 public:
  explicit Register(std::string dsn);
  ~Register();

  absl::StatusOr<Document> Get(const std::string& id, absl::Time deadline);
  // As Get, without the bytes.
  absl::StatusOr<Document> Describe(const std::string& id, absl::Time deadline);
  // What the effect named `key` made, if it made anything.
  absl::StatusOr<std::optional<Document>> FindKey(const std::string& key, absl::Time deadline);
  // Registers `document` and its text. A document with the same key already there is returned as it
  // is.
  absl::StatusOr<Document> Add(const Document& document, const std::string& content,
                               absl::Time deadline);
  // The newest first, those whose title matches before the others.
  absl::StatusOr<std::vector<DocumentHit>> Search(const DocumentQuery& query, absl::Time deadline);
  // Documents of `kind` (empty: any) whose text holds one of `words`, compared without spaces,
  // middle dots and case, and those without a text to look through: not indexed, not readable, or
  // blank. A mail attachment without a text is none of them. By number.
  absl::StatusOr<std::vector<DocumentMention>> Mentions(const std::vector<std::string>& words,
                                                        const std::string& kind,
                                                        absl::Time deadline);
  // The texts of `numbers`, by number.
  absl::StatusOr<std::vector<DocumentHit>> Texts(const std::vector<int64_t>& numbers,
                                                 absl::Time deadline);
  // Documents whose text is not that of their bytes; SetContent says what their text is.
  absl::StatusOr<std::vector<Document>> Unindexed(int limit, absl::Time deadline);
  absl::Status SetContent(const Document& document, const std::string& content,
                          absl::Time deadline);
  // As DocumentStore::PutLabel.
  absl::Status PutLabel(int64_t number, const LabelBinding& binding, absl::Time deadline);
  absl::Status Ping(absl::Time deadline);

 private:
  const std::unique_ptr<RegisterDatabase> database_;
};

}  // namespace connectors::administration
