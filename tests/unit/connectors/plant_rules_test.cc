// The computed parts of the manufacturing connector: control charts, root causes, Sparkplug's
// state, tag map.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "connectors/manufacturing/control_chart.h"
#include "connectors/manufacturing/plant_names.h"
#include "connectors/manufacturing/root_cause.h"
#include "connectors/manufacturing/sparkplug_b.pb.h"
#include "connectors/manufacturing/sparkplug_state.h"
#include "connectors/manufacturing/tag_map.h"
#include "tests/fakes/whole_korean.h"
#include "tools/part.h"

namespace connectors::manufacturing {
namespace {

using testing::HasSubstr;

// A chart with centre 0 and sigma 1 over the given points.
Chart Points(const std::vector<double>& values) {
  Chart chart;
  chart.sigma = chart.sigma_single = 1;
  for (size_t i = 0; i < values.size(); ++i) chart.points.push_back({values[i], i});
  return chart;
}

bool Signals(const std::vector<Signal>& signals, int rule) {
  return std::any_of(signals.begin(), signals.end(),
                     [rule](const Signal& signal) { return signal.rule == rule; });
}

TEST(ControlChart, EachNelsonRuleFiresOnItsPatternAndNotJustBefore) {
  const struct {
    int rule;
    std::vector<double> fires;
  } cases[] = {
      {1, {0.1, -0.2, 3.1}},
      {2, {.1, .2, .1, .3, .1, .2, .1, .2, .1}},
      {3, {-.5, -.3, -.1, .1, .3, .5}},
      {4, {.1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1}},
      {5, {2.1, 0, 2.1}},
      {6, {1.1, 1.2, -.1, 1.1, 1.2}},
      {7, {.9, -.9, .5, -.5, .2, -.2, .3, .8, -.8, .1, -.1, .4, .6, -.6, .7}},
      {8, {1.1, -1.1, 1.2, -1.2, 1.1, -1.3, 1.1, -1.1}},
  };
  for (const auto& [rule, fires] : cases) {
    EXPECT_TRUE(Signals(NelsonSignals(Points(fires)), rule)) << rule;
    EXPECT_FALSE(Signals(NelsonSignals(Points({fires.begin(), fires.end() - 1})), rule)) << rule;
  }
}

TEST(ControlChart, WesternRulesCountEachHalfApartAndALimitCountsInside) {
  EXPECT_FALSE(Signals(WesternSignals(Points({3.0})), 1));
  EXPECT_TRUE(Signals(WesternSignals(Points({3.01})), 1));
  EXPECT_FALSE(Signals(WesternSignals(Points({2.1, 0, -2.1})), 2));
  EXPECT_TRUE(Signals(WesternSignals(Points({-2.1, 0, -2.1})), 2));
  EXPECT_TRUE(Signals(WesternSignals(Points({.1, .1, .1, .1, .1, .1, .1, .1})), 4));
  EXPECT_TRUE(WesternSignals(Points({.1, -.1, .2, -.2})).empty());
}

TEST(ControlChart, LimitsComeFromTheMovingRangeAndFromSubgroups) {
  const Chart single = IndividualsChart({10, 12, 10, 12, 10});
  EXPECT_DOUBLE_EQ(single.center, 10.8);
  EXPECT_NEAR(single.sigma, 2 / 1.128, 1e-9);
  const Chart means = MeansChart({1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 99});
  ASSERT_EQ(means.points.size(), 2u);  // the eleventh value is no subgroup
  EXPECT_DOUBLE_EQ(means.center, 4);
  EXPECT_NEAR(means.sigma, 4 / 2.326 / std::sqrt(5.0), 1e-9);
  EXPECT_NEAR(*Cpk(single, 5.0, 20.0), 5.8 / (3 * single.sigma_single), 1e-9);
  EXPECT_FALSE(Cpk(single, std::nullopt, std::nullopt).has_value());
  EXPECT_FALSE(Cpk(IndividualsChart({1, 1, 1}), 0.0, 2.0).has_value());
}

// Four hours of a sample a minute; `shift` begins `minutes` before the alarm and stays.
std::vector<Sample> History(absl::Time alarm, double level, double shift, int minutes) {
  std::vector<Sample> samples;
  for (int minute = 240; minute >= 0; --minute) {
    const double noise = 0.1 * std::sin(minute * 1.7);
    samples.push_back(
        {level + noise + (minute <= minutes ? shift : 0), "good", alarm - absl::Minutes(minute)});
  }
  return samples;
}

TEST(ControlChart, MoreSignalsThanAreToldAreAPart) {
  const Chart chart = Points(std::vector<double>(600, 9));
  const std::vector<absl::Time> times(600, absl::UnixEpoch());
  std::vector<Signal> signals(500, {1, 599});
  EXPECT_FALSE(tools::PartOf(ChartValue(chart, signals, times, std::nullopt)));
  signals.resize(600, {1, 7});
  const base::Json value = ChartValue(chart, signals, times, std::nullopt);
  EXPECT_EQ(value["items"].size(), 500U);
  ASSERT_TRUE(tools::PartOf(value));
  EXPECT_EQ(tools::PartOf(value)->total, 600);
}

TEST(RootCause, MeasuresWhatATagDidBeforeTheAlarm) {
  const absl::Time alarm = absl::FromUnixSeconds(1'800'000'000);
  const Movement fell = Measure(History(alarm, 50, -5, 40), alarm);
  ASSERT_TRUE(fell.usable);
  EXPECT_LT(fell.deviations, -kShiftDeviations);
  EXPECT_EQ(fell.began, alarm - absl::Minutes(40));
  EXPECT_TRUE(Matches({"T", "down", 1}, fell));
  EXPECT_FALSE(Matches({"T", "up", 1}, fell));
  const Movement still = Measure(History(alarm, 50, 0, 40), alarm);
  EXPECT_TRUE(Matches({"T", "steady", 1}, still));
  auto bad = History(alarm, 50, -5, 40);
  for (Sample& sample : bad) sample.quality = "bad";
  EXPECT_FALSE(Measure(bad, alarm).usable);
  EXPECT_FALSE(Matches({"T", "steady", 1}, Measure(bad, alarm)));
}

TEST(RootCause, PrefersTheFaultWhoseSymptomsAreAllThereAndThenTheOneThatBeganFirst) {
  const absl::Time alarm = absl::FromUnixSeconds(1'800'000'000);
  const std::map<std::string, Movement> movements{
      {"P", {true, 10, 5, -9, alarm - absl::Minutes(10)}},
      {"L", {true, 10, 5, -8, alarm - absl::Minutes(50)}},
      {"V", {true, 2, 2, 0.2, alarm}}};
  const std::vector<Fault> faults{{"A", "X", "", {{"P", "down", 2}, {"V", "up", 2}}, {}},
                                  {"B", "X", "", {{"P", "down", 1}, {"V", "steady", 1}}, {}},
                                  {"C", "X", "", {{"P", "down", 1}, {"L", "down", 1}}, {}}};
  const auto verdicts =
      Rank(faults, [&](const std::string& tag) -> const Movement& { return movements.at(tag); });
  EXPECT_EQ(verdicts[0].fault->code, "C");
  EXPECT_EQ(verdicts[1].fault->code, "B");
  EXPECT_EQ(verdicts[2].fault->code, "A");
  EXPECT_DOUBLE_EQ(verdicts[2].score, 0.5);
}

std::string Payload(uint64_t sequence, const std::string& name, std::optional<uint64_t> alias,
                    double value, uint64_t time = 1'000) {
  maru::sparkplug::Payload payload;
  payload.set_seq(sequence);
  auto& metric = *payload.add_metrics();
  if (!name.empty()) metric.set_name(name);
  if (alias) metric.set_alias(*alias);
  metric.set_timestamp(time);
  metric.set_datatype(10);
  metric.set_double_value(value);
  return payload.SerializeAsString();
}

TEST(Sparkplug, FollowsAliasesAndAsksForARebirthOnGapsAndUnknownAliases) {
  SparkplugState state;
  EXPECT_TRUE(state.Take("spBv1.0/g/DDATA/e/d", Payload(7, "", 4, 1)));  // heard before any birth
  EXPECT_FALSE(state.Take("spBv1.0/g/NBIRTH/e", Payload(0, "bdSeq", std::nullopt, 0)));
  EXPECT_FALSE(state.Take("spBv1.0/g/DBIRTH/e/d", Payload(1, "flow", 4, 10)));
  EXPECT_FALSE(state.Take("spBv1.0/g/DDATA/e/d", Payload(2, "", 4, 11)));
  EXPECT_EQ(*state.Find("e", "d", "flow")->value, 11);
  EXPECT_TRUE(state.Take("spBv1.0/g/DDATA/e/d", Payload(4, "", 4, 12)));  // 3 is missing
  EXPECT_TRUE(state.Take("spBv1.0/g/DDATA/e/d", Payload(5, "", 9, 12)));  // no such alias
  EXPECT_TRUE(state.Take("spBv1.0/g/DDATA/e/d", "\xff\xff garbage"));
  EXPECT_FALSE(state.Take("spBv1.0/STATE/host", "{}"));
}

TEST(Sparkplug, SequenceWrapsAndDeathMakesValuesStale) {
  SparkplugState state;
  state.Take("spBv1.0/g/NBIRTH/e", Payload(255, "bdSeq", std::nullopt, 0));
  EXPECT_FALSE(state.Take("spBv1.0/g/DBIRTH/e/d", Payload(0, "flow", 4, 10)));
  EXPECT_EQ(state.Find("e", "d", "flow")->quality, "good");
  state.Take("spBv1.0/g/DDEATH/e/d", "");
  EXPECT_EQ(state.Find("e", "d", "flow")->quality, "uncertain");
  EXPECT_FALSE(state.Find("e", "d", "level").has_value());
}

TEST(PlantNames, AreThoseOfTheStemAndOfEveryLanguage) {
  const base::Json record = {{"area", "도장동"},
                             {"area_en", {"paint shop", "painting"}},
                             {"area_ja", ""},
                             {"area_code", "P1"},
                             {"areas", "x"}};
  EXPECT_EQ(NamesOf(record, "area"),
            (std::vector<std::string>{"도장동", "paint shop", "painting"}));
  EXPECT_TRUE(NamesOf(record, "name").empty());
  EXPECT_TRUE(NamesOf(nullptr, "area").empty());
}

TEST(PlantNames, FitInAnyCaseAndSpacingAndWithWhatASentencePutsAroundThem) {
  const std::vector<std::vector<std::string>> things = {{"도장 1동", "paint shop 1"}, {"도장로"}};
  const auto meant = [&things](const char* said) {
    std::vector<ptrdiff_t> found;
    for (const auto* thing : Meant(said, things, [](const auto& names) { return names; }))
      found.push_back(thing - things.data());
    return found;
  };
  for (const char* said :
       {"도장1동", "도장 1동에서", "도장 1동의", "Paint Shop 1", "the paint-shop 1"})
    EXPECT_EQ(meant(said), std::vector<ptrdiff_t>{0}) << said;
  EXPECT_EQ(meant("도장로"), std::vector<ptrdiff_t>{1});
  for (const char* said : {"", "도장", "도장 11동", "paint shop", "에서", "the"})
    EXPECT_TRUE(meant(said).empty()) << said;
}

TEST(TagMapTest, FindsTagsAreasAndAssetsByNamesInEveryLanguage) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "maru-tag-names-test.json").string();
  const auto entry = [](const std::string& tag, const std::string& line) {
    return R"({"tag":")" + tag + R"(","name":"압력","name_en":"pressure","asset":"PMP-0)" + line +
           R"(","asset_name":"펌프 )" + line + R"(","asset_name_en":"pump )" + line +
           R"(","area":"펌프동 )" + line + R"(","area_en":"pump building )" + line +
           R"(","source":{"kind":"opcua","node":"ns=2;s=)" + tag + R"("}})";
  };
  std::ofstream(path) << R"({"tags":[)" << entry("PT-1", "1") << "," << entry("PT-2", "2") << "]}";
  const auto map = TagMap::Load(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ((*map->Find("pump building 2 Pressure"))->tag, "PT-2");
  EXPECT_EQ((*map->Find("펌프동 2 압력"))->tag, "PT-2");
  EXPECT_EQ(map->Find("pressure").error().code, "invalid_argument");
  for (const char* said : {"the Pump Building 1", "펌프동1", "pump 1", "PMP-01"}) {
    ASSERT_EQ(map->Within(said).size(), 1u) << said;
    EXPECT_EQ(map->Within(said)[0]->tag, "PT-1") << said;
  }
  EXPECT_TRUE(map->Within("pump building").empty());
  EXPECT_EQ(map->AssetOf("Pump 2"), "PMP-02");
  EXPECT_EQ(map->AssetOf("another pump"), "another pump");
}

TEST(TagMapTest, NamesAFileThatIsWrongAndATagThatIsThereTwice) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "maru-tag-map-test.json").string();
  const auto load = [&](const std::string& text) {
    std::ofstream(path) << text;
    const absl::Status status = TagMap::Load(path).status();
    if (!status.ok()) {
      EXPECT_EQ(fakes::EnglishWordsIn(status), "") << text;
    }
    return status;
  };
  const std::string tag =
      R"({"tag":"A","name":"압력","source":{"kind":"opcua","node":"ns=2;s=A"}})";
  EXPECT_TRUE(load(R"({"tags":[)" + tag + "]}").ok());
  EXPECT_THAT(std::string(load(R"({"tags":[)" + tag + "," + tag + "]}").message()),
              HasSubstr("'A' is there twice"));
  EXPECT_THAT(
      std::string(
          load(R"({"tags":[{"tag":"B","source":{"kind":"modbus","register":70000}}]})").message()),
      HasSubstr("'B'"));
  EXPECT_THAT(std::string(load("[]").message()), HasSubstr(path));
  EXPECT_THAT(std::string(load("{").message()), HasSubstr(path));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace connectors::manufacturing
