#include "agents/answer.h"

#include <algorithm>

#include "agents/answering/field_captions.h"
#include "agents/running/wording.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::Language;
using base::StrCat;

constexpr size_t kItemsShownMax = 12;
constexpr size_t kQuoteCodePointsMax = 600;

class Composer {
 public:
  Composer(const Run& run, const tools::Catalogue& catalogue)
      : run_(run), catalogue_(catalogue), language_(base::ParseLanguage(run.request.language)) {}

  Answer Compose() {
    answer_.label = policies::UserLabel();
    for (const Step& step : run_.plan->steps) AddStep(step);
    if (quoted_) {
      Line(Say("† 표시한 글은 외부 자료에서 그대로 옮긴 것으로, 지시가 아니며 사실 확인이 필요합니다.",
               "Text marked † is quoted from outside records; it is not an instruction and may be wrong."));
    }
    AddSources();
    Line(Say("이 답변은 AI 시스템(마루)이 기록된 결과로 작성했습니다.",
             "This answer was composed by an AI system (Maru) from recorded results."));
    return std::move(answer_);
  }

 private:
  std::string Say(std::string_view korean, std::string_view english) const {
    return std::string(language_ == Language::kKorean ? korean : english);
  }

  void Line(std::string_view text) { answer_.text.append(text).append("\n"); }

  // "조문 조회 (법령 이름 개인정보 보호법, 조문 번호 26)"
  std::string Heading(const Step& step, const tools::ToolSpec& spec) const {
    std::string arguments;
    for (const auto& [name, value] : step.arguments.items()) {
      if (ParseReference(value) || !References(Json{{"v", value}}).empty()) continue;
      const std::string shown = value.is_string() ? value.get<std::string>() : Compact(value);
      arguments += StrCat(arguments.empty() ? "" : ", ", Caption(name, language_), " ", shown);
    }
    const std::string title = language_ == Language::kKorean ? spec.title : spec.name;
    return arguments.empty() ? title : StrCat(title, " (", arguments, ")");
  }

  static std::string Compact(const Json& value) {
    if (value.is_object() && value.contains("from")) {
      return StrCat(value["from"].get<std::string>(), "~", value["to"].get<std::string>());
    }
    if (!value.is_array()) return base::DumpJson(value);
    std::string joined;
    for (const Json& item : value) {
      joined += StrCat(joined.empty() ? "" : "·", item.is_string() ? item.get<std::string>() : base::DumpJson(item));
    }
    return joined;
  }

  void AddStep(const Step& step) {
    const tools::ToolSpec& spec = *catalogue_.Find(step.tool);
    auto it = run_.steps.find(step.id);
    const StepState state = it == run_.steps.end() ? StepState::kPending : it->second.state;
    const std::string heading = StrCat("■ ", Heading(step, spec));
    switch (state) {
      case StepState::kSucceeded:
        answer_.label = policies::Join(answer_.label, it->second.label);
        AddResult(heading, step, spec, it->second);
        break;
      case StepState::kFailed:
        Line(StrCat(heading, ": ", Say("실패했습니다. ", "failed. "),
                    base::StringOr(it->second.error, Say("message_ko", "message_en"), ""), " [",
                    base::StringOr(it->second.error, "code", ""), "]"));
        break;
      case StepState::kSkipped:
        Line(StrCat(heading, ": ", SkipText(it->second.error)));
        break;
      default:
        Line(StrCat(heading, ": ", Say("하지 않았습니다.", "not done.")));
    }
  }

  std::string SkipText(const Json& reason) const {
    const std::string kind = base::StringOr(reason, "reason", "");
    if (kind == "empty_input") {
      return Say("앞 단계에 해당하는 자료가 없어 건너뛰었습니다.", "skipped: an earlier step found nothing.");
    }
    if (kind == "guard") {
      return StrCat(Say("앞 단계의 판정 때문에 건너뛰었습니다", "skipped because of an earlier finding"), " (",
                    FieldCaption(base::StringOr(reason, "field", ""), language_), ": ",
                    base::DumpJson(reason.value("value", Json())), ").");
    }
    return Say("앞 단계가 이루어지지 않아 건너뛰었습니다.", "skipped: a step before it was not done.");
  }

  void AddResult(const std::string& heading, const Step& step, const tools::ToolSpec& spec,
                 const StepRecord& record) {
    const int first = static_cast<int>(answer_.citations.size()) + 1;
    for (const policies::Origin& origin : record.origins) {
      answer_.citations.push_back({static_cast<int>(answer_.citations.size()) + 1, step.id, origin});
    }
    const int last = static_cast<int>(answer_.citations.size());
    Line(StrCat(heading, ": ", Scalars(spec, record.value), Marks(first, last, record, -1)));
    AddApprovers(step);
    for (const auto& [name, value] : record.value.items()) {
      if (value.is_array()) AddList(spec, name, value, record, first);
    }
  }

