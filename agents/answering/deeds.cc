#include "agents/answering/deeds.h"

#include <map>

#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Language;
using base::StrCat;

struct Sentence {
  std::string_view korean, english;
  std::string_view In(Language language) const {
    return language == Language::kKorean ? korean : english;
  }
};

const Sentence& ByEffect(tools::Effect effect) {
  static constexpr Sentence kDraft = {"초안을 만들었습니다.", "A draft was made."};
  static constexpr Sentence kWrite = {"처리했습니다.", "It was done."};
  static constexpr Sentence kRelease = {"내보냈습니다.", "It was sent out."};
  return effect == tools::Effect::kDraft     ? kDraft
         : effect == tools::Effect::kRelease ? kRelease
                                             : kWrite;
}

}  // namespace

std::string DeedText(const tools::ToolSpec& spec, Language language) {
  static const auto* const deeds = new std::map<std::string_view, Sentence>{
      {"order.propose",
       {"처방안을 작성했습니다. 아직 서명 전입니다.",
        "The order was drafted; it is not signed yet."}},
      {"order.sign", {"처방에 서명했습니다.", "The order was signed."}},
      {"deid.export", {"가명 자료를 반출했습니다.", "The pseudonymised data were exported."}},
      {"alarm.ack", {"알람을 확인 처리했습니다.", "The alarm was acknowledged."}},
      {"workorder.create", {"작업지시를 내렸습니다.", "The work order was created."}},
      {"setpoint.write",
       {"설정값을 썼고 서버가 받아들였습니다.",
        "The set point was written, and the server took it."}},
      {"supply.requisition.draft",
       {"청구서 초안을 만들었습니다. 아직 상신 전입니다.",
        "The requisition was drafted; it is not submitted yet."}},
      {"supply.requisition.submit", {"청구서를 상신했습니다.", "The requisition was submitted."}},
      {"label.assign", {"문서에 등급을 표시했습니다.", "The document was labelled."}},
      {"doc.generate_hwpx", {"문서 초안을 만들었습니다.", "The document was drafted."}},
      {"doc.redact", {"개인정보를 가린 사본을 만들었습니다.", "A masked copy was made."}},
      {"mail.send", {"메일을 보냈습니다.", "The mail was sent."}},
      {"ticket.create", {"업무 요청을 등록했습니다.", "The ticket was created."}}};
  const auto it = deeds->find(spec.name);
  return std::string((it == deeds->end() ? ByEffect(spec.effect) : it->second).In(language));
}

std::string FindingText(std::string_view field, std::string_view caption, bool value,
                        Language language) {
  static const auto* const findings = new std::map<std::string, Sentence>{
      {"allowed:true", {"제공할 수 있습니다.", "The recipient may have it."}},
      {"allowed:false", {"제공할 수 없습니다.", "The recipient may not have it."}},
      {"in_control:true", {"관리 상태입니다.", "The process is in control."}},
      {"in_control:false", {"관리 상태를 벗어났습니다.", "The process is out of control."}},
      {"read_back:true", {"되읽어 같은 값임을 확인했습니다.", "It was read back and holds."}},
      {"read_back:false",
       {"되읽은 값이 다르거나 품질이 나빠 확인되지 않았습니다. 현장 확인이 필요합니다.",
        "Reading it back does not confirm it: another value, or one of bad quality; look at the "
        "plant."}}};
  const auto it = findings->find(StrCat(field, ":", value));
  if (it != findings->end()) return std::string(it->second.In(language));
  const Sentence word = value ? Sentence{"예", "yes"} : Sentence{"아니요", "no"};
  return StrCat(caption, ": ", word.In(language));
}

std::string SettledText(std::string_view settled_by, Language language) {
  const bool korean = language == Language::kKorean;
  if (settled_by == "reconcile") {
    return korean ? "응답을 받지 못해 외부 시스템에서 처리된 것을 확인했습니다."
                  : "The answer was lost; that it was done was found in the outside system.";
  }
  constexpr std::string_view kWord = "the word of ";
  if (!settled_by.starts_with(kWord)) return "";
  const std::string_view who = settled_by.substr(kWord.size());
  return korean ? StrCat("처리 여부는 담당자(", who, ")가 확인했습니다.")
                : StrCat("That it was done was confirmed by ", who, ".");
}

}  // namespace agents
