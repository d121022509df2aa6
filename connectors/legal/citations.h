// Citations: where a Korean text cites statutes, rules or ordinances, and which article of which
// law it means: "「개인정보 보호법」 제26조제1항제2호", "개인정보 보호법 제26조의2", "같은 법
// 제28조", "동법 시행령 제3조", "영 제5조", "같은 조 제2항", "제3조부터 제5조까지", "제3조 및
// 제7조".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/statute.h"

namespace connectors::legal {

// One cited article, or a law cited without one. A list or range gives one each.
struct Citation {
  size_t begin = 0, end = 0;  // of the words in the text, in bytes; of a list or range, of its part
  std::string law;            // its name; of "같은 법" the one that was named before
  // What that name may be, longest first. More than one where no marks show where it begins: of
  // "국가 배상법 제2조" also "배상법". Of words that all name the law, `law` alone.
  std::vector<std::string> names;
  std::optional<ArticleNumber> number;
  int hang = 0, ho = 0, ho_branch = 0;  // 항 and 호, "제2호의3"; 0: none
  bool within = false;  // between the ends of a range: not named, and not there if it was deleted
};

// In the order of the text. What looks like a citation but names no law that the text named before
// ("이 조", "제3조" of the text's own articles) is none; so are supplements (부칙), annexes and 목,
// of which the law or the 호 is cited. A law without an article counts if it stands in marks.
std::vector<Citation> FindCitations(std::string_view text);

}  // namespace connectors::legal
