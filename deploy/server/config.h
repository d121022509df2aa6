// Config: what maru.yaml says. The commented file that is built in (deploy/server/maru.yaml) is the
// schema: it holds every key, its kind and its default; a configuration file is laid over it.
// Immutable; thread-safe.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace deploy {

// The built-in file, with its comments in `language`; keys and values are the same in both.
std::string_view DefaultConfigText(base::Language language);

class Config {
 public:
  // Defaults with the file at `path` over them (`path` empty: defaults alone). $MARU_HOME in values
  // becomes `home`. InvalidArgument names file, line and key: an unknown key, a value of another
  // kind or outside what the key takes, a key given twice, malformed YAML, a second document, text
  // that is not UTF-8, a file that cannot be read. NotFound: no such file. Whether the values go
  // together is CheckConfig's question (config_check.h).
  static absl::StatusOr<Config> Load(const std::string& path, const std::string& home);

  // `key`: "server.tls.key". A key that does not exist, or of another kind, is a bug.
  const std::string& Text(std::string_view key) const;
  int Int(std::string_view key) const;
  bool Flag(std::string_view key) const;
  absl::Duration Duration(std::string_view key) const;

  // What stands in the file that `key` names; empty if `key` is empty. Refusal: it cannot be read.
  absl::StatusOr<std::string> File(std::string_view key) const;
  // The same without white space around it; `key` is one of SecretKeys().
  absl::StatusOr<std::string> Secret(std::string_view key) const;

  // InvalidArgument that names file, line and key; the key alone where its default holds.
  absl::Status Refusal(std::string_view key, std::string_view english,
                       std::string_view korean) const;

  const std::string& home() const { return home_; }
  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }

 private:
  std::string path_, home_;
  std::map<std::string, std::string, std::less<>> values_;
  std::map<std::string, int, std::less<>> lines_;  // of the keys that the file gives
};

// The keys that name a file with a password or the like, which marud reads at its start.
std::span<const std::string_view> SecretKeys();

// $MARU_HOME, else ~/.maru.
std::string DefaultHome();

}  // namespace deploy
