// The defense connectors against the depot of the sample organisation: Tryton and PostgreSQL;
// labels against documents kept in memory, checked by xmlsec1's own program as well.
#include "connectors/defense.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "tests/fakes/line_server.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {
namespace {

using fakes::CallAny;
using fakes::Code;

using base::Json;
using base::StrCat;
using testing::HasSubstr;
using Connectors = std::vector<std::unique_ptr<tools::Connector>>;
using policies::Mil;
using policies::N2sf;

constexpr char kSample[] = MARU_SOURCE_DIR "/deploy/sample/defense/";

class MemoryDocuments : public DocumentStore {
 public:
  absl::StatusOr<LabelledDocument> GetDocument(const std::string& id, absl::Time) override {
    RETURN_IF_ERROR(failure);
    if (!documents.contains(id)) return absl::NotFoundError(id);
    ++bytes_read;
    return documents[id];
  }
  absl::StatusOr<LabelledDocument> Describe(const std::string& id, absl::Time) override {
    RETURN_IF_ERROR(failure);
    if (!documents.contains(id)) return absl::NotFoundError(id);
    LabelledDocument document = documents[id];
    document.bytes.clear();
    return document;
  }
  absl::Status PutLabel(const std::string& id, const LabelBinding& binding, absl::Time) override {
    LabelledDocument& document = documents[id];
    if (base::Sha256Hex(document.bytes) != binding.sha256) return absl::AbortedError("changed");
    document.labelled = true;
    document.label = binding.label;
    document.binding = binding.binding;
    return absl::OkStatus();
  }
  std::map<std::string, LabelledDocument> documents;
  absl::Status failure;  // of every look, if it is one
  int bytes_read = 0;
};

std::unique_ptr<fakes::Peer> StartPeer(const std::string& name) {
  auto peer = fakes::Peer::Start(name);
  EXPECT_TRUE(peer.ok()) << peer.status();
  return *std::move(peer);
}

std::string MakeKeys() {
  std::string folder = (std::filesystem::temp_directory_path() / "maru-label-keys-XXXXXX").string();
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  EXPECT_EQ(std::system(StrCat(kSample, "make_keys.sh ", folder).c_str()), 0);
  return folder;
}

policies::Label Graded(N2sf n2sf, Mil mil) {
  return {n2sf, mil, policies::Privacy::kNone, policies::Integrity::kTrusted};
}

struct Depot {
  std::unique_ptr<fakes::Peer> tryton = StartPeer("tryton"), database = StartPeer("plantdb"),
                               tak = StartPeer("tak");
  std::unique_ptr<HttpClient> http = MakeHttpClient({});
  MemoryDocuments documents;
  std::string keys = MakeKeys();
  Connectors connectors;

