// Whether calls and results carry at least the labels of what they were made from.
#include <algorithm>

#include "agents/relabel.h"
#include "deploy/cli/evidence.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using agents::Labelled;
using base::Json;
using base::Language;
using base::StrCat;
using Outcome = Finding::Outcome;

Finding Labels(Outcome outcome, std::string_view english, std::string_view korean,
               int64_t record = -1) {
  return {"labels", outcome, std::string(english), std::string(korean), record};
}

// The catalogue that the run was made with, as its answer names it; null: none is named, or another
// than the one here.
const tools::Catalogue* CatalogueOf(const policies::AuditExport& bundle) {
  const tools::Catalogue& here = tools::Catalogue::BuiltIn();
  const bool same =
      std::any_of(bundle.entries.begin(), bundle.entries.end(), [&](const auto& entry) {
        return entry.record.type == "answer.released" &&
               base::StringOr(BodyOf(entry.record), "catalogue", "") == here.hash();
      });
  return same ? &here : nullptr;
}

struct Count {
  size_t by_catalogue = 0, by_sealed = 0, unknown = 0;
  void Add(Labelled how) {
    if (how == Labelled::kByCatalogue) ++by_catalogue;
    if (how == Labelled::kBySealed) ++by_sealed;
    if (how == Labelled::kUnknown) ++unknown;
  }
};

Finding Whole(const Count& count) {
  const size_t held = count.by_catalogue + count.by_sealed;
  if (count.unknown > 0) {
    return Labels(
        Outcome::kNotChecked,
        StrCat("not joined again for ", count.unknown, ": facts not recorded"),
        StrCat(count.unknown, "건은 다시 맞추지 않았습니다. 근거를 적기 전의 기록입니다"));
  }
  if (held == 0) return Labels(Outcome::kHolds, "nothing was called", "부른 도구가 없습니다");
  const bool sealed_alone = count.by_catalogue == 0;
  return Labels(
      Outcome::kHolds,
      StrCat(held, " joined again, each at least as high as it must be",
             sealed_alone ? "; by what is sealed, the catalogue is not named" : ""),
      StrCat(held, "건 모두 다시 맞춰 보았고 있어야 할 등급 이상입니다",
             sealed_alone ? ". 카탈로그가 적혀 있지 않아 봉인된 근거로만 보았습니다" : ""));
}

}  // namespace

Finding CheckLabels(const policies::AuditExport& bundle) {
  const tools::Catalogue* const catalogue = CatalogueOf(bundle);
  agents::Run run;
  run.id = bundle.run_id;
  Count count;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const policies::AuditRecord& record = bundle.entries[i].record;
    const Json body = BodyOf(record);
    const auto labelled = agents::CheckLabel(run, catalogue, record.type, body);
    if (!labelled.ok()) {
      return Labels(Outcome::kFails, base::Message(labelled.status(), Language::kEnglish),
                    base::Message(labelled.status(), Language::kKorean), static_cast<int64_t>(i));
    }
    count.Add(*labelled);
    if (!body.is_object() || !Apply({i, record.time, record.actor, record.type, body}, run).ok()) {
      return Labels(Outcome::kNotChecked, StrCat("record ", i, " is not one that this maru knows"),
                    StrCat(i, "번 기록은 이 maru가 알지 못하는 형식입니다"));
    }
  }
  return Whole(count);
}

}  // namespace deploy::cli
