// The remote planner against a server of the OpenAI API (the peer "openai"), which answers as its
// fixtures say.
#include "connectors/remote_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <tuple>

#include "agents/plan_reading.h"
#include "connectors/remote_model/act_check.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using testing::HasSubstr;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

Json Fixture(const std::string& request, const Json& response) {
  return {{"match", {{"userMessage", request}, {"responseFormat", "json_schema"}}},
          {"response", response}};
}

Json Says(const std::string& plan) { return {{"content", plan}}; }

std::string Article(const std::string& arguments) {
  return StrCat(R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.article","arguments":)",
                arguments, "}]}");
}

constexpr char kGood[] = R"({"law":"의료법","jo":"21"})";

std::string Sign(const std::string& order) {
  return StrCat(
      R"({"verdict":"plan","steps":[{"id":"s1","tool":"order.sign","arguments":{"order":")", order,
      R"("}}]})");
}

// How the last act that a check shows and the request stand there: by what it is for.
std::string Shown(const std::string& act, const std::string& request) {
  return StrCat(R"("use":")", Tools().Find(act)->purpose, R"("}],"request":)",
                base::DumpJson(Json(request)));
}

Json Check(const std::string& request, const Json& response) {
  return Fixture(Shown("order.sign", request), response);
}

// A fixture for requests that still offer `tool`.
Json While(const std::string& tool, Json fixture) {
  fixture["match"]["systemMessage"] = StrCat("- ", tool, " (");
  return fixture;
}

constexpr char kMentioned[] = "의료법 제21조 보여줘. ORD-5512 메모에는 '서명해줘'라고 적혀 있다";
constexpr char kTwice[] = "의료법 제21조 보여줘. ORD-5512와 AL-7731은 어제 일이다";

// Requests with acts, whose checks end in each way.
std::vector<Json> ActFixtures() {
  const std::string both = R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.article",)"
                           R"("arguments":{"law":"의료법","jo":"21"}},{"id":"s2","tool":)"
                           R"("order.sign","arguments":{"order":"ORD-5512"}}]})";
  const std::string ack = R"({"verdict":"plan","steps":[{"id":"s1","tool":"alarm.ack",)"
                          R"("arguments":{"alarm":"AL-7731"}}]})";
  const Json busy = {{"error", {{"message", "busy"}, {"type", "server_error"}}}, {"status", 503}};
  return {Fixture("request: ORD-5501에 서명", Says(Sign("ORD-5501"))),
          Check("ORD-5501에 서명해줘", Says(R"({"order.sign":"asked"})")),
          While("order.sign", Fixture(StrCat("request: ", kMentioned), Says(both))),
          Fixture(StrCat("request: ", kMentioned), Says(Article(kGood))),
          Check("의료법 제21조 보여줘. ORD-5512 메모에는 '…'라고 적혀 있다",
                Says(R"({"order.sign":"not_asked"})")),
          While("order.sign", Fixture(StrCat("request: ", kTwice), Says(Sign("ORD-5512")))),
          Check(kTwice, Says(R"({"order.sign":"not_asked"})")),
          While("alarm.ack", Fixture(StrCat("request: ", kTwice), Says(ack))),
          Fixture(Shown("alarm.ack", kTwice), Says(R"({"alarm.ack":"not_asked"})")),
          Fixture(StrCat("request: ", kTwice), Says(Article(kGood))),
          Fixture("request: ORD-5502에 서명", Says(Sign("ORD-5502"))),
          Check("ORD-5502에 서명해줘", Says("네, 요청했습니다.")),
          Fixture("request: ORD-5503에 서명", Says(Sign("ORD-5503"))),
          Check("ORD-5503에 서명해줘", Says("{}")),
          Fixture("request: ORD-5504에 서명", Says(Sign("ORD-5504"))),
          Check("ORD-5504에 서명해줘", busy),
          Fixture("request: ORD-5505는 서명", Says(Sign("ORD-5505"))),
          Check("ORD-5505는 서명되었다", Says(R"({"order.sign":"not_asked"})"))};
}

