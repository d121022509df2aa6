#include "agents/api/grpc/struct_json.h"

namespace agents {

using base::Json;
using google::protobuf::Struct;
using google::protobuf::Value;

Value ToValue(const Json& json) {
  Value value;
  if (json.is_object()) {
    *value.mutable_struct_value() = ToStruct(json);
  } else if (json.is_array()) {
    auto& list = *value.mutable_list_value();
    for (const Json& item : json) *list.add_values() = ToValue(item);
  } else if (json.is_string()) {
    value.set_string_value(json.get<std::string>());
  } else if (json.is_boolean()) {
    value.set_bool_value(json.get<bool>());
  } else if (json.is_number()) {
    value.set_number_value(json.get<double>());
  } else {
    value.set_null_value(google::protobuf::NULL_VALUE);
  }
  return value;
}

Struct ToStruct(const Json& object) {
  Struct fields;
  if (!object.is_object()) return fields;
  for (const auto& [key, item] : object.items()) (*fields.mutable_fields())[key] = ToValue(item);
  return fields;
}

std::string TextAt(const Struct& fields, std::string_view key) {
  const auto it = fields.fields().find(std::string(key));
  return it != fields.fields().end() && it->second.has_string_value() ? it->second.string_value()
                                                                      : "";
}

}  // namespace agents
