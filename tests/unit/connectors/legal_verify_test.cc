// law.citations.verify over the law service of the sample organisation.
#include <gmock/gmock.h>

#include "tests/unit/connectors/legal_service.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using fakes::CallTool;
using fakes::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Documents that stand in a register: their texts, or why they cannot be read.
class Shelf : public DocumentTexts {
 public:
  std::map<std::string, absl::StatusOr<DocumentPassage>> documents;

  int texts_read = 0;

  absl::StatusOr<DocumentPassage> GetText(const std::string& id, absl::Time deadline) override {
    ++texts_read;
    return Describe(id, deadline);
  }
  absl::StatusOr<DocumentPassage> Describe(const std::string& id, absl::Time) override {
    const auto found = documents.find(id);
    if (found != documents.end()) return found->second;
    return base::Error(absl::StatusCode::kNotFound, "no such document", "그런 문서가 없습니다");
  }
  absl::StatusOr<std::vector<DocumentPassage>> FindTexts(const std::vector<std::string>&,
                                                         const std::string&, const std::string&,
                                                         int, absl::Time) override {
    return std::vector<DocumentPassage>();
  }
};

class LegalVerify : public LegalFixture {
 public:
  static std::unique_ptr<tools::Connector> Over(DocumentTexts* documents) {
    return MakeLegalConnector({StrCat(law_->peer->url(), "/DRF"), "sample", "https://gaon.example"},
                              *law_->http, base::SystemClock(), documents);
  }
  static tools::ToolOutcome Verify(const std::string& target,
                                   const std::string& as_of = "2026-11-24",
                                   DocumentTexts* documents = nullptr) {
    const auto connector = Over(documents);
    fakes::CallOptions options;
    options.now = absl::FromCivil(absl::CivilSecond(2026, 11, 24, 10, 0, 0), base::Seoul());
    return CallTool(*connector, "law.citations.verify", {{"target", target}, {"as_of", as_of}},
                    options);
  }
  // "「의료법」 제21조: ok"
  static std::vector<std::string> Findings(const std::string& target,
                                           const std::string& as_of = "2026-11-24") {
    const auto outcome = Verify(target, as_of);
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    std::vector<std::string> out;
    if (!outcome.ok()) return out;
    for (const Json& item : outcome.result().value["items"])
      out.push_back(
          StrCat(base::StringOr(item, "cited", ""), ": ", base::StringOr(item, "finding", "")));
    return out;
  }
};

TEST_F(LegalVerify, FindsWhatIsRight) {
  EXPECT_THAT(Findings("「개인정보 보호법」 제26조제1항제4호와 같은 법 시행령 제28조제1항제2호"),
              ElementsAre("「개인정보 보호법」 제26조제1항제4호: ok",
                          "같은 법 시행령 제28조제1항제2호 (개인정보 보호법 시행령): ok"));
  EXPECT_THAT(Findings("개인정보법 제26조, 「가온시 예시 주차장 조례」 제5조제2항, 「의료법」"),
              ElementsAre("개인정보법 제26조: ok", "「가온시 예시 주차장 조례」 제5조제2항: ok",
                          "「의료법」: ok"));
}

TEST_F(LegalVerify, GivesEachItemItsLawArticleAndSource) {
  const auto outcome = Verify("의료법 제21조와 제999조");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["bad_count"], 1);
  const Json& items = outcome.result().value["items"];
  ASSERT_THAT(items, SizeIs(2));
  EXPECT_EQ(items[0]["law_id"], "900004");
  EXPECT_EQ(items[0]["jo"], "21");
  EXPECT_EQ(items[1]["cited"], "제999조 (의료법)");
  EXPECT_EQ(items[1]["finding"], "not_found");
  const auto& origins = outcome.result().origins;
  ASSERT_THAT(origins, SizeIs(2));
  EXPECT_EQ(origins[0].record, "900004/21");
  EXPECT_EQ(origins[1].record, "900004/999");
  EXPECT_EQ(origins[0].version, "940102@20251201");
}

TEST_F(LegalVerify, ReportsWhatDoesNotExistAndMendsNothing) {
  EXPECT_THAT(Findings("「개인정보 유출 예시법」 제3조"),
              ElementsAre("「개인정보 유출 예시법」 제3조: not_found"));
  EXPECT_THAT(Findings("「개인정보 보호」 제26조"),
              ElementsAre("「개인정보 보호」 제26조: not_found"));
  EXPECT_THAT(Findings("디지털 의료법 제21조"), ElementsAre("디지털 의료법 제21조: not_found"));
  EXPECT_THAT(Findings("「900004」 제21조"), ElementsAre("「900004」 제21조: not_found"));
  EXPECT_THAT(Findings("「의료법」 제12345조"), ElementsAre("「의료법」 제12345조: not_found"));
  EXPECT_THAT(Findings("「가온 예시 측정 지점 공고」 제1조"),
              ElementsAre("「가온 예시 측정 지점 공고」 제1조: not_found"));
}

