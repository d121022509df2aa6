#include "deploy/server/model_metrics.h"

#include <prometheus/metric_family.h>

namespace deploy {
namespace {

using model_core::EngineFigures;
using prometheus::MetricType;

struct Shown {
  const char *name, *help;
  MetricType type;
  uint64_t EngineFigures::*value;
};

constexpr Shown kShown[] = {
    {"maru_model_running_requests", "Requests that the planner's model works on.",
     MetricType::Gauge, &EngineFigures::running},
    {"maru_model_waiting_requests", "Requests that wait for a turn or for memory.",
     MetricType::Gauge, &EngineFigures::waiting},
    {"maru_model_memory_budget_bytes", "Memory that all requests together may take.",
     MetricType::Gauge, &EngineFigures::memory_bytes_max},
    {"maru_model_memory_promised_bytes", "Memory that the running requests may come to take.",
     MetricType::Gauge, &EngineFigures::memory_bytes_promised},
    {"maru_model_memory_used_bytes", "Memory that requests and kept prefixes take.",
     MetricType::Gauge, &EngineFigures::memory_bytes_used},
    {"maru_model_memory_used_max_bytes", "The most that they have taken since the start.",
     MetricType::Gauge, &EngineFigures::memory_bytes_most},
    {"maru_model_memory_cached_bytes",
     "Memory of kept prefixes, those in use by requests included.", MetricType::Gauge,
     &EngineFigures::memory_bytes_cached},
    {"maru_model_memory_besides_bytes",
     "Memory that the model may take beyond the budget and its weights.", MetricType::Gauge,
     &EngineFigures::besides_bytes_max},
    {"maru_model_passes_total", "Forward passes.", MetricType::Counter, &EngineFigures::passes},
    {"maru_model_computed_tokens_total", "Tokens that went through the model.", MetricType::Counter,
     &EngineFigures::computed_tokens},
    {"maru_model_cached_tokens_total",
     "Tokens of prompts that kept prefixes saved from being computed.", MetricType::Counter,
     &EngineFigures::cached_tokens},
    {"maru_model_drafted_tokens_total", "Tokens that were guessed and then verified.",
     MetricType::Counter, &EngineFigures::drafted_tokens},
    {"maru_model_accepted_tokens_total", "Guessed tokens that held.", MetricType::Counter,
     &EngineFigures::accepted_tokens},
};

prometheus::MetricFamily Family(const Shown& shown, const EngineFigures& figures) {
  prometheus::ClientMetric metric;
  const auto value = static_cast<double>(figures.*shown.value);
  (shown.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {shown.name, shown.help, shown.type, {metric}};
}

}  // namespace

std::vector<prometheus::MetricFamily> ModelMetrics::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  const std::optional<EngineFigures> figures = planner_.Figures();
  if (!figures.has_value()) return families;
  for (const Shown& shown : kShown) families.push_back(Family(shown, *figures));
  return families;
}

}  // namespace deploy
