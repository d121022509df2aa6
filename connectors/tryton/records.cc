// Reading records: searches, dates, items.
#include "connectors/tryton.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr size_t kNamedMax = 8;

Json ItemFields(const TrytonClient& tryton) {
  return {tryton.Mapping("/item/code"), tryton.Mapping("/item/name"), tryton.Mapping("/item/unit"),
          tryton.Mapping("/item/categories"), tryton.Mapping("/item/template")};
}

std::string Text(const Json& record, const Json& field) {
  return base::StringOr(record, field.get<std::string>(), "");
}

TrytonItem ParseItem(const TrytonClient& tryton, const Json& record) {
  TrytonItem item;
  item.id = base::IntOr(record, "id", 0);
  item.unit = base::IntOr(record, tryton.Mapping("/item/unit").get<std::string>(), 0);
  item.product_template =
      base::IntOr(record, tryton.Mapping("/item/template").get<std::string>(), 0);
  item.code = Text(record, tryton.Mapping("/item/code"));
  item.name = Text(record, tryton.Mapping("/item/name"));
  const std::string categories = tryton.Mapping("/item/categories").get<std::string>();
  if (record.contains(categories) && record[categories].is_array()) {
    for (const Json& id : record[categories]) {
      if (id.is_number_integer()) item.categories.push_back(id.get<int64_t>());
    }
  }
  return item;
}

std::string Names(const TrytonClient& tryton, const Json& records) {
  std::vector<std::string> names;
  for (const Json& record : records) {
    const TrytonItem item = ParseItem(tryton, record);
    names.push_back(StrCat(item.name, " (", item.code, ")"));
  }
  return base::StrJoin(names, ", ");
}

// Records from `offset` on, at most `rows`; a server may have a limit of its own that is lower.
Fallible<Json> Page(TrytonClient& tryton, const std::string& model, const Json& domain,
                    const Json& fields, size_t offset, size_t rows,
                    const tools::CallContext& call) {
  ASSIGN_OR_FAIL(Json records,
                 tryton.Call(model, "search_read", {domain, offset, rows, Json(), fields},
                             Json::object(), false, call));
  bool list = records.is_array();
  for (const Json& record : records) list = list && record.is_object();
  if (list) return records;
  return MakeToolError("malformed_upstream", StrCat("tryton: ", model, " gave no list of records"),
                       StrCat("Tryton이 ", model, " 기록의 목록을 주지 않았습니다"));
}

// Records whose code is `text`, else whose name is, else whose name holds it.
Fallible<Json> Candidates(TrytonClient& tryton, const std::string& text,
                          const tools::CallContext& call) {
  const std::string model = tryton.Mapping("/item/model").get<std::string>();
  const Json code = tryton.Mapping("/item/code"), name = tryton.Mapping("/item/name");
  std::string pattern = base::ReplaceAll(
      base::ReplaceAll(base::ReplaceAll(text, "\\", "\\\\"), "%", "\\%"), "_", "\\_");
  const Json domains[] = {
      {{code, "=", text}}, {{name, "=", text}}, {{name, "ilike", StrCat("%", pattern, "%")}}};
  Json found = Json::array();
  for (const Json& domain : domains) {
    ASSIGN_OR_FAIL(found, SearchRead(tryton, model, domain, ItemFields(tryton), kNamedMax, call));
    if (!found.empty()) break;
  }
  return found;
}

int64_t Part(const Json& date, const char* key) { return base::IntOr(date, key, -1); }

std::string Padded(int64_t number, size_t width) {
  std::string text = StrCat(number);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

}  // namespace

Json TrytonDate(std::string_view day) {
  absl::CivilDay civil;
  if (!absl::ParseCivilTime(std::string(day), &civil)) return nullptr;
  return {{"__class__", "date"},
          {"year", civil.year()},
          {"month", civil.month()},
          {"day", civil.day()}};
}

