#include "model_core/transformer/config_source.h"

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/transformer/gguf_config.h"

namespace model_core {

absl::StatusOr<ConfigSource> ReadConfig(const std::string& path) {
  ConfigSource source;
  ASSIGN_OR_RETURN(const std::string gguf, GgufPath(path));
  if (!gguf.empty()) {
    ASSIGN_OR_RETURN(const WeightFiles weights, WeightFiles::Open(gguf));
    ASSIGN_OR_RETURN(const auto file, GgufFile::Open(gguf));
    ASSIGN_OR_RETURN(source.json, GgufConfig(*file, weights));
    return source;
  }
  ASSIGN_OR_RETURN(source.text, base::ReadFile(base::StrCat(path, "/config.json")));
  ASSIGN_OR_RETURN(source.json, base::ParseJson(source.text, "config.json"));
  return source;
}

}  // namespace model_core
