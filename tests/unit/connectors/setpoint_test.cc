// setpoint.write against node-opcua: the set point of the sample plant, and others behind
// controllers that are slow, deaf or broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <set>

#include "connectors/manufacturing.h"
#include "connectors/manufacturing/set_point_list.h"
#include "connectors/manufacturing/unit_names.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"
#include "tests/fakes/whole_korean.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using fakes::CallAny;
using fakes::Code;
using testing::HasSubstr;
using Connectors = std::vector<std::unique_ptr<tools::Connector>>;

const std::string kSample = MARU_SOURCE_DIR "/deploy/sample/manufacturing/";

Json Parsed(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto json = base::ParseJson(text, path);
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json::object();
}

// The sample plant with more set points. Each is a tag too, so that it can be read as one.
class TestPlant {
 public:
  TestPlant()
      : plant_(Parsed(kSample + "plant.json")),
        tags_(Parsed(kSample + "tags.json")),
        points_(Parsed(kSample + "setpoints.json")) {
    char name[] = "/tmp/maru-setpoint-XXXXXX";
    folder_ = ::mkdtemp(name);
    plant_["history"]["days"] = 1;
    Add("WHOLE", {{"type", "Int16"}});
    Add("SWITCH", {{"type", "Boolean"}, {"value", false}}, {{"high", 1}});
    Add("LATE", {{"device", {{"takes_after_ms", 700}}}});
    Add("DEAF", {{"device", {{"deaf", true}}}});
    Add("FRAIL", {{"device", {{"breaks_at", 75}}}});
    Add("SLOW", {{"device", {{"answers_after_ms", 60000}}}});
    Add("DYING", {{"device", {{"answers_after_ms", 60000}}}});
    Add("BUSY", {{"device", {{"answers_after_ms", 5000}}}});
    Add("SHARED", {{"device", {{"answers_after_ms", 50}}}});
    Add("LOCKED", {{"read_only", true}});
    Add("DARK", {{"bad_now", true}});
    Add("NARROW", {{"high", 60}});
    Add("HELD", Json::object(), {{"interlock", {{"tag", "XS-205"}, {"permits", 1}}}});
    Add("BLIND", Json::object(), {{"interlock", {{"tag", "LT-011"}, {"permits", 64}}}});
    Add("GONE", Json::object(), {{"node", "nsu=urn:gaon:plant;s=NOT-THERE"}});
    Write("plant.json", plant_);
    Write("tags.json", tags_);
    Write("setpoints.json", points_);
  }
  ~TestPlant() { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return StrCat(folder_, "/", name); }

 private:
  // `server` changes the node, `list` what may be written to it.
  void Add(const std::string& tag, Json server, Json list = Json::object()) {
    Json node{{"id", tag + ".SP"}, {"name", tag},  {"asset", "PST-02"}, {"type", "Double"},
              {"value", 50},       {"low", -1000}, {"high", 1000}};
    node.update(server);
    plant_["setpoints"].push_back(node);
    const std::string id = StrCat("nsu=urn:gaon:plant;s=", tag, ".SP");
    tags_["tags"].push_back({{"tag", tag},
                             {"name", StrCat("시험 ", tag)},
                             {"unit", "bar"},
                             {"source", {{"kind", "opcua"}, {"node", id}}}});
    Json point{{"tag", tag}, {"node", id},  {"unit", "bar"},
               {"low", 0},   {"high", 100}, {"step", 50}};
    point.update(list);
    points_["setpoints"].push_back(point);
  }
  void Write(const std::string& name, const Json& json) {
    std::ofstream(Path(name)) << base::DumpJson(json);
  }

  Json plant_, tags_, points_;
  std::string folder_;
};

