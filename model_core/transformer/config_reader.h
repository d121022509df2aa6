// ConfigReader: typed access to config.json, or to what says the same, that remembers which keys
// were asked for, and the first fault.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "model_core/base/json.h"
#include "model_core/base/status.h"

namespace model_core {

// What follows the key's name in a message.
struct ConfigWords {
  std::string_view english, korean;
};
inline constexpr ConfigWords kIsMissing{"is missing", "값이 없습니다"};
inline constexpr ConfigWords kIsNoObject{"is not an object", "값이 객체가 아닙니다"};
inline constexpr ConfigWords kIsZero{"must not be 0", "값은 0일 수 없습니다"};
inline constexpr ConfigWords kIsNotAboveZero{"must be above 0", "값은 0보다 커야 합니다"};

class ConfigReader {
 public:
  // `source` is named in faults.
  explicit ConfigReader(const base::Json& json, std::string source = "config.json")
      : json_(json), source_(std::move(source)) {}

  // Null: absent, or null in the file. Marks the key as understood.
  const base::Json* Get(const std::string& key);
  bool Has(const std::string& key) { return Get(key) != nullptr; }

  // A missing key gives `fallback`; without one it is a fault. A value of the wrong kind always is.
  size_t Size(const std::string& key, int64_t fallback = -1);
  double Number(const std::string& key, double fallback);
  bool Bool(const std::string& key, bool fallback);
  std::string Text(const std::string& key, std::string_view fallback);

  // The key may be absent, but must not say anything else.
  void Expect(const std::string& key, const base::Json& wanted);
  // Keys that do not change what is computed.
  void Ignore(std::initializer_list<const char*> keys) { seen_.insert(keys.begin(), keys.end()); }

  void Fail(std::string_view key, const ConfigWords& what);
  // A fault of what stands under `key`.
  void Fail(std::string_view key, const absl::Status& inner);
  // The first fault: of a value, or of a key that nobody asked for and that holds one.
  absl::Status Finish();
  bool ok() const { return status_.ok(); }
  // The first fault of a value; keys nobody asked for are none.
  const absl::Status& Fault() const { return status_; }

 private:
  const base::Json& json_;
  const std::string source_;
  std::set<std::string> seen_;
  absl::Status status_;
};

}  // namespace model_core