  Depot() { connectors = Make(Options()); }
  ~Depot() { std::filesystem::remove_all(keys); }
  DefenseOptions Options() const {
    DefenseOptions options;
    options.tryton = {tryton->url(), "erp", "admin", "maru-erp", ""};
    options.readiness_dsn = StrCat("host=127.0.0.1 port=", database->port(),
                                   " dbname=plant user=maru_reader password=maru-read");
    options.tak.host = "127.0.0.1";
    options.tak.port = tak->port();
    options.tak.areas_path = StrCat(kSample, "areas.json");
    options.labels = {StrCat(kSample, "labels.json"), keys + "/label_key.pem",
                      keys + "/label_certificate.pem"};
    return options;
  }
  Connectors Make(DefenseOptions options) {
    auto made = MakeDefenseConnectors(std::move(options), {*http, base::SystemClock(), &documents});
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
};

class Defense : public testing::Test {
 public:
  static void SetUpTestSuite() { depot_ = new Depot(); }
  static void TearDownTestSuite() { delete depot_; }
  static tools::ToolOutcome Call(const std::string& tool, Json arguments,
                                 const fakes::CallOptions& options = {}) {
    return CallAny(depot_->connectors, tool, std::move(arguments), options);
  }
  static Json Value(const std::string& tool, Json arguments,
                    const fakes::CallOptions& options = {}) {
    auto outcome = Call(tool, std::move(arguments), options);
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : Json{{"items", Json::array()}};
  }
  static void AddDocument(const std::string& id, std::vector<policies::Label> portions) {
    LabelledDocument document;
    document.id = id;
    document.bytes = StrCat("장비 운용 보고서 ", id);
    document.portions = std::move(portions);
    depot_->documents.documents[id] = document;
  }
  static Depot* depot_;
};
Depot* Defense::depot_ = nullptr;

TEST_F(Defense, GivesTheStockOfAnItemAtASiteAndEverywhere) {
  const Json one = Value("supply.stock", {{"item", "5330-37-510-4471"}, {"site", "중앙창고"}});
  EXPECT_EQ(one["total"], 6);
  EXPECT_EQ(one["items"][0]["name"], "유압 실린더 씰 키트");
  const Json all = Value("supply.stock", {{"item", "유압 실린더 씰 키트"}});
  EXPECT_EQ(all["total"], 7);
  EXPECT_EQ(all["items"].size(), 2u);
  const Json none = Value("supply.stock", {{"item", "6115-37-503-4412"}});
  EXPECT_EQ(none["total"], 0);
  EXPECT_TRUE(none["items"].empty());
}

TEST_F(Defense, SaysWhenAnItemIsAmbiguousOrUnknown) {
  const auto many = Call("supply.stock", {{"item", "여과기"}});
  ASSERT_EQ(Code(many), "ambiguous_item");
  EXPECT_THAT(many.error().message_ko, HasSubstr("2940-37-502-3318"));
  EXPECT_EQ(Code(Call("supply.stock", {{"item", "0000-00-000-0000"}})), "not_found");
  EXPECT_EQ(Code(Call("supply.stock", {{"item", "지혈대"}, {"site", "없는창고"}})), "not_found");
}

TEST_F(Defense, MarksOfRecordsBecomeLabels) {
  const auto plain = Call("supply.stock", {{"item", "지혈대"}});
  EXPECT_EQ(plain.result().label, Graded(N2sf::kS, Mil::kNone));
  const auto marked = Call("supply.stock", {{"item", "6115-37-503-4412"}});
  EXPECT_EQ(marked.result().label, Graded(N2sf::kC, Mil::kRestricted));
}

TEST_F(Defense, ComputesTheShortfallOfThirtyDays) {
  const Json value = Value("supply.shortfall", {{"unit", "제3보급대"}, {"days", 30}});
  std::map<std::string, Json> rows;
  for (const Json& row : value["items"]) {
    EXPECT_EQ(row["shortfall"].get<int>(), row["required"].get<int>() - row["on_hand"].get<int>());
    rows[row["item"].get<std::string>()] = row;
  }
  ASSERT_TRUE(rows.contains("2540-37-500-1234"));
  EXPECT_EQ(rows["2540-37-500-1234"]["required"], 3);  // 9 in 90 days
  EXPECT_EQ(rows["2540-37-500-1234"]["on_hand"], 1);
  EXPECT_EQ(rows["2540-37-500-1234"]["lead_days"], 21);
  EXPECT_FALSE(rows.contains("2940-37-502-3318"));  // 32 needed, 44 there
  const Json fuel =
      Value("supply.shortfall", {{"unit", "제3보급대"}, {"days", 30}, {"class", "fuel"}});
  ASSERT_EQ(fuel["count"], 1);
  EXPECT_EQ(fuel["items"][0]["item"], "9140-37-505-6601");
  EXPECT_EQ(Code(Call("supply.shortfall", {{"unit", "중앙창고"}, {"days", 30}})), "plan_missing");
  EXPECT_EQ(Code(Call("supply.shortfall", {{"unit", "제9보급대"}})), "not_found");
}

TEST_F(Defense, DraftsOneRequisitionForOneKeyAndSubmitsItOnce) {
  fakes::CallOptions options;
  options.run_id = "run-req";
  const Json arguments{
      {"items", {"2540-37-500-1234", "지혈대"}}, {"quantities", {2, 40}}, {"unit", "제3보급대"}};
  const Json draft = Value("supply.requisition.draft", arguments, options);
  EXPECT_EQ(draft["lines"], 2);
  EXPECT_EQ(Value("supply.requisition.draft", arguments, options), draft);
  const Json submission{{"requisition", draft["req_id"]}};
  tools::Tool& tool = fakes::FindTool(*depot_->connectors[0], "supply.requisition.submit");
  const auto call = fakes::MakeCall("supply.requisition.submit", submission, options);
  const tools::CallContext context{absl::Now() + absl::Seconds(20), nullptr};
  EXPECT_FALSE(tool.Reconcile(call, context).has_value());
  EXPECT_EQ(Value("supply.requisition.submit", submission, options)["req_id"], draft["req_id"]);
  const auto settled = tool.Reconcile(call, context);
  ASSERT_TRUE(settled.has_value() && settled->ok());
  EXPECT_EQ(Code(Call("supply.requisition.submit", submission)), "not_draft");
}

// The records that a call of `tool` names.
tools::RecordsFound Named(Connectors& connectors, const std::string& tool, const Json& arguments) {
  for (const auto& connector : connectors) {
    for (tools::Tool* given : connector->tools()) {
      if (given->name() == tool)
        return given->Records(arguments, {absl::Now() + absl::Seconds(20), nullptr});
    }
  }
  return tools::MakeToolError("no_such_tool", tool, tool);
}

TEST_F(Defense, ASubmissionNamesItsRequisitionWithTheMarksOfItsItems) {
  fakes::CallOptions options;
  options.run_id = "run-marked";
  const Json draft = Value(
      "supply.requisition.draft",
      {{"items", {"6115-37-503-4412", "지혈대"}}, {"quantities", {1, 2}}, {"unit", "제3보급대"}},
      options);
  const auto named =
      Named(depot_->connectors, "supply.requisition.submit", {{"requisition", draft["req_id"]}});
  ASSERT_TRUE(std::holds_alternative<policies::NamedRecords>(named));
  const auto& records = std::get<policies::NamedRecords>(named);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].id, draft["req_id"]);
  EXPECT_EQ(records[0].label, Graded(N2sf::kC, Mil::kRestricted)) << "one item is 대외비";
  EXPECT_THAT(records[0].title, HasSubstr("지혈대"));
  EXPECT_FALSE(records[0].becomes);
  const auto none = Named(depot_->connectors, "supply.requisition.submit",
                          {{"requisition", {{"$ref", "s1.req_id"}}}});
  EXPECT_TRUE(std::get<policies::NamedRecords>(none).empty()) << "not known yet";
  const auto missing =
      Named(depot_->connectors, "supply.requisition.submit", {{"requisition", "REQ-1"}});
  EXPECT_EQ(std::get<tools::ToolError>(missing).code, "not_found");
}

