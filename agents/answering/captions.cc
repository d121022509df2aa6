#include "agents/captions.h"

#include "agents/answering/caption_tables.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Language;
using base::StrCat;

std::string Look(const Table& table, std::string_view scope, std::string_view name,
                 Language language) {
  auto it = table.find(StrCat(scope, ":", name));
  if (it == table.end()) it = table.find(name);
  if (it == table.end()) return base::ReplaceAll(name, "_", " ");
  return std::string(language == Language::kKorean ? it->second.korean : it->second.english);
}

}  // namespace

std::string ToolTitle(const tools::ToolSpec& tool, Language language) {
  if (language == Language::kKorean) return tool.title;
  return Look(TitleWords(), "", tool.name, language);
}

std::string ToolPurpose(const tools::ToolSpec& tool, Language language) {
  if (language == Language::kEnglish) return tool.purpose;
  return Look(PurposeWords(), "", tool.name, language);
}

std::string ArgumentCaption(std::string_view tool, std::string_view argument, Language language) {
  return Look(ArgumentWords(), tool, argument, language);
}

std::string FieldCaption(std::string_view tool, std::string_view field, Language language) {
  return Look(FieldWords(), tool, field, language);
}

std::string EnumWord(const tools::Catalogue& catalogue, std::string_view enumeration,
                     std::string_view value, Language language) {
  const auto* words = catalogue.Enumeration(enumeration);
  if (language == Language::kKorean && words != nullptr) {
    auto it = words->find(std::string(value));
    if (it != words->end() && !it->second.empty()) return it->second.front();
  }
  return Look(ValueWords(), enumeration, value, language);
}

std::string TermWord(std::string_view tool, std::string_view field, std::string_view text,
                     Language language) {
  const auto it = TermWords().find(StrCat(tool, ":", field, ":", text));
  if (it == TermWords().end()) return std::string(text);
  return std::string(language == Language::kKorean ? it->second.korean : it->second.english);
}

std::string ErrorWord(std::string_view code, Language language) {
  return Look(ErrorWords(), "", code, language);
}

std::string LeftOutText(int64_t count, Language language) {
  if (language == Language::kKorean)
    return StrCat("첨부 등 ", count, "건은 여기에 담지 못했습니다.");
  return StrCat(
      count, count == 1 ? " piece, such as an attachment, is" : " pieces, such as attachments, are",
      " left out.");
}

std::string ArticleText(std::string_view jo, Language language) {
  if (language == Language::kEnglish) return std::string(jo);
  const size_t dash = jo.find('-');
  return dash == std::string_view::npos
             ? StrCat("제", jo, "조")
             : StrCat("제", jo.substr(0, dash), "조의", jo.substr(dash + 1));
}

std::string TimeForPeople(std::string_view time) {
  constexpr size_t kMinutes = sizeof("2026-11-24T10:00") - 1;
  if (time.size() <= kMinutes || time[10] != 'T') return std::string(time);
  std::string text(time.substr(0, kMinutes));
  text[10] = ' ';
  return text;
}

}  // namespace agents
