// Citations: where a Korean text cites statutes, rules or ordinances, and which article of which law it
// means: "「개인정보 보호법」 제26조제1항제2호", "개인정보 보호법 제26조의2", "같은 법 제28조", "동법 시행령
// 제3조", "영 제5조", "제3조부터 제5조까지", "제3조 및 제7조".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/statute.h"

namespace connectors::legal {

// One cited article, or a law cited without one. A list or range gives one each.
struct Citation {
  size_t begin = 0, end = 0;  // of the words in the text, in bytes
  std::string law;            // its name; of "같은 법" the one that was named before
  std::optional<ArticleNumber> number;
  int hang = 0, ho = 0;  // 항 and 호; 0: none
};

// In the order of the text. What looks like a citation but names no law that the text named before
// ("이 조", "제3조" of the text's own articles) is none.
std::vector<Citation> FindCitations(std::string_view text);

}  // namespace connectors::legal
