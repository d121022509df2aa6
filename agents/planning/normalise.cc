// The form in which plans are compared: two plans are the same if renaming and reordering steps
// makes them so.
#include <algorithm>
#include <map>
#include <numeric>

#include "agents/plan.h"
#include "agents/planning/kinds.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;

using Names = std::map<std::string, std::string>;  // step id → what it is called instead

Json Renamed(const Json& value, const Names& names) {
  if (const auto reference = ParseReference(value)) {
    auto it = names.find(reference->step);
    const std::string& step = it == names.end() ? reference->step : it->second;
    return {{"$ref", reference->path.empty() ? step : base::StrCat(step, ".", reference->path)}};
  }
  if (!value.is_array()) return value;
  Json out = Json::array();
  for (const Json& item : value) out.push_back(Renamed(item, names));
  return out;
}

// A list without what stands in it already.
Json Unrepeated(const Json& list) {
  Json out = Json::array();
  for (const Json& item : list) {
    if (std::find(out.begin(), out.end(), item) == out.end()) out.push_back(item);
  }
  return out;
}

// Lists of names are sets, but for those whose members pair with a list of amounts.
void DropRepeatedNames(Json& arguments) {
  const bool paired = std::any_of(arguments.begin(), arguments.end(), [](const Json& value) {
    return value.is_array() && !value.empty() && value.front().is_number();
  });
  for (Json& value : arguments) {
    if (value.is_array() && !paired) value = Unrepeated(value);
  }
}

class Canonical {
 public:
  Canonical(const Plan& plan, const tools::Catalogue& catalogue, absl::Time now) : plan_(plan) {
    for (const Step& step : plan.steps) {
      arguments_.push_back(Written(step, catalogue.Find(step.tool), now));
      Describe(step);
    }
  }

  // The smallest of all forms that differ only in the order of steps which look alike.
  Json Steps() const {
    std::vector<size_t> order(plan_.steps.size());
    std::iota(order.begin(), order.end(), size_t{0});
    const auto before = [&](size_t a, size_t b) { return looks_[a] < looks_[b]; };
    std::stable_sort(order.begin(), order.end(), before);
    Json best = Ordered(order);
    for (size_t from = 0; from < order.size();) {
      size_t to = from + 1;
      while (to < order.size() && looks_[order[to]].second == looks_[order[from]].second) ++to;
      if (to - from > 1) Permute(order, from, to, best);
      from = to;
    }
    return best;
  }

 private:
  // Arguments without the optional ones that say what the default says, in order of name.
  static Json Written(const Step& step, const tools::ToolSpec* tool, absl::Time now) {
    std::map<std::string, Json> sorted;
    for (const auto& [name, value] : step.arguments.items()) {
      const tools::ArgumentSpec* argument = tool == nullptr ? nullptr : tool->Argument(name);
      const bool bound = argument != nullptr && !argument->default_value.empty() &&
                         value == BindDefault(*argument, now);
      if (!bound) sorted[name] = value;
    }
    return Json(sorted);
  }

  // How a step looks with every reference replaced by the look of what it refers to, and its depth.
  void Describe(const Step& step) {
    Names names;
    size_t depth = 0;
    for (const Reference& reference : References(step.arguments)) {
      for (size_t i = 0; i < looks_.size(); ++i) {
        if (plan_.steps[i].id != reference.step) continue;
        names[reference.step] = looks_[i].second;
        depth = std::max(depth, looks_[i].first + 1);
      }
    }
    const Json look = {step.tool, Arguments(looks_.size(), names)};
    looks_.emplace_back(depth, base::DumpJson(look));
  }

  Json Arguments(size_t index, const Names& names) const {
    Json out = Json::object();
    for (const auto& [name, value] : arguments_[index].items()) out[name] = Renamed(value, names);
    return out;
  }

  Json Ordered(const std::vector<size_t>& order) const {
    Names names;
    for (size_t i = 0; i < order.size(); ++i)
      names[plan_.steps[order[i]].id] = base::StrCat("s", i + 1);
    Json steps = Json::array();
    for (const size_t index : order) {
      steps.push_back({{"arguments", Arguments(index, names)},
                       {"id", names[plan_.steps[index].id]},
                       {"tool", plan_.steps[index].tool}});
    }
    return steps;
  }

  void Permute(std::vector<size_t>& order, size_t from, size_t to, Json& best) const {
    const auto begin = order.begin() + static_cast<ptrdiff_t>(from),
               end = order.begin() + static_cast<ptrdiff_t>(to);
    std::sort(begin, end);
    std::vector<size_t> chosen = order;
    do {
      Json form = Ordered(order);
      if (base::DumpJson(form) <= base::DumpJson(best)) {
        best = std::move(form);
        chosen = order;
      }
    } while (std::next_permutation(begin, end));
    order = chosen;
  }

  const Plan& plan_;
  std::vector<Json> arguments_;                        // by step
  std::vector<std::pair<size_t, std::string>> looks_;  // by step: depth, look
};

// `few` says nothing that `many` does not.
bool Within(const Json& few, const Json& many) {
  return std::all_of(few.items().begin(), few.items().end(), [&](const auto& item) {
    return many.contains(item.key()) && many[item.key()] == item.value();
  });
}

}  // namespace

void DropRepeats(Plan& plan, const tools::Catalogue& catalogue) {
  Names names;
  std::vector<Step> kept;
  for (Step& step : plan.steps) {
    for (auto& [name, value] : step.arguments.items()) value = Renamed(value, names);
    DropRepeatedNames(step.arguments);
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const Step& other) {
      return other.tool == step.tool &&
             (other.arguments == step.arguments ||
              (Acts(*catalogue.Find(step.tool)) && Within(step.arguments, other.arguments)));
    });
    const bool repeated = same != kept.end();
    names[step.id] = repeated ? same->id : base::StrCat("s", kept.size() + 1);
    if (repeated) continue;
    step.id = names[step.id];
    kept.push_back(std::move(step));
  }
  plan.steps = std::move(kept);
}

Json Normalise(const Plan& plan, const tools::Catalogue& catalogue, absl::Time now) {
  Json json = ToJson(plan, /*derived=*/false);
  if (plan.verdict == Verdict::kPlan) json["steps"] = Canonical(plan, catalogue, now).Steps();
  return json;
}

bool Equal(const Plan& a, const Plan& b, const tools::Catalogue& catalogue, absl::Time now) {
  return Normalise(a, catalogue, now) == Normalise(b, catalogue, now);
}

}  // namespace agents
