// What documents say, for those who look for something in them, over a register in PostgreSQL.
#include <pqxx/pqxx>

#include "connectors/administration/register.h"
#include "model_core/base/sha256.h"
#include "tests/unit/connectors/administration_office.h"

namespace connectors {
namespace {

using administration::Register;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Each test that spoils a part of the register has a kind of document of its own.
class Texts : public testing::Test {
 public:
  static std::string Dsn(const std::string& password = "sample") {
    return DatabaseDsn(Started(peer_, "admindb").port(), "documents", "maru_documents", password);
  }
  static std::unique_ptr<DocumentTexts> Make(policies::N2sf clearance = policies::N2sf::kC,
                                             const std::string& password = "sample") {
    auto made = MakeDocumentTexts({Dsn(password), ""}, [clearance](const std::string&) {
      return policies::Clearance{clearance, policies::Mil::kRestricted};
    });
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  static absl::StatusOr<std::vector<DocumentPassage>> Find(
      const std::vector<std::string>& words, const std::string& kind,
      policies::N2sf clearance = policies::N2sf::kC, int limit = 100) {
    return Make(clearance)->FindTexts(words, kind, "kim.legal", limit, Soon());
  }
  static std::vector<std::string> Ids(
      const absl::StatusOr<std::vector<DocumentPassage>>& passages) {
    EXPECT_TRUE(passages.ok()) << passages.status();
    std::vector<std::string> ids;
    for (const DocumentPassage& passage : *passages) ids.push_back(passage.id);
    return ids;
  }
  static administration::Document Add(const std::string& kind, const std::string& key,
                                      const std::string& bytes, const std::string& content) {
    const auto added = Register(Dsn()).Add({0,
                                            1,
                                            kind,
                                            "시험 문서",
                                            "",
                                            "text/plain",
                                            bytes,
                                            "",
                                            policies::UserLabel(),
                                            {},
                                            "",
                                            key,
                                            "test"},
                                           content, Soon());
    EXPECT_TRUE(added.ok()) << added.status();
    return *added;
  }
  static void Execute(const std::string& sql) {
    pqxx::connection connection(Dsn());
    pqxx::nontransaction(connection).exec(sql);
  }
  static absl::Time Soon() { return absl::Now() + absl::Seconds(20); }
  static void TearDownTestSuite() { peer_.reset(); }
  static std::unique_ptr<fakes::Peer> peer_;
};
std::unique_ptr<fakes::Peer> Texts::peer_;

TEST_F(Texts, FindsWhoNamesALawHoweverItIsSpaced) {
  EXPECT_THAT(Ids(Find({"개인정보보호법"}, "contract")), ElementsAre("DOC-2041"));
  EXPECT_THAT(Ids(Find({"소음ㆍ진동 관리법", "없는 말"}, "manual")), ElementsAre("DOC-1204"));
  EXPECT_THAT(Ids(Find({"없는 말", ""}, "manual")), SizeIs(0));
  EXPECT_THAT(Ids(Find({}, "manual")), SizeIs(0));
}

TEST_F(Texts, APassageIsTheTextOfOneVersionAndItsLabel) {
  const auto found = Find({"개인정보 보호법"}, "contract");
  ASSERT_THAT(Ids(found), SizeIs(1));
  const DocumentPassage& passage = found->front();
  EXPECT_EQ(passage.title, "민원 상담 업무 처리위탁 계약서(안)");
  EXPECT_EQ(passage.kind, "contract");
  EXPECT_EQ(passage.version, 1);
  EXPECT_EQ(passage.label.n2sf, policies::N2sf::kS);
  EXPECT_THAT(passage.text, HasSubstr("\n제2조(안전성 확보 조치)\n"));
  const auto document = Register(Dsn()).Get("DOC-2041", Soon());
  EXPECT_EQ(passage.sha256, base::Sha256Hex(document->bytes));
  const auto same = Make()->GetText("DOC-2041", Soon());
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->text, passage.text);
  EXPECT_EQ(same->sha256, passage.sha256);
}

TEST_F(Texts, DescribesADocumentWithoutItsText) {
  const auto texts = Make();
  const auto described = texts->Describe("DOC-2041", Soon());
  ASSERT_TRUE(described.ok()) << described.status();
  EXPECT_EQ(described->title, "민원 상담 업무 처리위탁 계약서(안)");
  EXPECT_EQ(described->label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(described->label, texts->GetText("DOC-2041", Soon())->label);
  EXPECT_EQ(described->text, "");
  const std::string broken = Add("", "texts:described", "PK broken", "").id();
  EXPECT_EQ(texts->GetText(broken, Soon()).status().code(), absl::StatusCode::kInvalidArgument);
  const auto unreadable = texts->Describe(broken, Soon());
  ASSERT_TRUE(unreadable.ok()) << unreadable.status();
  EXPECT_EQ(unreadable->title, "시험 문서");
  EXPECT_EQ(texts->Describe("DOC-999999", Soon()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(Texts, LeavesOutWhatThePrincipalMayNotRead) {
  EXPECT_THAT(Ids(Find({"개인정보 보호법"}, "contract", policies::N2sf::kO)), SizeIs(0));
  EXPECT_THAT(Ids(Find({"회의실"}, "letter", policies::N2sf::kS)), SizeIs(0));  // unlabelled: C
  EXPECT_THAT(Ids(Find({"회의실"}, "letter")), ElementsAre("DOC-2060"));
}

TEST_F(Texts, MoreThanTheLimitIsAnErrorAndNotAPart) {
  EXPECT_THAT(Ids(Find({"제1조", "제5조"}, "rule")),
              testing::IsSupersetOf({"DOC-1107", "DOC-1120"}));
  const auto limited = Find({"제1조", "제5조"}, "rule", policies::N2sf::kC, 1);
  EXPECT_EQ(limited.status().code(), absl::StatusCode::kResourceExhausted);
  // What is left out does not count.
  EXPECT_THAT(Ids(Find({"개인정보 보호법"}, "contract", policies::N2sf::kO, 0)), SizeIs(0));
}

TEST_F(Texts, ADocumentWithoutATextIsNamedAndNotPassedOver) {
  const std::string broken = Add("form", "texts:broken", "PK broken", "").id();
  const auto found = Find({"출장비"}, "form");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(found.status().message()), HasSubstr(broken + " (시험 문서)"));
  EXPECT_THAT(base::Message(found.status(), base::Language::kKorean), HasSubstr(broken));
  EXPECT_FALSE(Find({"출장비"}, "").ok());
  EXPECT_TRUE(Find({"출장비"}, "rule").ok());  // of another kind
  // Nobody learns of a document that they may not read.
  Execute("UPDATE documents SET label = NULL WHERE key = 'texts:broken'");
  EXPECT_THAT(Ids(Find({"출장비"}, "form", policies::N2sf::kS)), ElementsAre("DOC-1310"));
  Execute("UPDATE documents SET kind = NULL WHERE key = 'texts:broken'");  // as mail leaves it
  EXPECT_THAT(Ids(Find({"출장비"}, "form")), ElementsAre("DOC-1310"));
  EXPECT_TRUE(Find({"출장비"}, "").ok());
}

TEST_F(Texts, ReadsAnewWhatHasChanged) {
  const std::string id = Add("memo", "texts:changed", "옛 나루법 제1조", "옛 나루법 제1조").id();
  EXPECT_THAT(Ids(Find({"옛 나루법"}, "memo")), ElementsAre(id));
  Execute(
      "UPDATE documents SET bytes = '새 나루법 제2조'::bytea, version = 2 "
      "WHERE key = 'texts:changed'");
  EXPECT_THAT(Ids(Find({"옛 나루법"}, "memo")), SizeIs(0));
  const auto found = Find({"새 나루법"}, "memo");
  ASSERT_THAT(Ids(found), ElementsAre(id));
  EXPECT_EQ(found->front().version, 2);
  EXPECT_EQ(found->front().sha256, base::Sha256Hex("새 나루법 제2조"));
}

TEST_F(Texts, ManyNewDocumentsAreIndexedOverSeveralCalls) {
  Execute(
      "INSERT INTO documents (kind, title, media_type, bytes, label, made_by) "
      "SELECT 'bulk', '묶음 ' || n, 'text/plain', convert_to('나루 ' || n, 'UTF8'), "
      "'{\"n2sf\":\"O\",\"mil\":\"none\",\"privacy\":\"none\",\"integrity\":\"untrusted\"}', "
      "'test' FROM generate_series(1, 70) n");
  EXPECT_EQ(Find({"나루"}, "bulk").status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(Ids(Find({"나루"}, "bulk")), SizeIs(70));
}

TEST_F(Texts, FailuresAreTyped) {
  const auto texts = Make();
  EXPECT_EQ(texts->GetText("DOC-999999", Soon()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(texts->GetText("2041", Soon()).status().code(), absl::StatusCode::kNotFound);
  const std::string broken = Add("", "texts:unreadable", "PK broken", "").id();
  const auto unreadable = texts->GetText(broken, Soon()).status();
  EXPECT_EQ(unreadable.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(unreadable.message()), HasSubstr(broken));
  EXPECT_EQ(texts->GetText("DOC-2041", absl::Now()).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  const auto refused = Make(policies::N2sf::kC, "wrong");
  EXPECT_EQ(refused->GetText("DOC-2041", Soon()).status().code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(refused->FindTexts({"법"}, "", "kim.legal", 9, Soon()).status().code(),
            absl::StatusCode::kUnauthenticated);
  const auto nobody = MakeDocumentTexts(
      {DatabaseDsn(fakes::FreePort(), "documents", "maru_documents"), ""}, nullptr);
  EXPECT_EQ((*nobody)->GetText("DOC-2041", Soon()).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(MakeDocumentTexts({}, nullptr).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace connectors
