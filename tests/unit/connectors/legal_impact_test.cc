// law.impact over the law service and the document register of the sample organisation.
#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "connectors/administration.h"
#include "tests/unit/connectors/administration_office.h"
#include "tests/unit/connectors/legal_service.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Each test that adds to the register has a kind of document, or a law, of its own.
class LegalImpact : public testing::Test {
 public:
  static void SetUpTestSuite() {
    auto started = fakes::Peer::Start("admindb");
    ASSERT_TRUE(started.ok()) << started.status();
    register_ = *std::move(started);
    law_ = std::make_unique<Law>();
  }
  static void TearDownTestSuite() {
    law_.reset();
    register_.reset();
  }

  static std::string Dsn(int port, const std::string& password = "sample") {
    return StrCat("host=127.0.0.1 port=", port,
                  " dbname=documents user=maru_documents password=", password);
  }
  static std::unique_ptr<DocumentTexts> Texts(const std::string& dsn,
                                              policies::N2sf clearance = policies::N2sf::kC) {
    return *MakeDocumentTexts({dsn, ""}, [clearance](const std::string&) {
      return policies::Clearance{clearance, policies::Mil::kRestricted};
    });
  }
  static tools::ToolOutcome CallOver(DocumentTexts& texts, const Law& law, Json arguments,
                                     const fakes::CallOptions& options = {}) {
    const auto connector =
        MakeLegalConnector({StrCat(law.peer->url(), "/DRF"), "sample", "https://gaon.example"},
                           *law.http, base::SystemClock(), &texts);
    return fakes::CallTool(*connector, "law.impact", std::move(arguments), options);
  }
  static tools::ToolOutcome Call(Json arguments, policies::N2sf clearance = policies::N2sf::kC) {
    const auto texts = Texts(Dsn(register_->port()), clearance);
    return CallOver(*texts, *law_, std::move(arguments));
  }
  static Json Asked(const std::string& law, const std::string& from, const std::string& to,
                    const Json& more = Json::object()) {
    Json arguments = {{"law", law}, {"period", {{"from", from}, {"to", to}}}};
    arguments.update(more);
    return arguments;
  }
  static Json SafetyIn2026(const Json& more = Json::object()) {
    return Asked("산업안전보건법", "2026-01-01", "2026-12-31", more);
  }
  static Json Value(const tools::ToolOutcome& outcome) {
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : Json{{"count", -1}, {"items", Json::array()}};
  }
  // "DOC-1131 38 changed 2026-07-01"
  static std::vector<std::string> Summary(const Json& value) {
    std::vector<std::string> out;
    for (const Json& item : value["items"]) {
      out.push_back(StrCat(base::StringOr(item, "doc_id", ""), " ", base::StringOr(item, "jo", "-"),
                           " ", base::StringOr(item, "change", ""), " ",
                           base::StringOr(item, "due", "")));
    }
    return out;
  }
  static void Execute(const std::string& sql) {
    pqxx::connection connection(Dsn(register_->port()));
    pqxx::nontransaction(connection).exec(sql);
  }
  // A document entered by people, and what it is called.
  static std::string Add(const std::string& kind, const std::string& text,
                         const std::string& n2sf = "O") {
    pqxx::connection connection(Dsn(register_->port()));
    pqxx::nontransaction work(connection);
    const std::string label =
        n2sf.empty() ? "NULL"
                     : StrCat(R"('{"n2sf":")", n2sf,
                              R"(","mil":"none","privacy":"none","integrity":"untrusted"}')");
    const auto row = work.exec_params1(
        StrCat("INSERT INTO documents (kind, title, media_type, bytes, label, made_by) VALUES "
               "($1, '시험 문서', 'text/plain', convert_to($2, 'UTF8'), ",
               label, ", 'test') RETURNING number"),
        kind, text);
    return StrCat("DOC-", row[0].as<int64_t>());
  }
  static std::unique_ptr<fakes::Peer> register_;
  static std::unique_ptr<Law> law_;
};
std::unique_ptr<fakes::Peer> LegalImpact::register_;
std::unique_ptr<Law> LegalImpact::law_;