// Two laws have this name: the citation does not say which.
TEST_F(LegalVerify, TakesANameOfSeveralLawsForNone) {
  const auto outcome = Verify("「가온 동명 예시법」 제1조");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["items"][0]["finding"], "not_found");
  EXPECT_TRUE(outcome.result().value["items"][0]["law_id"].is_null());
}

TEST_F(LegalVerify, TellsARepealFromWhatIsStillToCome) {
  EXPECT_THAT(Findings("개인정보 보호법 제39조제1항"),
              ElementsAre("개인정보 보호법 제39조제1항: repealed"));
  EXPECT_THAT(Findings("「가온 옛 정보화 예시법」 제1조, 「가온 미래 예시법」 제1조"),
              ElementsAre("「가온 옛 정보화 예시법」 제1조: repealed",
                          "「가온 미래 예시법」 제1조: not_in_force"));
  EXPECT_THAT(Findings("개인정보 보호법 제28조의2", "2022-01-01"),
              ElementsAre("개인정보 보호법 제28조의2: not_in_force"));
  const auto outcome = Verify("「가온 옛 정보화 예시법」");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["items"][0]["law_id"], "900008");
}

TEST_F(LegalVerify, TellsAWrongParagraphOrItem) {
  EXPECT_THAT(Findings("「의료법」 제21조제3항, 제21조의2제1항제1호"),
              ElementsAre("「의료법」 제21조제3항: wrong_clause",
                          "제21조의2제1항제1호 (의료법): wrong_clause"));
  EXPECT_THAT(Findings("「개인정보 보호법」 제26조제1항제1호의2"),
              ElementsAre("「개인정보 보호법」 제26조제1항제1호의2: wrong_clause"));
}

TEST_F(LegalVerify, TellsWhatWasAmendedSinceTheDay) {
  EXPECT_THAT(
      Findings("산업안전보건법 제38조제1항과 제39조", "2026-01-02"),
      ElementsAre("산업안전보건법 제38조제1항: amended_later", "제39조 (산업안전보건법): ok"));
  EXPECT_THAT(Findings("산업안전보건법 제38조제1항"),
              ElementsAre("산업안전보건법 제38조제1항: ok"));
  EXPECT_THAT(
      Findings("개인정보 보호법 제39조, 「가온 옛 정보화 예시법」", "2024-01-01"),
      ElementsAre("개인정보 보호법 제39조: amended_later", "「가온 옛 정보화 예시법」: repealed"));
  EXPECT_THAT(Findings("「가온 옛 정보화 예시법」과 「가온 옛 정보화 예시법」 제1조", "2012-01-01"),
              ElementsAre("「가온 옛 정보화 예시법」: amended_later",
                          "「가온 옛 정보화 예시법」 제1조: amended_later"));
  const auto outcome = Verify("산업안전보건법 제38조", "2026-01-02");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["bad_count"], 0);  // right on that day
}

// Of an amendment in stages the part still to come does not count.
TEST_F(LegalVerify, ReadsAnArticleAsOfItsOwnDayOfEffect) {
  EXPECT_THAT(Findings("개인정보 보호법 제28조의2제2항", "2025-01-01"),
              ElementsAre("개인정보 보호법 제28조의2제2항: ok"));
}

TEST_F(LegalVerify, VerifiesTheEndsOfARangeAndEachCitationOnce) {
  EXPECT_THAT(Findings("「개인정보 보호법」 제25조부터 제39조까지, 「개인정보 보호법」 제25조"),
              ElementsAre("「개인정보 보호법」 제25조: ok", "제39조 (개인정보 보호법): repealed"));
}

TEST_F(LegalVerify, FindsTheLawOfANameWithoutMarks) {
  EXPECT_THAT(Findings("수탁자의 개인정보 보호법 제26조 위반"),
              ElementsAre(HasSubstr("제26조: ok")));
  EXPECT_THAT(Findings("수탁자가 개인정보 보호법 제26조를"),
              ElementsAre("개인정보 보호법 제26조: ok"));
}

TEST_F(LegalVerify, SaysWhenTheServiceHasNoTextToCompareWith) {
  const auto outcome = Verify("「가온 예시 서류 관리 규정」 제2조", "2023-01-01");
  ASSERT_EQ(Code(outcome), "partial");
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("가온 예시 서류 관리 규정"));
}

TEST_F(LegalVerify, SaysThatATextCitesNothing) {
  for (const char* text : {"오늘 회의는 세 시에 한다", "이 계약 제3조", "", "DOC-"})
    EXPECT_EQ(Code(Verify(text)), "unparsed") << text;
}

TEST_F(LegalVerify, LooksUpABoundedNumberOfLaws) {
  std::string text;
  for (int i = 0; i < 21; ++i) text += StrCat("「가온 지어낸 제", i, "호 예시법」 제1조, ");
  const auto names = Verify(text);
  ASSERT_EQ(Code(names), "partial");
  EXPECT_THAT(names.error().message_en, HasSubstr("more than 20 laws"));
  std::string many = "「의료법」 제1조";
  for (int i = 2; i <= 201; ++i) many += StrCat(", 제", i, "조");
  const auto citations = Verify(many);
  ASSERT_EQ(Code(citations), "partial");
  EXPECT_THAT(citations.error().message_en, HasSubstr("201 citations"));
}

