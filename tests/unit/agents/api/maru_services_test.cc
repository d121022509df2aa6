// maru.v1: runs, approvals, plans, audit and administration, and who may do what.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "maru/v1/admin.grpc.pb.h"
#include "maru/v1/approvals.grpc.pb.h"
#include "maru/v1/audit.grpc.pb.h"
#include "maru/v1/plans.grpc.pb.h"
#include "maru/v1/runs.grpc.pb.h"
#include "model_core/base/strings.h"
#include "policies/audit_log.h"
#include "tests/fakes/held_loop.h"
#include "tests/unit/agents/api/client.h"

namespace agents {
namespace {

namespace v1 = maru::v1;
using base::Json;
using grpc::StatusCode;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

const As kKim{"kim.legal"}, kHan{"han.clerk"}, kHead{"seo.head"};
const As kAuditor{"no.audit"}, kAdmin{"cho.admin"}, kSecurity{"ko.security"};

template <typename Service>
typename Service::Stub& Stub() {
  static const auto stub = Service::NewStub(Channel());
  return *stub;
}
v1::RunService::Stub& Runs() { return Stub<v1::RunService>(); }
v1::ApprovalService::Stub& Approvals() { return Stub<v1::ApprovalService>(); }
v1::PrincipalService::Stub& Principals() { return Stub<v1::PrincipalService>(); }

Json Parsed(const std::string& text) {
  auto json = base::ParseJson(text, "answer");
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json();
}

grpc::Status GetRun(const As& as, const std::string& id, v1::Run& run) {
  v1::GetRunRequest request;
  request.set_id(id);
  return Runs().GetRun(Context(as).get(), request, &run);
}

TEST(RunService, ShowsARunToItsRequesterItsApproversAndAuditorsOnly) {
  const std::string id = Send(kHan, fakes::kTicketRequest).id();
  v1::Run run;
  for (const As& as : {kHan, kHead, kAuditor, kSecurity}) {
    ASSERT_TRUE(GetRun(as, id, run).ok()) << as.principal;
    EXPECT_EQ(run.state(), "approval_required");
  }
  const grpc::Status hidden = GetRun(kKim, id, run);
  EXPECT_EQ(hidden.error_code(), StatusCode::NOT_FOUND);
  v1::Run none;
  EXPECT_EQ(GetRun(kKim, "no-such-run", none).error_code(), StatusCode::NOT_FOUND);
}

TEST(RunService, WithholdsAnAnswerAboveTheReadersClearance) {
  const std::string id = Send(kHan, fakes::kTicketRequest).id();
  ASSERT_TRUE(DecideFor("seo.head", id, true, "").ok());
  v1::WatchRunRequest watch;
  watch.set_id(id);
  watch.set_follow(true);
  const auto context = Context(kAuditor);  // cleared for O; the ticket is S
  const auto reader = Runs().WatchRun(context.get(), watch);
  std::string outcome;
  for (v1::RunEvent event; reader->Read(&event);) {
    if (event.type() == "effect.outcome") outcome = event.body_json();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_TRUE(Parsed(outcome)["value"].contains("withheld")) << outcome;
  v1::Run run;
  ASSERT_TRUE(GetRun(kAuditor, id, run).ok());
  EXPECT_EQ(run.answer(), "");
  ASSERT_TRUE(GetRun(kHan, id, run).ok());
  EXPECT_NE(run.answer(), "");
}

TEST(RunService, ListsTheCallersRunsAndEveryonesForAuditors) {
  const std::string id = Send(kKim, fakes::kArticleRequest).id();
  const auto lists = [&](const As& as, bool everyone) {
    v1::ListRunsRequest request;
    request.set_everyone(everyone);
    request.set_page_size(100);
    v1::ListRunsResponse page;
    EXPECT_TRUE(Runs().ListRuns(Context(as).get(), request, &page).ok());
    for (const v1::Run& run : page.runs()) {
      if (run.id() == id) return true;
    }
    return false;
  };
  EXPECT_TRUE(lists(kKim, false));
  EXPECT_FALSE(lists(kHan, false));
  EXPECT_TRUE(lists(kAuditor, true));
  v1::ListRunsRequest everyone;
  everyone.set_everyone(true);
  v1::ListRunsResponse others;
  const grpc::Status denied = Runs().ListRuns(Context(kHan).get(), everyone, &others);
  EXPECT_EQ(denied.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(others.runs_size(), 0);
  v1::ListRunsRequest request;
  request.set_state("sleeping");
  v1::ListRunsResponse page;
  EXPECT_EQ(Runs().ListRuns(Context(kKim).get(), request, &page).error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST(RunService, ListsPageAfterPageAndRefusesATokenItNeverGave) {
  const As ko = kSecurity;
  for (int i = 0; i < 3; ++i) Send(ko, "아무 도구도 못 하는 일");
  v1::ListRunsRequest request;
  request.set_page_size(1);
  std::set<std::string> seen;
  v1::ListRunsResponse page;
  do {
    ASSERT_TRUE(Runs().ListRuns(Context(ko).get(), request, &page).ok());
    for (const v1::Run& run : page.runs()) EXPECT_TRUE(seen.insert(run.id()).second);
    EXPECT_EQ(page.next_page_token().find(' '), std::string::npos) << "one word for a shell";
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(static_cast<int64_t>(seen.size()), page.total());
  for (const char* token : {"xyz", "2", "2026-11-24T10:00:00+09:00 x"}) {
    request.set_page_token(token);
    EXPECT_EQ(Runs().ListRuns(Context(ko).get(), request, &page).error_code(),
              StatusCode::INVALID_ARGUMENT)
        << token;
  }
}

TEST(RunService, TellsEveryEventFromTheFirst) {
  const std::string id = Send(kKim, fakes::kArticleRequest).id();
  v1::WatchRunRequest request;
  request.set_id(id);
  const auto context = Context(kKim);
  const auto reader = Runs().WatchRun(context.get(), request);
  uint64_t next = 0;
  std::string last;
  for (v1::RunEvent event; reader->Read(&event); ++next) {
    EXPECT_EQ(event.index(), next);
    last = event.type();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(last, "run.ended");
}

TEST(RunService, TellsNoWatcherWhatDecisionsWereMadeFrom) {
  const std::string id = Send(kHan, fakes::kTicketRequest).id();
  ASSERT_TRUE(DecideFor("seo.head", id, true, "").ok());
  v1::WatchRunRequest watch;
  watch.set_id(id);
  watch.set_follow(true);
  const auto context = Context(kHan);
  const auto reader = Runs().WatchRun(context.get(), watch);
  std::set<std::string> decisions;
  for (v1::RunEvent event; reader->Read(&event);) {
    const Json body = Parsed(event.body_json());
    for (const char* evidence : {"facts", "standing", "seal"})
      EXPECT_FALSE(body.contains(evidence)) << event.type();
    decisions.insert(event.type());
  }
  EXPECT_TRUE(reader->Finish().ok());
  for (const char* type : {"plan.checked", "approval.decided", "effect.intent"})
    EXPECT_TRUE(decisions.contains(type)) << type;
}

TEST(RunService, CancelsAndTakesReplies) {
  const std::string id = Send(kKim, fakes::kIncompleteRequest).id();
  v1::ReplyToRunRequest reply;
  reply.set_id(id);
  reply.set_text("소리");
  v1::ReplyToRunResponse replied;
  EXPECT_EQ(Runs().ReplyToRun(Context(kHan).get(), reply, &replied).error_code(),
            StatusCode::NOT_FOUND);
  EXPECT_TRUE(Runs().ReplyToRun(Context(kKim).get(), reply, &replied).ok());
  const std::string waiting = Send(kHan, fakes::kTicketRequest).id();
  v1::CancelRunRequest cancel;
  cancel.set_id(waiting);
  v1::CancelRunResponse canceled;
  const grpc::Status others = Runs().CancelRun(Context(kKim).get(), cancel, &canceled);
  EXPECT_EQ(others.error_code(), StatusCode::NOT_FOUND);
  v1::Run none;
  EXPECT_EQ(others.error_message(), GetRun(kKim, waiting, none).error_message());
  EXPECT_TRUE(Runs().CancelRun(Context(kHan).get(), cancel, &canceled).ok());
}

TEST(RunService, SaysThatARunWaitsForTheStore) {
  fakes::HeldLoop loop(Platform().runs());
  loop.Hold(absl::ResourceExhaustedError("no disk space"));
  const ApiContext shared = Platform().context();
  const ApiContext held{
      loop, shared.store, shared.planner, shared.authorizer, shared.registry, shared.clock};
  GrpcOptions options;
  options.listen = "127.0.0.1:0";
  const auto server = StartGrpcServer(held, options);
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = v1::RunService::NewStub(grpc::CreateChannel(
      base::StrCat("127.0.0.1:", (*server)->port()), grpc::InsecureChannelCredentials()));
  lf::a2a::v1::SendMessageRequest request = MessageOf(fakes::kSlowRequest);
  request.mutable_configuration()->set_return_immediately(true);
  lf::a2a::v1::SendMessageResponse sent;
  ASSERT_TRUE(
      Stub<lf::a2a::v1::A2AService>().SendMessage(Context(kKim).get(), request, &sent).ok());
  v1::GetRunRequest get;
  get.set_id(sent.task().id());
  v1::Run run;
  ASSERT_TRUE(stub->GetRun(Context(kKim).get(), get, &run).ok());
  EXPECT_THAT(run.reason_en(), HasSubstr("no disk space left: the run waits"));
  EXPECT_THAT(run.reason_ko(), HasSubstr("디스크 공간이 부족합니다"));
  get.set_id(Send(kHan, fakes::kTicketRequest).id());
  ASSERT_TRUE(stub->GetRun(Context(kHan).get(), get, &run).ok());
  EXPECT_THAT(run.reason_en(), Not(HasSubstr("disk"))) << "it waits for a person";
}

TEST(ApprovalService, TellsTheLogOfAnswersAndOfThoseThatDidNotCount) {
  const std::string run = Send(kHan, fakes::kTicketRequest).id();
  testing::internal::CaptureStderr();
  EXPECT_FALSE(DecideFor("seo.head", run, false, "").ok()) << "no reason was given";
  EXPECT_TRUE(DecideFor("seo.head", run, true, "비밀 사유").ok());
  const std::string log = testing::internal::GetCapturedStderr();
  const std::string fields = base::StrCat(
      "run_id=", run, " approval_id=[^ ]+ step=s1 tool=ticket.create principal=seo.head");
  EXPECT_THAT(log, ContainsRegex(base::StrCat("warning approval.answer_refused ", fields,
                                              " approved=false why=.* needs a reason")));
  EXPECT_THAT(log,
              ContainsRegex(base::StrCat("info approval.answered ", fields, " approved=true")));
  EXPECT_THAT(log, Not(HasSubstr("비밀")));
}

TEST(ApprovalService, TakesAnAnswerForExactlyTheCallThatWasShown) {
  const std::string run = Send(kHan, fakes::kTicketRequest).id();
  v1::ListApprovalsResponse pending;
  v1::ListApprovalsRequest list;
  list.set_state("pending");
  ASSERT_TRUE(Approvals().ListApprovals(Context(kHead).get(), list, &pending).ok());
  v1::Approval approval;
  for (const v1::Approval& one : pending.approvals()) {
    if (one.run_id() == run) approval = one;
  }
  ASSERT_EQ(approval.tool(), "ticket.create");
  EXPECT_TRUE(approval.mine());
  v1::DecideApprovalRequest decide;
  v1::DecideApprovalResponse decided;
  decide.set_id(approval.id());
  decide.set_approve(true);
  decide.set_call_hash("another");
  EXPECT_EQ(Approvals().DecideApproval(Context(kHead).get(), decide, &decided).error_code(),
            StatusCode::FAILED_PRECONDITION);
  decide.set_call_hash(approval.call_hash());
  decide.set_once_more(true);
  EXPECT_EQ(Approvals().DecideApproval(Context(kHead).get(), decide, &decided).error_code(),
            StatusCode::INVALID_ARGUMENT)
      << "approved and once more";
  decide.set_approve(false);
  decide.set_reason("대장에 없음");
  EXPECT_EQ(Approvals().DecideApproval(Context(kHead).get(), decide, &decided).error_code(),
            StatusCode::INVALID_ARGUMENT)
      << "nothing was in doubt";
  decide.set_approve(true);
  decide.set_once_more(false);
  EXPECT_EQ(Approvals().DecideApproval(Context(kHan).get(), decide, &decided).error_code(),
            StatusCode::PERMISSION_DENIED)
      << "nobody approves their own request";
  EXPECT_EQ(Approvals().DecideApproval(Context(kKim).get(), decide, &decided).error_code(),
            StatusCode::NOT_FOUND);
  EXPECT_TRUE(Approvals().DecideApproval(Context(kHead).get(), decide, &decided).ok());
  EXPECT_EQ(Approvals().DecideApproval(Context(kHead).get(), decide, &decided).error_code(),
            StatusCode::FAILED_PRECONDITION)
      << "an answer is given once";
}

TEST(ApprovalService, ShowsAnApprovalToThoseItConcerns) {
  const std::string run = Send(kHan, fakes::kTicketRequest).id();
  v1::ListApprovalsResponse pending;
  ASSERT_TRUE(Approvals().ListApprovals(Context(kHead).get(), {}, &pending).ok());
  ASSERT_GT(pending.approvals_size(), 0);
  v1::GetApprovalRequest get;
  get.set_id(pending.approvals(0).id());
  v1::Approval approval;
  EXPECT_TRUE(Approvals().GetApproval(Context(kHead).get(), get, &approval).ok());
  EXPECT_TRUE(approval.basis().empty()) << "no step stands before";
  EXPECT_TRUE(approval.basis_withheld_json().empty());
  EXPECT_EQ(Approvals().GetApproval(Context(kKim).get(), get, &approval).error_code(),
            StatusCode::NOT_FOUND);
  get.set_id("none");
  EXPECT_EQ(Approvals().GetApproval(Context(kHead).get(), get, &approval).error_code(),
            StatusCode::NOT_FOUND);
}

// The store's table may be written to by others; the journal can only grow.
TEST(ApprovalService, ShowsWhatTheJournalAsksWhateverTheTableHolds) {
  const std::string run = Send(kHan, fakes::kTicketRequest).id();
  const auto journal = *Platform().store().Journal(run, 0);
  const auto asked = std::find_if(journal.begin(), journal.end(), [](const Event& event) {
    return event.type == "approval.requested";
  });
  ASSERT_NE(asked, journal.end());
  Json other = asked->body;
  other["shown"]["arguments"]["title"] = "다른 제목";
  ASSERT_TRUE(Platform()
                  .store()
                  .Append(run, nullptr, journal.size(), {Event{0, "", "maru", asked->type, other}})
                  .ok());
  v1::GetApprovalRequest get;
  get.set_id(base::StringOr(other, "approval_id", ""));
  v1::Approval approval;
  ASSERT_TRUE(Approvals().GetApproval(Context(kHead).get(), get, &approval).ok());
  EXPECT_EQ(Parsed(approval.document_json())["shown"], asked->body["shown"]);
  EXPECT_FALSE(DecideFor("seo.head", run, true, "").ok()) << "the two differ";
}

TEST(PlanService, PlansAndChecksWithoutRunning) {
  v1::MakePlanRequest make;
  make.set_text(fakes::kArticleRequest);
  v1::MakePlanResponse made;
  ASSERT_TRUE(Stub<v1::PlanService>().MakePlan(Context(kKim).get(), make, &made).ok());
  v1::CheckPlanRequest check;
  check.set_plan_json(made.plan_json());
  v1::CheckPlanResponse checked;
  ASSERT_TRUE(Stub<v1::PlanService>().CheckPlan(Context(kKim).get(), check, &checked).ok());
  EXPECT_TRUE(Parsed(checked.decision_json())["permitted"].get<bool>());
  ASSERT_TRUE(
      Stub<v1::PlanService>().CheckPlan(Context({"park.nurse"}).get(), check, &checked).ok());
  EXPECT_FALSE(Parsed(checked.decision_json())["permitted"].get<bool>());
  check.set_plan_json(
      R"({"verdict":"plan","steps":[{"id":"s1","tool":"no.tool","arguments":{}}]})");
  EXPECT_EQ(Stub<v1::PlanService>().CheckPlan(Context(kKim).get(), check, &checked).error_code(),
            StatusCode::INVALID_ARGUMENT);
  check.set_plan_json("{");
  EXPECT_EQ(Stub<v1::PlanService>().CheckPlan(Context(kKim).get(), check, &checked).error_code(),
            StatusCode::INVALID_ARGUMENT);
  make.set_text("");
  EXPECT_EQ(Stub<v1::PlanService>().MakePlan(Context(kKim).get(), make, &made).error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST(PolicyService, ExplainsOthersPlansToSecurityOfficersOnly) {
  v1::ExplainPlanRequest request;
  request.set_principal("park.nurse");
  request.set_plan_json(
      R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.article","arguments":{"law":"의료법",)"
      R"("jo":"1"}}]})");
  v1::ExplainPlanResponse response;
  ASSERT_TRUE(
      Stub<v1::PolicyService>().ExplainPlan(Context(kSecurity).get(), request, &response).ok());
  EXPECT_FALSE(Parsed(response.decision_json())["permitted"].get<bool>());
  EXPECT_EQ(
      Stub<v1::PolicyService>().ExplainPlan(Context(kKim).get(), request, &response).error_code(),
      StatusCode::PERMISSION_DENIED);
  v1::Policy policy;
  ASSERT_TRUE(Stub<v1::PolicyService>().GetPolicy(Context(kKim).get(), {}, &policy).ok());
  EXPECT_FALSE(policy.version().empty());
}

TEST(AuditService, ExportsARunThatVerifiesOffline) {
  const std::string id = Send(kHan, fakes::kArticleRequest).id();
  v1::ExportRunRequest request;
  request.set_run_id(id);
  v1::ExportRunResponse response;
  const grpc::Status status =
      Stub<v1::AuditService>().ExportRun(Context(kAuditor).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::GetCheckpointResponse checkpoint;
  ASSERT_TRUE(
      Stub<v1::AuditService>().GetCheckpoint(Context(kAuditor).get(), {}, &checkpoint).ok());
  const auto bundle = policies::ParseAuditExport(Parsed(response.export_json()));
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  const policies::Verification verified = policies::Verify(*bundle, checkpoint.verifier_key());
  EXPECT_TRUE(verified.ok) << verified.reason_en;
  EXPECT_EQ(
      Stub<v1::AuditService>().ExportRun(Context(kKim).get(), request, &response).error_code(),
      StatusCode::NOT_FOUND);
}

TEST(AuditService, ExportsThePoliciesOfARunForAuditorsOnly) {
  v1::ExportRunRequest request;
  request.set_run_id(Send(kKim, fakes::kArticleRequest).id());
  for (const auto& [as, count] : {std::pair(kKim, 0U), {kAuditor, 1U}}) {
    v1::ExportRunResponse response;
    const grpc::Status status =
        Stub<v1::AuditService>().ExportRun(Context(as).get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const auto bundle = policies::ParseAuditExport(Parsed(response.export_json()));
    ASSERT_TRUE(bundle.ok()) << bundle.status();
    EXPECT_EQ(bundle->policies.size(), count) << as.principal;
    EXPECT_TRUE(policies::Verify(*bundle, "").ok);
  }
}

TEST(AuditService, ShowsTheLogToAuditorsOnly) {
  Send(kKim, fakes::kArticleRequest);
  const auto read = [&](const As& as, int& records) {
    const auto context = Context(as);
    const auto reader = Stub<v1::AuditService>().TailRecords(context.get(), {});
    for (v1::AuditRecord record; reader->Read(&record);) ++records;
    return reader->Finish();
  };
  int records = 0;
  EXPECT_TRUE(read(kAuditor, records).ok());
  EXPECT_GT(records, 0);
  const grpc::Status refused = read({kKim.principal, "ko"}, records);
  EXPECT_EQ(refused.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(refused.error_message(), HasSubstr("kim.legal은 감사 기록을 볼 수 없습니다"));
}

TEST(AdminServices, TellWhatIsConnectedAndWhatMayBeCalled) {
  v1::ListConnectorsResponse connectors;
  ASSERT_TRUE(
      Stub<v1::ConnectorService>().CheckConnectors(Context(kKim).get(), {}, &connectors).ok());
  ASSERT_TRUE(
      Stub<v1::ConnectorService>().ListConnectors(Context(kKim).get(), {}, &connectors).ok());
  ASSERT_EQ(connectors.connectors_size(), 2);
  EXPECT_EQ(connectors.connectors(0).state(), "connected");
  v1::ListToolsResponse tools;
  ASSERT_TRUE(Stub<v1::ToolService>().ListTools(Context(kKim).get(), {}, &tools).ok());
  std::map<std::string, std::string> states;
  for (const v1::Tool& tool : tools.tools()) states[tool.name()] = tool.state();
  EXPECT_EQ(states["law.article"], "offered");
  EXPECT_EQ(states["law.search"], "not_connected");
  EXPECT_EQ(states["ticket.create"], "not_permitted");
  v1::Model model;
  ASSERT_TRUE(Stub<v1::ModelService>().GetModel(Context(kKim).get(), {}, &model).ok());
  EXPECT_EQ(Parsed(model.info_json())["id"], "scripted");
}

TEST(PrincipalService, TellsWhoTheCallerIsAndOfOthersNoMoreThanANameTag) {
  v1::Principal me;
  ASSERT_TRUE(Principals().WhoAmI(Context(kKim).get(), {}, &me).ok());
  EXPECT_EQ(me.id(), "kim.legal");
  EXPECT_TRUE(Parsed(me.document_json()).contains("clearance"));
  v1::ListPrincipalsResponse all;
  ASSERT_TRUE(Principals().ListPrincipals(Context(kKim).get(), {}, &all).ok());
  EXPECT_FALSE(Parsed(all.principals(0).document_json()).contains("clearance"));
  ASSERT_TRUE(Principals().ListPrincipals(Context(kAdmin).get(), {}, &all).ok());
  EXPECT_TRUE(Parsed(all.principals(0).document_json()).contains("clearance"));
}

v1::PutPrincipalRequest Newcomer(const std::string& id) {
  v1::PutPrincipalRequest request;
  request.set_document_json(base::DumpJson({{"id", id},
                                            {"title", "신입"},
                                            {"unit", "legal"},
                                            {"clearance", {{"n2sf", "S"}, {"mil", "none"}}},
                                            {"purposes", {"legal_review"}},
                                            {"patterns", {"law.*", "doc.search"}}}));
  return request;
}

TEST(PrincipalService, LetsAnAdministratorAddCredentialAndDisableAPerson) {
  v1::Principal person;
  ASSERT_TRUE(Principals().PutPrincipal(Context(kAdmin).get(), Newcomer("na.new"), &person).ok());
  EXPECT_EQ(Parsed(person.document_json())["tools"].size(), 7u);  // six of law.*, and doc.search
  v1::IssueCredentialRequest issue;
  issue.set_principal("na.new");
  v1::IssueCredentialResponse issued;
  ASSERT_TRUE(Principals().IssueCredential(Context(kAdmin).get(), issue, &issued).ok());
  const auto who = [&] {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + issued.credential());
    return Principals().WhoAmI(&context, {}, &person);
  };
  ASSERT_TRUE(who().ok());
  EXPECT_EQ(person.id(), "na.new");
  v1::DisablePrincipalRequest disable;
  disable.set_id("na.new");
  ASSERT_TRUE(Principals().DisablePrincipal(Context(kAdmin).get(), disable, &person).ok());
  EXPECT_EQ(who().error_code(), StatusCode::UNAUTHENTICATED);
}

TEST(PrincipalService, LetsNobodyElseAndNobodyForThemselves) {
  v1::Principal person;
  EXPECT_EQ(Principals().PutPrincipal(Context(kKim).get(), Newcomer("x"), &person).error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(
      Principals().PutPrincipal(Context(kAdmin).get(), Newcomer("cho.admin"), &person).error_code(),
      StatusCode::PERMISSION_DENIED);
  v1::IssueCredentialRequest issue;
  issue.set_principal("seo.head");
  v1::IssueCredentialResponse issued;
  EXPECT_EQ(Principals().IssueCredential(Context(kKim).get(), issue, &issued).error_code(),
            StatusCode::PERMISSION_DENIED);
  issue.set_principal("nobody");
  EXPECT_EQ(Principals().IssueCredential(Context(kAdmin).get(), issue, &issued).error_code(),
            StatusCode::NOT_FOUND);
}

TEST(PrincipalService, RefusesADocumentThatMakesNoSense) {
  v1::Principal person;
  const auto changed = [](const char* member, Json value) {
    Json document = Parsed(Newcomer("x").document_json());
    document[member] = std::move(value);
    return base::DumpJson(document);
  };
  for (const std::string& document : std::initializer_list<std::string>{
           "", "[]", "{}", R"({"id":"a b"})", R"({"id":"x","roles":"auditor"})",
           R"({"id":"x","clearance":5})", R"({"id":"x","clearance":{"n2sf":"Z","mil":"none"}})",
           R"({"id":"x","clearance":{"n2sf":"O","mil":"none"},"patterns":["nothing.*"]})",
           changed("id", "../evil"), changed("activ", false), changed("bogus", 1),
           changed("purposes", {"leisure"}), changed("patterns", Json::array({5}))}) {
    v1::PutPrincipalRequest request;
    request.set_document_json(document);
    EXPECT_EQ(Principals().PutPrincipal(Context(kAdmin).get(), request, &person).error_code(),
              StatusCode::INVALID_ARGUMENT)
        << document;
  }
}

}  // namespace
}  // namespace agents