TEST_F(LegalImpact, FindsTheInternalRulesThatAnAmendmentTouches) {
  const Json value = Value(Call(SafetyIn2026({{"corpus", "rule"}})));
  EXPECT_EQ(value["count"], 1);
  EXPECT_THAT(Summary(value),
              ElementsAre("DOC-1131 - changed 2026-07-01", "DOC-1131 38 changed 2026-07-01",
                          "DOC-1131 38 changed 2026-07-01"));
  EXPECT_EQ(value["items"][0]["title"], "산업안전보건 관리 규정");
  EXPECT_THAT(value["items"][0]["clause"].get<std::string>(), HasSubstr("제1조(목적) 이 규정은"));
  EXPECT_EQ(
      value["items"][1]["clause"],
      "제7조(기계의 덮개) ① 생산부장은 「산업안전보건법」 제38조에 따라 돌아가는 부분과 뜨거운 "
      "부분에 덮개를 단다.");
  EXPECT_EQ(value["items"][2]["clause"],
            "제8조(살핀 기록) 1. 「산업안전보건법」 제38조제1항제1호의 부분: 대장에 적고 3년 동안 "
            "보관한다.");
}

TEST_F(LegalImpact, LooksThroughEveryKindOfDocumentIfNoneIsNamed) {
  const Json value = Value(Call(SafetyIn2026({{"jo", "38"}})));
  EXPECT_EQ(value["count"], 2);
  EXPECT_THAT(Summary(value),
              ElementsAre("DOC-1131 38 changed 2026-07-01", "DOC-1131 38 changed 2026-07-01",
                          "DOC-1215 38 changed 2026-07-01", "DOC-1215 38 changed 2026-07-01"));
  EXPECT_EQ(value["items"][2]["clause"],
            "캡핑기의 덮개는 산안법 제38조부터 제39조까지의 기준에 맞춘다.");
  EXPECT_EQ(value["items"][3]["clause"], "회전축 고정 덮개 산업안전보건법 제38조제1항");
}

TEST_F(LegalImpact, CitesTheVersionsOfTheLawAndOfEachDocument) {
  const auto outcome = Call(SafetyIn2026({{"jo", "38"}}));
  ASSERT_TRUE(outcome.ok());
  const auto& origins = outcome.result().origins;
  ASSERT_THAT(origins, SizeIs(3));
  EXPECT_EQ(origins[0].record, "900007/38");
  EXPECT_THAT(origins[0].version, HasSubstr("법률 제21500호, 2025-12-30"));
  EXPECT_EQ(origins[1].system, "administration.documents");
  EXPECT_EQ(origins[1].record, "DOC-1131");
  EXPECT_EQ(origins[1].version, "1");
  const auto document =
      Texts(Dsn(register_->port()))->GetText("DOC-1131", absl::Now() + absl::Seconds(10));
  EXPECT_EQ(origins[1].sha256, document->sha256);
  EXPECT_EQ(origins[2].record, "DOC-1215");
}

TEST_F(LegalImpact, AsManySourcesAsItemsNeverLookLikeOneForEach) {
  for (const Json& more : {Json{{"corpus", "rule"}}, Json{{"corpus", "manual"}}, Json::object()}) {
    const auto outcome = Call(SafetyIn2026(more));
    ASSERT_TRUE(outcome.ok());
    EXPECT_NE(outcome.result().origins.size(), outcome.result().value["items"].size());
  }
}

TEST_F(LegalImpact, TellsADeletedArticleFromAChangedOne) {
  const Json value = Value(Call(Asked("개인정보 보호법", "2025-01-01", "2025-12-31")));
  EXPECT_EQ(value["count"], 2);
  EXPECT_THAT(Summary(value),
              ElementsAre("DOC-1120 26 changed 2025-10-02", "DOC-2041 26 changed 2025-10-02",
                          "DOC-2041 39 deleted 2025-10-02"));
}

