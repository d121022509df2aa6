#include "model_core/engine/end_tokens.h"

#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kFile = "generation_config.json";

absl::Status Bad(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(kFile, ": ", english),
                     StrCat(kFile, ": ", korean));
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> EndTokens(const std::string& directory,
                                               const ModelConfig& config) {
  const std::string path = StrCat(directory, "/", kFile);
  const auto json = base::ReadJsonFile(path);
  if (absl::IsNotFound(json.status())) return config.eos;
  RETURN_IF_ERROR(json.status());
  if (!json->is_object()) return Bad("is no object", "객체가 아닙니다");
  const Json ids = json->value("eos_token_id", Json());
  if (ids.is_null()) return config.eos;
  std::vector<int32_t> ends;
  for (const Json& id : ids.is_array() ? ids : Json::array({ids})) {
    if (!id.is_number_integer() || id < 0 || id >= config.vocabulary)
      return Bad("eos_token_id is not a token id", "eos_token_id가 토큰 번호가 아닙니다");
    ends.push_back(id.get<int32_t>());
  }
  return ends.empty() ? config.eos : ends;
}

}  // namespace model_core
