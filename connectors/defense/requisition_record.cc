#include "connectors/defense/requisition_record.h"

#include <algorithm>
#include <tuple>

#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr size_t kTwinsMax = 20;
constexpr char kKeyPrefix[] = "maru:";
constexpr char kMaker[] = "create_uid";  // Tryton's own, of every record

Json Is(std::string_view field, Json value) { return Json::array({field, "=", std::move(value)}); }

Fallible<Json> Requisitions(Depot& depot, Json domain, size_t limit,
                            const tools::CallContext& context) {
  Json fields = Json::array({kMaker});
  for (const char* name : {"number", "state", "lines", "key"})
    fields.push_back(RequisitionField(depot, name));
  return SearchRead(*depot.tryton, RequisitionField(depot, "model"), std::move(domain),
                    std::move(fields), limit, context);
}

int64_t IdOf(const Json& record) { return base::IntOr(record, "id", 0); }

}  // namespace

std::string RequisitionField(const Depot& depot, const std::string& name) {
  return depot.Name("/requisition/" + name);
}

std::string RequisitionKey(const tools::ToolCall& call) {
  return StrCat(kKeyPrefix, call.idempotency_key);
}

Fallible<Json> FindRequisition(Depot& depot, const std::string& number,
                               const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json found,
                 Requisitions(depot, Json::array({Is(RequisitionField(depot, "number"), number)}),
                              1, context));
  if (found.size() == 1) return found[0];
  return tools::MakeToolError(
      "not_found", StrCat("there is no requisition '", number, "'"),
      StrCat("청구서 '", number, "'", base::Particle(number, "이"), " 없습니다"));
}

Fallible<std::string> KeyOf(Depot& depot, const Json& record, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const int64_t us, depot.tryton->UserId(context));
  return base::IntOr(record, kMaker, 0) == us ? StringOr(record, RequisitionField(depot, "key"), "")
                                              : std::string();
}

bool RequisitionIs(const Depot& depot, const Json& record, const std::string& list) {
  const std::string state = StringOr(record, RequisitionField(depot, "state"), "");
  const Json& states = depot.tryton->Mapping("/requisition/" + list);
  return std::find(states.begin(), states.end(), state) != states.end();
}

Fallible<Json> OneOfKey(Depot& depot, const std::string& key, int64_t kept,
                        const tools::CallContext& context) {
  if (!key.starts_with(kKeyPrefix)) return Json();
  ASSIGN_OR_FAIL(const int64_t us, depot.tryton->UserId(context));
  const Json ours = Json::array({Is(RequisitionField(depot, "key"), key), Is(kMaker, us)});
  ASSIGN_OR_FAIL(const Json records, Requisitions(depot, ours, kTwinsMax, context));
  if (records.empty()) return Json();
  std::vector<Json> found(records.begin(), records.end());
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