TEST_F(LegalImpact, ShowsNothingThatTheRequesterMayNotRead) {
  const Json arguments = SafetyIn2026({{"jo", "38"}});
  EXPECT_EQ(Value(Call(arguments, policies::N2sf::kO))["count"], 1);
  EXPECT_EQ(Value(Call(arguments, policies::N2sf::kS))["count"], 2);
  const Json form = Asked("의료법", "2025-12-01", "2025-12-01", {{"corpus", "form"}});
  const std::string secret = Add("form", "의료법 제21조의2에 따른 서식.", "");  // unlabelled: C
  const auto hidden = Call(form, policies::N2sf::kS);
  EXPECT_EQ(Value(hidden)["count"], 0);
  EXPECT_EQ(hidden.result().label.n2sf, policies::N2sf::kS);
  const auto shown = Call(form);
  EXPECT_THAT(Summary(Value(shown)), ElementsAre(secret + " 21-2 changed 2025-12-01"));
  EXPECT_EQ(shown.result().label.n2sf, policies::N2sf::kC);
  EXPECT_EQ(shown.result().label.integrity, policies::Integrity::kTrusted);
}

TEST_F(LegalImpact, NothingFoundIsASuccessThatNamesWhatWasLookedThrough) {
  const auto unchanged = Call(SafetyIn2026({{"jo", "39"}}));
  EXPECT_EQ(Value(unchanged)["count"], 0);
  EXPECT_THAT(Value(unchanged)["items"], IsEmpty());
  EXPECT_EQ(unchanged.result().label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(unchanged.result().origins.front().record, "900007/39");
  const auto nobody = Call(SafetyIn2026({{"corpus", "contract"}}));
  EXPECT_EQ(Value(nobody)["count"], 0);
  ASSERT_THAT(nobody.result().origins, SizeIs(2));
  EXPECT_THAT(nobody.result().origins[0].version, HasSubstr("970102@20260701"));
  EXPECT_EQ(nobody.result().origins[1].record, "search");
}

TEST_F(LegalImpact, FindsALawThatWasRenamedUnderBothNamesAndTheShortOne) {
  const std::string id = Add("report",
                             "「가온 예시 물길법」 제2조.\n가온예시뱃길법 제2조.\n뱃길법 제2조.\n"
                             "물길법 제1조.");
  for (const char* name : {"가온 예시 물길법", "뱃길법"}) {
    const Json value = Value(Call(Asked(name, "2025-01-01", "2025-12-31", {{"corpus", "report"}})));
    const std::string item = id + " 2 changed 2025-03-01";
    EXPECT_THAT(Summary(value), ElementsAre(item, item, item)) << name;
  }
}

TEST_F(LegalImpact, FollowsArticlesThatMovedAndLawsThatWereRepealed) {
  const std::string moved = Add("letter", "가온 예시 나루법 제4조.\n가온 예시 나루법 제9조.");
  EXPECT_THAT(Summary(Value(Call(Asked("가온 예시 나루법", "2024-01-01", "2024-12-31")))),
              ElementsAre(moved + " 4 moved 2024-01-01", moved + " 9 deleted 2024-01-01"));
  const std::string repealed = Add("letter", "「가온 옛 정보화 예시법」에 따릅니다.");
  EXPECT_THAT(Summary(Value(Call(Asked("가온 옛 정보화 예시법", "2014-01-01", "2016-12-31")))),
              ElementsAre(repealed + " - deleted 2015-07-01"));
}

TEST_F(LegalImpact, SaysWhyNothingCanBeFoundOut) {
  const auto error = [](Json arguments) { return fakes::Code(Call(std::move(arguments))); };
  EXPECT_EQ(error(Asked("없는법", "2025-01-01", "2025-12-31")), "not_found");
  EXPECT_EQ(error(Asked("정보 보호법", "2025-01-01", "2025-12-31")), "ambiguous_law");
  EXPECT_EQ(error(Asked("가온 미래 예시법", "2025-01-01", "2025-12-31")), "not_found");
  EXPECT_EQ(error(Asked("산업안전보건법", "2024-06-01", "2025-12-31")), "not_found");
  EXPECT_EQ(error(SafetyIn2026({{"jo", "999"}})), "not_found");
  EXPECT_EQ(error(SafetyIn2026({{"jo", "제38조"}})), "invalid_argument");
  EXPECT_EQ(error(Asked("산업안전보건법", "2026-12-31", "2026-01-01")), "invalid_argument");
  EXPECT_EQ(error(Asked("가온 예시 수시 개정법", "2024-01-01", "2024-12-31")), "partial");
}

TEST_F(LegalImpact, ADocumentThatCannotBeSearchedIsNeverPassedOverInSilence) {
  Execute(
      "INSERT INTO documents (kind, title, media_type, bytes, label, made_by) VALUES ('contract', "
      "'스캔한 계약서', 'application/pdf', '%PDF-broken', NULL, 'test')");
  const auto outcome = Call(SafetyIn2026({{"corpus", "contract"}}));
  ASSERT_EQ(fakes::Code(outcome), "index_stale");
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("스캔한 계약서"));
  EXPECT_EQ(fakes::Code(Call(SafetyIn2026())), "index_stale");
  EXPECT_EQ(fakes::Code(Call(SafetyIn2026(), policies::N2sf::kS)), "ok");  // it may be read by few
  Execute("DELETE FROM documents WHERE title = '스캔한 계약서'");
  EXPECT_EQ(fakes::Code(Call(SafetyIn2026({{"corpus", "contract"}}))), "ok");
}

