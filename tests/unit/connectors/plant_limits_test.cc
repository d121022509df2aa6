// What a plant may send without end, and what its client leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <thread>

#include "connectors/manufacturing/opcua_client.h"
#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/sparkplug_b.pb.h"
#include "connectors/manufacturing/sparkplug_state.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "tests/fakes/listening_socket.h"

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

// A mean is weighted by how long a value stood: one of no time would have stood since 1970.
TEST(OpcUaClient, AHistoryIsOfItsPeriodAndOldestFirst) {
  const absl::Time from = absl::FromUnixSeconds(1'790'000'000), to = from + absl::Hours(1);
  std::vector<Sample> samples{{3, "good", to},
                              {0, "good", absl::UnixEpoch()},
                              {2, "uncertain", from + absl::Minutes(1)},
                              {1, "good", from}};
  SortWithin(from, to, samples);
  std::string found;
  for (const Sample& sample : samples) found += StrCat(*sample.value, sample.quality, " ");
  EXPECT_EQ(found, "0bad 1good 2uncertain 3good ");
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

// A source whose every value is `value`, and good.
class Sends : public TagSource {
 public:
  explicit Sends(double value) : value_(value) {}
  Fallible<std::vector<Sample>> Read(const std::vector<const TagEntry*>& tags,
                                     const tools::CallContext&) override {
    return std::vector<Sample>(tags.size(), {value_, "good", absl::UnixEpoch()});
  }

 private:
  const double value_;
};

TagEntry ModbusTag() {
  TagEntry tag;
  tag.tag = "PI-301";
  tag.modbus = ModbusAddress();
  return tag;
}

TEST(ReadSamples, WhatIsNoNumberIsNoGoodValue) {
  const TagEntry tag = ModbusTag();
  const auto quality = [&](double value) {
    Plant plant{TagMap(),
                SetPointList(),
                OpcUaClient(OpcUaOptions()),
                nullptr,
                nullptr,
                std::make_unique<Sends>(value),
                base::SystemClock()};
    const auto samples = ReadSamples(plant, {&tag}, {absl::Now() + absl::Seconds(20), nullptr});
    EXPECT_EQ(samples->at(0).value.has_value(), samples->at(0).quality == "good");
    return samples->at(0).quality;
  };
  EXPECT_EQ(quality(-1.5), "good");
  EXPECT_EQ(quality(std::numeric_limits<double>::quiet_NaN()), "bad");
  EXPECT_EQ(quality(std::numeric_limits<double>::infinity()), "bad");
}

// Takes one question for a register, and answers it a byte at a time, each after `pause`.
class SlowDevice {
 public:
  explicit SlowDevice(absl::Duration pause) : thread_([this, pause] { Serve(pause); }) {}
  ~SlowDevice() { thread_.join(); }
  int port() const { return socket_.port(); }

 private:
  void Serve(absl::Duration pause) {
    const int connection = socket_.Accept();
    char asked[12];
    recv(connection, asked, sizeof(asked), MSG_WAITALL);
    const std::string answer = std::string(asked, 4) + std::string("\0\5", 2) +
                               std::string(asked + 6, 2) + std::string("\2\0\7", 3);
    for (const char byte : answer) {
      absl::SleepFor(pause);
      if (send(connection, &byte, 1, MSG_NOSIGNAL) != 1) break;
    }
    close(connection);
  }

  const fakes::ListeningSocket socket_;
  std::thread thread_;
};

TEST(Modbus, AnAnswerHasToBeWholeBeforeTheDeadline) {
  const TagEntry tag = ModbusTag();
  const auto read = [&](absl::Duration pause) {
    SlowDevice device(pause);
    const auto source = MakeModbusSource({"127.0.0.1", device.port()}, base::SystemClock());
    return source->Read({&tag}, {absl::Now() + absl::Seconds(2), nullptr});
  };
  const auto quick = read(absl::ZeroDuration());
  ASSERT_TRUE(quick.ok()) << quick.error().message_en;
  EXPECT_EQ(quick->at(0).value, 7);
  const auto slow = read(absl::Milliseconds(300));
  EXPECT_EQ(slow.ok() ? "ok" : slow.error().code, "timeout");
}

}  // namespace
}  // namespace connectors::manufacturing
