#include "agents/principal_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;

Json Person() {
  return {{"id", "na.new"},
          {"title", "주무관"},
          {"roles", {"legal_officer"}},
          {"clearance", {{"n2sf", "S"}, {"mil", "none"}}},
          {"purposes", {"legal_review"}},
          {"patterns", {"law.search", "law.*", "doc.search"}}};
}

absl::StatusOr<PrincipalRecord> Read(const Json& document) {
  return ReadPrincipalDocument(document, tools::Catalogue::BuiltIn());
}

TEST(PrincipalDocument, GivesEveryToolOfThePatternsOnce) {
  const auto record = Read(Person());
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_TRUE(record->active);
  EXPECT_THAT(record->principal.tools,
              ElementsAre("law.search", "law.article", "law.diff", "law.delegation",
                          "law.citations.verify", "law.impact", "doc.search"));
  const auto again = Read(ToJson(*record));  // what is shown can be changed and given back
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->principal.tools, record->principal.tools);
}

TEST(PrincipalDocument, RefusesWhatItDoesNotKnowByName) {
  const std::pair<const char*, Json> changes[] = {
      {"activ", false}, {"bogus", 1},      {"active", "yes"}, {"roles", "auditor"},
      {"roles", {5}},   {"title", Json()}, {"clearance", 5}};
  for (const auto& [name, value] : changes) {
    Json person = Person();
    person[name] = value;
    const auto record = Read(person);
    ASSERT_TRUE(absl::IsInvalidArgument(record.status())) << person;
    for (const auto language : {base::Language::kEnglish, base::Language::kKorean}) {
      EXPECT_THAT(base::Message(record.status(), language),
                  HasSubstr(base::StrCat("'", name, "'")));
    }
  }
  Json person = Person();
  person["clearance"]["nsf"] = "C";
  EXPECT_THAT(Read(person).status().message(), HasSubstr("'nsf'"));
  EXPECT_TRUE(absl::IsInvalidArgument(Read(Json::array()).status()));
}

TEST(PrincipalDocument, RefusesPurposesAndPatternsThatMeanNothing) {
  Json person = Person();
  person["purposes"] = {"legal_review", "legal_reviw"};
  EXPECT_THAT(Read(person).status().message(), HasSubstr("'legal_reviw'"));
  person = Person();
  person["patterns"] = {"law.*", "laww.*"};
  EXPECT_THAT(Read(person).status().message(), HasSubstr("'laww.*'"));
  person = Person();
  person.erase("patterns");
  EXPECT_TRUE(Read(person).ok()) << "who only approves or audits needs no tool";
  person["tools"] = {"law.search"};
  EXPECT_THAT(Read(person).status().message(), HasSubstr("'patterns'"));
}

TEST(PrincipalDocument, TakesOnlyIdsThatCanNameAFile) {
  for (const char* id : {"kim.legal", "Kim_2-b", "7", "홍길동", "kim@office.example"}) {
    EXPECT_TRUE(CheckPrincipalId(id).ok()) << id;
  }
  EXPECT_TRUE(CheckPrincipalId(std::string(64, 'a')).ok());
  for (const char* id : {"", ".", "..", "../evil", "a/b", "a..b", ".hidden", "-rf", "a b", "a\nb",
                         "a\\b", "\xff", "a\xe2\x80\xae"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckPrincipalId(id))) << id;
  }
  EXPECT_FALSE(CheckPrincipalId(std::string(65, 'a')).ok());
  EXPECT_FALSE(CheckPrincipalId(std::string("a\0b", 3)).ok());
  Json person = Person();
  person["id"] = "../evil";
  EXPECT_TRUE(absl::IsInvalidArgument(Read(person).status()));
}

}  // namespace
}  // namespace agents
