#include "deploy/server/model_metrics.h"

#include <prometheus/metric_family.h>

namespace deploy {
namespace {

using agents::ModelFigures;
using prometheus::MetricType;

struct Shown {
  const char *name, *help;
  MetricType type;
  uint64_t ModelFigures::*value;
};

constexpr Shown kShown[] = {
    {"maru_model_running_requests", "Requests that the planner's model works on.", MetricType::Gauge,
     &ModelFigures::running},
    {"maru_model_waiting_requests", "Requests that wait for a turn or for memory.", MetricType::Gauge,
     &ModelFigures::waiting},
    {"maru_model_memory_budget_bytes", "Memory that all requests together may take.", MetricType::Gauge,
     &ModelFigures::budget_bytes},
    {"maru_model_memory_promised_bytes", "Memory that the running requests may come to take.", MetricType::Gauge,
     &ModelFigures::promised_bytes},
    {"maru_model_memory_used_bytes", "Memory that requests and kept prefixes take.", MetricType::Gauge,
     &ModelFigures::used_bytes},
    {"maru_model_memory_used_max_bytes", "The most that they have taken since the start.", MetricType::Gauge,
     &ModelFigures::most_bytes},
    {"maru_model_memory_cached_bytes", "Memory of kept prefixes, those in use by requests included.",
     MetricType::Gauge, &ModelFigures::cached_bytes},
    {"maru_model_memory_besides_bytes", "Memory that the model may take beyond the budget and its weights.",
     MetricType::Gauge, &ModelFigures::besides_bytes},
    {"maru_model_passes_total", "Forward passes.", MetricType::Counter, &ModelFigures::passes},
    {"maru_model_computed_tokens_total", "Tokens that went through the model.", MetricType::Counter,
     &ModelFigures::computed_tokens},
    {"maru_model_cached_tokens_total", "Tokens of prompts that kept prefixes saved from being computed.",
     MetricType::Counter, &ModelFigures::cached_tokens},
    {"maru_model_drafted_tokens_total", "Tokens that were guessed and then verified.", MetricType::Counter,
     &ModelFigures::drafted_tokens},
    {"maru_model_accepted_tokens_total", "Guessed tokens that held.", MetricType::Counter,
     &ModelFigures::accepted_tokens},
};

prometheus::MetricFamily Family(const Shown& shown, const ModelFigures& figures) {
  prometheus::ClientMetric metric;
  const auto value = static_cast<double>(figures.*shown.value);
  (shown.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {shown.name, shown.help, shown.type, {metric}};
}

}  // namespace

std::vector<prometheus::MetricFamily> ModelMetrics::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  const std::optional<ModelFigures> figures = planner_.Figures();
  if (!figures.has_value()) return families;
  for (const Shown& shown : kShown) families.push_back(Family(shown, *figures));
  return families;
}

}  // namespace deploy
