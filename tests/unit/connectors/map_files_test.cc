// Files that an organisation writes for its connectors: what is wrong with one is said in both
// languages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "connectors/administration/address_book.h"
#include "connectors/administration/dataset_map.h"
#include "connectors/administration/opendata.h"
#include "connectors/administration/tickets.h"
#include "connectors/defense/label_binding.h"
#include "connectors/defense/tak_feed.h"
#include "connectors/medical/csv.h"
#include "connectors/medical/dur.h"
#include "model_core/base/strings.h"
#include "tests/fakes/whole_korean.h"

namespace connectors {
namespace {

using testing::HasSubstr;
using Faults = std::vector<std::pair<std::string, std::string>>;  // a text, and why it is refused

class MapFiles : public testing::Test {
 protected:
  ~MapFiles() override { std::filesystem::remove(path_); }

  template <typename Load>
  void ExpectRefused(const Load& load, const Faults& faults) {
    for (const auto& [text, why] : faults) {
      std::ofstream(path_) << text;
      const absl::Status status = load(path_).status();
      ASSERT_FALSE(status.ok()) << text;
      EXPECT_THAT(std::string(status.message()), HasSubstr(why)) << text;
      EXPECT_EQ(fakes::EnglishWordsIn(status), "") << text;
    }
  }

  const std::string path_ =
      base::StrCat(testing::TempDir(), "/maru_map_",
                   testing::UnitTest::GetInstance()->current_test_info()->name(), ".json");
};

TEST_F(MapFiles, OfAnOffice) {
  ExpectRefused(administration::DatasetMap::Load,
                {{"[]", "is no object"},
                 {R"({"budget": 1})", "'budget': no object"},
                 {R"({"budget": {"table": ""}})", "no 'table'"},
                 {R"({"budget": {"table": "t", "record": 5}})", "is no column"},
                 {R"({"budget": {"table": "t", "label": "X"}})", "'X' is not known"}});
  ExpectRefused(administration::QueueMap::Load,
                {{"[]", "is no object"},
                 {R"({"projects": {"it": 5}})", "project of 'it' is no word"},
                 {"{}", "'default_project' and 'key_field_id' are needed"}});
  ExpectRefused(administration::PlaceMap::Load,
                {{"[]", "is no object"}, {R"({"default": "달"})", "'default' is no place"}});
  const std::string entry = R"("may_receive": {"n2sf": "S", "mil": "none", "privacy": "none"})";
  ExpectRefused(
      administration::AddressBook::Load,
      {{"[]", "is no object"},
       {R"({"entries": [{"address": "nobody"}]})", "'nobody' is no address"},
       {R"({"entries": [{"address": "a@b.example", "may_receive": {"n2sf": "X"}}]})",
        "'X' is not known"},
       {base::StrCat(R"({"entries": [{"address": "a@b.example", "names": [5], )", entry, "}]}"),
        "name 5 is no word"}});
}

TEST_F(MapFiles, OfADepot) {
  ExpectRefused(defense::LoadAreas,
                {{"[]", "no list 'areas'"}, {R"({"areas": [{"name": "만"}]})", "is no named box"}});
  const std::string grades = R"("grades": {"O": "O", "S": "S", "C": "C", "restricted": "R",)"
                             R"( "III": "3", "II": "2", "I": "1"})";
  ExpectRefused(
      defense::LoadLabelPolicy,
      {{"[]", "is no object"},
       {"{}", "grade 'O' has no classification"},
       {base::StrCat("{", grades, "}"), "no identifier 'policy'"},
       {base::StrCat("{", grades, R"(, "recipients": [{"name": "도청"}]})"), "recipient"}});
}

TEST_F(MapFiles, OfAHospital) {
  const auto rules = [](const std::string& path) { return medical::DurRules::Load(path, ""); };
  ExpectRefused(rules, {{"\xff", "is not UTF-8"},
                        {"A,B\n1,2\n", "DUR rules lack the field TYPE_NAME"},
                        {"A,B\n1\n", "record 2: 1 fields, the header has 2"},
                        {"A,B\n\"1,2\n", "record 2: a quotation is not closed"},
                        {"A,B\n", "no rule in the file"}});
  const absl::Status none = medical::DurSource("", "").Rules().status();
  EXPECT_TRUE(absl::IsNotFound(none)) << none;
  EXPECT_EQ(fakes::EnglishWordsIn(none), "");
}

}  // namespace
}  // namespace connectors
