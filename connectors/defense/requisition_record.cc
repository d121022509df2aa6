#include "connectors/defense/requisition_record.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr size_t kCopiesMax = 200;  // people's among them
constexpr char kKeyPrefix[] = "maru:", kBy = '@';
constexpr char kMaker[] = "create_uid";  // Tryton's own, of every record

Json Fields(const Depot& depot) {
  Json fields = Json::array({kMaker});
  for (const char* name : {"number", "state", "lines", "key"})
    fields.push_back(RequisitionField(depot, name));
  return fields;
}

int64_t IdOf(const Json& record) { return base::IntOr(record, "id", 0); }

// Those of a key, of before a login stood with it too. Tryton may read the key as a pattern, and
// finds people's copies too.
Fallible<std::vector<Json>> OfKey(Depot& depot, const std::string& key,
                                  const tools::CallContext& context) {
  const std::string field = RequisitionField(depot, "key");
  const Json marked = Json::array({field, "like", StrCat(key, kBy, "%")}),
             of_before = Json::array({field, "=", key});
  ASSIGN_OR_FAIL(const int64_t us, depot.tryton->UserId(context));
  ASSIGN_OR_FAIL(const Json records, SearchReadAll(*depot.tryton, RequisitionField(depot, "model"),
                                                   Json::array({"OR", marked, of_before}),
                                                   Fields(depot), kCopiesMax, context));
  std::vector<Json> found;
  std::copy_if(records.begin(), records.end(), std::back_inserter(found),
               [&](const Json& record) { return KeyOf(depot, record, us) == key; });
  return found;
}

}  // namespace

std::string RequisitionField(const Depot& depot, const std::string& name) {
  return depot.Name("/requisition/" + name);
}

std::string RequisitionKey(const tools::ToolCall& call) {
  return StrCat(kKeyPrefix, call.idempotency_key);
}

Fallible<Json> FindRequisition(Depot& depot, const std::string& number,
                               const tools::CallContext& context) {
  const Json numbered = Json::array({RequisitionField(depot, "number"), "=", number});
  ASSIGN_OR_FAIL(const Json found, SearchRead(*depot.tryton, RequisitionField(depot, "model"),
                                              Json::array({numbered}), Fields(depot), 1, context));
  if (found.size() == 1) return found[0];
  return tools::MakeToolError(
      "not_found", StrCat("there is no requisition '", number, "'"),
      StrCat("청구서 '", number, "'", base::Particle(number, "이"), " 없습니다"));
}

Fallible<std::string> RequisitionMark(Depot& depot, const std::string& key,
                                      const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const int64_t us, depot.tryton->UserId(context));
  return StrCat(key, kBy, us);
}

std::string KeyOf(const Depot& depot, const Json& record, int64_t us) {
  const std::string mark = StringOr(record, RequisitionField(depot, "key"), "");
  const size_t by = mark.rfind(kBy);
  int64_t drafted_by = us;
  const bool marked = mark.starts_with(kKeyPrefix) &&
                      (by == std::string::npos ||
                       base::ParseInt(std::string_view(mark).substr(by + 1), drafted_by));
  return marked && base::IntOr(record, kMaker, 0) == drafted_by ? mark.substr(0, by) : "";
}

bool RequisitionIs(const Depot& depot, const Json& record, const std::string& list) {
  const std::string state = StringOr(record, RequisitionField(depot, "state"), "");
  const Json& states = depot.tryton->Mapping("/requisition/" + list);
  return std::find(states.begin(), states.end(), state) != states.end();
}

Fallible<Json> OneOfKey(Depot& depot, const std::string& key, int64_t kept,
                        const tools::CallContext& context) {
  if (key.empty()) return Json();
  ASSIGN_OR_FAIL(std::vector<Json> found, OfKey(depot, key, context));
  if (found.empty()) return Json();
  const auto rank = [&](const Json& record) {
    return std::tuple(!RequisitionIs(depot, record, "sent"), !RequisitionIs(depot, record, "draft"),
                      IdOf(record) != kept, IdOf(record));
  };
  std::sort(found.begin(), found.end(),
            [&](const Json& a, const Json& b) { return rank(a) < rank(b); });
  Json twins = Json::array();
  for (size_t i = 1; i < found.size(); ++i) {
    if (RequisitionIs(depot, found[i], "draft")) twins.push_back(IdOf(found[i]));
  }
  if (twins.empty()) return found[0];
  base::LogWarning("requisition.twin", {{"key", key}, {"count", twins.size()}});
  ASSIGN_OR_FAIL([[maybe_unused]] const Json deleted,
                 depot.tryton->Call(RequisitionField(depot, "model"), "delete",
                                    Json::array({twins}), Json::object(), true, context));
  return found[0];
}

}  // namespace connectors::defense