TEST_F(LegalVerify, LabelsASentenceAsItsCall) {
  const auto outcome = Verify("의료법 제21조");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().label,
            policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted));
}

TEST_F(LegalVerify, ReadsADocumentWithItsLabelAndSource) {
  Shelf shelf;
  policies::Label label = policies::UserLabel();
  label.n2sf = policies::N2sf::kS;
  label.integrity = policies::Integrity::kUntrusted;
  shelf.documents["DOC-7"] = DocumentPassage{"DOC-7",
                                             "위탁 계약서",
                                             "contract",
                                             3,
                                             std::string(64, 'a'),
                                             label,
                                             "「의료법」 제21조\n제1조(목적)"};
  const auto outcome = Verify("DOC-7", "2026-11-24", &shelf);
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.result().value["items"], SizeIs(1));
  EXPECT_EQ(outcome.result().label, policies::WithIntegrity(label, policies::Integrity::kTrusted));
  ASSERT_THAT(outcome.result().origins, SizeIs(2));
  EXPECT_EQ(outcome.result().origins[1].record, "DOC-7");
  EXPECT_EQ(outcome.result().origins[1].version, "3");
}

TEST_F(LegalVerify, NamesTheDocumentWithoutReadingItsText) {
  Shelf shelf;
  policies::Label label = policies::UserLabel();
  label.n2sf = policies::N2sf::kS;
  shelf.documents["DOC-7"] = DocumentPassage{"DOC-7", "위탁 계약서", "", 1, "", label, "긴 글"};
  const auto connector = Over(&shelf);
  const auto named = [&](tools::Connector& legal, const char* target) {
    return fakes::FindTool(legal, "law.citations.verify")
        .Records({{"target", target}}, {absl::Now() + absl::Seconds(20), nullptr});
  };
  const auto found = named(*connector, "DOC-7");
  ASSERT_TRUE(std::holds_alternative<policies::NamedRecords>(found));
  const auto& records = std::get<policies::NamedRecords>(found);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].id, "DOC-7");
  EXPECT_EQ(records[0].title, "위탁 계약서");
  EXPECT_EQ(records[0].label, policies::WithIntegrity(label, policies::Integrity::kTrusted));
  EXPECT_EQ(std::get<tools::ToolError>(named(*connector, "DOC-8")).code, "not_found");
  EXPECT_TRUE(std::get<policies::NamedRecords>(named(*connector, "의료법 제21조")).empty());
  EXPECT_EQ(shelf.texts_read, 0);
  EXPECT_EQ(std::get<tools::ToolError>(named(*Over(nullptr), "DOC-7")).code, "unreachable");
}

TEST_F(LegalVerify, CountsAnUnlabelledDocumentAsClassified) {
  Shelf shelf;
  shelf.documents["DOC-7"] =
      DocumentPassage{"DOC-7", "", "", 1, std::string(64, 'a'), {}, "의료법 제21조"};
  const auto outcome = Verify("DOC-7", "2026-11-24", &shelf);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kC);
}

TEST_F(LegalVerify, SaysWhyADocumentCannotBeRead) {
  EXPECT_EQ(Code(Verify("DOC-7")), "unreachable");  // no register is connected
  Shelf shelf;
  EXPECT_EQ(Code(Verify("DOC-7", "2026-11-24", &shelf)), "not_found");
  using enum absl::StatusCode;
  const std::map<absl::StatusCode, std::string> codes{
      {kInvalidArgument, "unparsed"},   {kPermissionDenied, "unparsed"},
      {kUnavailable, "unreachable"},    {kDeadlineExceeded, "timeout"},
      {kUnauthenticated, "auth"},       {kAborted, "stale"},
      {kDataLoss, "malformed_upstream"}};
  for (const auto& [status, code] : codes) {
    shelf.documents.insert_or_assign("DOC-7", base::Error(status, "reason", "까닭"));
    const auto outcome = Verify("DOC-7", "2026-11-24", &shelf);
    ASSERT_EQ(Code(outcome), code);
    EXPECT_THAT(outcome.error().message_ko, HasSubstr("까닭"));
  }
}

TEST(LegalVerifyFaults, AreNeverAFindingAboutTheCitation) {
  const std::map<std::string, std::string> faults{{"html", "malformed_upstream"},
                                                  {"bot", "unreachable"},
                                                  {"auth", "auth"},
                                                  {"empty", "malformed_upstream"},
                                                  {"short", "malformed_upstream"}};
  for (const auto& [fault, code] : faults) {
    Law law(Environment{{"LAW_FAULT", fault}});
    EXPECT_EQ(Code(CallTool(*law.connector, "law.citations.verify", {{"target", "의료법 제21조"}})),
              code)
        << fault;
  }
  Law law(Environment{{"LAW_FAULT", "slow"}});
  fakes::CallOptions brief;
  brief.timeout = absl::Milliseconds(200);
  EXPECT_EQ(
      Code(CallTool(*law.connector, "law.citations.verify", {{"target", "의료법 제21조"}}, brief)),
      "timeout");
}

}  // namespace
}  // namespace connectors
