#include "agents/answer.h"

#include <algorithm>

#include "agents/answering/counts.h"
#include "agents/answering/deeds.h"
#include "agents/answering/searched.h"
#include "agents/answering/sources.h"
#include "agents/answering/values.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::Language;
using base::StrCat;

constexpr size_t kItemsShownMax = 20;

class Composer {
 public:
  Composer(const Run& run, const tools::Catalogue& catalogue)
      : run_(run), catalogue_(catalogue), language_(base::ParseLanguage(run.request.language)) {}

  Answer Compose() {
    Answer answer;
    answer.label = policies::UserLabel();
    for (const Step& step : run_.plan->steps) {
      AddStep(step);
      const auto it = run_.steps.find(step.id);
      if (it != run_.steps.end() && it->second.state == StepState::kSucceeded) {
        answer.label = policies::Join(answer.label, it->second.label);
      }
    }
    AddEnd();
    answer.text = std::move(text_);
    answer.citations = sources_.citations();
    return answer;
  }

 private:
  std::string Say(std::string_view korean, std::string_view english) const {
    return std::string(language_ == Language::kKorean ? korean : english);
  }

  void Line(std::string_view text) { text_.append(text).append("\n"); }
  void Under(std::string_view text) { Line(StrCat("   ", text)); }

  // "1. 조문 조회 (법령 이름: 개인정보 보호법, 조문 번호: 제26조)"
  std::string Heading(const Step& step, const tools::ToolSpec& spec) const {
    const std::string arguments = ArgumentsText(catalogue_, spec, step.arguments, language_);
    const std::string title = StrCat(step.id.substr(1), ". ", ToolTitle(spec, language_));
    return arguments.empty() ? title : StrCat(title, " (", arguments, ")");
  }

  void AddStep(const Step& step) {
    const tools::ToolSpec& spec = *catalogue_.Find(step.tool);
    Line(Heading(step, spec));
    const auto it = run_.steps.find(step.id);
    const StepRecord record = it == run_.steps.end() ? StepRecord{} : it->second;
    switch (record.state) {
      case StepState::kSucceeded:
        AddResult(step, spec, record);
        break;
      case StepState::kFailed:
        AddFailure(record);
        break;
      case StepState::kSkipped:
        Under(SkipText(record.error));
        break;
      default:
        Under(Say("하지 않았습니다.", "Not done."));
    }
  }

  // One that is in doubt still, for nobody looked, is told as that.
  void AddFailure(const StepRecord& record) {
    const std::string code = base::StringOr(record.error, "code", "");
    const bool unknown = code == "in_doubt" && SettledText(record.settled_by, language_).empty();
    Under(StrCat(unknown ? Say("처리되었는지 알 수 없습니다. ", "It may have been done, or not. ")
                         : Say("하지 못했습니다. ", "It failed. "),
                 base::StringOr(record.error, Say("message_ko", "message_en"), ""), " (",
                 ErrorWord(code, language_), ")"));
  }

  std::string SkipText(const Json& reason) const {
    const std::string kind = base::StringOr(reason, "reason", "");
    const std::string input = base::StringOr(reason, "input", "s?").substr(1);
    const std::string why = base::StringOr(reason, Say("message_ko", "message_en"), "");
    if (kind == "empty_input")
      return Say("앞 단계에서 해당하는 자료를 찾지 못해 하지 않았습니다.",
                 "Not done: an earlier step found nothing.");
    if (kind == "guard") return GuardText(reason, input);
    if (kind == "denied")
      return StrCat(Say("정책에 따라 하지 않았습니다. ", "Not done by policy. "), why);
    if (kind == "look_up_failed")
      return StrCat(Say("처리할 기록을 확인하지 못해 하지 않았습니다. ",
                        "Not done: the record that it acts on could not be looked up. "),
                    why, " (", ErrorWord(base::StringOr(reason, "code", ""), language_), ")");
    if (kind == "rejected")
      return StrCat(
          Say("승인되지 않아 하지 않았습니다. ", "Not done, because it was not approved. "), why);
    if (kind == "declined")
      return Say("확인하지 않으셔서 하지 않았습니다.", "Not done, because you did not confirm it.");
    return StrCat(Say(StrCat(input, "단계가 이루어지지 않아 하지 않았습니다."),
                      StrCat("Not done, because step ", input, " was not.")));
  }

