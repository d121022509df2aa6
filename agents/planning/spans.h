// Free spans: unbroken, trimmed parts of the request that may stand in a plan as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agents {

// JSON would have to escape the others.
inline bool InSpan(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

// A name or topic ends with no English word that wants another behind it and holds none that begins
// what is said of it (the 2nd Brigade will lack, the office since 9 a.m.); of a quotation anything
// may be part.
enum class SpanKind { kName, kQuote };

// The Lark terminal `name` over `request`, cut at `bounds` (as the recogniser gives them, not
// empty).
std::string SpanGrammar(std::string_view name, std::string_view request,
                        const std::vector<size_t>& bounds, SpanKind kind);

// `span` is what the terminal matches.
bool IsSpan(std::string_view span, std::string_view request, const std::vector<size_t>& bounds,
            SpanKind kind);

}  // namespace agents
