// References: found in arguments, and resolved against results.
#include "agents/plan.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;

void Collect(const Json& value, std::vector<Reference>& out) {
  if (auto reference = ParseReference(value)) {
    out.push_back(*std::move(reference));
  } else if (value.is_structured()) {
    for (const Json& item : value) Collect(item, out);
  }
}

// One part of a path: "items[0]" is name "items", index 0; "items[*]" has every.
struct Part {
  std::string name;
  bool listed = false, every = false;
  size_t index = 0;
};

Part ParsePart(std::string_view text) {
  Part part;
  const size_t bracket = text.find('[');
  part.name = std::string(text.substr(0, bracket));
  if (bracket == std::string_view::npos) return part;
  part.listed = true;
  const std::string_view inside = text.substr(bracket + 1, text.size() - bracket - 2);
  int64_t index = 0;
  part.every = !base::ParseInt(inside, index);
  part.index = static_cast<size_t>(index);
  return part;
}

// The value at `parts[i…]` below `value`; nullopt where something on the way is not there. [*]
// makes a list.
std::optional<Json> Walk(const Json& value, const std::vector<std::string_view>& parts, size_t i) {
  if (i == parts.size()) return value.is_null() ? std::nullopt : std::optional(value);
  const Part part = ParsePart(parts[i]);
  if (!value.is_object()) return std::nullopt;
  auto field = value.find(part.name);
  if (field == value.end()) return std::nullopt;
  if (!part.listed) return Walk(*field, parts, i + 1);
  if (!field->is_array()) return std::nullopt;
  if (!part.every)
    return part.index < field->size() ? Walk((*field)[part.index], parts, i + 1) : std::nullopt;
  Json all = Json::array();
  for (const Json& item : *field) {
    auto below = Walk(item, parts, i + 1);
    if (!below) return std::nullopt;  // lists that pair up must not lose a member
    all.push_back(*std::move(below));
  }
  return all.empty() ? std::nullopt : std::optional(std::move(all));
}

class Resolver {
 public:
  Resolver(const std::function<const Json*(std::string_view)>& result,
           const std::function<Json(std::string_view)>& wrap)
      : result_(result), wrap_(wrap) {}

  std::optional<Json> Value(const Json& value) const {
    if (auto reference = ParseReference(value)) return Referred(*reference);
    return value.is_array() ? List(value) : std::optional(value);
  }

 private:
  std::optional<Json> Referred(const Reference& reference) const {
    const Json* result = result_(reference.step);
    if (result == nullptr) return std::nullopt;
    if (reference.path.empty()) return wrap_(reference.step);
    return Walk(*result, base::StrSplit(reference.path, '.'), 0);
  }

  std::optional<Json> List(const Json& list) const {
    Json out = Json::array();
    for (const Json& item : list) {
      auto resolved = Value(item);
      if (!resolved) return std::nullopt;
      out.push_back(*std::move(resolved));
    }
    return out;
  }

  const std::function<const Json*(std::string_view)>& result_;
  const std::function<Json(std::string_view)>& wrap_;
};

}  // namespace

std::optional<Reference> ParseReference(const Json& value) {
  if (!value.is_object() || value.size() != 1 || !value.contains("$ref") ||
      !value["$ref"].is_string())
    return std::nullopt;
  const std::string text = value["$ref"].get<std::string>();
  const size_t dot = text.find('.');
  return Reference{text.substr(0, dot), dot == std::string::npos ? "" : text.substr(dot + 1)};
}

std::vector<Reference> References(const Json& arguments) {
  std::vector<Reference> out;
  Collect(arguments, out);
  return out;
}

std::optional<Json> ResolveArguments(
    const Json& arguments, const std::function<const Json*(std::string_view step)>& result,
    const std::function<Json(std::string_view step)>& wrap) {
  const Resolver resolver(result, wrap);
  Json out = Json::object();
  for (const auto& [name, value] : arguments.items()) {
    auto resolved = resolver.Value(value);
    if (!resolved) return std::nullopt;
    out[name] = *std::move(resolved);
  }
  return out;
}

}  // namespace agents