TEST_F(Defense, ALabellingNamesTheDocumentAndTheGradeThatItGetsThen) {
  AddDocument("DOC-6", {});
  LabelledDocument& document = depot_->documents.documents["DOC-6"];
  document.title = "경비 계획";
  const auto named = [&](const Json& arguments, const char* tool = "label.assign") {
    return std::get<policies::NamedRecords>(Named(depot_->connectors, tool, arguments)).at(0);
  };
  const Json lower = {{"document", "DOC-6"}, {"grade", "O"}};
  const int bytes_read = depot_->documents.bytes_read;
  EXPECT_EQ(named(lower).label.n2sf, N2sf::kC) << "unlabelled";
  EXPECT_TRUE(policies::Lowers({named(lower)}));
  document.labelled = true;
  document.label = Graded(N2sf::kS, Mil::kNone);
  EXPECT_EQ(named(lower).title, "경비 계획");
  EXPECT_EQ(policies::DescribeGrade(named(lower), base::Language::kKorean), "S → O");
  EXPECT_FALSE(policies::Lowers({named({{"document", "DOC-6"}, {"grade", "S"}})}));
  EXPECT_FALSE(policies::Lowers({named({{"document", "DOC-6"}, {"grade", "restricted"}})}));
  EXPECT_FALSE(named({{"document", "DOC-6"}, {"recipient", "가온도청"}}, "release.check").becomes);
  depot_->documents.failure = absl::UnavailableError("away");
  EXPECT_EQ(std::get<tools::ToolError>(Named(depot_->connectors, "label.assign", lower)).code,
            "unreachable");
  depot_->documents.failure = absl::OkStatus();
  EXPECT_EQ(depot_->documents.bytes_read, bytes_read) << "its label is all that is asked for";
}

