// opendata.get against a server of the portal's format.
#include <algorithm>
#include <tuple>

#include "connectors/administration/data_portal.h"
#include "tests/unit/connectors/administration_office.h"
#include "tools/part.h"

namespace connectors {
namespace {

using base::Json;
using testing::HasSubstr;

struct Portal {
  explicit Portal(const std::string& fault = "", const std::string& key = "sample",
                  const std::string& rows_max = "1000") {
    auto started = fakes::Peer::Start(
        "opendata", {{{"OPENDATA_FAULT", fault}, {"OPENDATA_ROWS_MAX", rows_max}}});
    CHECK(started.ok());
    peer = *std::move(started);
    AdministrationOptions options;
    options.opendata = {peer->url(), key, Sample("places.json")};
    office = std::make_unique<Office>(options);
  }
  std::unique_ptr<fakes::Peer> peer;
  std::unique_ptr<Office> office;
};

TEST(PublicData, WeatherAirAndHolidaysAreRead) {
  Portal portal;
  const Json weather =
      portal.office->Value("opendata.get", {{"dataset", "weather"}, {"place", "가람시"}});
  bool degrees = false;
  for (const Json& item : weather["items"])
    degrees |= item["name"] == "기온" && item["unit"] == "℃";
  const Json tomorrow = portal.office->Value(
      "opendata.get",
      {{"dataset", "weather"}, {"period", {{"from", "2020-01-01"}, {"to", "2020-01-02"}}}});
  EXPECT_TRUE(tomorrow["items"].empty());
  EXPECT_TRUE(degrees || absl::ToCivilHour(absl::Now(), base::Seoul()).hour() == 23);
  EXPECT_FALSE(portal.office->Value("opendata.get", {{"dataset", "air"}})["items"].empty());
  const Json holidays = portal.office->Value(
      "opendata.get",
      {{"dataset", "holiday"}, {"period", {{"from", "2026-09-15"}, {"to", "2026-10-05"}}}});
  ASSERT_EQ(holidays["items"].size(), 1u);
  EXPECT_EQ(holidays["items"][0]["name"], "개천절");
  EXPECT_EQ(holidays["items"][0]["at"], "2026-10-03T00:00:00+09:00");
  EXPECT_EQ(portal.office->Error("opendata.get", {{"dataset", "weather"}, {"place", "없는 곳"}}),
            "not_found");
}

TEST(PublicData, AnErrorInsideA200IsAnError) {
  for (const auto& [fault, code] : {std::pair{"quota", "quota"},
                                    {"error_in_200", "error_in_200"},
                                    {"garbage", "malformed_upstream"}}) {
    EXPECT_EQ(Portal(fault).office->Error("opendata.get", {{"dataset", "holiday"}}), code);
  }
  EXPECT_EQ(Portal("", "wrong").office->Error("opendata.get", {{"dataset", "holiday"}}), "auth");
}

const Json kOctober = {{"dataset", "holiday"},
                       {"period", {{"from", "2026-10-01"}, {"to", "2026-10-31"}}}};

Json LastMonthOfAir() {
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), base::Seoul());
  const auto day = [&](int back) {
    return absl::FormatTime("%Y-%m-%d", absl::FromCivil(today - back, base::Seoul()),
                            base::Seoul());
  };
  return {{"dataset", "air"}, {"period", {{"from", day(25)}, {"to", day(1)}}}};
}

TEST(PublicData, AListIsReadToItsEndHoweverSmallItsPages) {
  const Json whole = Portal().office->Value("opendata.get", {{"dataset", "weather"}});
  const Json paged =
      Portal("", "sample", "50").office->Value("opendata.get", {{"dataset", "weather"}});
  EXPECT_EQ(whole["items"], paged["items"]);
  EXPECT_FALSE(tools::PartOf(paged));
}

TEST(PublicData, AListThatIsCutSaysHowMuchOfIt) {
  const Json air = Portal().office->Value("opendata.get", LastMonthOfAir());
  const auto part = tools::PartOf(air);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->shown, 500);
  EXPECT_GT(part->total.value_or(0), 2000);
}

TEST(PublicData, AListWithoutEndIsReadInPart) {
  const Json days = Portal("endless").office->Value("opendata.get", kOctober);
  const auto part = tools::PartOf(days);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->shown % 20, 0) << "something of each of twenty pages";
  EXPECT_FALSE(part->total);
}

TEST(PublicData, AListThatDoesNotAddUpIsMalformed) {
  for (const auto& [fault, words, korean] :
       {std::tuple{"uncounted", "totalCount", "건수가 없습니다"},
        {"short", "a list of 1000000 that gives", "목록이 1000000건이라면서"},
        {"same_page", "the same page twice", "같은 쪽이 두 번 왔습니다"}}) {
    const auto outcome = Portal(fault).office->Call("opendata.get", kOctober);
    ASSERT_FALSE(outcome.ok()) << fault;
    EXPECT_EQ(outcome.error().code, "malformed_upstream") << fault;
    EXPECT_THAT(outcome.error().message_en, HasSubstr(words));
    EXPECT_THAT(outcome.error().message_ko, HasSubstr(korean));
  }
}

// Gives the first hundred of a hundred and fifty, whatever page it is asked for.
class WithoutPages : public HttpClient {
 public:
  absl::StatusOr<HttpResponse> Do(const HttpRequest&, const tools::CallContext&) override {
    Json items = Json::array();
    for (int i = 0; i < 100; ++i) items.push_back({{"seq", i}});
    Json answer;
    answer["response"]["header"]["resultCode"] = "00";
    answer["response"]["body"]["items"]["item"] = items;
    answer["response"]["body"]["totalCount"] = 150;
    HttpResponse response;
    response.status = 200;
    response.body = base::DumpJson(answer);
    return response;
  }
};

TEST(PublicData, AServiceThatKnowsNoPagesGivesNoWholeList) {
  WithoutPages http;
  const administration::DataPortal portal({"http://data.example", "sample", ""}, http);
  const auto list = portal.Pages("/days", {}, 100, {absl::InfiniteFuture(), nullptr});
  ASSERT_FALSE(list.ok()) << "fifty are missing, and fifty are there twice";
  EXPECT_EQ(list.error().code, "malformed_upstream");
  EXPECT_THAT(list.error().message_en,
              HasSubstr("a list of 150 that gives 100, the same page twice"));
}

TEST(PublicData, AnEnglishRequestReadsEnglishNames) {
  fakes::CallOptions english;
  english.language = base::Language::kEnglish;
  Portal portal;
  const Json days = portal.office->Value("opendata.get", kOctober, english);
  ASSERT_FALSE(days["items"].empty());
  EXPECT_EQ(days["items"][0]["value"], "public holiday");
  const Json air = portal.office->Value("opendata.get", {{"dataset", "air"}}, english);
  ASSERT_FALSE(air["items"].empty());
  for (const Json& item : air["items"]) {
    const std::string name = item["name"];
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) { return c > 0; })) << name;
  }
}

}  // namespace
}  // namespace connectors
