// The manufacturing connectors against the plant of the sample organisation: node-opcua,
// PostgreSQL, Tryton, a Sparkplug edge node behind mosquitto, and a Modbus device.
#include "connectors/manufacturing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {
namespace {

using fakes::CallAny;
using fakes::Code;

using base::Json;
using base::StrCat;
using testing::HasSubstr;
using Connectors = std::vector<std::unique_ptr<tools::Connector>>;

constexpr char kTags[] = MARU_SOURCE_DIR "/deploy/sample/manufacturing/tags.json";

std::unique_ptr<fakes::Peer> StartPeer(const std::string& name) {
  auto peer = fakes::Peer::Start(name);
  EXPECT_TRUE(peer.ok()) << peer.status();
  return *std::move(peer);
}

struct Plant {
  std::unique_ptr<fakes::Peer> opcua = StartPeer("opcua"), database = StartPeer("plantdb"),
                               tryton = StartPeer("tryton"), mqtt = StartPeer("mqtt"),
                               modbus = StartPeer("modbus");
  std::unique_ptr<HttpClient> http = MakeHttpClient({});
  Connectors connectors;

  Plant() { connectors = Make(Options()); }

  ManufacturingOptions Options() const {
    ManufacturingOptions options;
    options.opcua = {StrCat("opc.tcp://127.0.0.1:", opcua->port(), "/plant"), "none", "", "",
                     opcua->data() + "/no-pki"};
    options.sparkplug.host = "127.0.0.1";
    options.sparkplug.port = mqtt->port();
    options.sparkplug.group = "gaon";
    options.modbus = {"127.0.0.1", modbus->port()};
    options.tag_map_path = kTags;
    options.plant_dsn = StrCat("host=127.0.0.1 port=", database->port(),
                               " dbname=plant user=maru_reader password=maru-read");
    options.tryton = {tryton->url(), "erp", "admin", "maru-erp",
                      MARU_SOURCE_DIR "/deploy/sample/manufacturing/tryton.json"};
    return options;
  }
  Connectors Make(ManufacturingOptions options) const {
    auto made = MakeManufacturingConnectors(std::move(options), {*http, base::SystemClock()});
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
};

class Manufacturing : public testing::Test {
 public:
  static void SetUpTestSuite() { plant_ = new Plant(); }
  static void TearDownTestSuite() { delete plant_; }
  static tools::ToolOutcome Call(const std::string& tool, Json arguments,
                                 const fakes::CallOptions& options = {}) {
    return CallAny(plant_->connectors, tool, std::move(arguments), options);
  }
  static Json Value(const std::string& tool, Json arguments,
                    const fakes::CallOptions& options = {}) {
    auto outcome = Call(tool, std::move(arguments), options);
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : Json{{"items", Json::array()}};
  }
  // The week before this one, as a period of dates.
  static Json LastWeek() {
    const absl::CivilDay today = absl::ToCivilDay(absl::Now(), base::Seoul());
    const int since_monday = static_cast<int>(absl::GetWeekday(today));
    const absl::CivilDay monday = today - since_monday - 7;
    return {{"from", absl::FormatCivilTime(monday)}, {"to", absl::FormatCivilTime(monday + 6)}};
  }
  static Json LastHours(int hours) {
    return {{"from", base::TimeText(absl::Now() - absl::Hours(hours))},
            {"to", base::TimeText(absl::Now())}};
  }
  static Plant* plant_;
};
Plant* Manufacturing::plant_ = nullptr;

// Its port is one of 127.0.0.1: on another address of this machine nobody answers.
TEST_F(Manufacturing, TheSamplesServerListensOnLoopbackOnly) {
  ManufacturingOptions options = plant_->Options();
  options.opcua.url = StrCat("opc.tcp://127.0.0.2:", plant_->opcua->port(), "/plant");
  auto connectors = plant_->Make(options);
  EXPECT_EQ(fakes::Code(CallAny(connectors, "alarm.active", {})), "unreachable");
}

TEST_F(Manufacturing, ReadsTagsByIdentifierAndByNameOverOpcUa) {
  const auto outcome = Call("tag.read", {{"tags", {"TI-101", "캡핑 유압"}}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& items = outcome.result().value["items"];
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0]["tag"], "TI-101");
  EXPECT_NEAR(items[0]["value"].get<double>(), 62, 3);
  EXPECT_EQ(items[0]["unit"], "℃");
  EXPECT_EQ(items[0]["quality"], "good");
  EXPECT_EQ(items[1]["tag"], "PT-203");
  EXPECT_LT(items[1]["value"].get<double>(), 130);
  EXPECT_EQ(outcome.result().origins.size(), 2u);
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kS);
}

TEST_F(Manufacturing, ReadsOneTagOverEachOfThreeProtocolsInTheOrderAsked) {
  const Json items = Value("tag.read", {{"tags", {"PT-301", "TI-101", "IT-204"}}})["items"];
  ASSERT_EQ(items.size(), 3u);
  EXPECT_NEAR(items[0]["value"].get<double>(), 6.4, 1e-6);
  EXPECT_NEAR(items[1]["value"].get<double>(), 62, 3);
  EXPECT_NEAR(items[2]["value"].get<double>(), 31.5, 0.5);
  EXPECT_EQ(items[2]["tag"], "IT-204");
}

TEST_F(Manufacturing, SaysWhichTagIsUnknownOrBad) {
  EXPECT_EQ(Code(Call("tag.read", {{"tags", {"TI-999"}}})), "not_found");
  EXPECT_EQ(Code(Call("tag.read", {{"tags", {"LT-011"}}})), "bad_quality");
  const Json items = Value("tag.read", {{"tags", {"TI-101", "LT-011"}}})["items"];
  EXPECT_EQ(items[1]["quality"], "bad");
  EXPECT_TRUE(items[1]["value"].is_null());
}

TEST_F(Manufacturing, GivesTheHighestValueOfLastWeek) {
  const Json raw = Value(
      "tag.history", {{"tags", {"TI-101"}}, {"period", LastWeek()}, {"aggregate", "raw"}})["items"];
  EXPECT_EQ(raw.size(), 7u * 144);  // one in ten minutes
  double highest = 0;
  for (const Json& item : raw) highest = std::max(highest, item["value"].get<double>());
  const Json items = Value(
      "tag.history", {{"tags", {"TI-101"}}, {"period", LastWeek()}, {"aggregate", "max"}})["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0]["value"].get<double>(), highest);
}

TEST_F(Manufacturing, GivesASeriesOrOneMeanAndNothingWhereNothingWasRecorded) {
  const Json series =
      Value("tag.history", {{"tags", {"TIC-205"}}, {"period", LastHours(24)}})["items"];
  EXPECT_GT(series.size(), 100u);
  EXPECT_LE(series.size(), 200u);
  const Json mean =
      Value("tag.history",
            {{"tags", {"TIC-205"}}, {"period", LastHours(2)}, {"aggregate", "avg"}})["items"];
  ASSERT_EQ(mean.size(), 1u);
  EXPECT_NEAR(mean[0]["value"].get<double>(), 72, 1);
  const Json empty = Value(
      "tag.history",
      {{"tags", {"TI-101"}}, {"period", {{"from", "2001-01-01"}, {"to", "2001-01-02"}}}})["items"];
  EXPECT_TRUE(empty.empty());
}

TEST_F(Manufacturing, RefusesAPeriodThatEndsBeforeItBegins) {
  EXPECT_EQ(Code(Call("tag.history", {{"tags", {"TI-101"}},
                                      {"period", {{"from", "2026-11-24"}, {"to", "2026-11-01"}}}})),
            "invalid_argument");
  EXPECT_EQ(Code(Call("tag.history", {{"tags", {"TI-101"}},
                                      {"period", {{"from", "언젠가"}, {"to", "2026-11-01"}}}})),
            "invalid_argument");
}

TEST_F(Manufacturing, ListsStandingAlarmsHighestFirst) {
  const Json all = Value("alarm.active", Json::object());
  EXPECT_EQ(all["count"], 4);
  EXPECT_EQ(all["items"][0]["alarm_id"], "AL-7731");
  EXPECT_EQ(all["items"][1]["alarm_id"], "AL-7702");  // medium, the oldest of them
  const Json high = Value("alarm.active", {{"area", "충전 2라인"}, {"priority", "high"}});
  ASSERT_EQ(high["count"], 1);
  EXPECT_EQ(high["items"][0]["asset"], "PRS-03");
  EXPECT_EQ(high["items"][0]["tag"], "PT-203");
  const auto since = base::ParseTimeText(high["items"][0]["since"].get<std::string>());
  ASSERT_TRUE(since.ok());
  EXPECT_GT(absl::Now() - *since, absl::Minutes(21));
  EXPECT_EQ(Code(Call("alarm.active", {{"area", "없는 구역"}})), "not_found");
}

TEST_F(Manufacturing, AnAreaWithoutAlarmsIsAnEmptyAnswer) {
  const Json none = Value("alarm.active", {{"area", "충전 1라인"}, {"priority", "high"}});
  EXPECT_EQ(none["count"], 0);
  EXPECT_TRUE(none["items"].empty());
}

TEST_F(Manufacturing, FindsAreasLinesAssetsAndTagsByTheirEnglishNamesAsByTheirKoreanOnes) {
  const auto same = [](const std::string& tool, const char* argument, const char* korean,
                       const char* english, Json rest = Json::object()) {
    Json in_korean = rest, in_english = rest;
    in_korean[argument] = korean;
    in_english[argument] = english;
    EXPECT_EQ(Value(tool, in_english), Value(tool, in_korean)) << tool << ": " << english;
  };
  const Json week = {{"period", LastWeek()}};
  same("alarm.active", "area", "충전 2라인", "the Filling Line 2");
  same("alarm.active", "area", "2라인 캡핑 프레스", "line 2 capping press");
  same("alarm.history", "area", "충전2라인", "filling line 2", week);
  same("alarm.history", "area", "배합실에서", "Blending Room", week);
  same("oee.compute", "line", "충전 2라인", "filling line 2", week);
  same("oee.compute", "line", "충전 2라인", "line 2", week);  // the identifier of the line: LINE-2
  EXPECT_EQ(Code(Call("oee.compute", {{"line", "line 2 filler"}, {"period", LastWeek()}})),
            "calendar_missing");
  EXPECT_EQ(Value("tag.read", {{"tags", {"Capping Hydraulic Pressure"}}})["items"][0]["tag"],
            "PT-203");
  fakes::CallOptions options;
  options.run_id = "run-english-name";
  EXPECT_EQ(Code(Call("workorder.create", {{"asset", "Line 2 capping press"}, {"fault", "leak"}},
                      options)),
            "ok");
}

TEST_F(Manufacturing, AcknowledgesAnAlarmOnceAndSaysWhenItIsGone) {
  EXPECT_EQ(Code(Call("alarm.ack", {{"alarm", "AL-7702"}, {"comment", "현장 확인함"}})), "ok");
  EXPECT_EQ(Code(Call("alarm.ack", {{"alarm", "AL-7702"}})), "ok");
  EXPECT_EQ(Code(Call("alarm.ack", {{"alarm", "AL-1"}})), "condition_gone");
  EXPECT_EQ(Value("alarm.active", {{"area", "충전 1라인"}})["count"],
            1);  // acknowledged, and still standing
}

TEST_F(Manufacturing, FindsThePlantedCauseOfTheAlarm) {
  const auto outcome = Call("rootcause.explain", {{"alarm", "AL-7731"}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& value = outcome.result().value;
  EXPECT_EQ(value["asset"], "PRS-03");
  EXPECT_EQ(value["fault_code"], "HYD-SEAL");
  ASSERT_EQ(value["parts"].size(), 2u);
  EXPECT_EQ(value["parts"][0]["item"], "5330-37-510-4471");
  EXPECT_EQ(value["parts"][0]["quantity"], 2);
  ASSERT_EQ(value["items"].size(), 4u);
  EXPECT_EQ(value["items"][0]["tag"], "LT-207");  // the level falls before the pressure does
  EXPECT_THAT(value["explanation"].get<std::string>(), HasSubstr("유압 실린더 씰 누유"));
}

TEST_F(Manufacturing, SaysWhenNoFaultIsKnownOrNoAlarmIsThere) {
  EXPECT_EQ(Code(Call("rootcause.explain", {{"alarm", "AL-7719"}})), "topology_missing");
  EXPECT_EQ(Code(Call("rootcause.explain", {{"alarm", "AL-1"}})), "not_found");
}

TEST_F(Manufacturing, MakesOneWorksOrderForOneKey) {
  fakes::CallOptions options;
  options.run_id = "run-wo";
  const Json arguments{
      {"asset", "PRS-03"}, {"fault", "HYD-SEAL"}, {"priority", "urgent"}, {"due", "2030-01-31"}};
  const Json first = Value("workorder.create", arguments, options);
  EXPECT_THAT(first["wo_id"].get<std::string>(), testing::MatchesRegex("WO-[0-9]+"));
  EXPECT_EQ(Value("workorder.create", arguments, options), first);
  options.step_id = "s2";
  EXPECT_NE(Value("workorder.create", arguments, options), first);
}

TEST_F(Manufacturing, SettlesAWorksOrderByItsKey) {
  fakes::CallOptions options;
  options.run_id = "run-settle";
  const Json arguments{{"asset", "2라인 캡핑 프레스"}, {"fault", "유압이 떨어진다"}};
  tools::Tool& tool = fakes::FindTool(*plant_->connectors[2], "workorder.create");
  const auto call = fakes::MakeCall("workorder.create", arguments, options);
  const tools::CallContext context{absl::Now() + absl::Seconds(20), nullptr};
  EXPECT_FALSE(tool.Reconcile(call, context).has_value());
  const Json made = Value("workorder.create", arguments, options);
  const auto settled = tool.Reconcile(call, context);
  ASSERT_TRUE(settled.has_value() && settled->ok());
  EXPECT_EQ(settled->result().value, made);
  EXPECT_EQ(Code(Call("workorder.create", {{"asset", "PRS-99"}, {"fault", "x"}})), "unknown_asset");
}

TEST_F(Manufacturing, DrawsAControlChartOfLastWeek) {
  const Json value =
      Value("spc.evaluate", {{"tag", "TI-101"}, {"period", LastWeek()}, {"rules", "nelson"}});
  EXPECT_GT(value["cpk"].get<double>(), 1);
  EXPECT_EQ(value["in_control"], value["items"].empty());
  EXPECT_EQ(
      Code(Call("spc.evaluate",
                {{"tag", "TI-101"}, {"period", {{"from", "2001-01-01"}, {"to", "2001-01-02"}}}})),
      "too_few_points");
}

TEST_F(Manufacturing, CountsPastAlarmsAndComputesOee) {
  const Json alarms = Value("alarm.history", {{"area", "충전 2라인"}, {"period", LastWeek()}});
  EXPECT_GT(alarms["count"].get<int>(), 10);
  EXPECT_EQ(alarms["count"], alarms["items"].size());
  const Json oee = Value("oee.compute", {{"line", "충전 2라인"}, {"period", LastWeek()}});
  EXPECT_NEAR(oee["oee"].get<double>(),
              oee["availability"].get<double>() * oee["performance"].get<double>() *
                  oee["quality"].get<double>(),
              1e-3);
  EXPECT_GT(oee["oee"].get<double>(), 0.5);
  EXPECT_FALSE(oee["items"].empty());
  EXPECT_EQ(Code(Call("oee.compute", {{"line", "없는 라인"}, {"period", LastWeek()}})),
            "calendar_missing");
}

TEST_F(Manufacturing, SpeaksSignedAndEncryptedOpcUaOnlyWithATrustedServer) {
  const std::string pki = plant_->opcua->data() + "/client-pki";
  ManufacturingOptions options = plant_->Options();
  options.opcua.security = "sign_encrypt";
  options.opcua.user = "maru";
  options.opcua.password = "maru-plant";
  options.opcua.pki_directory = pki;
  Connectors untrusting = plant_->Make(options);
  EXPECT_EQ(Code(CallAny(untrusting, "tag.read", {{"tags", {"TI-101"}}})), "auth");
  std::filesystem::copy(plant_->opcua->data() + "/server.der", pki + "/trusted/plant.der");
  Connectors trusting = plant_->Make(options);
  const auto outcome = CallAny(trusting, "tag.read", {{"tags", {"TI-101"}}});
  EXPECT_TRUE(outcome.ok()) << outcome.error().message_en;
  options.opcua.password = "wrong";
  Connectors wrong = plant_->Make(options);
  EXPECT_EQ(Code(CallAny(wrong, "tag.read", {{"tags", {"TI-101"}}})), "auth");
}

TEST_F(Manufacturing, TellsUnreachableFromNotConfigured) {
  ManufacturingOptions options = plant_->Options();
  options.opcua.url = StrCat("opc.tcp://127.0.0.1:", fakes::FreePort(), "/plant");
  options.plant_dsn = StrCat("host=127.0.0.1 port=", fakes::FreePort(),
                             " dbname=plant user=maru_reader password=x");
  options.tryton.url = StrCat("http://127.0.0.1:", fakes::FreePort());
  options.modbus.port = fakes::FreePort();
  options.sparkplug.port = fakes::FreePort();
  Connectors down = plant_->Make(options);
  EXPECT_EQ(Code(CallAny(down, "tag.read", {{"tags", {"TI-101"}}})), "unreachable");
  EXPECT_EQ(Code(CallAny(down, "tag.read", {{"tags", {"PT-301"}}})), "unreachable");
  EXPECT_EQ(Code(CallAny(down, "tag.read", {{"tags", {"IT-204"}}})), "unreachable");
  EXPECT_EQ(Code(CallAny(down, "oee.compute", {{"line", "충전 2라인"}, {"period", LastWeek()}})),
            "unreachable");
  EXPECT_EQ(Code(CallAny(down, "workorder.create", {{"asset", "PRS-03"}, {"fault", "x"}})),
            "unreachable");
  for (const auto& connector : down)
    EXPECT_EQ(connector->Check(absl::Now() + absl::Seconds(5)).state,
              tools::Connector::State::kDown);
  for (const auto& connector : plant_->Make({})) {
    EXPECT_EQ(connector->Check(absl::Now() + absl::Seconds(5)).state,
              tools::Connector::State::kNotConfigured);
  }
  for (const auto& connector : plant_->connectors) {
    EXPECT_EQ(connector->Check(absl::Now() + absl::Seconds(10)).state,
              tools::Connector::State::kConnected)
        << connector->name();
  }
}

TEST_F(Manufacturing, ReadsAgainAfterTheServerCameBack) {
  ASSERT_EQ(Code(Call("tag.read", {{"tags", {"TI-101"}}})), "ok");
  ASSERT_TRUE(plant_->opcua->Restart().ok());
  // The first call may still meet the dead session; it says so, and the next one has a new session.
  std::string code = Code(Call("tag.read", {{"tags", {"TI-101"}}}));
  if (code != "ok") {
    EXPECT_EQ(code, "unreachable");
    code = Code(Call("tag.read", {{"tags", {"TI-101"}}}));
  }
  EXPECT_EQ(code, "ok");
  EXPECT_EQ(Value("alarm.active", Json::object())["count"], 4);  // refreshed in the new session
}

TEST(ManufacturingOptionsTest, BadFilesAndModesAreNamed) {
  auto http = MakeHttpClient({});
  ManufacturingOptions options;
  options.tag_map_path = "/nonexistent/tags.json";
  auto made = MakeManufacturingConnectors(options, {*http, base::SystemClock()});
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("/nonexistent/tags.json"));
  options = {};
  options.opcua.security = "rot13";
  made = MakeManufacturingConnectors(options, {*http, base::SystemClock()});
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("rot13"));
}

}  // namespace
}  // namespace connectors
