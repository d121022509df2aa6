#include "deploy/cli/members.h"

#include <string>

namespace deploy::cli {

using base::Json;

const Json& Member(const Json& object, std::string_view key) {
  static const Json* const kNull = new Json;
  if (!object.is_object()) return *kNull;
  const auto it = object.find(std::string(key));
  return it == object.end() ? *kNull : *it;
}

const Json& Items(const Json& object, std::string_view key) {
  static const Json* const kEmpty = new Json(Json::array());
  const Json& member = Member(object, key);
  return member.is_array() ? member : *kEmpty;
}

}  // namespace deploy::cli