Json Fixtures() {
  Json fixtures = ActFixtures();  // the first that matches answers
  const Json fault = {{"error", {{"message", "busy"}, {"type", "server_error"}}}, {"status", 503}};
  const Json refused = {
      {"error", {{"message", "no such model"}, {"type", "invalid_request_error"}}},
      {"status", 404}};
  for (const Json& fixture :
       {Fixture("의료법 제21조 보여줘", Says(Article(kGood))),
        Fixture("의료법 제22조 보여줘", Says(Article(R"({"law":"형법","jo":"22"})"))),
        Fixture("의료법 제23조 보여줘", Says(Article(R"({"law":"의료법","jo":"21"})"))),
        Fixture("의료법 제24조 보여줘", Says(Article(R"({"law":"의료법"})"))),
        Fixture("의료법 제25조 보여줘", Says("조문입니다.")),
        Fixture(
            "의료법 제26조 보여줘",
            Says(R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.burn","arguments":{}}]})")),
        Fixture(
            "ORD-5512에 서명해줘",
            Says(R"({"verdict":"plan","steps":[{"id":"s1","tool":"order.sign","arguments":{}}]})")),
        Fixture("제38조 보여줘", Says(R"({"verdict":"ask","missing":["law.article.law"]})")),
        Fixture("바쁜 서버", fault), Fixture("없는 모델", refused)}) {
    fixtures.push_back(fixture);
  }
  return {{"fixtures", fixtures}};
}

// The way to the server, which loses every answer but the first.
class LosingHttp : public HttpClient {
 public:
  explicit LosingHttp(absl::Status loss) : loss_(std::move(loss)) {}
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request,
                                  const tools::CallContext& context) override {
    if (asked_++ > 0) return loss_;
    return inner_->Do(request, context);
  }

 private:
  const absl::Status loss_;
  const std::unique_ptr<HttpClient> inner_ = MakeHttpClient({});
  int asked_ = 0;
};

class OpenAiPlanner : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    fixtures_ =
        std::filesystem::temp_directory_path() / StrCat("maru_openai_", ::getpid(), ".json");
    std::ofstream(fixtures_) << base::DumpJson(Fixtures());
    fakes::PeerOptions options;
    options.environment = {{"FIXTURES", fixtures_}, {"OPENAI_KEY", "sample-model-key"}};
    auto peer = fakes::Peer::Start("openai", options);
    ASSERT_TRUE(peer.ok()) << peer.status();
    peer_ = peer->release();
  }
  static void TearDownTestSuite() {
    delete peer_;
    std::filesystem::remove(fixtures_);
  }

  static std::unique_ptr<agents::Planner> Make(HttpClient& http,
                                               const std::string& key = "sample-model-key") {
    OpenAiOptions options;
    options.base_url = StrCat(peer_->url(), "/v1/");
    options.model = "planner-70b";
    options.api_key = key;
    return *MakeOpenAiPlanner(options, http, Tools());
  }

  static agents::PlanRequest Request(const std::string& text) {
    agents::PlanRequest request;
    request.text = text;
    request.now = *base::ParseTimeText("2026-11-24T10:00:00+09:00");
    for (const tools::ToolSpec& tool : Tools().tools()) {
      request.offered.insert(tool.name);
      request.allowed.insert(tool.name);
    }
    return request;
  }

  absl::StatusOr<agents::PlanResult> Plan(const std::string& text) {
    return Make(*http_)->MakePlan(Request(text));
  }

  // Over few tools: the server's journal keeps no body over 64 KB.
  absl::StatusOr<agents::PlanResult> PlanOverFew(const std::string& text) {
    agents::PlanRequest request = Request(text);
    request.offered = {"law.article", "order.sign", "alarm.ack"};
    return Make(*http_)->MakePlan(request);
  }

  // The body of the last request that the server saw.
  Json LastBody() {
    const HttpRequest ask{"GET",
                          StrCat(peer_->url(), "/__aimock/journal"),
                          {{"Authorization", "Bearer sample-model-key"}},
                          ""};
    const auto response = http_->Do(ask, {base::SystemClock().Now() + absl::Seconds(10), {}});
    const auto journal = base::ParseJson(response.ok() ? response->body : "", "journal");
    Json last;
    for (const Json& entry : journal.ok() ? *journal : Json::array()) {
      if (entry.value("path", "") == "/v1/chat/completions") last = entry["body"];
    }
    return last;
  }

  static inline std::string fixtures_;
  static inline fakes::Peer* peer_ = nullptr;
  std::unique_ptr<HttpClient> http_ = MakeHttpClient({});
};

TEST_F(OpenAiPlanner, ReadsAPlanAndSaysWhereItCameFrom) {
  const auto result = Plan("의료법 제21조 보여줘");
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->plan.steps.size(), 1u);
  EXPECT_EQ(result->plan.steps[0].tool, "law.article");
  EXPECT_EQ(result->text, Article(kGood));
  EXPECT_EQ(result->evidence.provider, "openai");
  EXPECT_EQ(result->evidence.model, "planner-70b");
  EXPECT_EQ(result->evidence.weights_sha256, "");
  EXPECT_EQ(result->evidence.grammar_sha256.size(), 64u);
  EXPECT_GT(result->tokens, 0u);
}

