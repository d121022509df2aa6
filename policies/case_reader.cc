// *.cases: lines of a word and the rest. See policies/README.md.
#include <algorithm>
#include <functional>
#include <map>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "policies/cedar_cases.h"

namespace policies {
namespace {

using base::StrCat;

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  for (std::string_view piece : base::StrSplit(text, separator)) {
    if (!base::Trim(piece).empty()) pieces.emplace_back(base::Trim(piece));
  }
  return pieces;
}

// "S+restricted+personal+untrusted": grades in any order; what is not named is the least
// (integrity: the user's own).
bool ReadLabel(std::string_view text, Label& label) {
  base::Json json = ToJson(UserLabel());
  for (const std::string& part : Split(text, '+')) {
    const bool found = std::any_of(json.begin(), json.end(), [&](base::Json& member) {
      const base::Json before = std::exchange(member, part);
      const bool fits = ParseLabel(json).ok();
      if (!fits) member = before;
      return fits;
    });
    if (!found) return false;
  }
  label = *ParseLabel(json);
  return true;
}

bool ReadFlag(std::string_view text, bool& flag) {
  flag = text == "yes";
  return flag || text == "no";
}

bool ReadClearance(std::string_view text, Clearance& clearance) {
  Label label;
  if (!ReadLabel(text, label)) return false;
  clearance = {label.n2sf, label.mil};
  return true;
}

using Setter = std::function<bool(std::string_view value, Principal& person, StepFacts& step,
                                  PlanFacts& plan)>;

Setter Text(std::string StepFacts::*member) {
  return [member](std::string_view value, Principal&, StepFacts& step, PlanFacts&) {
    step.*member = std::string(value);
    return true;
  };
}
Setter List(std::vector<std::string> StepFacts::*member) {
  return [member](std::string_view value, Principal&, StepFacts& step, PlanFacts&) {
    step.*member = Split(value, ',');
    return true;
  };
}
Setter OfPerson(std::vector<std::string> Principal::*member) {
  return [member](std::string_view value, Principal& person, StepFacts&, PlanFacts&) {
    person.*member = Split(value, ',');
    return true;
  };
}
Setter Grade(Label StepFacts::*member) {
  return [member](std::string_view value, Principal&, StepFacts& step, PlanFacts&) {
    return ReadLabel(value, step.*member);
  };
}
Setter Flag(bool StepFacts::*member) {
  return [member](std::string_view value, Principal&, StepFacts& step, PlanFacts&) {
    return ReadFlag(value, step.*member);
  };
}

// A record that the call names, by its label.
bool Record(std::string_view value, Principal&, StepFacts& step, PlanFacts&) {
  NamedRecord& record = step.records.emplace_back();
  record.system = record.id = "record";
  return ReadLabel(value, record.label);
}
// What the call makes of the last of them.
bool Becomes(std::string_view value, Principal&, StepFacts& step, PlanFacts&) {
  return !step.records.empty() && ReadLabel(value, step.records.back().becomes.emplace());
}

const std::map<std::string_view, Setter>& Setters() {
  static const auto* const setters = new std::map<std::string_view, Setter>{
      {"unit",
       [](std::string_view v, Principal& p, StepFacts&, PlanFacts&) { return p.unit = v, true; }},
      {"clearance", [](std::string_view v, Principal& p, StepFacts&,
                       PlanFacts&) { return ReadClearance(v, p.clearance); }},
      {"purpose", [](std::string_view v, Principal&, StepFacts&,
                     PlanFacts& plan) { return plan.purpose = v, true; }},
      {"roles", OfPerson(&Principal::roles)},
      {"purposes", OfPerson(&Principal::purposes)},
      {"tools", OfPerson(&Principal::tools)},
      {"tool", Text(&StepFacts::tool)},
      {"domain", Text(&StepFacts::domain)},
      {"kind", Text(&StepFacts::kind)},
      {"approval", Text(&StepFacts::approval_line)},
      {"approvers", List(&StepFacts::approval_roles)},
      {"fits", List(&StepFacts::purposes)},
      {"input", Grade(&StepFacts::input)},
      {"output", Grade(&StepFacts::output)},
      {"sink_untrusted", Flag(&StepFacts::sink_untrusted)},
      {"record", Record},
      {"becomes", Becomes},
      {"confirm", Flag(&StepFacts::confirm)},
      {"related", Flag(&StepFacts::related)}};
  return *setters;
}

class Reader {
 public:
  explicit Reader(const PolicyFile& file) : file_(file) {
    StepFacts step;
    step.step_id = "s1";
    step.approval_line = "none";
    step.input = step.output = UserLabel();
    base_.principal.id = "someone";
    base_.steps = {step};
  }

