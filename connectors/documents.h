// DocumentStore: the documents that labels are bound to, as the connectors that label and check
// them need it. Declared by its users (defense); implemented by the document store of the
// administration connector.
//
// Thread-safe. Errors: NotFound (no such document), Unavailable, DeadlineExceeded, Aborted (the
// document's bytes changed since they were read: read again).
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

class DocumentStore {
 public:
  virtual ~DocumentStore() = default;
  virtual absl::StatusOr<LabelledDocument> GetDocument(const std::string& id,
                                                       absl::Time deadline) = 0;
  // All or nothing, and durable when it returns OK.
  virtual absl::Status PutLabel(const std::string& id, const LabelBinding& binding,
                                absl::Time deadline) = 0;
};

// DocumentTexts: what the organisation's documents say, as the connectors that look for something
// in them need it. Declared by its users (legal); implemented by the document register of the
// administration connector.
//
// Thread-safe. Errors: NotFound (no such document), InvalidArgument (its format is not read),
// PermissionDenied (encrypted), Unauthenticated (the store refuses us), Unavailable,
// DeadlineExceeded, Aborted (documents are not indexed, see FindTexts).
struct DocumentPassage {
  std::string id, title, kind;  // kind: doc_kind of the catalogue, or empty
  int version = 1;
  std::string sha256;  // of its bytes
  policies::Label label;
  std::string text;  // paragraphs as lines, cells between tabs
};

class DocumentTexts {
 public:
  virtual ~DocumentTexts() = default;
  virtual absl::StatusOr<DocumentPassage> GetText(const std::string& id, absl::Time deadline) = 0;
  // Every document of `kind` (empty: any) that `principal` may read and whose text holds at least
  // one of `words`, compared without spaces, middle dots and case; by id. ResourceExhausted: more
  // than `limit`. Aborted: one of them is not indexed, or no text of it can be read (encrypted, a
  // scan): named, for it may hold a word. A mail attachment without a text is passed over.
  virtual absl::StatusOr<std::vector<DocumentPassage>> FindTexts(
      const std::vector<std::string>& words, const std::string& kind, const std::string& principal,
      int limit, absl::Time deadline) = 0;
};

}  // namespace connectors
