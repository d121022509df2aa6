#include "policies/cedar_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "model_core/base/strings.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/policies/facts.h"

namespace policies {
namespace {

using base::StrCat;
using testing::HasSubstr;

constexpr char kNotes[] = "@reason_ko(\"가\") @reason_en(\"a\") ";
constexpr char kScope[] = "(principal, action == Action::\"call\", resource)";

constexpr char kLifts[] = "@lift_ko(\"나\") @lift_en(\"b\") ";

std::string Rule(const std::string& notes, const std::string& effect,
                 const std::string& condition = "") {
  return StrCat(notes, " ", kNotes, effect == "forbid" ? kLifts : "", effect, " ", kScope,
                condition, ";\n");
}

absl::StatusOr<std::unique_ptr<CedarEngine>> Load(const std::string& text) {
  return CedarEngine::Load({ReadPolicyFiles("")->schema, {{"mine.cedar", text}}});
}

std::unique_ptr<CedarEngine> BuiltIn() { return *CedarEngine::Load(*ReadPolicyFiles("")); }

TEST(CedarEngine, LoadsTheBuiltInRulesWithTheirTexts) {
  const auto engine = BuiltIn();
  EXPECT_GE(engine->rules().size(), 23u);
  EXPECT_EQ(engine->version().size(), 64u);
  for (const LoadedRule& rule : engine->rules()) {
    EXPECT_FALSE(rule.rule.id.empty());
    EXPECT_FALSE(rule.rule.reason_ko.empty()) << rule.rule.id;
    EXPECT_EQ(rule.permits, rule.rule.lift_ko.empty())
        << rule.rule.id << ": a forbid says what would lift it";
    EXPECT_EQ(rule.rule.lift_ko.empty(), rule.rule.lift_en.empty()) << rule.rule.id;
  }
}

TEST(CedarEngine, RefusesRulesThatItCannotStandBehind) {
  const std::pair<std::string, std::string> bad[] = {
      {"permit (principal", "mine.cedar"},
      {Rule("", "permit"), "has no @id"},
      {Rule("@id(\"a\")", "permit") + Rule("@id(\"a\")", "permit"), "defined twice"},
      {Rule("@id(\"a\")", "forbid", " when { principal.shoe_size > 3 }"), "rule a"},
      {Rule("@id(\"a\")", "forbid", " when { context.purpose > 3 }"), "rule a"},
      {Rule("@id(\"a\")", "forbid", " when { context.arguments.dataset == \"x\" }"), "rule a"},
      {Rule("@id(\"a\") @obligation(\"sacrifice\")", "forbid"), "is unknown"},
      {Rule("@id(\"a\") @obligation(\"confirm\")", "permit"), "stands at a permit"},
      {StrCat("@id(\"a\") @reason_ko(\"가\") permit ", kScope, ";"), "lacks @reason_en"},
      {StrCat("@id(\"a\") permit ", kScope, ";"), "lacks @reason_ko"}};
  for (const auto& [text, message] : bad) {
    const auto engine = Load(text);
    ASSERT_FALSE(engine.ok()) << text;
    EXPECT_TRUE(absl::IsInvalidArgument(engine.status())) << text;
    EXPECT_THAT(std::string(engine.status().message()), HasSubstr(message)) << text;
  }
}

// What `maru policy check` and a start of marud say, in each language.
struct Said {
  std::string english, korean;
};
Said RefusalOf(const std::string& text) {
  const auto status = Load(text).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
  return {base::Message(status, base::Language::kEnglish),
          base::Message(status, base::Language::kKorean)};
}

TEST(CedarEngine, AFileThatIsNoCedarIsRefusedByLineColumnAndSource) {
  const std::string good = Rule("@id(\"a\")", "permit");
  const Said cut = RefusalOf(StrCat(good, "// 가\n가나 permit (principal\n", good));
  EXPECT_THAT(cut.english, HasSubstr("mine.cedar:3:1: "));
  EXPECT_THAT(cut.english, HasSubstr(": 가나 permit (principal"));
  EXPECT_THAT(cut.korean, HasSubstr("정책을 읽을 수 없습니다: mine.cedar 3행 1열: 문법에 맞지 "
                                    "않습니다: '"));
  EXPECT_THAT(cut.korean, HasSubstr(" (해당 줄: '가나 permit (principal')"));
  const Said twice = RefusalOf(StrCat(good, "\n@id(\"b\")\n  @id(\"c\")\n", Rule("", "permit")));
  EXPECT_THAT(twice.english, HasSubstr("mine.cedar:4:3: duplicate annotation: @id: @id(\"c\")"));
  const Said ended = RefusalOf("permit (principal, action, resource)\n\n");
  EXPECT_THAT(ended.english, HasSubstr("mine.cedar:1:37: unexpected end of input"));
  for (const Said& said : {cut, twice, ended}) {
    EXPECT_LT(said.english.size(), 400u) << said.english;
    EXPECT_EQ(said.english.find("ParseErrors"), std::string::npos);
    EXPECT_EQ(said.english.find('\n'), std::string::npos) << said.english;
    EXPECT_EQ(fakes::EnglishWordsIn(said.korean), "") << said.korean;
  }
}

TEST(CedarEngine, ASchemaThatIsNoneIsRefusedByItsPlace) {
  const auto status = CedarEngine::Load({"entity User;\nentity = ;\n", {{"a.cedar", ""}}}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("schema:2:8: "));
  EXPECT_THAT(std::string(status.message()), HasSubstr(": entity = ;"));
  EXPECT_THAT(base::Message(status, base::Language::kKorean),
              HasSubstr("정책을 읽을 수 없습니다: 스키마 2행 8열: 문법에 맞지 않습니다: "));
  const auto bytes = CedarEngine::Load({"entity \xff;\n", {{"a.cedar", ""}}}).status();
  EXPECT_EQ(bytes.message(), "policies: schema: not UTF-8");
  EXPECT_EQ(base::Message(bytes, base::Language::kKorean),
            "정책을 읽을 수 없습니다: 스키마: UTF-8이 아닙니다");
  const auto bare = CedarEngine::Load({"entity User;\n", {{"a.cedar", ""}}}).status();
  EXPECT_EQ(bare.message(), "policies: schema: type Arguments is missing");
  EXPECT_EQ(base::Message(bare, base::Language::kKorean),
            "정책을 읽을 수 없습니다: 스키마: Arguments 형식이 없습니다");
  const auto number =
      CedarEngine::Load({"entity User;\ntype Arguments = {year?: Long};\n", {{"a.cedar", ""}}})
          .status();
  EXPECT_EQ(number.message(), "policies: schema: Arguments.year must be an optional String");
  EXPECT_EQ(base::Message(number, base::Language::kKorean),
            "정책을 읽을 수 없습니다: 스키마: Arguments.year 항목은 생략할 수 있는 String이어야 "
            "합니다");
}

TEST(CedarEngine, WhatIsWrongWithARuleIsSaidInBothLanguagesAndOnlyCedarsWordsAreQuoted) {
  const std::string a = Rule("@id(\"a\")", "permit");
  const std::string cases[][3] = {
      {StrCat(a, a), "mine.cedar:2: rule a is defined twice, first at mine.cedar:1: rule a",
       "mine.cedar 2행: a 규칙이 두 번 정의되어 있습니다 (처음: mine.cedar 1행)"},
      {StrCat(a, Rule("", "permit")), "mine.cedar:2: rule 2 has no @id",
       "mine.cedar 2행: 2번째 규칙에 @id가 없습니다"},
      {"@id(\"t\") permit (principal == ?principal, action, resource);",
       "mine.cedar: templates are not used here", "mine.cedar: 템플릿은 쓸 수 없습니다"},
      {Rule("@id(\"a\")", "forbid", " when { principal.shoe_size > 3 }"),
       "mine.cedar:1: rule a: ", "mine.cedar 1행: a 규칙이 스키마 검사를 통과하지 못했습니다: "}};
  for (const auto& [text, english, korean] : cases) {
    const Said said = RefusalOf(text);
    EXPECT_THAT(said.english, testing::StartsWith(StrCat("policies: ", english)));
    EXPECT_THAT(said.korean, testing::StartsWith(StrCat("정책을 읽을 수 없습니다: ", korean)));
    EXPECT_EQ(fakes::EnglishWordsIn(said.korean), "") << said.korean;
  }
}

TEST(CedarEngine, ARuleWithATypoOrWithoutWhatLiftsItIsRefusedByNameAndLine) {
  const std::string begin = Rule("@id(\"a\")", "permit");
  const Said typo = RefusalOf(StrCat(begin, "@id(\"b\")\n@reson_ko(\"다\")\n", Rule("", "forbid")));
  EXPECT_THAT(typo.english, HasSubstr("mine.cedar:3: rule b has an unknown annotation @reson_ko"));
  EXPECT_THAT(typo.korean, HasSubstr("mine.cedar 3행: b 규칙이 알 수 없는 주석 @reson_ko"));
  for (const std::string obligation : {"", "@obligation(\"approve_one\")"}) {
    for (const std::string lift : {"lift_ko", "lift_en"}) {
      const std::string other = lift == "lift_ko" ? "@lift_en(\"b\")" : "@lift_ko(\"나\")";
      const Said said = RefusalOf(
          StrCat(begin, "\n@id(\"b\") ", other, obligation, kNotes, "forbid ", kScope, ";"));
      EXPECT_THAT(said.english, HasSubstr(StrCat("mine.cedar:3: rule b lacks @", lift)));
      EXPECT_THAT(said.korean, HasSubstr(StrCat("mine.cedar 3행: b 규칙이 @", lift)));
    }
  }
  const Said twice = RefusalOf(StrCat(begin, "\n", begin));
  EXPECT_THAT(twice.english,
              HasSubstr("mine.cedar:3: rule a is defined twice, first at mine.cedar:1: rule a"));
  EXPECT_THAT(RefusalOf(StrCat(begin, Rule("", "permit"))).english,
              HasSubstr("mine.cedar:2: rule 2 has no @id"));
  EXPECT_THAT(RefusalOf(StrCat(begin, Rule("@id(\"b\")", "forbid", " when { 1 }"))).english,
              HasSubstr("mine.cedar:2: rule b"));
}

TEST(CedarEngine, WithoutAnyRuleNothingIsPermitted) {
  const auto engine = Load("");
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto answer = (*engine)->Decide(Clerk(), "administration", Ticket());
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->permitted);
  EXPECT_TRUE(answer->deciding.empty());
}

TEST(CedarEngine, ARuleThatCannotBeEvaluatedIsAnErrorNotAPermit) {
  const auto engine =
      Load(Rule("@id(\"p\")", "permit") +
           Rule("@id(\"f\")", "forbid", " when { context.input_n2sf + 9223372036854775807 > 0 }"));
  ASSERT_TRUE(engine.ok()) << engine.status();
  StepFacts step = Ticket();
  step.input.n2sf = N2sf::kS;  // 1 + the largest integer overflows
  EXPECT_TRUE(absl::IsInternal((*engine)->Decide(Clerk(), "administration", step).status()));
}

// A rule of the person alone fails before any call, one that an obligation cures after the others.
TEST(CedarEngine, NoKindOfRuleMayFailUnnoticed) {
  const std::string conditions[] = {"principal.clearance_n2sf + 9223372036854775807 > 0",
                                    "context.output_n2sf + 9223372036854775807 > 0"};
  for (const std::string& condition : conditions) {
    for (const std::string notes : {"@id(\"f\")", "@id(\"f\") @obligation(\"confirm\")"}) {
      const auto engine = Load(Rule("@id(\"p\")", "permit") +
                               Rule(notes, "forbid", StrCat(" when { ", condition, " }")));
      ASSERT_TRUE(engine.ok()) << engine.status();
      const auto answer = (*engine)->Decide(Clerk(), "administration", Ticket());
      EXPECT_TRUE(absl::IsInternal(answer.status())) << notes << condition;
    }
  }
}

// By an organisation's own schema, which Maru cannot fill.
TEST(CedarEngine, WhatTheSchemaWantsOfAPersonAndNobodyHasIsSaidInWords) {
  const std::string schema =
      base::ReplaceAll(ReadPolicyFiles("")->schema, "  clearance_mil: Long,\n",
                       "  clearance_mil: Long,\n  shoe_size: Long,\n");
  const auto engine = CedarEngine::Load({schema, {{"mine.cedar", Rule("@id(\"p\")", "permit")}}});
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto status = (*engine)->Decide(Clerk(), "administration", Ticket()).status();
  EXPECT_THAT(std::string(status.message()),
              testing::MatchesRegex("policy: entity does not conform to the schema: .*"
                                    "`shoe_size`, but it does not"));
  const std::string korean = base::Message(status, base::Language::kKorean);
  EXPECT_THAT(korean, testing::StartsWith("정책으로 판단할 수 없습니다: "));
  EXPECT_EQ(fakes::EnglishWordsIn(korean), "") << korean;
}

TEST(CedarEngine, AForbidBeatsEveryPermit) {
  const auto engine = Load(Rule("@id(\"p\")", "permit") + Rule("@id(\"q\")", "permit") +
                           Rule("@id(\"f\")", "forbid"));
  const auto answer = (*engine)->Decide(Clerk(), "administration", Ticket());
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->permitted);
  ASSERT_EQ(answer->deciding.size(), 1u);
  EXPECT_EQ(answer->deciding[0]->rule.id, "f");
}