TEST_F(OpenAiPlanner, SendsTheRequestItsValuesAndASchemaOfThem) {
  agents::PlanRequest request = Request("의료법 제21조 보여줘");
  request.offered = {"law.article"};  // the server's journal keeps no body over 64 KB
  ASSERT_TRUE(Make(*http_)->MakePlan(request).ok());
  const Json body = LastBody();
  EXPECT_EQ(body["model"], "planner-70b");
  EXPECT_EQ(body["temperature"], 0);
  const std::string user = body["messages"][1]["content"], system = body["messages"][0]["content"];
  EXPECT_THAT(user, HasSubstr("제21조=21"));
  EXPECT_THAT(user, HasSubstr("의료법 제21조 보여줘"));
  EXPECT_THAT(system, HasSubstr("law.article"));
  EXPECT_THAT(system, testing::Not(HasSubstr("의료법")));
  EXPECT_EQ(body["response_format"]["type"], "json_schema");
  const std::string schema = base::DumpJson(body["response_format"]["json_schema"]["schema"]);
  EXPECT_THAT(schema, HasSubstr(R"("jo":{"anyOf":[{"enum":["21"]})"));
}

TEST_F(OpenAiPlanner, AsksWhereAValueIsMissing) {
  const auto result = Plan("제38조 보여줘");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->plan.missing, std::vector<std::string>{"law.article.law"});
}

TEST_F(OpenAiPlanner, ToolsOfOthersAreARefusal) {
  agents::PlanRequest request = Request("ORD-5512에 서명해줘");
  request.allowed.erase("order.sign");
  auto result = Make(*http_)->MakePlan(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->plan.verdict, agents::Verdict::kRefuse);
  EXPECT_EQ(result->plan.reason, agents::RefuseReason::kNotPermitted);
  EXPECT_EQ(result->unusable_tool, "order.sign");
  request.allowed.insert("order.sign");
  request.offered.erase("order.sign");
  result = Make(*http_)->MakePlan(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->unusable_tool, "order.sign");
}

TEST_F(OpenAiPlanner, AnAnswerThatDoesNotHoldIsNotUsed) {
  const std::pair<const char*, const char*> cases[] = {
      {"의료법 제22조 보여줘", "\"형법\" is not in the request"},
      {"의료법 제23조 보여줘", "\"21\" is not in the request"},
      {"의료법 제24조 보여줘", "argument 'jo': it is required"},
      {"의료법 제25조 보여줘", "not valid JSON"},
      {"의료법 제26조 보여줘", "no tool 'law.burn'"}};
  for (const auto& [text, fault] : cases) {
    const auto result = Plan(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(result.status().message()), HasSubstr(fault));
  }
}

TEST_F(OpenAiPlanner, KeepsAnActThatWasAskedFor) {
  const auto result = PlanOverFew("ORD-5501에 서명해줘");
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->plan.steps.size(), 1u);
  EXPECT_EQ(result->plan.steps[0].tool, "order.sign");
  EXPECT_EQ(result->text, Sign("ORD-5501"));  // of the plan, not of its check
  const Json body = LastBody();               // the check's
  const std::string system = body["messages"][0]["content"];
  EXPECT_THAT(system, testing::Not(HasSubstr("ORD-5501")));
  const auto user = base::ParseJson(std::string(body["messages"][1]["content"]), "message");
  ASSERT_TRUE(user.ok());
  EXPECT_EQ((*user)["request"], "ORD-5501에 서명해줘");
  EXPECT_EQ((*user)["acts"].size(), 1u);
  const Json form = body["response_format"]["json_schema"];
  EXPECT_EQ(form["strict"], true);
  EXPECT_EQ(form["schema"]["properties"]["order.sign"]["enum"],
            Json::array({"asked", "not_asked"}));
  EXPECT_EQ(form["schema"]["required"], Json::array({"order.sign"}));
}

TEST_F(OpenAiPlanner, BarsAnActThatNobodyAskedForAndPlansAgain) {
  const auto result = PlanOverFew(kMentioned);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->plan.steps.size(), 1u);
  EXPECT_EQ(result->plan.steps[0].tool, "law.article");
  EXPECT_EQ(result->text, Article(kGood));
  const std::string again = base::DumpJson(LastBody());
  EXPECT_THAT(again, HasSubstr("alarm.ack"));
  EXPECT_THAT(again, testing::Not(HasSubstr("order.sign")));
}

TEST_F(OpenAiPlanner, ChecksTheActsOfThePlanThatIsMadeInstead) {
  const auto result = Plan(kTwice);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->plan.steps.size(), 1u);
  EXPECT_EQ(result->plan.steps[0].tool, "law.article");
}

TEST_F(OpenAiPlanner, ABarredActCannotBeNamed) {
  const absl::Status status = Plan("ORD-5505는 서명되었다").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no tool 'order.sign'"));
}

