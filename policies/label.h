// Label: what every value carries. Four lattices that join by maximum (integrity by least), and
// where the value came from. Values without a label do not exist: whatever makes a value says its
// label.
//
// N2SF grades and military grades: national guideline 1.0 (2025-09-30) and the Security Work
// Regulations art. 4.
#pragma once

#include <string>
#include <vector>

#include "model_core/base/json.h"

namespace policies {

enum class N2sf { kO, kS, kC };                        // open < sensitive < classified
enum class Mil { kNone, kRestricted, kIII, kII, kI };  // restricted = 대외비
enum class Privacy { kNone, kPersonal, kSensitive, kUniqueId };
enum class Integrity { kUntrusted, kTrusted, kUser };  // join = least

struct Label {
  N2sf n2sf = N2sf::kC;  // an unlabelled document counts as C
  Mil mil = Mil::kNone;
  Privacy privacy = Privacy::kNone;
  Integrity integrity = Integrity::kUntrusted;

  bool operator==(const Label&) const = default;
};

// The identity of Join: O, none, none, user. The label of the user's own words.
Label UserLabel();

Label Join(const Label& a, const Label& b);
Label WithIntegrity(Label label, Integrity integrity);

// Highest grades a person may read. Privacy and integrity do not limit reading; purpose and
// relation do.
struct Clearance {
  N2sf n2sf = N2sf::kO;
  Mil mil = Mil::kNone;
};
bool MayRead(const Clearance& clearance, const Label& label);

// {"n2sf":"S","mil":"none","privacy":"personal","integrity":"trusted"}
base::Json ToJson(const Label& label);
absl::StatusOr<Label> ParseLabel(const base::Json& json);
// The short form of the catalogue: "O", "S+personal". InvalidArgument for "doc", "join", "columns",
// "source".
absl::StatusOr<Label> ParseShortLabel(std::string_view text);
// For people: "S·개인정보", "C·대외비" / "S, personal data", "C, restricted".
std::string Describe(const Label& label, base::Language language);

std::string_view Name(N2sf grade);
std::string_view Name(Mil grade);
std::string_view Name(Privacy kind);
std::string_view Name(Integrity integrity);

// Where a value came from, so that every sentence of an answer can be traced.
struct Origin {
  std::string system;   // "law", "fhir", "opcua", …: the connector's name
  std::string record;   // its identifier there
  std::string version;  // ETag, MST, row version; of a system without: hash of what it said
  std::string time;     // when Maru read it, RFC 3339
  std::string sha256;   // of the bytes as received, hex

  bool operator==(const Origin&) const = default;
};
base::Json ToJson(const Origin& origin);
absl::StatusOr<Origin> ParseOrigin(const base::Json& json);

}  // namespace policies