TEST_F(LegalImpact, MoreThanCanBeReadIsPartialAndSaysWhatToNarrow) {
  const Json arguments = Asked("의료법", "2025-12-01", "2025-12-01", {{"corpus", "manual"}});
  std::string clauses;
  for (int i = 0; i < 501; ++i) clauses += StrCat("의료법 제21조의2에 따라 ", i, "번을 본다.\n");
  const std::string many = Add("manual", clauses);
  const auto partial = Call(arguments);
  Execute(StrCat("DELETE FROM documents WHERE number = ", many.substr(4)));
  ASSERT_EQ(fakes::Code(partial), "partial");
  EXPECT_THAT(partial.error().message_en, HasSubstr("500 clauses in 1 of 1 documents"));
  Execute(
      "INSERT INTO documents (kind, title, media_type, bytes, label, made_by, content, "
      "content_sha256) SELECT 'manual', '묶음', 'text/plain', convert_to('의료법', 'UTF8'), "
      "'{\"n2sf\":\"O\",\"mil\":\"none\",\"privacy\":\"none\",\"integrity\":\"untrusted\"}', "
      "'test', '의료법', encode(sha256(convert_to('의료법', 'UTF8')), 'hex') "
      "FROM generate_series(1, 501)");
  const auto documents = Call(arguments);
  Execute("DELETE FROM documents WHERE title = '묶음'");
  ASSERT_EQ(fakes::Code(documents), "partial");
  EXPECT_THAT(documents.error().message_ko, HasSubstr("501건"));
}

TEST_F(LegalImpact, FailuresOfTheRegisterAreTyped) {
  const auto refused = Texts(Dsn(register_->port(), "wrong"));
  EXPECT_EQ(fakes::Code(CallOver(*refused, *law_, SafetyIn2026())), "auth");
  const auto nobody = Texts(Dsn(fakes::FreePort()));
  EXPECT_EQ(fakes::Code(CallOver(*nobody, *law_, SafetyIn2026())), "unreachable");
}

TEST_F(LegalImpact, FailuresOfTheLawServiceAreTyped) {
  const auto texts = Texts(Dsn(register_->port()));
  for (const auto& [fault, code] :
       std::map<std::string, std::string>{{"html", "malformed_upstream"},
                                          {"bot", "unreachable"},
                                          {"short", "malformed_upstream"}}) {
    const Law broken(Environment{{"LAW_FAULT", fault}});
    EXPECT_EQ(fakes::Code(CallOver(*texts, broken, SafetyIn2026())), code) << fault;
  }
}

