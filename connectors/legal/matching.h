// How well a text matches the words of a query, and the part of it to show.
#pragma once

#include <string>
#include <vector>

namespace connectors::legal {

// The words of a query, as NameKey writes them.
std::vector<std::string> Words(const std::string& query);
// A word in the title counts three times one in the text; a text with less than half of the words
// is no match: 0.
int Score(const std::vector<std::string>& words, const std::string& title, const std::string& text);
// The text around the first word of the query, with its own spacing.
std::string Snippet(const std::string& text, const std::string& query);

}  // namespace connectors::legal
