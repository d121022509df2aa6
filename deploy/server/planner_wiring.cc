#include "deploy/server/planner_wiring.h"

#include "connectors/remote_model.h"
#include "deploy/server/memory_refusal.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

constexpr std::string_view kMemory = "model.memory_mib";

// More is configured than there is, which another value mends; a machine with too little for any
// is no fault of the configuration.
absl::Status OfMemory(const Config& config, const absl::Status& status) {
  constexpr std::string_view kEngines = "memory_bytes_max: ";
  const std::string english = base::Message(status, base::Language::kEnglish);
  const bool configured = absl::IsResourceExhausted(status) && config.Int(kMemory) > 0 &&
                          std::string(status.message()).find(kEngines) != std::string::npos;
  if (!configured) return NamingMemory(status, kMemory);
  const auto without = [&](base::Language language) {
    return base::ReplaceAll(base::Message(status, language), kEngines, "");
  };
  return config.Refusal(kMemory, without(base::Language::kEnglish),
                        without(base::Language::kKorean));
}

}  // namespace

absl::StatusOr<std::unique_ptr<agents::Planner>> MakePlanner(const Config& config,
                                                             connectors::HttpClient& http,
                                                             const tools::Catalogue& catalogue) {
  if (config.Text("model.provider") == "embedded") {
    auto planner = agents::MakeEmbeddedPlanner(
        config.Text("model.directory"), catalogue, config.Int("model.threads"),
        static_cast<size_t>(config.Int(kMemory)) << 20, config.Text("model.device"),
        config.Text("model.kernels"));
    if (!planner.ok()) return OfMemory(config, planner.status());
    return planner;
  }
  connectors::OpenAiOptions options;
  options.base_url = config.Text("model.base_url");
  options.model = config.Text("model.model");
  ASSIGN_OR_RETURN(options.api_key, config.Secret("model.api_key_file"));
  return connectors::MakeOpenAiPlanner(options, http, catalogue);
}

}  // namespace deploy
