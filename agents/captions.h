// Captions: people's words for tools, arguments, result fields, enumerations and catalogue values,
// in both languages. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/catalogue.h"

namespace agents {

// "조문 조회" / "Text of an article".
std::string ToolTitle(const tools::ToolSpec& tool, base::Language language);
// What it is for: "알람 하나의 추정 원인을 찾습니다" / "probable cause of one alarm".
std::string ToolPurpose(const tools::ToolSpec& tool, base::Language language);
// "기준일" / "as of"; `tool` decides where one name means several things ("at").
std::string ArgumentCaption(std::string_view tool, std::string_view argument,
                            base::Language language);
std::string FieldCaption(std::string_view tool, std::string_view field, base::Language language);

// A value of an enumeration as people say it: "진행" / "open".
std::string EnumWord(const tools::Catalogue& catalogue, std::string_view enumeration,
                     std::string_view value, base::Language language);
// A text of a fixed list as people say it: DUR's "병용금기" / "not to be taken together"; any other
// as it is.
std::string TermWord(std::string_view tool, std::string_view field, std::string_view text,
                     base::Language language);

// "38-2" → "제38조의2" / "38-2".
std::string ArticleText(std::string_view jo, base::Language language);
// "2026-11-24T10:00:00+09:00" → "2026-11-24 10:00"; other text as it is.
std::string TimeForPeople(std::string_view time);
// The word for an error code of the catalogue: "연결할 수 없음" / "unreachable".
std::string ErrorWord(std::string_view code, base::Language language);
// That a result says of itself that `count` pieces are left out of it (tools/part.h).
std::string LeftOutText(int64_t count, base::Language language);

}  // namespace agents