std::string DayOf(const Json& date) {
  if (!date.is_object() || Part(date, "year") < 0 || Part(date, "month") < 1 ||
      Part(date, "day") < 1)
    return "";
  return StrCat(Padded(Part(date, "year"), 4), "-", Padded(Part(date, "month"), 2), "-",
                Padded(Part(date, "day"), 2));
}

Fallible<Json> SearchRead(TrytonClient& tryton, const std::string& model, Json domain, Json fields,
                          size_t limit, const tools::CallContext& call) {
  return Page(tryton, model, domain, fields, 0, limit + 1, call);
}

Fallible<Json> SearchReadAll(TrytonClient& tryton, const std::string& model, const Json& domain,
                             const Json& fields, size_t limit, const tools::CallContext& call) {
  Json all = Json::array();
  while (all.size() <= limit) {
    ASSIGN_OR_FAIL(const Json page,
                   Page(tryton, model, domain, fields, all.size(), limit + 1 - all.size(), call));
    if (page.empty()) return all;
    all.insert(all.end(), page.begin(), page.end());
  }
  return MakeToolError("partial", StrCat("tryton: more than ", limit, " records of ", model),
                       StrCat("Tryton: ", model, " 기록이 한도(", limit, "건)를 넘습니다"));
}

Fallible<TrytonItem> FindItem(TrytonClient& tryton, const std::string& text, std::string_view none,
                              std::string_view many, const tools::CallContext& call) {
  ASSIGN_OR_FAIL(const Json found, Candidates(tryton, text, call));
  if (found.size() == 1) return ParseItem(tryton, found[0]);
  if (found.empty()) {
    return MakeToolError(std::string(none), StrCat("there is no item '", text, "'"),
                         StrCat("품목 '", text, "'", base::Particle(text, "이"), " 없습니다"));
  }
  const std::string names = Names(tryton, found);
  return MakeToolError(std::string(many), StrCat("'", text, "' may be any of ", names),
                       StrCat("'", text, "'에 해당하는 품목이 여럿입니다: ", names));
}

Fallible<TrytonSite> FindSite(TrytonClient& tryton, const std::string& name, std::string_view none,
                              const tools::CallContext& call) {
  const auto field = [&](const char* what) {
    return tryton.Mapping(StrCat("/site/", what)).get<std::string>();
  };
  const Json domain = Json::array({Json::array({field("name"), "=", name}),
                                   Json::array({field("type"), "=", field("warehouse")})});
  ASSIGN_OR_FAIL(
      const Json found,
      SearchRead(tryton, field("model"), domain,
                 Json::array({field("name"), field("storage"), field("production")}), 1, call));
  if (found.size() != 1) {
    return MakeToolError(std::string(none), StrCat(found.size(), " sites are named '", name, "'"),
                         StrCat("'", name, "'", base::Particle(name, "이라"), "는 부대·창고가 ",
                                found.empty() ? "없습니다" : "여럿입니다"));
  }
  return TrytonSite{base::IntOr(found[0], "id", 0), base::IntOr(found[0], field("storage"), 0),
                    base::IntOr(found[0], field("production"), 0), name};
}

Fallible<std::vector<TrytonItem>> ReadItems(TrytonClient& tryton, const std::vector<int64_t>& ids,
                                            const tools::CallContext& call) {
  if (ids.empty()) return std::vector<TrytonItem>();
  ASSIGN_OR_FAIL(const Json records,
                 tryton.Call(tryton.Mapping("/item/model").get<std::string>(), "read",
                             {ids, ItemFields(tryton)}, Json::object(), false, call));
  std::vector<TrytonItem> items;
  for (const int64_t id : ids) {
    for (const Json& record : records) {
      if (base::IntOr(record, "id", 0) == id) items.push_back(ParseItem(tryton, record));
    }
  }
  if (items.size() == ids.size()) return items;
  return MakeToolError("malformed_upstream", "tryton: some products were not given",
                       "Tryton의 응답이 빠졌습니다");
}

}  // namespace connectors
