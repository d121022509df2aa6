// The document tools and the document store, over a register in PostgreSQL.
#include <pqxx/pqxx>
#include <thread>

#include "connectors/administration/document_text.h"
#include "connectors/administration/register.h"
#include "model_core/base/sha256.h"
#include "tests/unit/connectors/administration_office.h"
#include "tests/unit/connectors/hung_database.h"

namespace connectors {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

class Documents : public testing::Test {
 public:
  static DocumentOptions Register(const std::string& password = "sample") {
    return {DatabaseDsn(Started(peer_, "admindb").port(), "documents", "maru_documents", password),
            "가온공공서비스공사장"};
  }
  static Office MakeOffice(
      std::function<policies::Clearance(const std::string&)> clearance = nullptr) {
    AdministrationOptions options;
    options.documents = Register();
    return Office(std::move(options), std::move(clearance));
  }
  static void TearDownTestSuite() { peer_.reset(); }
  static std::unique_ptr<fakes::Peer> peer_;
};
std::unique_ptr<fakes::Peer> Documents::peer_;

TEST_F(Documents, FindsTheTravelRuleAndShowsItsText) {
  Office office = MakeOffice();
  const Json found = office.Value("doc.search", {{"query", "출장비"}, {"kind", "rule"}});
  ASSERT_EQ(found["items"].size(), 1u);
  EXPECT_EQ(found["items"][0]["doc_id"], "DOC-1107");
  EXPECT_THAT(found["items"][0]["snippet"].get<std::string>(), HasSubstr("출장비"));
  const Json text = office.Value("doc.extract", {{"document", "DOC-1107"}, {"part", "text"}});
  EXPECT_THAT(text["text"].get<std::string>(), HasSubstr("귀임 후 7일"));
  EXPECT_TRUE(text["items"].empty());
  const Json tables = office.Value("doc.extract", {{"document", "DOC-1107"}, {"part", "tables"}});
  ASSERT_EQ(tables["items"].size(), 3u);
  EXPECT_EQ(tables["items"][2]["cells"], "그 밖의 직원 | 25,000 | 25,000");
}

TEST_F(Documents, AnUnlabelledDocumentCountsAsClassified) {
  Office office = MakeOffice();
  const auto outcome = office.Call("doc.extract", {{"document", "DOC-2060"}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kC);
}

TEST_F(Documents, WhatACallNamesIsLookedUpWithItsLabel) {
  Office office = MakeOffice();
  for (const char* tool : {"doc.extract", "doc.redact"}) {
    EXPECT_THAT(office.Named(tool, {{"document", "DOC-2041"}}), testing::StartsWith("S "));
    EXPECT_THAT(office.Named(tool, {{"document", "DOC-2060"}}), testing::StartsWith("C "));
    EXPECT_EQ(office.Named(tool, {{"document", "DOC-999999"}}), "not_found");
  }
  EXPECT_EQ(office.Named("doc.search", {{"query", "출장비"}}), "none");
  AdministrationOptions away;
  away.documents.dsn = DatabaseDsn(fakes::FreePort(), "documents", "maru_documents");
  EXPECT_EQ(Office(away).Named("doc.extract", {{"document", "DOC-2041"}}), "unreachable");
}

TEST_F(Documents, ASearchLeavesOutWhatIsAboveTheReader) {
  const Json arguments = {{"query", "점검"}};
  Office everyone = MakeOffice();
  EXPECT_EQ(everyone.Value("doc.search", arguments)["items"].size(), 1u);
  Office clerk = MakeOffice([](const std::string&) {
    return policies::Clearance{policies::N2sf::kS, policies::Mil::kNone};
  });
  const auto outcome = clerk.Call("doc.search", arguments);
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome.result().value["items"].empty());
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kO);
}

