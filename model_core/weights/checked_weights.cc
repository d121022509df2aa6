#include "model_core/weights/checked_weights.h"

#include "model_core/base/files.h"
#include "model_core/base/json.h"

namespace model_core {

using base::Json;

std::string ReadCheckedWeights(const std::string& path, const WeightFiles& files) {
  const auto noted = base::ReadJsonFile(path);
  if (!noted.ok() || !noted->is_object()) return "";
  if (base::IntOr(*noted, "version", 0) != kCheckVersion ||
      base::StringOr(*noted, "stamp", "") != files.Stamp())
    return "";
  const std::string sha256 = base::StringOr(*noted, "sha256", "");
  const bool hex = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  return sha256.size() == 64 && hex ? sha256 : "";
}

absl::Status NoteCheckedWeights(const std::string& path, const WeightFiles& files,
                                const std::string& sha256) {
  const Json noted = {{"version", kCheckVersion}, {"stamp", files.Stamp()}, {"sha256", sha256}};
  return base::WriteFile(path, base::DumpJson(noted, 2) + "\n");
}

}  // namespace model_core
