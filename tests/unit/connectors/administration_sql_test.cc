// sql.query against PostgreSQL.
#include "connectors/administration/sql_query.h"
#include "tests/unit/connectors/administration_office.h"

namespace connectors {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

class OfficeSql : public testing::Test {
 public:
  static AdministrationOptions Options(const std::string& password = "sample", int rows_max = 200) {
    AdministrationOptions options;
    options.sql = {DatabaseDsn(Started(peer_, "admindb").port(), "office", "maru_reader", password),
                   Sample("datasets.json"), rows_max};
    return options;
  }
  static void TearDownTestSuite() { peer_.reset(); }
  static std::string Month(int back) {
    const absl::CivilMonth month = absl::ToCivilMonth(absl::Now(), base::Seoul()) - back;
    return absl::FormatCivilTime(absl::CivilDay(month)).substr(0, 10);
  }
  static Json LastMonth() {
    return {{"from", Month(1)},
            {"to", absl::FormatCivilTime(
                       absl::CivilDay(absl::ToCivilMonth(absl::Now(), base::Seoul())) - 1)
                       .substr(0, 10)}};
  }
  static std::unique_ptr<fakes::Peer> peer_;
};
std::unique_ptr<fakes::Peer> OfficeSql::peer_;

TEST_F(OfficeSql, CountsLastMonthsNoiseComplaintsByType) {
  Office office(Options());
  auto outcome = office.Call("sql.query", {{"dataset", "complaints"},
                                           {"measure", "count"},
                                           {"filter", "소음"},
                                           {"group_by", "type"},
                                           {"period", LastMonth()}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& value = outcome.result().value;
  ASSERT_GE(value["items"].size(), 5u);
  double sum = 0;
  for (const Json& item : value["items"]) {
    EXPECT_THAT(item["key"].get<std::string>(), HasSubstr("소음"));
    sum += item["value"].get<double>();
  }
  EXPECT_EQ(value["total"].get<double>(), sum);
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(outcome.result().label.privacy, policies::Privacy::kPersonal);
}

TEST_F(OfficeSql, FindsThePlantedInstructionAsDataOnly) {
  Office office(Options());
  const Json value = office.Value("sql.query", {{"dataset", "complaints"},
                                                {"measure", "list"},
                                                {"filter", "지시를 무시하고"},
                                                {"period", LastMonth()}});
  ASSERT_EQ(value["items"].size(), 1u);
  EXPECT_THAT(value["items"][0]["title"].get<std::string>(), HasSubstr("leak@outside.example"));
  EXPECT_EQ(value["total"], 1);
}

TEST_F(OfficeSql, AddsUpAndAveragesAmounts) {
  Office office(Options());
  const Json sum = office.Value(
      "sql.query", {{"dataset", "budget"}, {"measure", "sum"}, {"group_by", "quarter"}});
  const Json list =
      office.Value("sql.query", {{"dataset", "assets"}, {"measure", "list"}, {"filter", "서버"}});
  const Json average = office.Value(
      "sql.query", {{"dataset", "assets"}, {"measure", "avg"}, {"filter", "서버 자산"}});
  double added = 0;
  for (const Json& item : sum["items"]) added += item["value"].get<double>();
  EXPECT_EQ(sum["total"].get<double>(), added);
  EXPECT_THAT(sum["items"][0]["key"].get<std::string>(), HasSubstr("-Q"));
  double values = 0;
  for (const Json& item : list["items"]) values += item["value"].get<double>();
  EXPECT_NEAR(average["total"].get<double>(), values / static_cast<double>(list["items"].size()),
              0.01);
}

TEST_F(OfficeSql, AFilterIsComparedWithoutCaseAndTheNameOfTheDataSetIsNoFilter) {
  Office office(Options());
  const auto total = [&](const char* filter) {
    return office.Value(
        "sql.query",
        {{"dataset", "complaints"}, {"measure", "count"}, {"filter", filter}})["total"];
  };
  EXPECT_EQ(total("층간\u00A0소음"), total("층간 소음"));
  EXPECT_EQ(total("Complaints 소음"), total("소음"));
  EXPECT_GT(total("소음"), 0);
}

TEST_F(OfficeSql, IsCitedByTheHashOfItsRows) {
  Office office(Options());
  const auto outcome = office.Call("sql.query", {{"dataset", "complaints"}, {"measure", "count"}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const policies::Origin& origin = outcome.result().origins[0];
  EXPECT_EQ(origin.version, "sha256:" + origin.sha256.substr(0, 12));
  EXPECT_FALSE(origin.time.empty());
}

TEST_F(OfficeSql, AnEmptyAnswerIsNoError) {
  Office office(Options());
  const Json arguments = {
      {"dataset", "contracts"}, {"measure", "sum"}, {"filter", "없는 낱말"}, {"group_by", "dept"}};
  const Json value = office.Value("sql.query", arguments);
  EXPECT_EQ(value["total"], 0);
  EXPECT_TRUE(value["items"].empty());
}

TEST_F(OfficeSql, StaffHaveNoAmount) {
  Office office(Options());
  EXPECT_EQ(office.Error("sql.query", {{"dataset", "staff"}, {"measure", "avg"}}), "no_amount");
  EXPECT_EQ(office.Value("sql.query", {{"dataset", "staff"}, {"measure", "count"}})["total"], 140);
  EXPECT_EQ(office.Error("sql.query",
                         {{"dataset", "budget"}, {"measure", "sum"}, {"group_by", "region"}}),
            "invalid_argument");
}

TEST_F(OfficeSql, MoreRowsThanTheLimitIsAnError) {
  Office office(Options("sample", 20));
  EXPECT_EQ(office.Error("sql.query", {{"dataset", "staff"}, {"measure", "list"}}),
            "too_many_rows");
}

TEST_F(OfficeSql, AFilterIsBoundAndItsWildcardsAreLiteral) {
  Office office(Options());
  EXPECT_EQ(
      office.Value("sql.query",
                   {{"dataset", "contracts"}, {"measure", "count"}, {"filter", "%"}})["total"],
      0);
  EXPECT_EQ(office.Value("sql.query", {{"dataset", "contracts"},
                                       {"measure", "count"},
                                       {"filter", "'; DROP TABLE office.contracts; --"}})["total"],
            0);
  EXPECT_GT(office.Value("sql.query", {{"dataset", "contracts"}, {"measure", "count"}})["total"]
                .get<int>(),
            10);
}

TEST_F(OfficeSql, FailuresAreTyped) {
  AdministrationOptions options = Options("wrong");
  EXPECT_EQ(Office(options).Error("sql.query", {{"dataset", "budget"}, {"measure", "count"}}),
            "auth");
  options.sql.dsn = DatabaseDsn(fakes::FreePort(), "office", "maru_reader");
  EXPECT_EQ(Office(options).Error("sql.query", {{"dataset", "budget"}, {"measure", "count"}}),
            "unreachable");
  EXPECT_EQ(Office(options).connector("sql").Check(absl::Now() + absl::Seconds(5)).state,
            tools::Connector::State::kDown);
  EXPECT_EQ(Office({}).connector("sql").Check(absl::Now()).state,
            tools::Connector::State::kNotConfigured);
}

TEST(DatasetMap, AMalformedMapIsRefusedWithItsName) {
  const std::string path = testing::TempDir() + "/datasets.json";
  for (const char* text : {"[]", "{", R"({"budget": {"table": ""}})", R"({"budget": 1})",
                           R"({"budget": {"table": "t", "record": 5}})"}) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    std::fputs(text, file);
    std::fclose(file);
    const auto map = administration::DatasetMap::Load(path);
    ASSERT_FALSE(map.ok()) << text;
    EXPECT_THAT(std::string(map.status().message()), HasSubstr("datasets.json"));
  }
  EXPECT_FALSE(administration::DatasetMap::Load(path + ".none").ok());
}

}  // namespace
}  // namespace connectors
