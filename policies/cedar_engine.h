// CedarEngine: one loaded version of schema and policies, over the Rust bridge. It answers which
// rules decide one call; what they mean for the caller is cedar_authorizer.cc's. Immutable;
// thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/bridge/bridge.h"
#include "policies/authorizer.h"
#include "policies/policy_files.h"

namespace policies {

// A rule as loaded: its annotations, parsed.
struct LoadedRule {
  std::string file;
  bool permits = false;
  Rule rule;  // texts may hold {tool}, {purpose}, {input}, {output}, {clearance}, {roles}
  std::optional<Obligation::Kind> cure;  // @obligation: lifts this forbid once met
  std::string parameter;                 // after the colon of @obligation
  std::vector<std::string> roles;        // @roles; empty: those of the tool's approval line
};

struct CedarAnswer {
  bool permitted = false;  // nothing forbids but what an obligation cures
  std::vector<const LoadedRule*>
      deciding;  // permits and curable forbids, or plain forbids; empty: nothing permits
};

class CedarEngine {
 public:
  // InvalidArgument names file, line and rule: syntax (with column and source), strict validation
  // against the schema, an @id that is missing or another rule's, an annotation that is unknown, a
  // reason or what lifts a forbid missing where `texts` are demanded, an unknown obligation.
  static absl::StatusOr<std::unique_ptr<CedarEngine>> Load(const PolicyFiles& files,
                                                           RuleTexts texts = RuleTexts::kDemanded);
  ~CedarEngine();
  CedarEngine(const CedarEngine&) = delete;
  CedarEngine& operator=(const CedarEngine&) = delete;

  // Internal: some policy could not be evaluated. `whole`: by Cedar's own authorizer over
  // every policy, with nothing settled beforehand (the same answer, slower; for tests).
  absl::StatusOr<CedarAnswer> Decide(const Principal& principal, const std::string& purpose,
                                     const StepFacts& step, bool whole = false) const;

  const std::string& version() const { return version_; }
  const std::vector<LoadedRule>& rules() const { return rules_; }

 private:
  CedarEngine(maru_cedar* handle, std::vector<LoadedRule> rules, std::string version)
      : handle_(handle), rules_(std::move(rules)), version_(std::move(version)) {}

  maru_cedar* const handle_;
  const std::vector<LoadedRule> rules_;
  const std::string version_;
};

}  // namespace policies