class SetPoint : public testing::Test {
 public:
  static void SetUpTestSuite() {
    files_ = new TestPlant();
    auto peer =
        fakes::Peer::Start("opcua", {.environment = {{"PLANT", files_->Path("plant.json")}}});
    ASSERT_TRUE(peer.ok()) << peer.status();
    peer_ = peer->release();
    http_ = MakeHttpClient({}).release();
    connectors_ = new Connectors(Make(peer_->port()));
  }
  static void TearDownTestSuite() {
    delete connectors_;
    delete http_;
    delete peer_;
    delete files_;
  }
  static ManufacturingOptions Options(int port) {
    ManufacturingOptions options;
    options.opcua = {StrCat("opc.tcp://127.0.0.1:", port, "/plant"), "none", "", "",
                     files_->Path("pki")};
    options.tag_map_path = files_->Path("tags.json");
    options.set_points_path = files_->Path("setpoints.json");
    return options;
  }
  static Connectors Make(int port) {
    auto made = MakeManufacturingConnectors(Options(port), {*http_, base::SystemClock()});
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *std::move(made) : Connectors();
  }
  static tools::ToolOutcome Write(Json arguments, double seconds = 20) {
    fakes::CallOptions options;
    options.timeout = absl::Seconds(seconds);
    return CallAny(*connectors_, "setpoint.write", std::move(arguments), options);
  }
  static Json Value(Json arguments) {
    const auto outcome = Write(std::move(arguments));
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : Json::object();
  }
  // What the server holds, read by a session of its own.
  static Json Held(const std::string& tag) {
    Connectors other = Make(peer_->port());
    const auto outcome = CallAny(other, "tag.read", {{"tags", {tag}}});
    return outcome.ok() ? outcome.result().value["items"][0]["value"] : Json(Code(outcome));
  }
  // Refused with that code, and nobody has to look at the plant.
  static void ExpectRefusal(Json arguments, const std::string& code, const std::string& english,
                            const std::string& korean, double seconds = 20) {
    const std::string asked = base::DumpJson(arguments);
    const auto outcome = Write(std::move(arguments), seconds);
    ASSERT_EQ(Code(outcome), code) << asked;
    EXPECT_FALSE(outcome.error().in_doubt) << asked;
    EXPECT_THAT(outcome.error().message_en, HasSubstr(english));
    EXPECT_THAT(outcome.error().message_ko, HasSubstr(korean));
  }

  static TestPlant* files_;
  static fakes::Peer* peer_;
  static HttpClient* http_;
  static Connectors* connectors_;
};
TestPlant* SetPoint::files_ = nullptr;
fakes::Peer* SetPoint::peer_ = nullptr;
HttpClient* SetPoint::http_ = nullptr;
Connectors* SetPoint::connectors_ = nullptr;

