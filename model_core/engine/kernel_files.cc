#include "model_core/engine/kernel_files.h"

#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace model_core {

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::string_view word : base::StrSplit(line, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::optional<size_t> ReadNumber(const std::string& path) {
  const auto text = base::ReadFile(path);
  int64_t value = 0;
  if (!text.ok() || !base::ParseInt(base::Trim(*text), value) || value < 0) return std::nullopt;
  return static_cast<size_t>(value);
}

std::optional<size_t> ReadField(const std::string& path, std::string_view name) {
  const auto text = base::ReadFile(path);
  if (!text.ok()) return std::nullopt;
  for (std::string_view line : base::StrSplit(*text, '\n')) {
    const auto words = Words(line);
    int64_t value = 0;
    if (words.size() < 2 || words[0] != name || !base::ParseInt(words[1], value)) continue;
    return static_cast<size_t>(value) << (words.size() > 2 && words[2] == "kB" ? 10 : 0);
  }
  return std::nullopt;
}

}  // namespace model_core
