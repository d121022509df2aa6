#include "connectors/manufacturing/plant_names.h"

#include <algorithm>

#include "connectors/tool_kit.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;

constexpr std::string_view kArticles[] = {"the", "a", "an"};
constexpr std::string_view kParticles[] = {"에서의", "에서", "에는", "에", "의", "은", "는", "이",
                                           "가",     "을",   "를",   "과", "와", "도", "만"};

// In lower case, without white space and hyphens, and without an article before it.
std::string Plain(std::string_view name) {
  std::vector<std::string> words = WordsOf(base::LowerAscii(name));
  const bool article = words.size() > 1 && std::ranges::count(kArticles, words.front()) > 0;
  if (article) words.erase(words.begin());
  return base::ReplaceAll(base::StrJoin(words, ""), "-", "");
}

// "name_en" for "name": two or three lower-case letters, as languages are written.
bool InALanguage(std::string_view key, std::string_view stem) {
  if (!key.starts_with(stem) || !key.substr(stem.size()).starts_with('_')) return false;
  const std::string_view language = key.substr(stem.size() + 1);
  return (language.size() == 2 || language.size() == 3) &&
         std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
}

void AddNames(const Json& value, std::vector<std::string>& names) {
  if (value.is_array()) {
    for (const Json& item : value) AddNames(item, names);
  } else if (value.is_string() && !value.get<std::string>().empty()) {
    names.push_back(value.get<std::string>());
  }
}

}  // namespace

std::vector<std::string> NamesOf(const Json& record, std::string_view stem) {
  std::vector<std::string> names;
  if (!record.is_object()) return names;
  if (const auto own = record.find(std::string(stem)); own != record.end()) AddNames(*own, names);
  for (const auto& [key, value] : record.items()) {
    if (InALanguage(key, stem)) AddNames(value, names);
  }
  return names;
}

std::vector<std::string> Spellings(std::string_view said) {
  const std::string plain = Plain(said);
  std::vector<std::string> spellings{plain};
  for (const std::string_view particle : kParticles) {
    if (plain.size() > particle.size() && plain.ends_with(particle))
      spellings.push_back(plain.substr(0, plain.size() - particle.size()));
  }
  return spellings;
}

bool Named(const std::vector<std::string>& names, std::string_view spelling) {
  return std::ranges::any_of(
      names, [spelling](const std::string& name) { return Plain(name) == spelling; });
}

}  // namespace connectors::manufacturing