TEST_F(SetPoint, ChangesTheSamplesSetPointAndReadsItBack) {
  const auto outcome =
      Write({{"tag", "TIC-205"}, {"value", 75}, {"unit", "도"}, {"reason", "승온"}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& value = outcome.result().value;
  EXPECT_EQ(value["tag"], "TIC-205");
  EXPECT_EQ(value["before"], 72.0);
  EXPECT_EQ(value["after"], 75.0);
  EXPECT_EQ(value["read_back"], true);
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(outcome.result().origins[0].system, "manufacturing.opcua");
  EXPECT_EQ(outcome.result().origins[0].record, "TIC-205");
}

TEST_F(SetPoint, FindsTheTagByItsNameAndKeepsToThePrecisionOfAFloat) {
  const Json value = Value({{"tag", "살균 온도 제어"}, {"value", 73.3}});
  EXPECT_EQ(value["tag"], "TIC-205");
  EXPECT_EQ(value["after"], 73.3);  // the node holds 73.30000305…
  EXPECT_EQ(value["read_back"], true);
}

TEST_F(SetPoint, WritesAsTheTypeOfTheNodeOrNotAtAll) {
  EXPECT_EQ(Value({{"tag", "WHOLE"}, {"value", 60}})["read_back"], true);
  ExpectRefusal({{"tag", "WHOLE"}, {"value", 60.5}}, "invalid_argument", "Int16", "자료형");
  EXPECT_EQ(Held("WHOLE"), 60);
  const Json on = Value({{"tag", "SWITCH"}, {"value", 1}});
  EXPECT_EQ(on["before"], 0);
  EXPECT_EQ(on["after"], 1);
  ExpectRefusal({{"tag", "SWITCH"}, {"value", 0.5}}, "invalid_argument", "Boolean", "자료형");
}

TEST_F(SetPoint, RefusesBeforeAnythingIsWritten) {
  ExpectRefusal({{"tag", "TIC-999"}, {"value", 1}}, "not_found", "TIC-999", "TIC-999");
  ExpectRefusal({{"tag", "TI-101"}, {"value", 60}}, "not_allow_listed", "'TI-101'",
                "허용된 설정값");
  ExpectRefusal({{"tag", "HELD"}, {"value", 55}, {"unit", "도"}}, "unit_mismatch", "'bar'",
                "'bar'");
  ExpectRefusal({{"tag", "HELD"}, {"value", 101}}, "out_of_limits", "high limit 100 bar",
                "상한 100 bar");
  ExpectRefusal({{"tag", "HELD"}, {"value", -0.5}}, "out_of_limits", "low limit 0 bar",
                "하한 0 bar");
  EXPECT_EQ(Held("HELD"), 50);
}

TEST_F(SetPoint, KeepsToTheLargestStepFromTheValueNow) {
  ASSERT_EQ(Value({{"tag", "LATE"}, {"value", 10}})["after"], 10.0);
  ExpectRefusal({{"tag", "LATE"}, {"value", 60.5}}, "out_of_limits",
                "from 10 bar to 60.5 bar is more than the largest step 50 bar",
                "한 번에 바꿀 수 있는 폭 50 bar");
  EXPECT_EQ(Value({{"tag", "LATE"}, {"value", 60}})["after"], 60.0);  // the step itself
  ExpectRefusal({{"tag", "DARK"}, {"value", 50}}, "out_of_limits", "bad quality", "품질");
}

TEST_F(SetPoint, NamesTheInterlockThatHolds) {
  ExpectRefusal({{"tag", "HELD"}, {"value", 55}}, "interlocked",
                "interlock 'XS-205'(살균기 세척 중) is 0; writing is permitted while it is 1",
                "'XS-205'(살균기 세척 중)의 값이 0입니다");
  EXPECT_EQ(Held("HELD"), 50);
  ExpectRefusal({{"tag", "BLIND"}, {"value", 55}}, "interlocked",
                "'LT-011'(배합 탱크 수위) is of bad quality", "정상 품질이 아닌");
  EXPECT_EQ(Held("BLIND"), 50);
}

TEST_F(SetPoint, SaysWhyTheServerRefuses) {
  ExpectRefusal({{"tag", "LOCKED"}, {"value", 55}}, "auth", "BadNotWritable",
                "쓰기를 허용하지 않는");
  ExpectRefusal({{"tag", "NARROW"}, {"value", 70}}, "out_of_limits", "BadOutOfRange",
                "서버의 허용 범위");
  EXPECT_EQ(Held("NARROW"), 50);
  ExpectRefusal({{"tag", "GONE"}, {"value", 55}}, "not_found", "NOT-THERE", "노드가 없습니다");
}

TEST_F(SetPoint, WaitsForAControllerThatTakesTheValueALittleLater) {
  const double next = Held("LATE").get<double>() + 1;
  const Json value = Value({{"tag", "LATE"}, {"value", next}});
  EXPECT_EQ(value["after"], next);
  EXPECT_EQ(value["read_back"], true);
}

TEST_F(SetPoint, TellsWhenTheValueReadBackIsAnotherOrBad) {
  const Json deaf = Value({{"tag", "DEAF"}, {"value", 60}});
  EXPECT_EQ(deaf["after"], 50);
  EXPECT_EQ(deaf["read_back"], false);
  const Json frail = Value({{"tag", "FRAIL"}, {"value", 75}});
  EXPECT_EQ(frail["before"], 50);
  EXPECT_TRUE(frail["after"].is_null());
  EXPECT_EQ(frail["read_back"], false);
}

TEST_F(SetPoint, AWriteWhoseAnswerIsLateIsInDoubtAndTheNextOneWorks) {
  const auto outcome = Write({{"tag", "SLOW"}, {"value", 60}}, 8);
  ASSERT_EQ(Code(outcome), "in_doubt");
  EXPECT_TRUE(outcome.error().in_doubt);
  EXPECT_THAT(outcome.error().message_en, HasSubstr("60 bar"));
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("현장에서 확인"));
  EXPECT_EQ(Held("SLOW"), 60);  // it had arrived
  EXPECT_EQ(Value({{"tag", "SHARED"}, {"value", 51}})["read_back"], true);
}

TEST_F(SetPoint, NothingIsBegunWithTooLittleTimeLeft) {
  const Json now = Held("SHARED");
  for (const double seconds : {-1.0, 0.9}) {
    const auto late = Write({{"tag", "SHARED"}, {"value", 60}}, seconds);
    EXPECT_EQ(Code(late), "unreachable");
    EXPECT_FALSE(late.error().in_doubt);
    EXPECT_THAT(late.error().message_en, HasSubstr("nothing was written"));
  }
  EXPECT_EQ(Held("SHARED"), now);
}

// Waits until the server holds it: the write is on its way, and its answer is not.
void AwaitHeld(const std::string& tag, double value) {
  for (int i = 0; i < 600 && SetPoint::Held(tag) != value; ++i)
    absl::SleepFor(absl::Milliseconds(50));
}

TEST_F(SetPoint, ASecondChangeWaitsForTheFirstAndSaysWhenItWaitedTooLong) {
  auto first = std::async(std::launch::async, [] {
    return Write({{"tag", "BUSY"}, {"value", 60}});
  });
  AwaitHeld("BUSY", 60);
  ExpectRefusal({{"tag", "BUSY"}, {"value", 61}}, "unreachable", "another change",
                "앞선 설정값 변경", 0.5);
  EXPECT_EQ(Code(first.get()), "ok");
  EXPECT_EQ(Held("BUSY"), 60);
}

TEST_F(SetPoint, ChangesOfOneSetPointDoNotInterleave) {
  const double first = Held("SHARED").get<double>();
  std::vector<std::future<tools::ToolOutcome>> flights;
  for (int i = 1; i <= 8; ++i) {
    flights.push_back(std::async(std::launch::async, [i] {
      return Write({{"tag", "SHARED"}, {"value", 60 + i}});
    }));
  }
  std::set<double> before, after{first};
  for (auto& flight : flights) {
    const auto outcome = flight.get();
    ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
    EXPECT_EQ(outcome.result().value["read_back"], true);
    before.insert(outcome.result().value["before"].get<double>());
    after.insert(outcome.result().value["after"].get<double>());
  }
  EXPECT_EQ(before.size(), 8u);  // each began where another had ended
  after.erase(Held("SHARED").get<double>());
  EXPECT_EQ(before, after);
}

TEST_F(SetPoint, AServerThatCannotBeReachedLeavesNoDoubt) {
  Connectors down = Make(fakes::FreePort());
  const auto outcome = CallAny(down, "setpoint.write", {{"tag", "TIC-205"}, {"value", 75}});
  EXPECT_EQ(Code(outcome), "unreachable");
  EXPECT_FALSE(outcome.error().in_doubt);
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("아무것도 쓰지 않았습니다"));
}

