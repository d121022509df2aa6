#include "deploy/cli/evidence_policies.h"

#include "model_core/base/strings.h"
#include "policies/approval_rules.h"

namespace deploy::cli {

using base::Language;
using base::Message;
using base::StrCat;

absl::StatusOr<PoliciesAtHand> PoliciesAtHand::Of(const policies::AuditExport& bundle,
                                                  const std::string& directory) {
  PoliciesAtHand at_hand;
  for (const policies::PolicyFiles& files : bundle.policies)
    at_hand.texts_[files.Version()] = files;
  ASSIGN_OR_RETURN(policies::PolicyFiles files, policies::ReadPolicyFiles(directory));
  at_hand.here_ = files.Version();
  at_hand.texts_[at_hand.here_] = std::move(files);
  return at_hand;
}

absl::StatusOr<policies::Authorizer*> PoliciesAtHand::Find(const std::string& version, As as) {
  if (const auto it = loaded_.find({version, as}); it != loaded_.end()) return it->second.get();
  const auto texts = texts_.find(version);
  if (texts == texts_.end()) {
    return base::Error(
        absl::StatusCode::kFailedPrecondition,
        StrCat("sealed policy version ", version, ", here ", here_, ": give --policies DIR"),
        StrCat("봉인된 정책 버전은 ", version, ", 여기는 ", here_,
               "입니다. --policies 디렉터리를 주십시오"));
  }
  auto made = as == As::kOlderMaru
                  ? policies::MakeRulesAloneAuthorizer(texts->second)
                  : policies::MakeCedarAuthorizer(texts->second, policies::RuleTexts::kAsSealed);
  if (!made.ok()) {
    return base::Error(absl::StatusCode::kFailedPrecondition,
                       StrCat("this maru cannot load policy version ", version, ": ",
                              Message(made.status(), Language::kEnglish)),
                       StrCat("이 maru가 읽지 못하는 정책 버전 ", version, ": ",
                              Message(made.status(), Language::kKorean)));
  }
  return (loaded_[{version, as}] = *std::move(made)).get();
}

}  // namespace deploy::cli
