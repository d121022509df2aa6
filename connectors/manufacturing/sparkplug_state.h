// SparkplugState: what the edge nodes of a group have said so far. Not thread-safe; no I/O.
//
// Births name metrics and their aliases, data updates them, deaths make them stale. A gap in an
// edge node's sequence, or an alias that no birth named, asks for a rebirth. What goes beyond the
// limits is left out, and the log names who is cut.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/manufacturing/opcua_client.h"

namespace connectors::manufacturing {

class SparkplugState {
 public:
  static constexpr size_t kEdgesMax = 1'000, kMetricsMax = 10'000;   // metrics of an edge's devices
  static constexpr size_t kPayloadMax = 16 << 20, kNameMax = 1'000;  // bytes

  // Takes one message of spBv1.0/{group}/{type}/{edge}[/{device}]. True: the edge node must be
  // asked for a rebirth. A payload that cannot be decoded, or a topic of another form, changes
  // nothing and asks for one if it names an edge.
  bool Take(std::string_view topic, std::string_view payload);
  // Nullopt: no birth has named the metric. Stale values are `uncertain`.
  std::optional<Sample> Find(const std::string& edge, const std::string& device,
                             const std::string& metric) const;
  // The edge node that a topic is of; empty if it is of none.
  static std::string EdgeOf(std::string_view topic);

 private:
  using Key = std::pair<std::string, std::string>;  // device (empty: the node itself), metric
  struct Metric {
    Sample sample;
    uint32_t datatype = 0;  // as the birth said; data messages may leave it out
  };
  struct Edge {
    std::optional<uint64_t> sequence;
    std::map<uint64_t, Key> aliases;
    std::map<Key, Metric> metrics;
    bool cut = false;  // it has more than kMetricsMax, or names that are too long
  };
  // The edge node of that name; null: there are too many.
  Edge* EdgeNamed(const std::string& name);
  static bool AddMetric(const std::string& name, Edge& edge, const Key& key);
  bool TakePayload(const std::string& name, Edge& edge, std::string_view type,
                   const std::string& device, std::string_view bytes);
  static void Die(Edge& edge, bool whole, const std::string& device);

  std::map<std::string, Edge> edges_;
  bool cut_ = false;  // there are more edge nodes than kEdgesMax
};

}  // namespace connectors::manufacturing