  std::string GuardText(const Json& reason, const std::string& input) const {
    const Step* step = run_.plan->Find(StrCat("s", input));
    const std::string field = base::StringOr(reason, "field", "");
    const tools::ToolSpec* spec = step == nullptr ? nullptr : catalogue_.Find(step->tool);
    const tools::ResultSpec* result = spec == nullptr ? nullptr : spec->Result(field);
    if (result == nullptr)
      return Say("앞 단계의 판정에 따라 하지 않았습니다.",
                 "Not done because of an earlier finding.");
    const std::string finding =
        StrCat(FieldCaption(spec->name, field, language_), ": ",
               ShowValue(catalogue_, *spec, *result, reason.value("value", Json()), language_));
    return Say(StrCat(input, "단계의 판정(", finding, ")에 따라 하지 않았습니다."),
               StrCat("Not done, because of the finding of step ", input, " (", finding, ")."));
  }

  void AddResult(const Step& step, const tools::ToolSpec& spec, const StepRecord& record) {
    const std::vector<int> numbers = sources_.Cite(step.id, record.origins);
    const std::string marks = Sources::Marks(numbers);
    if (spec.effect != tools::Effect::kRead) Under(StrCat(DeedText(spec, language_), marks));
    if (record.error.is_object())
      Under(base::StringOr(record.error, Say("message_ko", "message_en"), ""));
    AddScalars(spec, record.value, marks);
    const std::optional<tools::Part> part = tools::PartOf(record.value);  // of "items"
    for (const auto& [name, value] : record.value.items()) {
      if (!value.is_array()) continue;
      const bool cut = part && name == "items";
      if (value.empty() && !cut) {
        AddNothing(step, spec, name, record.value, marks);
      } else {
        AddList(spec, name, value, cut ? part : std::nullopt, numbers);
      }
    }
    if (const int64_t left_out = tools::LeftOutOf(record.value); left_out > 0)
      Under(StrCat(LeftOutText(left_out, language_), marks));
    AddPeople(step, record);
  }

  // "법령은 개인정보 보호법, 조문은 제26조입니다. [1]" / "Law: …; article: 26. [1]", then yes-or-no
  // findings and quotations, a line each.
  void AddScalars(const tools::ToolSpec& spec, const Json& value, const std::string& marks) {
    std::string sentence;
    std::vector<std::string> others;
    for (const auto& [name, member] : value.items()) {
      const tools::ResultSpec* field = spec.Result(name);
      if (field == nullptr || Missing(member) || member.is_array()) continue;
      const std::string caption = FieldCaption(spec.name, name, language_);
      const std::string shown = ShowValue(catalogue_, spec, *field, member, language_);
      quoted_ = quoted_ || field->untrusted;
      if (member.is_boolean() || field->untrusted) {
        others.push_back(member.is_boolean()
                             ? FindingText(name, caption, member.get<bool>(), language_)
                             : StrCat(caption, ": ", shown));
        continue;
      }
      sentence += StrCat(sentence.empty() ? "" : Say(", ", "; "),
                         Say(base::WithParticle(caption, "은"), StrCat(caption, ":")), " ", shown);
    }
    if (!sentence.empty()) Under(StrCat(Capital(sentence), Say("입니다.", "."), marks));
    for (const std::string& other : others) Under(StrCat(Capital(other), marks));
  }

  // A system that has nothing to say of a field gives null or no text: neither is shown.
  static bool Missing(const Json& value) {
    return value.is_null() || (value.is_string() && base::Trim(value.get<std::string>()).empty());
  }

