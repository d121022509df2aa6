#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/bridge/buffer.h"
#include "policies/approval_rules.h"
#include "policies/authorizer.h"
#include "policies/cedar/embedded.h"
#include "policies/permit_office.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using model_core::BridgeBuffer;
using model_core::Data;

// Obligations that annotations may name. Anything else is refused when policies are loaded.
const std::map<std::string_view, Obligation::Kind>& ObligationKinds() {
  static const auto* const kinds = new std::map<std::string_view, Obligation::Kind>{
      {"approve_one", Obligation::Kind::kApproveOne},
      {"approve_two", Obligation::Kind::kApproveTwo},
      {"approve_licensed", Obligation::Kind::kApproveLicensed},
      {"confirm", Obligation::Kind::kConfirm}};
  return *kinds;
}

std::string Uid(std::string_view type, std::string_view id) {
  return StrCat(type, "::", base::DumpJson(Json(std::string(id))));
}

Json Entity(std::string_view type, std::string_view id, Json attributes, Json parents) {
  return {{"uid", {{"type", type}, {"id", id}}}, {"attrs", std::move(attributes)}, {"parents", std::move(parents)}};
}

Json UserEntity(const Principal& user) {
  Json parents = Json::array();
  for (const std::string& role : user.roles) parents.push_back({{"type", "Role"}, {"id", role}});
  parents.push_back({{"type", "Unit"}, {"id", user.unit}});
  return Entity("User", user.id,
                {{"clearance_n2sf", static_cast<int>(user.clearance.n2sf)},
                 {"clearance_mil", static_cast<int>(user.clearance.mil)},
                 {"purposes", user.purposes},
                 {"tools", user.tools}},
                std::move(parents));
}

class CedarAuthorizer : public Authorizer {
 public:
  CedarAuthorizer(maru_cedar* handle, Json facts, std::string version)
      : handle_(handle), facts_(std::move(facts)), version_(std::move(version)) {}
  ~CedarAuthorizer() override { maru_cedar_free(handle_); }

  const std::string& policy_version() const override { return version_; }

  absl::StatusOr<PlanDecision> CheckPlan(const PlanFacts& plan, const std::vector<Principal>& people) override {
    PlanDecision decision;
    decision.policy_version = version_;
    decision.purpose = plan.purpose.empty() ? FittingPurpose(plan) : plan.purpose;
    decision.permitted = true;
    for (const StepFacts& step : plan.steps) {
      ASSIGN_OR_RETURN(StepDecision made, Decide(plan.principal, decision.purpose, step, false, false));
      if (made.permitted) RequireEligible(plan.principal, people, made);
      decision.permitted = decision.permitted && made.permitted;
      decision.steps.push_back(std::move(made));
    }
    return decision;
  }

  absl::StatusOr<std::variant<Permit, StepDecision>> AuthorizeCall(const PlanFacts& plan, const StepFacts& step,
                                                                   const CallBinding& binding,
                                                                   const std::vector<ApprovalFact>& approvals,
                                                                   bool confirmed) override {
    if (binding.policy_version != version_) {
      return absl::FailedPreconditionError("the call was bound to another policy version");
    }
    const std::string purpose = plan.purpose.empty() ? FittingPurpose(plan) : plan.purpose;
    const Obligation line = ApprovalLine(step);
    const bool approved = step.approval_line == "none" || Met(line, plan.principal, binding.Hash(), approvals);
    ASSIGN_OR_RETURN(StepDecision made, Decide(plan.principal, purpose, step, approved, confirmed));
    if (made.permitted && made.obligations.empty()) return PermitOffice::Issue(binding);
    return made;
  }

 private:
  // The one purpose that fits every step and that the principal holds; empty if there is none.
  static std::string FittingPurpose(const PlanFacts& plan) {
    for (const std::string& purpose : plan.principal.purposes) {
      const bool fits = std::all_of(plan.steps.begin(), plan.steps.end(), [&](const StepFacts& step) {
        return std::find(step.purposes.begin(), step.purposes.end(), purpose) != step.purposes.end();
      });
      if (fits) return purpose;
    }
    return "";
  }

  static Obligation ApprovalLine(const StepFacts& step) {
    const auto it = ObligationKinds().find(StrCat("approve_", step.approval_line));
    const auto kind = it == ObligationKinds().end() ? Obligation::Kind::kApproveOne : it->second;
    return {kind, step.approval_roles, "", StrCat("approval.", step.approval_line)};
  }

  Json Request(const Principal& principal, const std::string& purpose, const StepFacts& step, bool approved,
               bool confirmed) const {
    const auto dataset = step.attributes.find("dataset");
    Json context = {{"purpose", purpose},
                    {"name", step.tool},
                    {"input_n2sf", static_cast<int>(step.input.n2sf)},
                    {"input_mil", static_cast<int>(step.input.mil)},
                    {"input_privacy", static_cast<int>(step.input.privacy)},
                    {"output_n2sf", static_cast<int>(step.output.n2sf)},
                    {"output_mil", static_cast<int>(step.output.mil)},
                    {"sink_untrusted", step.sink_untrusted},
                    {"related", step.related},
                    {"approval_line", step.approval_line},
                    {"approved", approved},
                    {"confirm", step.confirm},
                    {"confirmed", confirmed},
                    {"dataset", dataset == step.attributes.end() ? "" : dataset->second}};
    Json tool = {{"domain", step.domain}, {"kind", step.kind}, {"purposes", step.purposes}};
    return {{"principal", Uid("User", principal.id)},
            {"action", Uid("Action", "call")},
            {"resource", Uid("Tool", step.tool)},
            {"context", std::move(context)},
            {"entities",
             Json::array({UserEntity(principal), Entity("Tool", step.tool, std::move(tool), Json::array())})}};
  }