TEST(CedarEngine, ACurableForbidIsReportedBesideThePermit) {
  const auto engine =
      Load(Rule("@id(\"p\")", "permit") + Rule("@id(\"f\") @obligation(\"redact:rrn\")", "forbid"));
  const auto answer = (*engine)->Decide(Clerk(), "administration", Ticket());
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->permitted);
  ASSERT_EQ(answer->deciding.size(), 2u);
  EXPECT_EQ(answer->deciding[1]->cure, Obligation::Kind::kRedact);
  EXPECT_EQ(answer->deciding[1]->parameter, "rrn");
}

TEST(CedarEngine, AChangedPersonIsNeverJudgedByWhatTheyWere) {
  const auto engine = BuiltIn();
  Principal person = Clerk();
  EXPECT_TRUE(engine->Decide(person, "administration", Ticket())->permitted);
  person.tools.clear();
  EXPECT_FALSE(engine->Decide(person, "administration", Ticket())->permitted);
  person = Clerk();
  EXPECT_TRUE(engine->Decide(person, "administration", Ticket())->permitted);
}

TEST(CedarEngine, NamesThatLookLikePolicyAreOnlyNames) {
  const auto engine = BuiltIn();
  Principal person = Clerk();
  person.id = "x\" || true //\0 한글";
  person.roles = {"dept_head\", Role::\"clerk"};
  StepFacts step = Ticket();
  step.attributes = {{"dataset", "staff\" || true"}, {"unheard_of", std::string(100000, 'x')}};
  EXPECT_TRUE(engine->Decide(person, "administration", step).ok());
}

