// What other connectors need of the organisation's documents. Declared by its users, implemented by
// the document register of the administration connector. Thread-safe.
//
// Errors of both interfaces; FromStatus (tool_kit.h) turns them into a tool's:
//
//   NotFound            no such document
//   Unauthenticated     the register's database refuses our login or our rights
//   Unavailable         it cannot be reached, or cannot write now
//   Unknown             PutLabel: the connection broke while it was stored: it may stand, or not
//   DeadlineExceeded    no answer in time
//   Aborted             PutLabel: the document's bytes changed since they were read: read again;
//                       FindTexts: documents are not indexed
//   DataLoss, Internal  its tables or rows are not as expected
//   InvalidArgument     GetText: the document's format is not read
//   PermissionDenied    GetText: the document is encrypted
//   ResourceExhausted   FindTexts: more documents than asked for
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/status.h"
#include "policies/label.h"

namespace connectors {

inline constexpr char kDocumentSystem[] =
    "administration.documents";  // in the origin of a document

struct LabelledDocument {
  std::string id;  // "DOC-2041"
  std::string title;
  std::string media_type;
  std::string bytes;      // what the label is bound to
  bool labelled = false;  // false: `label` is what an unlabelled document counts as
  policies::Label label;
  std::vector<policies::Label>
      portions;         // of the results and parts it rests on; empty if it holds none
  std::string binding;  // STANAG 4778 BindingInformation (XML); empty: none
};

// A label put on a document, by one effect.
struct LabelBinding {
  std::string sha256;  // hex, of the bytes that the binding was made for
  policies::Label label;
  std::string binding;      // as above
  std::string key;          // idempotency key: the same key with the same label is done once
  std::string assigned_by;  // principal id
  std::string reason;       // the person's words; may be empty
};

// DocumentStore: the documents that labels are bound to, for those who label and check (defense).
class DocumentStore {
 public:
  virtual ~DocumentStore() = default;
  virtual absl::StatusOr<LabelledDocument> GetDocument(const std::string& id,
                                                       absl::Time deadline) = 0;
  // As GetDocument, without the bytes.
  virtual absl::StatusOr<LabelledDocument> Describe(const std::string& id, absl::Time deadline) = 0;
  // All or nothing, and durable when it returns OK.
  virtual absl::Status PutLabel(const std::string& id, const LabelBinding& binding,
                                absl::Time deadline) = 0;
};

struct DocumentPassage {
  std::string id, title, kind;  // kind: doc_kind of the catalogue, or empty
  int version = 1;
  std::string sha256;  // of its bytes
  policies::Label label;
  std::string text;  // paragraphs as lines, cells between tabs
};

// DocumentTexts: what the documents say, for those who look for something in them (legal).
class DocumentTexts {
 public:
  virtual ~DocumentTexts() = default;
  virtual absl::StatusOr<DocumentPassage> GetText(const std::string& id, absl::Time deadline) = 0;
  // As GetText, without the text: also of a document whose format is not read or that is encrypted.
  virtual absl::StatusOr<DocumentPassage> Describe(const std::string& id, absl::Time deadline) = 0;
  // Every document of `kind` (empty: any) that `principal` may read and whose text holds at least
  // one of `words`, compared without spaces, middle dots and case; by id. ResourceExhausted: more
  // than `limit`. Aborted: one of them is not indexed, or no text of it can be read (encrypted, a
  // scan): named, for it may hold a word. A mail attachment without a text is passed over.
  virtual absl::StatusOr<std::vector<DocumentPassage>> FindTexts(
      const std::vector<std::string>& words, const std::string& kind, const std::string& principal,
      int limit, absl::Time deadline) = 0;
};

}  // namespace connectors
