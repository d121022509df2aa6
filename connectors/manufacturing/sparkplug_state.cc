#include "connectors/manufacturing/sparkplug_state.h"

#include "connectors/manufacturing/sparkplug_b.pb.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using Proto = maru::sparkplug::Payload;

// Data types whose value travels as an unsigned number but is signed (Sparkplug 6.4.16): Int8,
// Int16, Int32, Int64.
std::optional<double> Value(const Proto::Metric& metric, uint32_t datatype) {
  if (metric.is_null()) return std::nullopt;
  switch (metric.value_case()) {
    case Proto::Metric::kIntValue:
      if (datatype == 1) return static_cast<int8_t>(metric.int_value());
      if (datatype == 2) return static_cast<int16_t>(metric.int_value());
      return datatype == 3 ? static_cast<double>(static_cast<int32_t>(metric.int_value()))
                           : metric.int_value();
    case Proto::Metric::kLongValue:
      return datatype == 4 ? static_cast<double>(static_cast<int64_t>(metric.long_value()))
                           : static_cast<double>(metric.long_value());
    case Proto::Metric::kFloatValue:
      return static_cast<double>(metric.float_value());
    case Proto::Metric::kDoubleValue:
      return metric.double_value();
    case Proto::Metric::kBooleanValue:
      return metric.boolean_value() ? 1 : 0;
    default:
      return std::nullopt;
  }
}

bool Birth(std::string_view type) { return type == "NBIRTH" || type == "DBIRTH"; }
bool Data(std::string_view type) { return type == "NDATA" || type == "DDATA"; }
bool Death(std::string_view type) { return type == "NDEATH" || type == "DDEATH"; }

}  // namespace

std::string SparkplugState::EdgeOf(std::string_view topic) {
  const auto parts = base::StrSplit(topic, '/');
  const bool form = (parts.size() == 4 || parts.size() == 5) && parts[0] == "spBv1.0";
  return form && (Birth(parts[2]) || Data(parts[2]) || Death(parts[2])) ? std::string(parts[3])
                                                                        : "";
}

bool SparkplugState::Take(std::string_view topic, std::string_view payload) {
  const std::string name = EdgeOf(topic);
  if (name.empty()) return false;
  const auto parts = base::StrSplit(topic, '/');
  const std::string device = parts.size() == 5 ? std::string(parts[4]) : "";
  Edge* edge = EdgeNamed(name);
  if (edge == nullptr) return false;
  if (Death(parts[2])) {
    Die(*edge, parts[2] == "NDEATH", device);
    return false;
  }
  if (payload.size() <= kPayloadMax) return TakePayload(name, *edge, parts[2], device, payload);
  if (!edge->cut)
    base::LogWarning("sparkplug.payload_too_long",
                     {{"edge", name.substr(0, kNameMax)}, {"limit", kPayloadMax}});
  edge->cut = true;
  return false;
}

SparkplugState::Edge* SparkplugState::EdgeNamed(const std::string& name) {
  const auto known = edges_.find(name);
  if (known != edges_.end()) return &known->second;
  if (edges_.size() < kEdgesMax && name.size() <= kNameMax) return &edges_[name];
  if (!cut_)
    base::LogWarning("sparkplug.too_many_edges",
                     {{"edge", name.substr(0, kNameMax)}, {"limit", kEdgesMax}});
  cut_ = true;
  return nullptr;
}

// False: `edge` has no room for it; said once for each birth of the edge node.
bool SparkplugState::AddMetric(const std::string& name, Edge& edge, const Key& key) {
  if (edge.metrics.contains(key)) return true;
  const bool fits =
      edge.metrics.size() < kMetricsMax && key.first.size() + key.second.size() <= kNameMax;
  if (fits) {
    edge.metrics[key];
    return true;
  }
  if (!edge.cut)
    base::LogWarning(
        "sparkplug.too_many_metrics",
        {{"edge", name}, {"device", key.first.substr(0, kNameMax)}, {"limit", kMetricsMax}});
  edge.cut = true;
  return false;
}

void SparkplugState::Die(Edge& edge, bool whole, const std::string& device) {
  for (auto& [key, metric] : edge.metrics) {
    if ((whole || key.first == device) && metric.sample.quality == "good")
      metric.sample.quality = "uncertain";
  }
  if (whole) edge.sequence.reset();
}

bool SparkplugState::TakePayload(const std::string& name, Edge& edge, std::string_view type,
                                 const std::string& device, std::string_view bytes) {
  Proto payload;
  if (!payload.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return true;
  if (type == "NBIRTH") edge = Edge();
  if (type == "DBIRTH")
    std::erase_if(edge.aliases, [&](const auto& alias) { return alias.second.first == device; });
  const bool gap =
      type != "NBIRTH" && (!edge.sequence || payload.seq() != (*edge.sequence + 1) % 256);
  edge.sequence = payload.seq();
  bool unknown = false;
  for (const Proto::Metric& metric : payload.metrics()) {
    Key key(device, metric.name());
    if (Birth(type) && !AddMetric(name, edge, key)) continue;
    if (Birth(type) && metric.has_alias() && edge.aliases.size() < kMetricsMax)
      edge.aliases[metric.alias()] = key;
    const auto alias = edge.aliases.find(metric.alias());
    if (metric.name().empty() && alias != edge.aliases.end()) key = alias->second;
    const auto known = edge.metrics.find(key);
    unknown |= known == edge.metrics.end();
    if (known == edge.metrics.end() || metric.is_historical()) continue;
    if (metric.has_datatype()) known->second.datatype = metric.datatype();
    const uint64_t time = metric.has_timestamp() ? metric.timestamp() : payload.timestamp();
    const std::optional<double> value = Value(metric, known->second.datatype);
    known->second.sample = {value, value ? "good" : "bad",
                            absl::FromUnixMillis(static_cast<int64_t>(time))};
  }
  return gap || (unknown && !edge.cut);  // a rebirth would bring no more
}

std::optional<Sample> SparkplugState::Find(const std::string& edge, const std::string& device,
                                           const std::string& metric) const {
  const auto node = edges_.find(edge);
  if (node == edges_.end()) return std::nullopt;
  const auto found = node->second.metrics.find({device, metric});
  if (found == node->second.metrics.end()) return std::nullopt;
  return found->second.sample;
}

}  // namespace connectors::manufacturing
