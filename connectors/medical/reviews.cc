#include "connectors/medical/reviews.h"

#include <algorithm>

#include "connectors/medical/record.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;

tools::ToolError NoReview(const std::string& recipient, std::string_view why_en,
                          std::string_view why_ko) {
  return tools::MakeToolError("no_review", StrCat("'", recipient, "': ", why_en),
                              StrCat("'", recipient, "': ", why_ko));
}

bool Holds(const Json& list, const std::string& word) {
  return std::any_of(list.begin(), list.end(), [&](const Json& item) { return item == word; });
}

const Json* Find(const Json& file, const std::string& recipient) {
  for (const Json& entry : Member(file, "recipients")) {
    if (base::StringOr(entry, "name", "") == recipient ||
        Holds(Member(entry, "aliases"), recipient))
      return &entry;
  }
  return nullptr;
}

}  // namespace

Fallible<Review> FindReview(const ExportOptions& options, const std::string& recipient,
                            const std::vector<std::string>& columns, const std::string& day) {
  const auto json = base::ReadJsonFile(options.recipients_file, {"list of reviews", "심의 목록"});
  if (!json.ok()) {
    return NoReview(recipient, base::Message(json.status(), base::Language::kEnglish),
                    base::Message(json.status(), base::Language::kKorean));
  }
  const Json* entry = Find(*json, recipient);
  if (entry == nullptr)
    return NoReview(recipient, "no recipient of that name is registered",
                    "등록된 제공 대상이 아닙니다");
  const Json& review = Member(*entry, "review");
  const std::string number = base::StringOr(review, "number", ""),
                    until = base::StringOr(review, "until", "");
  if (number.empty()) return NoReview(recipient, "no review is on file", "심의 기록이 없습니다");
  if (until < day)
    return NoReview(recipient, StrCat("review ", number, " ended on ", until),
                    StrCat("심의 ", number, "의 유효기간(", until, ")이 지났습니다"));
  for (const std::string& column : columns) {
    if (Holds(Member(review, "columns"), column)) continue;
    return NoReview(recipient, StrCat("review ", number, " does not cover ", column),
                    StrCat("심의 ", number, "에 포함되지 않은 항목입니다: ", column));
  }
  return Review{base::StringOr(*entry, "name", ""), number};
}

}  // namespace connectors::medical
