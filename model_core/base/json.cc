#include "model_core/base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace base {
namespace {

// "1.25e+17" → "125000000000000000": the digits, and zeros up to the decimal point.
std::string WithoutExponent(std::string_view text) {
  const size_t e = text.find('e');
  int64_t exponent = 0;
  ParseInt(text.substr(e + 2), exponent);
  std::string digits(text.substr(0, e));
  if (const size_t point = digits.find('.'); point != std::string::npos) {
    exponent -= static_cast<int64_t>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  if (exponent >= 0) return digits.append(static_cast<size_t>(exponent), '0');
  const std::string_view all = digits;
  const size_t point = all.size() - static_cast<size_t>(-exponent);
  return StrCat(all.substr(0, point), ".", all.substr(point));
}

constexpr int kNestingMax = 200;  // deeper values would exhaust the stack of whoever walks them

// RFC 8785 §3.2.2.3 numbers: ECMAScript's Number::toString. Integers print as such; other doubles
// in the shortest digits that read back, laid out as ECMAScript does.
std::string CanonicalNumber(const Json& value) {
  if (!value.is_number_float()) return value.dump();
  const double number = value.get<double>();
  const double magnitude = std::abs(number);
  if (number == std::floor(number) && magnitude < 1e15) return StrCat(static_cast<int64_t>(number));
  const auto format = magnitude >= 1e-6 && magnitude < 1e15 ? std::chars_format::fixed
                                                            : std::chars_format::scientific;
  char buffer[64];
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof(buffer), number, format).ptr);
  if (magnitude >= 1e15 && magnitude < 1e21) return WithoutExponent(text);
  if (size_t at = text.find("e-0"); at != std::string::npos) text.erase(at + 2, 1);
  return text;
}

void Append(const Json& value, std::string& out);

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<int8_t>(c) >= 0; });
}

// What JSON writes as it is; the rest, escapes and malformed bytes, is the library's.
bool IsPlain(std::string_view text) {
  const bool escapes = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\';
  });
  return !escapes && (IsAscii(text) || FirstInvalidUtf8(text) == std::string_view::npos);
}

void AppendText(const std::string& text, std::string& out) {
  if (!IsPlain(text)) {
    out += DumpJson(Json(text));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

// In UTF-16 order, as the RFC asks; that of bytes is the same for ASCII.
std::vector<Json::const_iterator> SortedMembers(const Json& object) {
  std::vector<Json::const_iterator> members;
  members.reserve(object.size());
  bool ascii = true;
  for (auto it = object.begin(); it != object.end(); ++it) {
    members.push_back(it);
    ascii = ascii && IsAscii(it.key());
  }
  std::sort(members.begin(), members.end(), [&](const auto& a, const auto& b) {
    return ascii ? a.key() < b.key() : Utf16(a.key()) < Utf16(b.key());
  });
  return members;
}

void AppendObject(const Json& object, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& member : SortedMembers(object)) {
    if (!std::exchange(first, false)) out += ',';
    AppendText(member.key(), out);
    out += ':';
    Append(member.value(), out);
  }
  out += '}';
}

void AppendArray(const Json& array, std::string& out) {
  out += '[';
  for (size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out += ',';
    Append(array[i], out);
  }
  out += ']';
}

void Append(const Json& value, std::string& out) {
  if (value.is_object()) {
    AppendObject(value, out);
  } else if (value.is_array()) {
    AppendArray(value, out);
  } else if (value.is_string()) {
    AppendText(value.get_ref<const std::string&>(), out);
  } else {
    out += value.is_number() ? CanonicalNumber(value) : DumpJson(value);
  }
}

template <typename T, typename Is>
T MemberOr(const Json& object, std::string_view key, T fallback, Is is) {
  if (!object.is_object()) return fallback;
  auto it = object.find(std::string(key));
  return it != object.end() && is(*it) ? it->template get<T>() : fallback;
}

}  // namespace

absl::StatusOr<Json> ParseJson(std::string_view text, std::string_view what,
                               std::string_view korean) {
  const auto invalid = [&](std::string_view at, std::string_view korean_at) {
    return Error(absl::StatusCode::kInvalidArgument, StrCat(what, ": not valid JSON", at),
                 StrCat(korean.empty() ? what : korean, ": 올바른 JSON이 아닙니다", korean_at));
  };
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep |= depth > kNestingMax;
    if (too_deep) throw Json::other_error::create(501, "nested too deeply", nullptr);
    return true;
  };
  try {  // the library throws; nothing leaves this function
    return Json::parse(text, shallow);
  } catch (const Json::parse_error& error) {
    return invalid(StrCat(" at byte ", error.byte), StrCat(" (", error.byte, "번째 바이트)"));
  } catch (const Json::out_of_range&) {
    return invalid(": a number is out of range", " (범위를 벗어난 숫자가 있습니다)");
  } catch (const Json::exception&) {
    return invalid(StrCat(": nested deeper than ", kNestingMax),
                   StrCat(" (", kNestingMax, "단계보다 깊습니다)"));
  }
}

std::string CanonicalJson(const Json& value) {
  std::string out;
  Append(value, out);
  return out;
}

std::string HashJson(const Json& value) { return Sha256Hex(CanonicalJson(value)); }

const Json& Member(const Json& object, std::string_view key) {
  static const Json* const kNull = new Json;
  if (!object.is_object()) return *kNull;
  const auto it = object.find(key);
  return it == object.end() ? *kNull : *it;
}

std::string StringOr(const Json& object, std::string_view key, std::string_view fallback) {
  return MemberOr<std::string>(object, key, std::string(fallback),
                               [](const Json& v) { return v.is_string(); });
}
// 10.0 is 10, as in canonical form: a number that was hashed is the same however a file spells it.
int64_t IntOr(const Json& object, std::string_view key, int64_t fallback) {
  const Json& value = Member(object, key);
  if (value.is_number_integer()) return value.get<int64_t>();
  const double number = value.is_number() ? value.get<double>() : std::nan("");
  const bool whole = number == std::floor(number) && std::abs(number) < 0x1p63;
  return whole ? static_cast<int64_t>(number) : fallback;
}
double NumberOr(const Json& object, std::string_view key, double fallback) {
  return MemberOr<double>(object, key, fallback, [](const Json& v) { return v.is_number(); });
}
bool BoolOr(const Json& object, std::string_view key, bool fallback) {
  return MemberOr<bool>(object, key, fallback, [](const Json& v) { return v.is_boolean(); });
}

std::string DumpJson(const Json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace base
