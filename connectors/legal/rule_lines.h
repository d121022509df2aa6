// What the head of a line in a rule's text says: an article begins, a chapter, a 항, 호 or 목.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/legal/statute.h"

namespace connectors::legal {

struct ArticleHeading {
  ArticleNumber number;
  std::string title;      // (…) without its brackets; empty for a deleted article
  std::string_view rest;  // of the line, in the caller's text
};
// "제2조의2(점검) …", "제3조 삭제"; as the `first` line of a text also "제4조 국장은 …". A line
// that goes on with "제3조에 따라" is no heading.
std::optional<ArticleHeading> ReadHeading(std::string_view line, bool first);
bool IsDivision(std::string_view line);  // 제1장, 제2절, …

// The mark at the head of `line`, or empty.
std::string ParagraphMark(std::string_view line);  // "①"
std::string ItemMark(std::string_view line);       // "2.", "2의2."; a year with its dot is none
std::string SubitemMark(std::string_view line);    // "가."

// Takes up to four digits from `text`; 0 if there are none.
int EatNumber(std::string_view& text);

}  // namespace connectors::legal