// The register, cancelling the call as soon as it has found the documents.
class Cancelling : public DocumentTexts {
 public:
  explicit Cancelling(DocumentTexts& texts) : texts_(texts) {}
  absl::StatusOr<DocumentPassage> GetText(const std::string& id, absl::Time deadline) override {
    return texts_.GetText(id, deadline);
  }
  absl::StatusOr<DocumentPassage> Describe(const std::string& id, absl::Time deadline) override {
    return texts_.Describe(id, deadline);
  }
  absl::StatusOr<std::vector<DocumentPassage>> FindTexts(const std::vector<std::string>& words,
                                                         const std::string& kind,
                                                         const std::string& principal, int limit,
                                                         absl::Time deadline) override {
    auto found = texts_.FindTexts(words, kind, principal, limit, deadline);
    cancelled = true;
    return found;
  }
  bool cancelled = false;

 private:
  DocumentTexts& texts_;
};

TEST_F(LegalImpact, StopsWhenItsTimeIsOverOrItIsCancelled) {
  const auto texts = Texts(Dsn(register_->port()));
  fakes::CallOptions late;
  late.timeout = absl::ZeroDuration();
  EXPECT_EQ(fakes::Code(CallOver(*texts, *law_, SafetyIn2026(), late)), "timeout");
  Cancelling cancelling(*texts);
  fakes::CallOptions options;
  options.cancelled = [&] { return cancelling.cancelled; };
  EXPECT_EQ(fakes::Code(CallOver(cancelling, *law_, SafetyIn2026(), options)), "timeout");
  EXPECT_TRUE(cancelling.cancelled);
}

// A result as a later step gets it.
Json SourceOf(const std::string& step, const std::string& tool, const tools::ToolOutcome& outcome) {
  EXPECT_TRUE(outcome.ok()) << tool;
  Json origins = Json::array();
  for (const policies::Origin& origin : outcome.result().origins)
    origins.push_back(policies::ToJson(origin));
  return {{"step", step},
          {"tool", tool},
          {"value", outcome.result().value},
          {"label", policies::ToJson(outcome.result().label)},
          {"origins", origins}};
}

TEST_F(LegalImpact, AReportRestsOnTheAmendmentAndOnTheRulesThatItTouches) {
  AdministrationOptions options;
  options.documents = {Dsn(register_->port()), "가온공공서비스공사장"};
  Office office(options);
  const auto impact = Call(SafetyIn2026({{"corpus", "rule"}}));
  const Json sources = {
      SourceOf("s1", "law.diff", fakes::CallTool(*law_->connector, "law.diff", SafetyIn2026())),
      SourceOf("s2", "law.impact", impact)};
  const auto report = office.CallLabelled(
      "doc.generate_hwpx",
      {{"kind", "report"}, {"subject", "산업안전보건법 개정 대응"}, {"sources", sources}},
      impact.result().label, "impact-report");
  ASSERT_TRUE(report.ok()) << report.error().message_en;
  const std::string id = report.result().value["doc_id"];
  const auto text = Texts(Dsn(register_->port()))->GetText(id, absl::Now() + absl::Seconds(10));
  Execute(StrCat("DELETE FROM documents WHERE number = ", id.substr(4)));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(text->label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(text->label.integrity, policies::Integrity::kUntrusted);
  EXPECT_THAT(text->text, HasSubstr("덮개를 달고 매달 살핀다"));
  EXPECT_THAT(text->text, HasSubstr("영향받는 문서 수: 1"));
  EXPECT_THAT(text->text, HasSubstr("DOC-1131\t“산업안전보건 관리 규정”\t“제7조(기계의 덮개) ①"));
  EXPECT_THAT(text->text, HasSubstr("administration.documents DOC-1131 판 1"));
}

TEST_F(LegalImpact, IsNotGivenWithoutARegister) {
  for (tools::Tool* tool : law_->connector->tools()) EXPECT_NE(tool->name(), "law.impact");
}

}  // namespace
}  // namespace connectors
