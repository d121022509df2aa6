#include "model_core/base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace base {
namespace {

// RFC 8785 §3.2.2.3 numbers: ECMAScript's Number::toString. Integers print as such; other doubles in the
// shortest form that reads back, laid out as ECMAScript does.
std::string CanonicalNumber(const Json& value) {
  if (!value.is_number_float()) return value.dump();
  const double number = value.get<double>();
  if (number == std::floor(number) && std::abs(number) < 1e15) {
    return StrCat(static_cast<int64_t>(number));
  }
  char buffer[64];
  const double magnitude = std::abs(number);
  const auto format = magnitude >= 1e-6 && magnitude < 1e21 ? std::chars_format::fixed
                                                            : std::chars_format::scientific;
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), number, format).ptr;
  std::string text(buffer, end);
  if (size_t at = text.find("e-0"); at != std::string::npos) text.erase(at + 2, 1);
  return text;
}

void Append(const Json& value, std::string& out) {
  if (value.is_object()) {
    std::vector<std::pair<std::u16string, const Json*>> members;
    std::vector<std::pair<std::u16string, std::string>> names;
    for (const auto& [key, member] : value.items()) {
      members.emplace_back(Utf16(key), &member);
      names.emplace_back(Utf16(key), key);
    }
    std::sort(members.begin(), members.end());
    std::sort(names.begin(), names.end());
    out += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      out += DumpJson(Json(names[i].second));
      out += ':';
      Append(*members[i].second, out);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      Append(value[i], out);
    }
    out += ']';
  } else if (value.is_number()) {
    out += CanonicalNumber(value);
  } else {
    out += DumpJson(value);
  }
}

template <typename T, typename Is>
T Member(const Json& object, std::string_view key, T fallback, Is is) {
  if (!object.is_object()) return fallback;
  auto it = object.find(std::string(key));
  return it != object.end() && is(*it) ? it->template get<T>() : fallback;
}

}  // namespace

absl::StatusOr<Json> ParseJson(std::string_view text, std::string_view what) {
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return Error(absl::StatusCode::kInvalidArgument, StrCat(what, ": not valid JSON"),
                 StrCat(what, ": 올바른 JSON이 아닙니다"));
  }
  return value;
}

std::string CanonicalJson(const Json& value) {
  std::string out;
  Append(value, out);
  return out;
}

std::string HashJson(const Json& value) { return Sha256Hex(CanonicalJson(value)); }

std::string StringOr(const Json& object, std::string_view key, std::string_view fallback) {
  return Member<std::string>(object, key, std::string(fallback),
                             [](const Json& v) { return v.is_string(); });
}
int64_t IntOr(const Json& object, std::string_view key, int64_t fallback) {
  return Member<int64_t>(object, key, fallback, [](const Json& v) { return v.is_number_integer(); });
}
double NumberOr(const Json& object, std::string_view key, double fallback) {
  return Member<double>(object, key, fallback, [](const Json& v) { return v.is_number(); });
}
bool BoolOr(const Json& object, std::string_view key, bool fallback) {
  return Member<bool>(object, key, fallback, [](const Json& v) { return v.is_boolean(); });
}

std::string DumpJson(const Json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace base
