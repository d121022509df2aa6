#include "connectors/legal/law_memory.h"

#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

template <typename Change>
NamedLaw Mapped(const NamedLaw& law, Change change) {
  NamedLaw out{change(law.law), {}};
  for (const std::string& name : law.names) out.names.push_back(change(name));
  return out;
}

}  // namespace

NamedLaw DecreeOf(const NamedLaw& law, std::string_view suffix) {
  return Mapped(law,
                [&](const std::string& name) { return base::StrCat(ActOf(name), " ", suffix); });
}

std::optional<ShortLaw> LawMemory::Short(std::string_view text) const {
  std::optional<ShortLaw> found;
  for (const auto& [name, law] : short_) {
    if (text.starts_with(name) && (!found || name.size() > found->length))
      found = ShortLaw{law, name.size()};
  }
  return found;
}

std::optional<NamedLaw> LawMemory::Last(std::string_view end) const {
  for (auto law = mentioned_.rbegin(); law != mentioned_.rend(); ++law) {
    if (law->law.ends_with(end)) return *law;
  }
  return std::nullopt;
}

std::optional<NamedLaw> LawMemory::LastAct() const {
  for (auto law = mentioned_.rbegin(); law != mentioned_.rend(); ++law) {
    const std::string act = ActOf(law->law);
    if (act.ends_with("법") || act.ends_with("법률")) return Mapped(*law, ActOf);
  }
  return std::nullopt;
}

std::optional<NamedLaw> LawMemory::Earlier(std::string_view kind) const {
  if (kind == "법" || kind == "법률") return LastAct();
  const bool decree = kind == "시행령" || kind == "영" || kind == "령";
  const bool rule = kind == "시행규칙" || kind == "규칙";
  if (!decree && !rule) return Last(kind);
  if (kind == "영" || kind == "령" || kind == "규칙") {
    if (auto last = Last(decree ? "령" : "규칙")) return last;
  }
  const auto act = LastAct();
  return act ? std::optional(DecreeOf(*act, decree ? "시행령" : "시행규칙")) : std::nullopt;
}

}  // namespace connectors::legal