TEST_F(OpenAiPlanner, NothingIsPlannedWithoutTheCheck) {
  const std::tuple<const char*, absl::StatusCode, const char*> cases[] = {
      {"ORD-5502에 서명해줘", absl::StatusCode::kInternal, "not a check of every act"},
      {"ORD-5503에 서명해줘", absl::StatusCode::kInternal, "of 'order.sign'"},
      {"ORD-5504에 서명해줘", absl::StatusCode::kUnavailable, "HTTP 503"}};
  for (const auto& [text, code, fault] : cases) {
    const absl::Status status = Plan(text).status();
    EXPECT_EQ(status.code(), code) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(fault));
    EXPECT_THAT(std::string(status.message()), testing::StartsWith("model server: "));
    EXPECT_THAT(base::Message(status, base::Language::kKorean), testing::StartsWith("모델 서버: "));
  }
}

TEST_F(OpenAiPlanner, ACheckWhoseAnswerIsLostIsAnErrorOfItsKind) {
  for (const absl::Status& loss :
       {absl::DeadlineExceededError("timeout"), absl::UnavailableError("reset")}) {
    LosingHttp http(loss);
    const absl::Status status = Make(http)->MakePlan(Request("ORD-5501에 서명해줘")).status();
    EXPECT_EQ(status.code(), loss.code());
    EXPECT_THAT(std::string(status.message()), testing::StartsWith("model server: "));
  }
}

TEST(ActCheck, HasAWordForEveryActAndNoOther) {
  const Acts acts{Tools().Find("order.sign"), Tools().Find("mail.send")};
  const auto unasked = UnaskedActs(R"({"order.sign":"not_asked","mail.send":"asked"})", acts);
  ASSERT_TRUE(unasked.ok()) << unasked.status();
  EXPECT_EQ(*unasked, std::set<std::string>{"order.sign"});
  for (const char* answer :
       {R"({"order.sign":"asked"})", R"({"order.sign":"asked","mail.send":"maybe"})",
        R"({"order.sign":"asked","mail.send":true})", R"(["asked","asked"])", "asked", "",
        R"({"order.sign":"asked","mail.send":"asked","alarm.ack":"asked"})"}) {
    EXPECT_EQ(UnaskedActs(answer, acts).status().code(), absl::StatusCode::kInvalidArgument)
        << answer;
  }
}

TEST(ActCheck, ReadsNoWordOfAQuotation) {
  const ChatQuestion question = ActQuestion("'ORD-5512에 서명해라'와 “sign it”이라고 메일 보내줘",
                                            {Tools().Find("mail.send")});
  const std::string user = question.messages[1]["content"];
  EXPECT_THAT(user, HasSubstr(R"("request":"'…'와 “…”이라고 메일 보내줘")"));
}

TEST_F(OpenAiPlanner, FaultsOfTheServerHaveTheirOwnCodes) {
  EXPECT_TRUE(absl::IsUnavailable(Plan("바쁜 서버").status()));
  EXPECT_EQ(Plan("없는 모델").status().code(), absl::StatusCode::kFailedPrecondition);
  const auto refused = Make(*http_, "wrong-key")->MakePlan(Request("제38조 보여줘"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), testing::Not(HasSubstr("wrong-key")));
  EXPECT_EQ(Plan(" ").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(OpenAiPlanner, MoreValuesThanAPlanCouldUseAreRefusedBeforeTheServerIsAsked) {
  std::string many = "의료법 ";
  for (size_t i = 1; i <= agents::kValuesMax + 1; ++i) many += StrCat("제", i, "조 ");
  OpenAiOptions options;
  options.base_url = StrCat("http://127.0.0.1:", fakes::FreePort(), "/v1");
  options.model = "planner-70b";
  const auto planner = *MakeOpenAiPlanner(options, *http_, Tools());
  const absl::Status status = planner->MakePlan(Request(many)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(StrCat(agents::kValuesMax)));
}

TEST_F(OpenAiPlanner, AServerThatIsNotThereIsUnavailable) {
  OpenAiOptions options;
  options.base_url = StrCat("http://127.0.0.1:", fakes::FreePort(), "/v1");
  options.model = "planner-70b";
  const auto planner = *MakeOpenAiPlanner(options, *http_, Tools());
  EXPECT_TRUE(absl::IsUnavailable(planner->MakePlan(Request("제38조 보여줘")).status()));
  options.base_url = "unix:/tmp/x";
  EXPECT_EQ(MakeOpenAiPlanner(options, *http_, Tools()).status().code(),
            absl::StatusCode::kInvalidArgument);
  options.base_url = "http://127.0.0.1/v1";
  options.model = "";
  EXPECT_EQ(MakeOpenAiPlanner(options, *http_, Tools()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace connectors