TEST_F(Documents, ADraftIsRegisteredOnceUnderItsKeyWithTheLabelOfItsSources) {
  Office office = MakeOffice();
  const policies::Label label{policies::N2sf::kS, policies::Mil::kIII, policies::Privacy::kPersonal,
                              policies::Integrity::kTrusted};
  const Json source = {{"step", "s1"},
                       {"tool", "readiness.status"},
                       {"value",
                        {{"items",
                          {{{"equipment", "차량"},
                            {"total", 10},
                            {"operational", 8},
                            {"rate", 0.8},
                            {"note", "정비 중"}}}}}},
                       {"label", policies::ToJson(label)},
                       {"origins", Json::array()}};
  const Json arguments = {{"kind", "report"}, {"subject", "장비 운용"}, {"sources", {source}}};
  const auto first = office.CallLabelled("doc.generate_hwpx", arguments, label, "draft-1");
  const auto again = office.CallLabelled("doc.generate_hwpx", arguments, label, "draft-1");
  const auto other = office.CallLabelled("doc.generate_hwpx", arguments, label, "draft-2");
  ASSERT_TRUE(first.ok() && again.ok() && other.ok());
  const std::string id = first.result().value["doc_id"];
  EXPECT_EQ(id, again.result().value["doc_id"]);
  EXPECT_NE(id, other.result().value["doc_id"]);
  EXPECT_EQ(first.result().value["title"], "장비 운용 보고서");
  const auto store = MakeDocumentStore(Register());
  const auto document = (*store)->GetDocument(id, absl::Now() + absl::Seconds(10));
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_TRUE(document->labelled);
  EXPECT_EQ(document->label.mil, policies::Mil::kIII);
  EXPECT_EQ(document->label.integrity,
            policies::Integrity::kUntrusted);  // the note is from outside
  ASSERT_EQ(document->portions.size(), 1u);
  EXPECT_EQ(document->portions[0], label);
  EXPECT_THAT(administration::ReadHwpxText(document->bytes)->text, HasSubstr("차량"));
}

TEST_F(Documents, TwoCallersWithOneKeyMakeOneDocument) {
  Office office = MakeOffice();
  std::vector<std::string> ids(4);
  std::vector<std::thread> callers;
  for (std::string& id : ids) {
    callers.emplace_back([&] {
      id = office
               .CallLabelled("doc.generate_hwpx", {{"kind", "notice"}, {"subject", "휴무"}},
                             policies::UserLabel(), "same")
               .result()
               .value["doc_id"];
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1u);
}

TEST_F(Documents, RedactsACopyAndLeavesTheOriginal) {
  Office office = MakeOffice();
  administration::Register documents(Register().dsn);
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  const policies::Label label{policies::N2sf::kS, policies::Mil::kNone,
                              policies::Privacy::kPersonal, policies::Integrity::kUntrusted};
  const auto added = documents.Add({0,
                                    1,
                                    "",
                                    "연락처 010-0000-1234",
                                    "",
                                    "text/plain",
                                    "전화 010-0000-1234, 주민번호 900101-1234567",
                                    "",
                                    label,
                                    {label},
                                    "",
                                    "test:plain",
                                    "test"},
                                   "", deadline);
  ASSERT_TRUE(added.ok()) << added.status();
  fakes::CallOptions options;
  options.step_id = "redact-1";
  const Json copy =
      office.Value("doc.redact", {{"document", added->id()}, {"kinds", {"phone"}}}, options);
  EXPECT_EQ(copy["masked"], 1);
  EXPECT_EQ(copy["doc_id"],
            office.Value("doc.redact", {{"document", added->id()}, {"kinds", {"phone"}}},
                         options)["doc_id"]);
  const auto masked = documents.Get(copy["doc_id"], deadline);
  ASSERT_TRUE(masked.ok());
  EXPECT_EQ(masked->bytes, "전화 ***-****-****, 주민번호 900101-1234567");
  EXPECT_EQ(masked->title, "연락처 ***-****-**** (가림본)");
  EXPECT_EQ(masked->effective_label(), label);  // falls only at release
  EXPECT_EQ(documents.Get(added->id(), deadline)->bytes, added->bytes);
}

// Breaks the connection of whoever commits a new document.
constexpr char kBreakAtCommit[] = R"(
CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON documents
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_off())";

TEST_F(Documents, ADraftWhoseCommitIsCutOffIsInDoubt) {
  Office office = MakeOffice();
  fakes::CallOptions options;
  options.step_id = "cut-off";
  const Json arguments = {{"kind", "letter"}, {"subject", "서식 갱신"}};
  office.Value("doc.search", {{"query", "출장비"}});  // the tables are there
  pqxx::connection connection(Register().dsn);
  pqxx::nontransaction(connection).exec(kBreakAtCommit);
  const auto lost = office.Call("doc.generate_hwpx", arguments, options);
  pqxx::nontransaction(connection)
      .exec("DROP TRIGGER break_off ON documents; DROP FUNCTION break_off()");
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().code, "in_doubt");
  EXPECT_THAT(lost.error().message_ko, HasSubstr("저장되었는지 알 수 없습니다"));
  EXPECT_TRUE(office.Call("doc.generate_hwpx", arguments, options).ok()) << "the key settles it";
}