  absl::StatusOr<std::vector<PolicyCase>> Read() {
    for (std::string_view line : base::StrSplit(file_.text, '\n')) {
      ++line_;
      line = base::Trim(line);
      if (!line.empty() && line[0] != '#') RETURN_IF_ERROR(ReadLine(line));
    }
    if (!cases_.empty() && cases_.back().expected.empty())
      return Bad("the last case expects nothing", "마지막 사례에 'expect' 줄이 없습니다");
    return std::move(cases_);
  }

 private:
  absl::Status Bad(std::string_view english, std::string_view korean) const {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat(file_.name, ":", line_, ": ", english),
                       StrCat(file_.name, " ", line_, "행을 읽을 수 없습니다: ", korean));
  }

  absl::Status ReadLine(std::string_view line) {
    const size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    const std::string_view rest =
        space == std::string_view::npos ? "" : base::Trim(line.substr(space));
    if (word == "given" && cases_.empty()) return Set(rest, base_);
    if (word == "case") return Begin(rest);
    if (word == "with" && !cases_.empty()) return Set(rest, cases_.back().plan);
    if (word == "expect" && !cases_.empty()) return Expect(rest);
    return Bad(StrCat("'", word, "' has no place here"),
               StrCat("'", word, "'", base::Particle(word, "은"), " 여기에 올 수 없습니다"));
  }

  absl::Status Begin(std::string_view name) {
    if (!cases_.empty() && cases_.back().expected.empty())
      return Bad("the case before expects nothing", "앞 사례에 'expect' 줄이 없습니다");
    cases_.push_back({StrCat(file_.name, ":", line_), std::string(name), base_, ""});
    return absl::OkStatus();
  }

  absl::Status Set(std::string_view settings, PlanFacts& plan) const {
    for (const std::string& setting : Split(settings, ' ')) {
      const size_t equals = setting.find('=');
      if (equals == std::string::npos) {
        return Bad(
            StrCat("'", setting, "' is not NAME=VALUE"),
            StrCat("'", setting, "'", base::Particle(setting, "이"), " 이름=값 형식이 아닙니다"));
      }
      const std::string name = setting.substr(0, equals), value = setting.substr(equals + 1);
      if (name.starts_with("arg.")) {
        plan.steps[0].attributes[name.substr(4)] = value;
        continue;
      }
      const auto it = Setters().find(name);
      if (it == Setters().end()) {
        return Bad(StrCat("'", name, "' is not known"),
                   StrCat("'", name, "'", base::Particle(name, "은"), " 알 수 없는 이름입니다"));
      }
      const bool fits = it->second(value, plan.principal, plan.steps[0], plan);
      if (!fits) {
        return Bad(StrCat("'", setting, "' has no such value"),
                   StrCat("'", setting, "': 그런 값이 없습니다"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Expect(std::string_view text) {
    std::vector<std::string> words = Split(text, ' ');
    const std::string verdict = words.empty() ? "" : words[0];
    const bool names_rules = verdict == "forbid" || verdict == "ask";
    const bool fits = names_rules ? words.size() > 1 : verdict == "permit" && words.size() == 1;
    if (!fits) {
      return Bad("expected: permit, forbid RULE …, or ask RULE:OBLIGATION …",
                 "'permit', 'forbid RULE …', 'ask RULE:OBLIGATION …' 중 하나여야 합니다");
    }
    if (!cases_.back().expected.empty())
      return Bad("the case expects two things", "사례에 'expect' 줄이 둘입니다");
    std::sort(words.begin() + 1, words.end());
    cases_.back().expected = base::StrJoin(words, " ");
    return absl::OkStatus();
  }

  const PolicyFile& file_;
  PlanFacts base_;
  std::vector<PolicyCase> cases_;
  size_t line_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<PolicyCase>> ReadPolicyCases(const PolicyFile& file) {
  return Reader(file).Read();
}

}  // namespace policies
