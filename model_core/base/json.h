// JSON values: nlohmann's ordered_json, which keeps the order of keys; parsing never throws.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace base {

using Json = nlohmann::ordered_json;

// InvalidArgument names the thing and the byte where parsing stopped, or values nested more than
// 200 deep. `korean` is what a Korean reader calls it; none: `what`, a name that both languages
// write alike. Duplicate keys keep the last value.
absl::StatusOr<Json> ParseJson(std::string_view text, std::string_view what,
                               std::string_view korean = {});

// RFC 8785 canonical form: keys sorted by UTF-16 code units, no white space, shortest numbers.
// The bytes that are hashed and signed.
std::string CanonicalJson(const Json& value);
std::string HashJson(const Json& value);  // lower-case hex SHA-256 of CanonicalJson

// The member of an object; null where there is none, or no object: of JSON whose shape nobody
// guarantees. It lives as long as `object` does, which is therefore nothing that goes at once.
const Json& Member(const Json& object, std::string_view key);
const Json& Member(Json&& object, std::string_view key) = delete;

// Members that may be absent: the default is returned when the key is missing or of another type.
std::string StringOr(const Json& object, std::string_view key, std::string_view fallback);
int64_t IntOr(const Json& object, std::string_view key, int64_t fallback);
double NumberOr(const Json& object, std::string_view key, double fallback);
bool BoolOr(const Json& object, std::string_view key, bool fallback);

// Compact text; invalid UTF-8 inside strings is replaced, never thrown on.
std::string DumpJson(const Json& value, int indent = -1);

}  // namespace base