  static std::string Capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
      text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
  }

  void AddNothing(const Step& step, const tools::ToolSpec& spec, const std::string& name,
                  const Json& value, const std::string& marks) {
    const Json arguments = WithDefaults(spec, step.arguments, run_.request.now);
    const std::string text = NothingText(catalogue_, spec, arguments, name, value, language_);
    if (!text.empty()) Under(StrCat(Capital(text), marks));
  }

  void AddList(const tools::ToolSpec& spec, const std::string& name, const Json& list,
               const std::optional<tools::Part>& part, const std::vector<int>& numbers) {
    const std::string marks = Sources::Marks(numbers);
    const std::string caption = name == "items" ? "" : FieldCaption(spec.name, name, language_);
    Under(StrCat(CountText(caption, list.size(), part, language_), marks));
    const size_t shown = std::min(list.size(), kItemsShownMax);
    const bool one_each = name == "items" && numbers.size() == list.size();
    for (size_t i = 0; i < shown; ++i) {
      Under(StrCat("· ", ItemText(spec, name, list[i]),
                   one_each ? Sources::Marks({numbers[i]}) : marks));
    }
    if (shown < list.size())
      Under(StrCat("· ", MoreText(shown, list.size(), part, language_), marks));
  }

  std::string ItemText(const tools::ToolSpec& spec, const std::string& list, const Json& item) {
    if (!item.is_object()) return FieldText(spec, StrCat(list, "[]"), list, item);
    std::string text;
    for (const auto& [name, value] : item.items()) {
      if (Missing(value)) continue;
      text +=
          StrCat(text.empty() ? "" : ", ", FieldText(spec, StrCat(list, "[].", name), name, value));
    }
    return text.empty() ? Say("기록된 내용 없음", "nothing recorded") : text;
  }

  std::string FieldText(const tools::ToolSpec& spec, const std::string& path,
                        const std::string& name, const Json& value) {
    const tools::ResultSpec* field = spec.Result(path);
    if (field == nullptr) return "";  // the executor lets no such value through
    quoted_ = quoted_ || field->untrusted;
    return StrCat(FieldCaption(spec.name, name, language_), " ",
                  ShowValue(catalogue_, spec, *field, value, language_));
  }

  // Who approved the step, and who said that it happened.
  void AddPeople(const Step& step, const StepRecord& record) {
    std::string names;
    for (const auto& [id, approval] : run_.approvals) {
      if (approval.step_id != step.id || approval.state != "approved" ||
          approval.obligation.rule == "in_doubt")
        continue;
      for (const Approval::Answer& answer : approval.answers) {
        names += StrCat(
            names.empty() ? "" : ", ", answer.approver,
            answer.reason.empty() ? "" : StrCat(Say("(사유: ", " (reason: "), answer.reason, ")"));
      }
    }
    if (!names.empty()) Under(StrCat(Say("승인: ", "Approved by: "), names));
    const std::string how = SettledText(record.settled_by, language_);
    if (!how.empty()) Under(how);
  }

  void AddEnd() {
    if (quoted_) {
      Line(Say(StrCat(kQuoteMark,
                      " 표시한 글은 외부 자료에서 그대로 옮긴 것으로, 지시가 아니며 사실 확인이 "
                      "필요합니다."),
               StrCat("Text marked ", kQuoteMark,
                      " is quoted from outside records; it is no instruction and may be wrong.")));
    }
    if (!sources_.citations().empty()) {
      Line(Say("출처", "Sources"));
      text_ += sources_.List(language_);
    }
    Line(Say("이 답변은 AI 시스템(마루)이 기록된 결과로 작성했습니다.",
             "This answer was composed by an AI system (Maru) from recorded results."));
  }

  const Run& run_;
  const tools::Catalogue& catalogue_;
  const Language language_;
  Sources sources_;
  std::string text_;
  bool quoted_ = false;
};

}  // namespace

Answer ComposeAnswer(const Run& run, const tools::Catalogue& catalogue) {
  return Composer(run, catalogue).Compose();
}

Answer ComposeBasis(const Run& run, std::string_view step_id, const tools::Catalogue& catalogue) {
  Run before = run;
  std::vector<Step>& steps = before.plan->steps;
  const auto waits = std::find_if(steps.begin(), steps.end(),
                                  [&](const Step& step) { return step.id == step_id; });
  steps.erase(waits, steps.end());
  std::erase_if(steps, [&](const Step& step) {
    const auto it = run.steps.find(step.id);
    return it == run.steps.end() || it->second.state != StepState::kSucceeded;
  });
  return steps.empty() ? Answer{} : ComposeAnswer(before, catalogue);
}

Json ToJson(const Answer& answer) {
  Json citations = Json::array();
  for (const Citation& citation : answer.citations) {
    citations.push_back({{"number", citation.number},
                         {"step", citation.step_id},
                         {"origin", policies::ToJson(citation.origin)}});
  }
  return {
      {"text", answer.text}, {"citations", citations}, {"label", policies::ToJson(answer.label)}};
}

}  // namespace agents
