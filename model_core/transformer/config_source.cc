#include "model_core/transformer/config_source.h"

#include <fstream>
#include <sstream>

#include "model_core/base/strings.h"
#include "model_core/transformer/gguf_config.h"

namespace model_core {

using base::StrCat;

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (file && !text.str().empty()) return text.str();
  return base::Error(absl::StatusCode::kNotFound, StrCat("'", path, "' cannot be read"),
                     StrCat("'", path, "'을(를) 읽을 수 없습니다"));
}

absl::StatusOr<ConfigSource> ReadConfig(const std::string& path) {
  ConfigSource source;
  ASSIGN_OR_RETURN(const std::string gguf, GgufPath(path));
  if (!gguf.empty()) {
    ASSIGN_OR_RETURN(const WeightFiles weights, WeightFiles::Open(gguf));
    ASSIGN_OR_RETURN(const auto file, GgufFile::Open(gguf));
    ASSIGN_OR_RETURN(source.json, GgufConfig(*file, weights));
    return source;
  }
  ASSIGN_OR_RETURN(source.text, ReadText(StrCat(path, "/config.json")));
  ASSIGN_OR_RETURN(source.json, base::ParseJson(source.text, "config.json"));
  return source;
}

}  // namespace model_core
