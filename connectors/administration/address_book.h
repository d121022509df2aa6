// AddressBook: persons and units that mail may go to, and the highest label that each may receive.
// Immutable.
//
// File: {"entries": [{"names": ["법무실"], "address": "legal@…", "may_receive":
// {"n2sf","mil","privacy"}}],
//        "domains": [{"domain": "gaon.example", "may_receive": {…}}]}; who is in neither gets
//        nothing.
#pragma once

#include <string>
#include <vector>

#include "connectors/tool_kit.h"

namespace connectors::administration {

struct Recipient {
  std::string name;  // as in the book; empty for a bare address
  std::string address;
  policies::Label may_receive;
};

class AddressBook {
 public:
  static absl::StatusOr<AddressBook> Load(const std::string& path);
  // A name of the book or an address. Error: recipient_forbidden.
  Fallible<Recipient> Find(const std::string& to) const;

 private:
  struct Entry {
    std::vector<std::string> keys;  // names without spaces, address
    Recipient recipient;
  };
  const Entry* ByKey(const std::string& key) const;

  std::vector<Entry> entries_;
  std::vector<std::pair<std::string, policies::Label>> domains_;
};

// Whether `label` is at most what `recipient` may receive: grade, military grade and privacy.
bool MayReceive(const Recipient& recipient, const policies::Label& label);

}  // namespace connectors::administration
