#include "deploy/cli/members.h"

namespace deploy::cli {

using base::Json;

const Json& Items(const Json& object, std::string_view key) {
  static const Json* const kEmpty = new Json(Json::array());
  const Json& member = Member(object, key);
  return member.is_array() ? member : *kEmpty;
}

}  // namespace deploy::cli
