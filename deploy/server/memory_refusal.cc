#include "deploy/server/memory_refusal.h"

#include "model_core/base/strings.h"

namespace deploy {

absl::Status NamingMemory(const absl::Status& status, std::string_view option) {
  if (status.code() != absl::StatusCode::kResourceExhausted) return status;
  const auto named = [&](base::Language language) {
    return base::ReplaceAll(base::Message(status, language), "memory_bytes_max", option);
  };
  return base::Error(status.code(), named(base::Language::kEnglish),
                     named(base::Language::kKorean));
}

}  // namespace deploy
