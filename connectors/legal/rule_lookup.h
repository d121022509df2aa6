// Rule look-up: from a law_id or a name to the version of a rule in force on a day, and its body.
//
// The service lists rules by name alone and gives no history of one. A history is put together here
// from the lists of past and current rules under the name, the current rule under the rule's id,
// and, if it has another name by now, the lists under that name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/legal/lookup.h"
#include "connectors/legal/rule.h"

namespace connectors::legal {

struct RuleHistory {
  std::vector<LawVersion> versions;  // in no order
  // Days on which the supplements (부칙) of the current text say it was amended, and of which no
  // version was found: on the days after one, what was in force is not known.
  std::vector<std::string> unlisted;
};

// Whether `version` (null: none yet) is what was in force on `day`, as far as its history tells.
bool TextKnown(const RuleHistory& history, const LawVersion* version, const std::string& day);
// kNoText: the service has no text of `law` for `day`.
tools::ToolError NoText(const std::string& law, const std::string& day);

// RuleBook: the rules of one family, as one call reads them. Not thread-safe.
class RuleBook {
 public:
  RuleBook(const Drf& drf, const RuleFamily& family, const tools::CallContext& context)
      : drf_(drf), family_(family), context_(context) {}

  // Every version that has `name` in its name.
  Fallible<std::vector<LawVersion>> Named(const std::string& name);
  // The version that a law_id names.
  Fallible<LawVersion> Version(const std::string& law_id) const;
  Fallible<RuleHistory> History(const LawVersion& one);
  // Of the rule that `one` is a version of. kNoText for a day of which the service has no text.
  Fallible<LawInForce> InForceOn(const LawVersion& one, const std::string& law,
                                 const std::string& day);

 private:
  Fallible<std::optional<Answer>> Current(const std::string& rule_id) const;

  const Drf& drf_;
  const RuleFamily& family_;
  const tools::CallContext& context_;
  std::map<std::string, std::vector<LawVersion>> named_;  // by name
};

// What `law`, a law_id, means on `day`.
Fallible<LawInForce> FindRule(const Drf& drf, const std::string& law, const std::string& day,
                              const tools::CallContext& context);
// What each rule that is called `law` is on `day`; empty if none is.
Fallible<std::vector<Fallible<LawInForce>>> FindRulesNamed(const Drf& drf, const std::string& law,
                                                           const std::string& day,
                                                           const tools::CallContext& context);

// The body of one version. kNoText if the service has none; not_found if `number` is asked of a
// rule that is not written in articles.
Fallible<VersionBody> ReadRuleBody(const Drf& drf, const RuleFamily& family,
                                   const LawVersion& version, const ArticleNumber* number,
                                   const tools::CallContext& context);

}  // namespace connectors::legal
