#include "model_core/bridge/python_format.h"

#include <algorithm>
#include <cctype>

namespace model_core {
namespace {

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsQuote(char c) { return c == '\'' || c == '"'; }

// Each of these returns where what begins at `at` ends; npos if it does not.

size_t EndOfString(std::string_view text, size_t at) {
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[at]) {
      return i + 1;
    }
  }
  return std::string::npos;
}

size_t EndOfBrackets(std::string_view text, size_t at) {
  int depth = 0;
  while (at < text.size()) {
    if (IsQuote(text[at])) {
      at = EndOfString(text, at);
      continue;
    }
    if (text[at] == '(' || text[at] == '[') ++depth;
    if (text[at] == ')' || text[at] == ']') --depth;
    ++at;
    if (depth == 0) return at;
  }
  return std::string::npos;
}

// A name or a number with what is asked of it: .part, [index], (arguments).
size_t EndOfOperand(std::string_view text, size_t at) {
  const size_t from = at;
  while (at < text.size()) {
    if (text[at] == '(' || text[at] == '[') {
      at = EndOfBrackets(text, at);
    } else if (IsWord(text[at]) || text[at] == '.') {
      ++at;
    } else {
      break;
    }
  }
  return at == from ? std::string::npos : std::min(at, text.size());
}

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

// Copies the string literal at `at`, and a `% operand` after it as a filter. Returns where to go
// on.
size_t CopyLiteral(std::string_view text, size_t at, std::string& out) {
  const size_t end = std::min(EndOfString(text, at), text.size());
  out.append(text.substr(at, end - at));
  const size_t sign = SkipSpace(text, end);
  if (sign + 1 >= text.size() || text[sign] != '%' || text[sign + 1] == '}') return end;
  const size_t operand = SkipSpace(text, sign + 1);
  const size_t after = EndOfOperand(text, operand);
  if (after == std::string::npos) return end;
  const std::string_view value = text.substr(operand, after - operand);
  const bool list = value.front() == '(' && EndOfBrackets(text, operand) == after;
  out.append("|format").append(list ? "" : "(").append(value).append(list ? "" : ")");
  return after;
}

}  // namespace

std::string WithFormatFilter(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool code = false;  // inside {{ … }} or {% … %}
  for (size_t at = 0; at < text.size();) {
    const std::string_view two = text.substr(at, 2);
    if (!code && two == "{#") {
      const size_t end = std::min(text.find("#}", at), text.size());
      out.append(text.substr(at, end - at));
      at = end;
    } else if (code && IsQuote(text[at])) {
      at = CopyLiteral(text, at, out);
    } else {
      code = code ? two != "}}" && two != "%}" : two == "{{" || two == "{%";
      out += text[at++];
    }
  }
  return out;
}

}  // namespace model_core