TEST_F(Documents, ALabelIsPutOnceAndNotOnOtherBytes) {
  const auto store = MakeDocumentStore(Register());
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  const auto before = (*store)->GetDocument("DOC-1204", deadline);
  ASSERT_TRUE(before.ok());
  policies::Label label = before->label;
  label.mil = policies::Mil::kRestricted;
  label.n2sf = policies::N2sf::kC;
  LabelBinding binding{std::string(64, '0'), label, "<b/>", "label-1", "yoon.depot", "시험"};
  EXPECT_EQ((*store)->PutLabel("DOC-1204", binding, deadline).code(), absl::StatusCode::kAborted);
  EXPECT_EQ((*store)->GetDocument("DOC-1204", deadline)->label,
            before->label);  // nothing half done
  binding.sha256 = base::Sha256Hex(before->bytes);
  EXPECT_TRUE((*store)->PutLabel("DOC-1204", binding, deadline).ok());
  EXPECT_TRUE((*store)->PutLabel("DOC-1204", binding, deadline).ok());
  const auto after = (*store)->GetDocument("DOC-1204", deadline);
  EXPECT_EQ(after->label, label);
  EXPECT_EQ(after->binding, "<b/>");
  const auto described = (*store)->Describe("DOC-1204", deadline);
  EXPECT_EQ(described->label, label);
  EXPECT_EQ(described->title, after->title);
  EXPECT_EQ(described->bytes, "");
  EXPECT_EQ((*store)->PutLabel("DOC-9", binding, deadline).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ((*store)->GetDocument("2041", deadline).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(Documents, FailuresAreTyped) {
  Office office = MakeOffice();
  EXPECT_EQ(office.Error("doc.extract", {{"document", "DOC-999999"}}), "not_found");
  administration::Register documents(Register().dsn);
  const auto broken = documents.Add({0,
                                     1,
                                     "",
                                     "깨진 문서",
                                     "",
                                     administration::kHwpxType,
                                     "PK broken",
                                     "",
                                     policies::UserLabel(),
                                     {},
                                     "",
                                     "test:broken",
                                     "test"},
                                    "", absl::Now() + absl::Seconds(10));
  EXPECT_EQ(office.Error("doc.extract", {{"document", broken->id()}}), "unreadable");
  EXPECT_EQ(office.Error("doc.redact", {{"document", broken->id()}}), "unreadable");
  AdministrationOptions wrong;
  wrong.documents = Register("wrong");
  EXPECT_EQ(Office(wrong).Error("doc.search", {{"query", "출장비"}}), "auth");
  wrong.documents.dsn = DatabaseDsn(fakes::FreePort(), "documents", "maru_documents");
  EXPECT_EQ(Office(wrong).Error("doc.search", {{"query", "출장비"}}), "unreachable");
  EXPECT_FALSE(MakeDocumentStore({}).ok());
}

TEST(HungRegister, IsATimeout) {
  HungDatabase database;
  AdministrationOptions options;
  options.documents = {database.dsn(), "가온공공서비스공사장"};
  fakes::CallOptions brief;
  brief.timeout = absl::Seconds(1);
  EXPECT_EQ(Office(options).Error("doc.search", {{"query", "출장비"}}, brief), "timeout");
}

}  // namespace
}  // namespace connectors
