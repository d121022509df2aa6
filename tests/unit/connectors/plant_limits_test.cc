// What a plant may send without end, and what its client leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "connectors/manufacturing/opcua_client.h"
#include "connectors/manufacturing/sparkplug_b.pb.h"
#include "connectors/manufacturing/sparkplug_state.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::StrCat;
using testing::HasSubstr;

// Metrics m0, m1 … with those numbers as aliases.
std::string Birth(uint64_t sequence, size_t metrics) {
  maru::sparkplug::Payload payload;
  payload.set_seq(sequence);
  for (size_t i = 0; i < metrics; ++i) {
    auto& metric = *payload.add_metrics();
    metric.set_name(StrCat("m", i));
    metric.set_alias(i);
    metric.set_double_value(static_cast<double>(i));
  }
  return payload.SerializeAsString();
}

std::string DataOf(uint64_t sequence, uint64_t alias) {
  maru::sparkplug::Payload payload;
  payload.set_seq(sequence);
  auto& metric = *payload.add_metrics();
  metric.set_alias(alias);
  metric.set_double_value(1);
  return payload.SerializeAsString();
}

// Standard error of `body`, where the log goes.
template <typename Body>
std::string LogOf(Body body) {
  testing::internal::CaptureStderr();
  base::StartLog(base::LogFormat::kText, base::LogLevel::kInfo);
  body();
  return testing::internal::GetCapturedStderr();
}

TEST(SparkplugLimits, AnEdgeNodeOfTooManyMetricsKeepsTheFirstAndIsNamed) {
  SparkplugState state;
  constexpr size_t kMax = SparkplugState::kMetricsMax;
  const std::string log = LogOf([&] {
    EXPECT_FALSE(state.Take("spBv1.0/g/NBIRTH/greedy", Birth(0, 0)));
    EXPECT_FALSE(state.Take("spBv1.0/g/DBIRTH/greedy/d", Birth(1, kMax + 5)));
    EXPECT_FALSE(state.Take("spBv1.0/g/DBIRTH/greedy/e", Birth(2, 1)));
  });
  EXPECT_TRUE(state.Find("greedy", "d", "m0"));
  EXPECT_TRUE(state.Find("greedy", "d", StrCat("m", kMax - 1)));
  EXPECT_FALSE(state.Find("greedy", "d", StrCat("m", kMax)));
  EXPECT_FALSE(state.Find("greedy", "e", "m0"));
  EXPECT_FALSE(state.Take("spBv1.0/g/DDATA/greedy/d", DataOf(3, kMax + 1)))
      << "a rebirth would bring no more";
  EXPECT_THAT(log, HasSubstr("sparkplug.too_many_metrics"));
  EXPECT_THAT(log, HasSubstr("greedy"));
}

TEST(SparkplugLimits, TooManyEdgeNodesAreNotKept) {
  SparkplugState state;
  const std::string log = LogOf([&] {
    for (size_t i = 0; i < SparkplugState::kEdgesMax + 2; ++i) {
      EXPECT_FALSE(state.Take(StrCat("spBv1.0/g/NBIRTH/e", i), Birth(0, 1)));
    }
  });
  EXPECT_TRUE(state.Find("e0", "", "m0"));
  EXPECT_FALSE(state.Find(StrCat("e", SparkplugState::kEdgesMax), "", "m0"));
  EXPECT_THAT(log, HasSubstr("sparkplug.too_many_edges"));
  EXPECT_THAT(log, HasSubstr(StrCat("e", SparkplugState::kEdgesMax)));
}

TEST(SparkplugLimits, APayloadAndANameHaveALength) {
  SparkplugState state;
  const std::string log = LogOf([&] {
    state.Take("spBv1.0/g/NBIRTH/e", std::string(SparkplugState::kPayloadMax + 1, '\0'));
    state.Take(StrCat("spBv1.0/g/DBIRTH/e/", std::string(2'000, 'x')), Birth(0, 1));
  });
  EXPECT_THAT(log, HasSubstr("sparkplug.payload_too_long"));
  EXPECT_FALSE(state.Find("e", std::string(2'000, 'x'), "m0"));
}

TEST(OpcUaClient, LeavesNothingInTheWorkingDirectory) {
  const auto before = std::filesystem::current_path();
  const std::filesystem::path here = std::filesystem::path(testing::TempDir()) / "maru-opcua-cwd";
  std::filesystem::create_directory(here);
  std::filesystem::current_path(here);
  {
    OpcUaClient client({"opc.tcp://127.0.0.1:9/plant", "none", "", "", ""});
    EXPECT_FALSE(client.ServerState({absl::Now() + absl::Seconds(5), nullptr}).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(here));
  std::filesystem::current_path(before);
  std::filesystem::remove_all(here);
}

}  // namespace
}  // namespace connectors::manufacturing