TEST(CedarEngine, ManyThreadsGetTheSameAnswers) {
  const auto engine = BuiltIn();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        Principal person = Clerk();
        person.id = StrCat("person", (i * 7 + t) % 20);
        if (i % 2 == 1) person.tools.clear();
        const auto answer = engine->Decide(person, "administration", Ticket());
        if (!answer.ok() || answer->permitted != (i % 2 == 0)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(PolicyFiles, TheVersionIsAnotherOnceAByteOfAnyFileIs) {
  const PolicyFiles files = *ReadPolicyFiles("");
  PolicyFiles other = files;
  other.schema += " ";
  EXPECT_NE(other.Version(), files.Version());
  other = files;
  other.files[0].text += " ";
  EXPECT_NE(other.Version(), files.Version());
  other = files;
  other.files[0].name = "b.cedar";
  EXPECT_NE(other.Version(), files.Version());
  other = files;
  other.cases.clear();  // cases decide nothing
  EXPECT_EQ(other.Version(), files.Version());
}

TEST(PolicyFiles, ADirectoryHoldsWhatIsBuiltIn) {
  const auto files = ReadPolicyFiles(std::string(MARU_SOURCE_DIR) + "/policies/cedar");
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->Version(), ReadPolicyFiles("")->Version());
  EXPECT_TRUE(absl::IsNotFound(ReadPolicyFiles("/nowhere").status()));
}

}  // namespace
}  // namespace policies
