// People and credentials over restarts: what a start takes from files, and what the store knows
// better.
#include "deploy/server/principals_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "model_core/base/files.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "tests/fakes/test_store.h"

namespace deploy {
namespace {

namespace fs = std::filesystem;
using base::Json;
using base::StrCat;
using testing::HasSubstr;

Json Person(const std::string& id) {
  return {{"id", id},
          {"clearance", {{"n2sf", "S"}, {"mil", "none"}}},
          {"purposes", {"legal_review"}},
          {"patterns", {"law.*"}}};
}

// One home, whose database may be new.
class PrincipalsFileTest : public testing::Test {
 protected:
  PrincipalsFileTest() : home_(StrCat(fakes::TestDirectory(), "/home")) {
    fs::remove_all(home_);
    fs::create_directories(home_);
    NewDatabase();
  }

  void NewDatabase() { store_ = fakes::OpenTestStore(fakes::MakeTestDatabase()); }

  absl::Status Load(const Json& people) {
    const std::string path = StrCat(home_, "/people.json");
    RETURN_IF_ERROR(base::WriteFile(path, base::DumpJson({{"principals", people}})));
    return LoadPrincipals(path, tools::Catalogue::BuiltIn(), *store_);
  }
  // What a start does.
  absl::Status Start(const Json& people) {
    RETURN_IF_ERROR(Load(people));
    return IssueCredentials(StrCat(home_, "/credentials"), *store_, base::SystemRandom());
  }

  std::string PathOf(const std::string& id) const { return StrCat(home_, "/credentials/", id); }
  std::string Written(const std::string& id) const {
    return std::string(base::Trim(base::ReadFile(PathOf(id)).value_or("")));
  }
  std::string WhoHas(const std::string& credential) {
    return store_->PrincipalOfCredential(base::Sha256Hex(credential)).value_or("nobody");
  }

  const std::string home_;
  std::unique_ptr<agents::RunStore> store_;
};

TEST_F(PrincipalsFileTest, WhoeverWasDisabledStaysSoUntilTheFileSaysOtherwise) {
  Json people = Json::array({Person("kim")});
  ASSERT_TRUE(Load(people).ok());
  auto kim = *store_->GetPrincipal("kim");
  EXPECT_TRUE(kim.active);
  kim.active = false;
  ASSERT_TRUE(store_->PutPrincipal(kim).ok());
  people[0]["title"] = "법무담당관";
  ASSERT_TRUE(Load(people).ok());
  EXPECT_FALSE(store_->GetPrincipal("kim")->active);
  EXPECT_EQ(store_->GetPrincipal("kim")->principal.title, "법무담당관");
  people[0]["active"] = true;
  ASSERT_TRUE(Load(people).ok());
  EXPECT_TRUE(store_->GetPrincipal("kim")->active);
}

TEST_F(PrincipalsFileTest, ACredentialThatWasReplacedStaysVoid) {
  const Json people = Json::array({Person("kim")});
  ASSERT_TRUE(Start(people).ok());
  const std::string first = Written("kim");
  EXPECT_EQ(WhoHas(first), "kim");
  EXPECT_EQ(fs::status(PathOf("kim")).permissions(), fs::perms(0600));
  ASSERT_TRUE(store_->SetCredential("kim", base::Sha256Hex("newer")).ok());
  ASSERT_TRUE(Start(people).ok());
  EXPECT_EQ(WhoHas(first), "nobody");
  EXPECT_EQ(WhoHas("newer"), "kim");
  fs::remove(PathOf("kim"));
  ASSERT_TRUE(Start(people).ok());
  EXPECT_FALSE(fs::exists(PathOf("kim"))) << "who has a credential gets no other";
  EXPECT_EQ(WhoHas("newer"), "kim");
}

TEST_F(PrincipalsFileTest, ANewDatabaseTakesTheFilesThatWereKept) {
  const Json people = Json::array({Person("kim"), Person("lee"), Person("park")});
  ASSERT_TRUE(Start(people).ok());
  const std::string kim = Written("kim");
  fs::remove(PathOf("lee"));
  ASSERT_TRUE(base::WriteFile(PathOf("park"), StrCat(kim, "\n")).ok());  // a copy of another's
  NewDatabase();
  ASSERT_TRUE(Start(people).ok());
  EXPECT_EQ(Written("kim"), kim);
  EXPECT_EQ(WhoHas(kim), "kim");
  EXPECT_EQ(WhoHas(Written("lee")), "lee");
  EXPECT_EQ(WhoHas(Written("park")), "park");
}

TEST_F(PrincipalsFileTest, NoIdLeadsOutOfTheFolder) {
  const absl::Status status = Start(Json::array({Person("../evil")}));
  ASSERT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(status.message(), HasSubstr("people.json: principal '../evil'"));
  agents::PrincipalRecord evil;  // as a store may hold it from before ids were checked
  evil.principal.id = "../evil";
  ASSERT_TRUE(store_->PutPrincipal(evil).ok());
  ASSERT_TRUE(Start(Json::array({Person("kim")})).ok());
  EXPECT_FALSE(fs::exists(StrCat(home_, "/evil")));
  EXPECT_EQ(WhoHas(Written("kim")), "kim");
}

TEST_F(PrincipalsFileTest, NamesWhoInTheFileIsNotRight) {
  Json kim = Person("kim");
  kim["activ"] = false;
  const absl::Status status = Load(Json::array({kim}));
  EXPECT_THAT(base::Message(status, base::Language::kEnglish), HasSubstr("'kim': 'activ'"));
  EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr("'kim': 'activ'"));
  EXPECT_TRUE(absl::IsInvalidArgument(Load(Json::array({5}))));
}

}  // namespace
}  // namespace deploy
