#include "policies/permit.h"

namespace policies {

std::string CallBinding::Hash() const {
  base::Json json = {{"run_id", run_id},
                     {"step_id", step_id},
                     {"tool", tool},
                     {"arguments", arguments},
                     {"label", ToJson(label)},
                     {"plan_hash", plan_hash},
                     {"policy_version", policy_version}};
  if (!records.empty()) json["records"] = ToJson(records);
  return base::HashJson(json);
}

}  // namespace policies