  // [n] for one item when there is an origin for each, else the range of the whole result.
  static std::string Marks(int first, int last, const StepRecord& record, int item) {
    if (last < first) return "";
    if (item >= 0 && record.origins.size() > static_cast<size_t>(item) && record.origins.size() > 1) {
      return StrCat(" [", first + item, "]");
    }
    return first == last ? StrCat(" [", first, "]") : StrCat(" [", first, "–", last, "]");
  }

  std::string Scalars(const tools::ToolSpec& spec, const Json& value) {
    std::string text;
    for (const auto& [name, member] : value.items()) {
      if (member.is_array() || member.is_null()) continue;
      text += StrCat(text.empty() ? "" : ", ", Field(spec, name, name, member));
    }
    return text.empty() ? Say("결과", "result") : text;
  }

  void AddApprovers(const Step& step) {
    for (const auto& [id, approval] : run_.approvals) {
      if (approval.step_id != step.id || approval.state != "approved") continue;
      std::string names;
      for (const Approval::Answer& answer : approval.answers) {
        names += StrCat(names.empty() ? "" : ", ", answer.approver);
      }
      Line(StrCat("  ", Say("승인: ", "approved by: "), names));
    }
  }

  void AddList(const tools::ToolSpec& spec, const std::string& name, const Json& list,
               const StepRecord& record, int first) {
    if (list.empty()) {
      Line(Say("  찾은 결과가 없습니다.", "  nothing was found."));
      return;
    }
    const size_t shown = std::min(list.size(), kItemsShownMax);
    for (size_t i = 0; i < shown; ++i) {
      std::string text;
      if (list[i].is_object()) {
        for (const auto& [field, value] : list[i].items()) {
          if (value.is_null()) continue;
          text += StrCat(text.empty() ? "" : ", ", Field(spec, StrCat(name, "[].", field), field, value));
        }
      } else {
        text = Field(spec, StrCat(name, "[]"), name, list[i]);
      }
      const bool of_items = name == "items";
      const int last = first + static_cast<int>(record.origins.size()) - 1;
      Line(StrCat("  · ", text, of_items ? Marks(first, last, record, static_cast<int>(i)) : ""));
    }
    if (shown < list.size()) {
      Line(Say(StrCat("  외 ", list.size() - shown, "건"), StrCat("  and ", list.size() - shown, " more")));
    }
  }

  std::string Field(const tools::ToolSpec& spec, const std::string& path, const std::string& name,
                    const Json& value) {
    const tools::ResultSpec* field = spec.Result(path);
    std::string text = value.is_string() ? value.get<std::string>() : base::DumpJson(value);
    if (field != nullptr && field->type == "enum") text = EnumWord(field->enumeration, text);
    if (field != nullptr && field->type == "bool") text = value.get<bool>() ? Say("예", "yes") : Say("아니요", "no");
    if (field != nullptr && field->type == "jo" && language_ == Language::kKorean) text = Article(text);
    if (field != nullptr && field->untrusted) text = Quoted(text);
    return StrCat(FieldCaption(name, language_), " ", text);
  }

  // "38-2" → "제38조의2"
  static std::string Article(const std::string& jo) {
    const size_t dash = jo.find('-');
    return dash == std::string::npos ? StrCat("제", jo, "조")
                                     : StrCat("제", jo.substr(0, dash), "조의", jo.substr(dash + 1));
  }

  std::string EnumWord(const std::string& enumeration, const std::string& value) const {
    const auto* words = catalogue_.Enumeration(enumeration);
    if (language_ != Language::kKorean || words == nullptr) return value;
    auto it = words->find(value);
    return it == words->end() || it->second.empty() ? value : it->second.front();
  }

  std::string Quoted(const std::string& text) {
    quoted_ = true;
    std::u32string points = base::CodePoints(text);
    std::replace_if(points.begin(), points.end(), [](char32_t c) { return c < 0x20 || c == U'「' || c == U'」'; }, U' ');
    const bool cut = points.size() > kQuoteCodePointsMax;
    if (cut) points.resize(kQuoteCodePointsMax);
    return StrCat("「", base::Utf8(points), cut ? "…" : "", "」†");
  }

  void AddSources() {
    if (answer_.citations.empty()) return;
    Line(Say("출처", "Sources"));
    for (const Citation& citation : answer_.citations) {
      const policies::Origin& origin = citation.origin;
      Line(StrCat("  [", citation.number, "] ", origin.system, " ", origin.record,
                  origin.version.empty() ? "" : StrCat(" (", Say("판 ", "version "), origin.version, ")"), ", ",
                  origin.time));
    }
  }

  const Run& run_;
  const tools::Catalogue& catalogue_;
  const Language language_;
  Answer answer_;
  bool quoted_ = false;
};

}  // namespace

Answer ComposeAnswer(const Run& run, const tools::Catalogue& catalogue) {
  return Composer(run, catalogue).Compose();
}

Json ToJson(const Answer& answer) {
  Json citations = Json::array();
  for (const Citation& citation : answer.citations) {
    citations.push_back({{"number", citation.number},
                         {"step", citation.step_id},
                         {"origin", policies::ToJson(citation.origin)}});
  }
  return {{"text", answer.text}, {"citations", citations}, {"label", policies::ToJson(answer.label)}};
}

}  // namespace agents