TEST_F(SetPoint, AServerThatGoesAwayBeforeItAnsweredLeavesTheWriteInDoubt) {
  auto write = std::async(std::launch::async, [] {
    return Write({{"tag", "DYING"}, {"value", 60}}, 300);
  });
  AwaitHeld("DYING", 60);
  peer_->Stop();
  const auto outcome = write.get();
  EXPECT_EQ(Code(outcome), "in_doubt");
  EXPECT_TRUE(outcome.error().in_doubt);
  ASSERT_TRUE(peer_->Restart().ok());
}

TEST_F(SetPoint, IsOffUnlessAListIsConfigured) {
  ManufacturingOptions options = Options(peer_->port());
  options.set_points_path.clear();
  auto made = MakeManufacturingConnectors(options, {*http_, base::SystemClock()});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(Code(CallAny(*made, "setpoint.write", {{"tag", "TIC-205"}, {"value", 75}})),
            "no_such_tool");
  options.set_points_path = files_->Path("setpoints.json");
  options.opcua = {};
  made = MakeManufacturingConnectors(options, {*http_, base::SystemClock()});
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("opc ua"));
}

TEST(SetPointListTest, NamesTheTagAndWhatIsWrongWithIt) {
  const auto tags = manufacturing::TagMap::Load(kSample + "tags.json");
  ASSERT_TRUE(tags.ok()) << tags.status();
  const std::string path =
      (std::filesystem::temp_directory_path() / "maru-set-point-list-test.json").string();
  const auto load = [&](const std::string& entry) {
    std::ofstream(path) << R"({"setpoints":[{"tag":"TIC-205","node":"ns=2;s=A","unit":"℃",)"
                        << entry << "}]}";
    const absl::Status status = manufacturing::SetPointList::Load(path, *tags).status();
    if (!status.ok()) {
      EXPECT_EQ(fakes::EnglishWordsIn(status), "") << entry;
    }
    return std::string(status.message());
  };
  const std::string limits = R"("low":68,"high":78,"step":5)";
  EXPECT_EQ(load(limits), "");
  const std::pair<std::string, const char*> wrong[] = {
      {R"("low":68,"high":78)", "tag 'TIC-205' 'step' is no number"},
      {R"("low":"68","high":78,"step":5)", "'low' is no number"},
      {R"("low":78,"high":68,"step":5)", "low 78 is not below high 68"},
      {R"("low":68,"high":78,"step":0)", "step 0 is not above 0"},
      {limits + R"(,"interlok":{"tag":"XS-205","permits":0})", "'interlok' is not known"},
      {limits + R"(,"interlock":{"tag":"XS-999","permits":0})",
       "tag 'XS-999' is not in the tag map"},
      {limits + R"(,"interlock":{"tag":"XS-205"})", "'permits' is no number"},
      {limits + R"(},{"tag":"TI-999",)" + limits, "tag 'TI-999' is not in the tag map"},
      {limits + R"(},{"tag":"TI-101","node":"ns=2;s=A","unit":"℃",)" + limits,
       "'TI-101' is there twice"},
  };
  for (const auto& [entry, message] : wrong) EXPECT_THAT(load(entry), HasSubstr(message));
  EXPECT_THAT(load("x"), HasSubstr(path));
  std::filesystem::remove(path);
}

TEST(UnitNames, TellWritingsOfOneUnitFromOtherUnits) {
  using manufacturing::SameUnit;
  EXPECT_TRUE(SameUnit("도", "℃"));
  EXPECT_TRUE(SameUnit("도", "°"));
  EXPECT_TRUE(SameUnit("L / min", "l/min"));
  EXPECT_TRUE(SameUnit("widgets", "widgets"));
  EXPECT_FALSE(SameUnit("화씨", "℃"));
  EXPECT_FALSE(SameUnit("°", "℃"));
  EXPECT_FALSE(SameUnit("bar", "MPa"));
  EXPECT_FALSE(SameUnit("mPa", "MPa"));
}

}  // namespace
}  // namespace connectors
