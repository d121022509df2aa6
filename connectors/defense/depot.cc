#include "connectors/defense/depot.h"

#include <algorithm>
#include <cmath>

#include "connectors/defense/grades.h"
#include "model_core/base/strings.h"

namespace connectors::defense {

using base::Json;

policies::Label Marks::LabelOf(const TrytonItem& item) const {
  policies::Label label = SourceFloor();
  for (const int64_t category : item.categories) {
    const auto grade = grades.find(category);
    if (grade != grades.end()) label = policies::Join(label, grade->second);
  }
  return label;
}

bool Marks::InClass(const TrytonItem& item, const std::string& supply_class) const {
  return std::any_of(item.categories.begin(), item.categories.end(), [&](int64_t category) {
    const auto found = classes.find(category);
    return found != classes.end() && found->second == supply_class;
  });
}

Fallible<Marks> ReadMarks(Depot& depot, const tools::CallContext& context) {
  const std::string name = depot.Name("/category/name");
  ASSIGN_OR_FAIL(const Json records,
                 SearchReadAll(*depot.tryton, depot.Name("/category/model"), Json::array(),
                               Json::array({name}), 5'000, context));
  const Json& grades = depot.tryton->Mapping("/category/grades");
  const Json& classes = depot.tryton->Mapping("/category/classes");
  Marks marks;
  for (const Json& record : records) {
    const std::string text = base::StringOr(record, name, "");
    const int64_t id = base::IntOr(record, "id", 0);
    const auto label = LabelOf(base::StringOr(grades, text, ""));
    if (label) marks.grades[id] = *label;
    if (classes.contains(text)) marks.classes[id] = base::StringOr(classes, text, "");
  }
  return marks;
}

Fallible<std::map<int64_t, int64_t>> ReadStock(Depot& depot, const TrytonSite& site,
                                               const std::vector<int64_t>& products,
                                               const std::string& day, bool free,
                                               const tools::CallContext& context) {
  std::map<int64_t, int64_t> stock;
  if (products.empty()) return stock;
  const std::string quantity = depot.Name("/item/quantity");
  const Json scope{{"locations", Json::array({site.storage})},
                   {"with_childs", true},
                   {"stock_date_end", TrytonDate(day)},
                   {"stock_assign", free}};
  ASSIGN_OR_FAIL(
      const Json records,
      depot.tryton->Call(depot.Name("/item/model"), "read",
                         Json::array({products, Json::array({quantity})}), scope, false, context));
  for (const Json& record : records) {
    stock[base::IntOr(record, "id", 0)] =
        std::llround(std::floor(base::NumberOr(record, quantity, 0)));
  }
  if (stock.size() != products.size()) {
    return tools::MakeToolError("malformed_upstream",
                                "tryton: the stock of some items was not given",
                                "Tryton이 일부 품목의 재고를 주지 않았습니다");
  }
  return stock;
}

std::string DayAfter(const std::string& day, int days) {
  absl::CivilDay civil;
  return absl::ParseCivilTime(day, &civil) ? absl::FormatCivilTime(civil + days) : day;
}

}  // namespace connectors::defense
