// What maru.yaml may hold: every key with its kind, its default and its limits.
// Functions without state; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace deploy {

enum class ValueKind { kText, kInt, kFlag, kDuration };

struct ConfigEntry {
  std::string value;
  ValueKind kind = ValueKind::kText;
  int line = 0;  // where a file gives the key; 0: the default holds
};
using ConfigEntries = std::map<std::string, ConfigEntry, std::less<>>;

// The keys of the built-in file, with its values.
const ConfigEntries& DefaultEntries();

// What follows the key's name in a message.
struct ConfigFault {
  std::string english, korean;
};

// Why `key`, of `kind`, does not take `value`: another kind, or outside its limits; none if it
// does.
std::optional<ConfigFault> FaultOf(std::string_view key, ValueKind kind, const std::string& value);
ConfigFault WrongKind(ValueKind kind);

// A positive length of time with its unit.
bool ParseDuration(const std::string& text, absl::Duration& duration);

}  // namespace deploy
