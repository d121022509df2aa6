#include "connectors/legal/matching.h"

#include "connectors/legal/statute.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

constexpr size_t kSnippetPoints = 120;

}  // namespace

std::vector<std::string> Words(const std::string& query) {
  const std::string line = OneLine(query);
  std::vector<std::string> words;
  for (std::string_view word : base::StrSplit(line, ' ')) {
    if (std::string key = NameKey(word); !key.empty()) words.push_back(std::move(key));
  }
  return words;
}

int Score(const std::vector<std::string>& words, const std::string& title,
          const std::string& text) {
  const std::string title_key = NameKey(title), text_key = NameKey(text);
  size_t found = 0;
  int score = 0;
  for (const std::string& word : words) {
    const bool in_title = title_key.find(word) != std::string::npos;
    const bool in_text = text_key.find(word) != std::string::npos;
    found += in_title || in_text;
    score += 3 * in_title + in_text;
  }
  return 2 * found >= words.size() ? score : 0;
}

std::string Snippet(const std::string& text, const std::string& query) {
  const std::u32string points = base::CodePoints(OneLine(text));
  const std::string line = OneLine(query);
  size_t at = 0;
  for (std::string_view word : base::StrSplit(line, ' ')) {
    at = points.find(base::CodePoints(word));
    if (at != std::u32string::npos) break;
  }
  const size_t begin =
      at == std::u32string::npos || at < kSnippetPoints / 3 ? 0 : at - kSnippetPoints / 3;
  return base::StrCat(begin > 0 ? "…" : "",
                      base::FirstPoints(base::Utf8(points.substr(begin)), kSnippetPoints));
}

}  // namespace connectors::legal
