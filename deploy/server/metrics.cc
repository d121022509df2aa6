#include "deploy/server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <thread>

#include "deploy/server/model_metrics.h"
#include "model_core/base/address.h"
#include "model_core/base/log.h"
#include "model_core/base/pause.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::Json;
using base::StrCat;
using prometheus::Histogram;

constexpr int kRecordsPerRead = 500;
constexpr absl::Duration kInterval = absl::Seconds(1);

const Histogram::BucketBoundaries& Seconds() {
  static const auto* const bounds =
      new Histogram::BucketBoundaries{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30};
  return *bounds;
}

class PrometheusMetrics : public Metrics {
 public:
  PrometheusMetrics(std::unique_ptr<prometheus::Exposer> exposer, agents::RunStore& store,
                    tools::ToolRegistry& registry, const agents::Planner& planner,
                    const StoreSpeed& speed)
      : store_(store),
        registry_(registry),
        speed_(speed),
        model_(std::make_shared<ModelMetrics>(planner)),
        exposer_(std::move(exposer)) {
    exposer_->RegisterCollectable(metrics_);
    exposer_->RegisterCollectable(model_);
    thread_ = std::jthread([this](std::stop_token stop) { Follow(stop); });
  }

 private:
  void Follow(const std::stop_token& stop) {
    SkipHistory();
    while (!stop.stop_requested()) {
      while (Read() == kRecordsPerRead && !stop.stop_requested()) {
      }
      CountConnectors();
      clock_behind_.Set(absl::ToDoubleSeconds(store_.ClockBehind()));
      slowest_commit_.Set(absl::ToDoubleSeconds(speed_.Slowest()));
      base::Pause(stop, kInterval);
    }
  }

  // Counters begin with this process, as Prometheus expects.
  void SkipHistory() {
    const auto note = store_.LatestCheckpoint();
    if (!note.ok()) return;
    const std::vector<std::string_view> lines = base::StrSplit(*note, '\n');
    int64_t size = 0;
    if (lines.size() > 1 && base::ParseInt(lines[1], size)) next_ = static_cast<uint64_t>(size);
  }

  int Read() {
    const auto records = store_.AuditRecords(next_, kRecordsPerRead);
    if (!records.ok()) return 0;
    for (const auto& [index, record] : *records) {
      next_ = index + 1;
      Count(record);
    }
    return static_cast<int>(records->size());
  }

  void Count(const policies::AuditRecord& record) {
    events_.Add({{"type", record.type}}).Increment();
    const Json body =
        record.payload.is_object() ? record.payload.value("body", Json::object()) : Json::object();
    if (record.type == "effect.outcome") {
      const std::string ok = base::BoolOr(body, "ok", false) ? "true" : "false";
      calls_.Add({{"ok", ok}}, Seconds()).Observe(base::NumberOr(body, "milliseconds", 0) / 1e3);
    } else if (record.type == "plan.made") {
      plans_.Add({}, Seconds()).Observe(base::NumberOr(body, "milliseconds", 0) / 1e3);
    } else if (record.type == "run.ended") {
      ended_.Add({{"state", base::StringOr(body, "state", "")}}).Increment();
    }
  }

  void CountConnectors() {
    for (const tools::ConnectorStatus& status : registry_.Status()) {
      up_.Add({{"connector", status.name}})
          .Set(status.health.state == tools::Connector::State::kConnected ? 1 : 0);
    }
  }

  agents::RunStore& store_;
  tools::ToolRegistry& registry_;
  const StoreSpeed& speed_;
  std::shared_ptr<prometheus::Registry> metrics_ = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Counter>& events_ = prometheus::BuildCounter()
                                                         .Name("maru_events_total")
                                                         .Help("Audit records by type.")
                                                         .Register(*metrics_);
  prometheus::Family<prometheus::Counter>& ended_ = prometheus::BuildCounter()
                                                        .Name("maru_runs_ended_total")
                                                        .Help("Runs by how they ended.")
                                                        .Register(*metrics_);
  prometheus::Family<Histogram>& calls_ = prometheus::BuildHistogram()
                                              .Name("maru_tool_call_seconds")
                                              .Help("Tool calls.")
                                              .Register(*metrics_);
  prometheus::Family<Histogram>& plans_ = prometheus::BuildHistogram()
                                              .Name("maru_plan_seconds")
                                              .Help("Planning of a request.")
                                              .Register(*metrics_);
  prometheus::Family<prometheus::Gauge>& up_ = prometheus::BuildGauge()
                                                   .Name("maru_connector_up")
                                                   .Help("1: the system answers.")
                                                   .Register(*metrics_);
  prometheus::Gauge& clock_behind_ =
      prometheus::BuildGauge()
          .Name("maru_clock_behind_seconds")
          .Help("How far the machine's clock is behind the newest audit record.")
          .Register(*metrics_)
          .Add({});
  prometheus::Gauge& slowest_commit_ = prometheus::BuildGauge()
                                           .Name("maru_store_slowest_commit_seconds")
                                           .Help("The slowest commit of the last minute.")
                                           .Register(*metrics_)
                                           .Add({});
  uint64_t next_ = 0;
  const std::shared_ptr<ModelMetrics> model_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  std::jthread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Metrics>> StartMetrics(const std::string& listen,
                                                      agents::RunStore& store,
                                                      tools::ToolRegistry& registry,
                                                      const agents::Planner& planner,
                                                      const StoreSpeed& speed) {
  const auto address = base::ParseAddress(listen);
  if (!address.has_value() || !base::IsLoopback(address->host)) {
    return base::Error(
        absl::StatusCode::kInvalidArgument,
        StrCat("metrics.listen is '", listen, "': loopback only"),
        StrCat("metrics.listen이 '", listen, "'입니다. 루프백 주소만 쓸 수 있습니다"));
  }
  try {
    return std::make_unique<PrometheusMetrics>(std::make_unique<prometheus::Exposer>(listen, 1),
                                               store, registry, planner, speed);
  } catch (const std::exception&) {  // the library's way of saying that it cannot listen
    return base::Error(absl::StatusCode::kAlreadyExists,
                       StrCat("metrics.listen: '", listen, "' is taken"),
                       StrCat("metrics.listen: '", listen, "'", base::Particle(listen, "은"),
                              " 이미 사용 중입니다"));
  }
}

}  // namespace deploy