  absl::StatusOr<StepDecision> Decide(const Principal& principal, const std::string& purpose,
                                      const StepFacts& step, bool approved, bool confirmed) const {
    const std::string request = base::DumpJson(Request(principal, purpose, step, approved, confirmed));
    BridgeBuffer out;
    RETURN_IF_ERROR(out.Check(maru_cedar_authorize(handle_, Data(request), request.size(), out.out()), "cedar"));
    ASSIGN_OR_RETURN(const Json answer, base::ParseJson(out.text(), "cedar"));
    if (!answer["errors"].empty()) {
      return absl::InternalError(StrCat("cedar: ", answer["errors"][0].get<std::string>()));
    }
    StepDecision decision{step.step_id, step.tool, false, {}, {}, step.input, step.output};
    bool curable = base::BoolOr(answer, "allowed_if_cured", false);
    for (const Json& reason : answer["reasons"]) {
      const std::string id = reason.get<std::string>();
      decision.rules.push_back(RuleOf(id));
      const std::string obligation = StringOr(facts_.value(id, Json::object()), "obligation", "");
      if (obligation.empty()) continue;
      decision.obligations.push_back({ObligationKinds().at(obligation),
                                      obligation == "confirm" ? std::vector<std::string>{} : step.approval_roles, "",
                                      id});
    }
    decision.permitted = base::BoolOr(answer, "allowed", false) || (curable && !decision.obligations.empty());
    if (decision.permitted) return decision;
    decision.obligations.clear();
    std::erase_if(decision.rules, [this](const Rule& rule) { return !IsPlainForbid(rule.id); });
    if (decision.rules.empty()) decision.rules.push_back(NoPermit());
    return decision;
  }

  bool IsPlainForbid(const std::string& id) const {
    return StringOr(facts_.value(id, Json::object()), "obligation", "").empty();
  }

  Rule RuleOf(const std::string& id) const {
    const Json facts = facts_.value(id, Json::object());
    return {id, StringOr(facts, "reason_ko", ""), StringOr(facts, "reason_en", ""), StringOr(facts, "lift_ko", ""),
            StringOr(facts, "lift_en", "")};
  }

  static Rule NoPermit() {
    return {"default.deny", "이 도구를 쓸 권한이 없습니다", "nothing permits the caller to use this tool",
            "권한이 있는 분께 부탁하거나 관리자에게 권한을 신청하세요",
            "ask someone who may, or ask the administrator for the right"};
  }

  static void RequireEligible(const Principal& requester, const std::vector<Principal>& people,
                              StepDecision& decision) {
    for (const Obligation& obligation : decision.obligations) {
      if (AnyoneMayMeet(obligation, requester, people)) continue;
      decision.permitted = false;
      decision.rules = {{"approval.no_eligible_person",
                         StrCat("승인할 수 있는 사람이 없습니다: ", base::StrJoin(obligation.roles, ", ")),
                         StrCat("nobody is eligible to approve: ", base::StrJoin(obligation.roles, ", ")),
                         "해당 역할을 가진 사람을 등록하세요", "register someone with that role"}};
    }
  }

  maru_cedar* const handle_;
  const Json facts_;  // policy id → annotations
  const std::string version_;
};

absl::Status CheckObligations(const Json& facts) {
  for (const auto& [id, annotations] : facts.items()) {
    const std::string name = StringOr(annotations, "obligation", "");
    if (!name.empty() && !ObligationKinds().contains(name)) {
      return absl::InvalidArgumentError(StrCat("policy '", id, "': obligation '", name, "' is unknown"));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadDirectory(const std::string& directory, std::string& schema, std::string& policies) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    if (file.extension() == ".cedarschema") schema += text.str();
    if (file.extension() == ".cedar") policies += text.str();
  }
  if (!error && !schema.empty() && !policies.empty()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kNotFound, StrCat("policy directory '", directory, "' has no schema or policies"),
                     StrCat("정책 디렉터리 '", directory, "'에 스키마나 정책이 없습니다"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authorizer>> MakeCedarAuthorizer(const std::string& directory) {
  std::string schema(kCedarSchema), policies(kCedarPolicies);
  if (!directory.empty()) {
    schema.clear();
    policies.clear();
    RETURN_IF_ERROR(ReadDirectory(directory, schema, policies));
  }
  maru_cedar* handle = nullptr;
  BridgeBuffer error;
  RETURN_IF_ERROR(error.Check(maru_cedar_new(Data(schema), schema.size(), Data(policies), policies.size(), &handle,
                                             error.out()),
                              "policies"));
  BridgeBuffer facts_text;
  RETURN_IF_ERROR(facts_text.Check(maru_cedar_facts(handle, facts_text.out()), "policies"));
  ASSIGN_OR_RETURN(Json facts, base::ParseJson(facts_text.text(), "policies"));
  auto authorizer = std::make_unique<CedarAuthorizer>(handle, facts, base::Sha256Hex(StrCat(schema, "\n", policies)));
  RETURN_IF_ERROR(CheckObligations(facts));
  return authorizer;
}

}  // namespace policies
