#include "model_core/text/argument_schema.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::Json;

// One of the two questions.
class Question {
 public:
  Question(const Json& root, bool strings) : root_(root), strings_(strings) {}

  bool Allows(const Json& schema, int depth = 0) const {
    if (schema.is_boolean()) return schema.get<bool>();
    if (!schema.is_object() || depth > kSchemaDepthMax) return true;
    const auto each = [&](const Json& part) { return Allows(part, depth + 1); };
    for (const auto& [key, value] : schema.items()) {
      if (key == "type" && !Names(value)) return false;
      if (key == "const" && !Fits(value)) return false;
      if (key == "$ref" && !AllowsReferred(value, depth)) return false;
      if (!value.is_array()) continue;
      const bool choice = key == "anyOf" || key == "oneOf";
      if (key == "enum" && !Any(value, [&](const Json& one) { return Fits(one); })) return false;
      if (key == "allOf" && !std::all_of(value.begin(), value.end(), each)) return false;
      if (choice && !Any(value, each)) return false;
    }
    return true;
  }

 private:
  static bool Any(const Json& list, const auto& fits) {
    return std::any_of(list.begin(), list.end(), fits);
  }
  bool Fits(const Json& value) const { return value.is_string() == strings_; }
  bool Names(const Json& type) const {
    if (!type.is_array()) return (type == "string") == strings_;
    return Any(type, [&](const Json& one) { return Names(one); });
  }
  bool AllowsReferred(const Json& reference, int depth) const {
    const Json* referred =
        reference.is_string() ? Referred(root_, reference.get<std::string>()) : nullptr;
    return referred == nullptr || Allows(*referred, depth + 1);
  }

  const Json& root_;
  const bool strings_;
};

}  // namespace

Json ArgumentSchema(const Json& schema, const std::string& key) {
  const auto properties = schema.is_object() ? schema.find("properties") : schema.end();
  if (properties == schema.end() || !properties->is_object() || !properties->contains(key))
    return nullptr;
  Json argument = properties->at(key);
  for (const char* shared : {"$defs", "definitions"}) {
    if (argument.is_object() && schema.contains(shared)) argument[shared] = schema[shared];
  }
  return argument;
}

const Json* Referred(const Json& root, const std::string& reference) {
  if (reference == "#") return &root;
  if (!reference.starts_with("#/")) return nullptr;
  const Json* at = &root;
  for (const std::string_view part : base::StrSplit(std::string_view(reference).substr(2), '/')) {
    const std::string name = base::ReplaceAll(base::ReplaceAll(part, "~1", "/"), "~0", "~");
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &at->at(name);
  }
  return at;
}

bool AllowsStrings(const Json& schema, const Json& root) {
  return Question(root, /*strings=*/true).Allows(schema);
}

bool AllowsOthers(const Json& schema, const Json& root) {
  return Question(root, /*strings=*/false).Allows(schema);
}

}  // namespace model_core