TEST_F(Defense, RefusesARequisitionThatDoesNotAddUp) {
  EXPECT_EQ(
      Code(Call("supply.requisition.draft",
                {{"items", {"지혈대", "경유 (L)"}}, {"quantities", {1}}, {"unit", "제3보급대"}})),
      "length_mismatch");
  EXPECT_EQ(Code(Call("supply.requisition.draft",
                      {{"items", {"여과기"}}, {"quantities", {1}}, {"unit", "제3보급대"}})),
            "ambiguous_item");
  EXPECT_EQ(Code(Call("supply.requisition.draft",
                      {{"items", {"지혈대"}}, {"quantities", {-4}}, {"unit", "제3보급대"}})),
            "invalid_argument");
  EXPECT_EQ(Code(Call("supply.requisition.submit", {{"requisition", "REQ-1"}})), "not_found");
}

TEST_F(Defense, ListsGeneratorsThatWaitForParts) {
  const auto outcome =
      Call("maint.orders",
           {{"unit", "제3보급대"}, {"equipment", "발전기"}, {"status", "waiting_parts"}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& value = outcome.result().value;
  ASSERT_EQ(value["count"], 2);
  std::set<std::string> items;
  for (const Json& row : value["items"]) {
    EXPECT_EQ(row["status"], "waiting_parts");
    EXPECT_FALSE(row["fault"].get<std::string>().empty());
    items.insert(row["item"].get<std::string>());
  }
  EXPECT_THAT(items, testing::ElementsAre("6115-37-503-4412", "6115-37-503-4425"));
  EXPECT_EQ(outcome.result().label.mil, Mil::kRestricted);
  EXPECT_EQ(Value("maint.orders", {{"unit", "제3보급대"}, {"status", "overdue"}})["count"], 1);
  EXPECT_EQ(Value("maint.orders", {{"unit", "제3보급대"}, {"status", "done"}})["count"], 1);
  EXPECT_EQ(Value("maint.orders", {{"equipment", "잠수함"}})["count"], 0);
}

TEST_F(Defense, GivesTheReadinessOfVehicles) {
  const auto outcome = Call("readiness.status", {{"unit", "제3보급대"}, {"equipment", "차량"}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& row = outcome.result().value["items"][0];
  EXPECT_EQ(row["total"], 42);
  EXPECT_NEAR(row["rate"].get<double>(), row["operational"].get<double>() / 42, 1e-4);
  EXPECT_EQ(outcome.result().label, Graded(N2sf::kC, Mil::kRestricted));
  EXPECT_EQ(Code(Call("readiness.status", {{"unit", "제3보급대"}, {"at", "2001-01-01"}})),
            "not_reported");
  EXPECT_EQ(Code(Call("readiness.status", {{"unit", "제9보급대"}})), "not_reported");
}

TEST_F(Defense, SaysOfWhichEquipmentNothingIsReported) {
  const auto none = Call("readiness.status", {{"unit", "제3보급대"}, {"equipment", "헬기"}});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, "not_reported");
  EXPECT_THAT(none.error().message_en, HasSubstr("'제3보급대' reported nothing of '헬기'"));
  EXPECT_THAT(none.error().message_ko, HasSubstr("최근 1주 '헬기' 장비에 대한 보고가 없습니다"));
  const auto whole = Call("readiness.status", {{"unit", "제9보급대"}});
  EXPECT_THAT(whole.error().message_ko, HasSubstr("최근 1주 보고가 없습니다"));
  const Json part = Value("readiness.status", {{"unit", "제3보급대"}, {"equipment", "트레일러"}});
  ASSERT_EQ(part["items"].size(), 1u) << "a part of the name is enough";
  EXPECT_EQ(part["items"][0]["equipment"], "취사트레일러");
}

TEST_F(Defense, BindsAGradeAndChecksWhoMayHaveTheDocument) {
  AddDocument("DOC-1", {Graded(N2sf::kC, Mil::kRestricted), Graded(N2sf::kS, Mil::kNone)});
  EXPECT_EQ(Code(Call("release.check", {{"document", "DOC-1"}, {"recipient", "가온도청"}})),
            "unlabelled");
  EXPECT_EQ(Code(Call("label.assign", {{"document", "DOC-1"}, {"grade", "S"}})), "below_portions");
  const auto assigned = Call("label.assign", {{"document", "DOC-1"}, {"grade", "restricted"}});
  ASSERT_TRUE(assigned.ok()) << assigned.error().message_en;
  EXPECT_EQ(assigned.result().label, Graded(N2sf::kC, Mil::kRestricted));
  const Json may = Value("release.check", {{"document", "DOC-1"}, {"recipient", "가온도청"}});
  EXPECT_EQ(may["allowed"], true);
  EXPECT_EQ(may["grade"], "restricted");
  EXPECT_EQ(may["binding"], "valid");
  const Json city = Value("release.check", {{"document", "DOC-1"}, {"recipient", "가온시청"}});
  EXPECT_EQ(city["allowed"], false);
  EXPECT_EQ(city["reasons"][0]["rule"], "grade.above_recipient");
  EXPECT_EQ(city["reasons"][0]["text"],
            "문서 등급 대외비가 '가온시청'에 허용된 등급 민감보다 높습니다");
  EXPECT_EQ(Value("release.check", {{"document", "DOC-1"}, {"recipient", "모르는 곳"}})["allowed"],
            false);
  EXPECT_EQ(Code(Call("label.assign", {{"document", "DOC-9"}, {"grade", "S"}})), "not_found");
}

TEST_F(Defense, RefusesADocumentOrABindingAlteredByOneByte) {
  AddDocument("DOC-2", {});
  ASSERT_EQ(Code(Call("label.assign", {{"document", "DOC-2"}, {"grade", "S"}})), "ok");
  LabelledDocument& document = depot_->documents.documents["DOC-2"];
  const LabelledDocument intact = document;
  const Json arguments{{"document", "DOC-2"}, {"recipient", "가온시청"}};
  EXPECT_EQ(Value("release.check", arguments)["allowed"], true);
  document.bytes.back() ^= 1;
  const tools::ToolOutcome altered = Call("release.check", arguments);
  EXPECT_EQ(Code(altered), "binding_invalid");
  EXPECT_THAT(altered.error().message_ko, HasSubstr("의 등급 표시가 유효하지 않습니다: "));
  document = intact;
  document.binding = base::ReplaceAll(document.binding, "민감", "공개");
  EXPECT_EQ(Code(Call("release.check", arguments)), "binding_invalid");
  document.binding =
      base::ReplaceAll(intact.binding, "<ds:SignatureValue>", "<ds:SignatureValue>A");
  EXPECT_EQ(Code(Call("release.check", arguments)), "binding_invalid");
  AddDocument("DOC-3", {});  // a binding moved to another document
  depot_->documents.documents["DOC-3"].binding = intact.binding;
  depot_->documents.documents["DOC-3"].labelled = true;
  EXPECT_EQ(Code(Call("release.check", {{"document", "DOC-3"}, {"recipient", "가온시청"}})),
            "binding_invalid");
}

TEST_F(Defense, FailuresOfTheDocumentsAreTyped) {
  AddDocument("DOC-5", {});
  const std::pair<absl::StatusCode, const char*> kCodes[] = {
      {absl::StatusCode::kUnauthenticated, "auth"},
      {absl::StatusCode::kPermissionDenied, "auth"},
      {absl::StatusCode::kDataLoss, "malformed_upstream"},
      {absl::StatusCode::kDeadlineExceeded, "timeout"},
      {absl::StatusCode::kUnavailable, "unreachable"}};
  for (const auto& [code, expected] : kCodes) {
    depot_->documents.failure = base::Error(code, "reason", "까닭");
    const auto outcome = Call("release.check", {{"document", "DOC-5"}, {"recipient", "가온시청"}});
    EXPECT_EQ(Code(outcome), expected);
    EXPECT_EQ(outcome.error().message_ko, "administration.documents: 까닭");
  }
  depot_->documents.failure = absl::OkStatus();
}

TEST_F(Defense, AnotherProgramVerifiesTheSignature) {
  AddDocument("DOC-4", {});
  ASSERT_EQ(Code(Call("label.assign", {{"document", "DOC-4"}, {"grade", "III"}})), "ok");
  const std::string file = depot_->keys + "/binding.xml";
  std::ofstream(file) << depot_->documents.documents["DOC-4"].binding;
  EXPECT_EQ(std::system(StrCat("xmlsec1 --verify --pubkey-cert-pem ", depot_->keys,
                               "/label_certificate.pem ", file, " 2>/dev/null")
                            .c_str()),
            0);
}

TEST_F(Defense, ShowsVesselsInAnAreaAndNothingOfAForbiddenKind) {
  const Json arguments{{"area", "가람만"}, {"since", base::TimeText(absl::Now() - absl::Hours(2))}};
  Json vessels = arguments;
  vessels["kind"] = "vessel";
  const Json value = Value("sa.tracks", vessels);
  std::set<std::string> uids;
  for (const Json& item : value["items"]) {
    uids.insert(item["uid"].get<std::string>());
    EXPECT_EQ(item["stale"], false);
  }
  EXPECT_THAT(uids, testing::ElementsAre("VSL-4401", "VSL-4402", "VSL-4403"));
  EXPECT_EQ(Value("sa.tracks", arguments)["items"].size(),
            3u);  // not the hostile track, which lies there as well
  EXPECT_EQ(Value("sa.tracks", {{"area", "가람시"}, {"kind", "logistics"}})["items"].size(), 1u);
  EXPECT_EQ(Code(Call("sa.tracks", {{"area", "없는 바다"}})), "not_found");
  DefenseOptions options = depot_->Options();
  options.tak.port = fakes::FreePort();
  Connectors down = depot_->Make(options);
  const tools::ToolOutcome refused = CallAny(down, "sa.tracks", arguments);
  ASSERT_EQ(Code(refused), "unreachable");
  EXPECT_THAT(refused.error().message_en, HasSubstr("Connection refused"));
  EXPECT_THAT(refused.error().message_ko,
              HasSubstr("TAK 서버에 연결할 수 없습니다: 연결이 거부되었습니다"));
}

// The picture of a TAK server that gets our pings line by line.
class Listening {
 public:
  explicit Listening(fakes::LineServer::Answer answer)
      : server_("", std::move(answer)), http_(MakeHttpClient({})) {
    DefenseOptions options;
    options.tak = {"127.0.0.1", server_.port(), {}, StrCat(kSample, "areas.json")};
    auto made = MakeDefenseConnectors(options, {*http_, base::SystemClock()});
    EXPECT_TRUE(made.ok()) << made.status();
    if (made.ok()) connectors_ = *std::move(made);
  }
  tools::ToolOutcome Tracks() { return CallAny(connectors_, "sa.tracks", {{"area", "가람만"}}); }
  tools::Connector::Health Health() {
    for (const auto& connector : connectors_) {
      if (connector->name() == "defense.tak")
        return connector->Check(absl::Now() + absl::Seconds(2));
    }
    return {tools::Connector::State::kNotConfigured, "", ""};
  }

 private:
  fakes::LineServer server_;
  std::unique_ptr<HttpClient> http_;
  Connectors connectors_;
};

constexpr char kPong[] = R"(<event version="2.0" uid="takPong" type="t-x-c-t-r" how="h-g-i-g-o" )"
                         R"(time="2026-11-24T01:00:00.000Z" )"
                         R"(start="2026-11-24T01:00:00.000Z" stale="2026-11-24T01:00:20.000Z">)"
                         R"(<point lat="0" lon="0" hae="0" )"
                         R"(ce="0" le="0"/></event>)";

TEST(TakServer, ThatAnswersPingsAndTellsNothingIsAnEmptyPicture) {
  Listening picture([](const std::string&) { return kPong; });
  EXPECT_EQ(picture.Health().state, tools::Connector::State::kConnected);
  const tools::ToolOutcome outcome = picture.Tracks();
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  EXPECT_TRUE(outcome.result().value["items"].empty());
}

TEST(TakServer, ThatOnlyTakesConnectionsIsUnreachable) {
  Listening hanging([](const std::string&) { return ""; });
  EXPECT_EQ(Code(hanging.Tracks()), "unreachable");
  EXPECT_EQ(hanging.Health().state, tools::Connector::State::kDown);
  Listening echoing([](const std::string& line) { return line; });
  EXPECT_EQ(Code(echoing.Tracks()), "unreachable");
  EXPECT_EQ(echoing.Health().state, tools::Connector::State::kDown);
}

TEST(TakServer, ThatFallsSilentIsNoLongerConnected) {
  std::atomic<int> pings = 0;
  Listening picture([&](const std::string&) { return pings++ == 0 ? kPong : ""; });
  tools::Connector::Health health = picture.Health();
  EXPECT_EQ(health.state, tools::Connector::State::kConnected);
  for (const absl::Time end = absl::Now() + absl::Seconds(30);
       health.state == tools::Connector::State::kConnected && absl::Now() < end;) {
    absl::SleepFor(absl::Milliseconds(200));
    health = picture.Health();
  }
  EXPECT_EQ(health.state, tools::Connector::State::kDown);
  EXPECT_THAT(health.detail_en, HasSubstr("sends no event and answers no ping for 15 s"));
  EXPECT_THAT(health.detail_ko, HasSubstr("15초 동안 이벤트가 없고"));
  EXPECT_EQ(Code(picture.Tracks()), "unreachable");
}

TEST_F(Defense, TellsUnreachableRefusedAndNotConfiguredApart) {
  DefenseOptions options = depot_->Options();
  options.tryton.password = "wrong";
  options.readiness_dsn = base::ReplaceAll(options.readiness_dsn, "maru-read", "wrong");
  Connectors refused = depot_->Make(options);
  EXPECT_EQ(Code(CallAny(refused, "supply.stock", {{"item", "지혈대"}})), "auth");
  EXPECT_EQ(Code(CallAny(refused, "readiness.status", {{"unit", "제3보급대"}})), "auth");
  options.tryton.url = StrCat("http://127.0.0.1:", fakes::FreePort());
  Connectors down = depot_->Make(options);
  EXPECT_EQ(Code(CallAny(down, "supply.requisition.draft",
                         {{"items", {"지혈대"}}, {"quantities", {1}}, {"unit", "제3보급대"}})),
            "unreachable");
  for (const auto& connector : depot_->Make({})) {
    EXPECT_EQ(connector->Check(absl::Now() + absl::Seconds(5)).state,
              tools::Connector::State::kNotConfigured)
        << connector->name();
  }
  for (const auto& connector : depot_->connectors) {
    const auto health = connector->Check(absl::Now() + absl::Seconds(10));
    EXPECT_EQ(health.state, tools::Connector::State::kConnected)
        << connector->name() << ": " << health.detail_en;
  }
}

TEST_F(Defense, GivesUpInTimeWhenTheServerIsSlow) {
  fakes::CallOptions options;
  options.timeout = absl::Microseconds(1);
  EXPECT_EQ(Code(Call("supply.stock", {{"item", "지혈대"}}, options)), "timeout");
  EXPECT_EQ(Code(Call("readiness.status", {{"unit", "제3보급대"}}, options)), "timeout");
}

}  // namespace
}  // namespace connectors
