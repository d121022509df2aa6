#include "model_core/base/strings.h"
#include "tools/part.h"
#include "tools/tool_executor.h"

namespace tools {
namespace {

using base::Json;

bool TypeFits(const std::string& type, const Json& value) {
  if (value.is_null()) return true;  // a field that the record does not hold
  if (type == "int") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "bool") return value.is_boolean();
  return value.is_string();
}

ToolError Malformed(const ToolSpec& spec, std::string_view path) {
  return MakeToolError(
      "malformed_upstream",
      base::StrCat("tool '", spec.name, "': field '", path, "' is missing or of another type"),
      base::StrCat("도구 '", spec.name, "': '", path, "' 항목이 없거나 형식이 다릅니다"));
}

// A path is "field", "list[].field", or "list[]" of plain values.
bool FieldFits(const ResultSpec& field, const Json& value) {
  const size_t at = field.path.find("[]");
  if (at == std::string::npos) {
    return !value.contains(field.path) || TypeFits(field.type, value[field.path]);
  }
  const std::string list = field.path.substr(0, at);
  if (!value.contains(list) || !value[list].is_array()) return false;
  const std::string member = at + 3 < field.path.size() ? field.path.substr(at + 3) : "";
  for (const Json& item : value[list]) {
    const bool fits = member.empty()           ? TypeFits(field.type, item)
                      : !item.is_object()      ? false
                      : !item.contains(member) ? true
                                               : TypeFits(field.type, item[member]);
    if (!fits) return false;
  }
  return true;
}

bool Known(const ToolSpec& spec, const std::string& name) {
  if (name == kPartField || name == kLeftOutField) return true;
  for (const ResultSpec& field : spec.results) {
    if (field.path == name || field.path.starts_with(base::StrCat(name, "[]"))) return true;
  }
  return false;
}

}  // namespace

std::optional<ToolError> CheckResult(const ToolSpec& spec, const Json& value) {
  if (!value.is_object()) return Malformed(spec, "");
  for (const ResultSpec& field : spec.results) {
    if (!FieldFits(field, value)) return Malformed(spec, field.path);
  }
  if (!PartFits(value)) return Malformed(spec, kPartField);
  if (!LeftOutFits(value)) return Malformed(spec, kLeftOutField);
  for (const auto& [name, member] : value.items()) {
    if (!Known(spec, name)) return Malformed(spec, name);
  }
  return std::nullopt;
}

policies::Label FloorLabel(const Catalogue& catalogue, const ToolSpec& spec, const Json& arguments,
                           const policies::Label& input) {
  using policies::Integrity;
  const policies::Label none = policies::UserLabel();
  std::string text = spec.label;
  if (text == "columns") {
    const Json labels = catalogue.json().value("dataset_labels", Json::object());
    text = base::StringOr(labels, base::StringOr(arguments, "dataset", ""), "C");
  }
  if (text == "source") text = "S";
  auto label = policies::ParseShortLabel(text);
  const policies::Label floor =
      label.ok() ? *label : policies::WithIntegrity(input, Integrity::kTrusted);
  return policies::Join(floor, policies::WithIntegrity(none, Integrity::kTrusted));
}

policies::Label RaisedToFloor(const ToolSpec& spec, policies::Label label,
                              const policies::Label& floor) {
  const policies::Integrity integrity = label.integrity;
  label = policies::Join(label, policies::WithIntegrity(floor, policies::Integrity::kUser));
  if (spec.label == "source" && label.mil != policies::Mil::kNone) label.n2sf = policies::N2sf::kC;
  return policies::WithIntegrity(label, integrity);
}

}  // namespace tools
