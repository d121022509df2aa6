#include "model_core/bridge/generation_tags.h"

namespace model_core {
namespace {

constexpr std::string_view kSpace = " \t\n\r\v\f";

// Where what is open at `at` ends, after `close`; strings in it are passed over where `code`.
size_t EndOf(std::string_view text, size_t at, std::string_view close, bool code) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    if (quote != 0) {
      if (text[at] == quote) quote = 0;
      if (text[at] == '\\') ++at;
    } else if (text.substr(at).starts_with(close)) {
      return at + close.size();
    } else if (code && (text[at] == '"' || text[at] == '\'')) {
      quote = text[at];
    }
  }
  return text.size();
}

// What stands in a `{% … %}` that begins with `tag`, without its signs of white space control.
std::string_view Content(std::string_view tag) {
  if (tag.size() < 4 || !tag.ends_with("%}")) return "";
  tag = tag.substr(2, tag.size() - 4);
  if (tag.starts_with('-') || tag.starts_with('+')) tag.remove_prefix(1);
  if (tag.ends_with('-') || tag.ends_with('+')) tag.remove_suffix(1);
  const size_t first = tag.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return tag.substr(first, tag.find_last_not_of(kSpace) + 1 - first);
}

std::string_view TagAt(std::string_view text, size_t at) {
  return text.substr(at, EndOf(text, at + 2, "%}", /*code=*/true) - at);
}

// Where raw text that begins at `at` ends, before its end tag.
size_t EndOfRaw(std::string_view text, size_t at) {
  for (; (at = text.find("{%", at)) != std::string_view::npos; at += 2) {
    if (Content(text.substr(at, EndOf(text, at + 2, "%}", /*code=*/false) - at)) == "endraw")
      return at;
  }
  return text.size();
}

std::string InOtherWords(std::string_view tag) {
  const std::string_view content = Content(tag);
  if (content != "generation" && content != "endgeneration") return std::string(tag);
  const auto at = static_cast<size_t>(content.data() - tag.data());
  return std::string(tag).replace(at, content.size(), content == "generation" ? "with" : "endwith");
}

}  // namespace

std::string WithoutGenerationTags(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const std::string_view two = text.substr(at, 2);
    size_t end = at + 1;
    if (two == "{#") {
      end = EndOf(text, at + 2, "#}", /*code=*/false);
    } else if (two == "{{") {
      end = EndOf(text, at + 2, "}}", /*code=*/true);
    } else if (two == "{%") {
      const std::string_view tag = TagAt(text, at);
      out += InOtherWords(tag);
      at += tag.size();
      if (Content(tag) != "raw") continue;
      end = EndOfRaw(text, at);
    }
    out.append(text.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace model_core
