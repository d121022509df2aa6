// ticket.create against Redmine.
#include "model_core/base/files.h"
#include "tests/fakes/line_server.h"
#include "tests/unit/connectors/administration_office.h"

namespace connectors {
namespace {

using base::Json;
using testing::HasSubstr;

fakes::CallOptions Step(const std::string& step, absl::Duration timeout = absl::Seconds(30)) {
  fakes::CallOptions options;
  options.step_id = step;
  options.timeout = timeout;
  return options;
}

class TicketDesk : public testing::Test {
 public:
  static AdministrationOptions Options() {
    AdministrationOptions options;
    options.tickets = {Started(peer_, "tickets").url(), "sampleredminekey", Sample("queues.json")};
    return options;
  }
  static void TearDownTestSuite() { peer_.reset(); }
  static std::unique_ptr<fakes::Peer> peer_;
};
std::unique_ptr<fakes::Peer> TicketDesk::peer_;

TEST_F(TicketDesk, ARequestIsRegisteredInItsQueueAndFoundByItsKey) {
  Office office(Options());
  const Json arguments = {{"title", "출장비 서식 갱신"}, {"queue", "it"}, {"due", "2026-12-31"}};
  EXPECT_FALSE(office.Reconcile("ticket.create", arguments, Step("t1")));
  const Json created = office.Value("ticket.create", arguments, Step("t1"));
  const auto settled = office.Reconcile("ticket.create", arguments, Step("t1"));
  ASSERT_TRUE(settled && settled->ok()) << (settled ? settled->error().message_en : "not found");
  EXPECT_EQ(settled->result().value["ticket_id"], created["ticket_id"]);
  EXPECT_FALSE(office.Reconcile("ticket.create", arguments, Step("t2")));
  const auto http = MakeHttpClient({});
  const auto issue = http->Do(
      {"GET",
       base::StrCat(peer_->url(), "/issues/", created["ticket_id"].get<std::string>(), ".json"),
       {{"X-Redmine-API-Key", "sampleredminekey"}},
       ""},
      {absl::Now() + absl::Seconds(20), {}});
  ASSERT_TRUE(issue.ok());
  EXPECT_THAT(issue->body, HasSubstr("출장비 서식 갱신"));
  EXPECT_THAT(issue->body, HasSubstr("정보화 요청"));
  EXPECT_THAT(issue->body, HasSubstr("2026-12-31"));
}

TEST_F(TicketDesk, WhatRedmineRefusesIsSaid) {
  Office office(Options());
  const auto refused =
      office.Call("ticket.create", {{"title", ""}, {"queue", "it"}}, Step("empty"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "invalid_argument");
  EXPECT_FALSE(refused.error().in_doubt);
  AdministrationOptions options = Options();
  options.tickets.api_key = "wrong";
  EXPECT_EQ(Office(options).Error("ticket.create", {{"title", "제목"}}, Step("key")), "auth");
  const auto settled = Office(options).Reconcile("ticket.create", {{"title", "제목"}}, Step("key"));
  ASSERT_TRUE(settled &&
              !settled->ok());  // a stranger sees nothing: that is not "it did not happen"
  EXPECT_EQ(settled->error().code, "auth");
}

// No field has that number; Redmine passes over it.
TEST_F(TicketDesk, ARequestThatBearsNoKeyIsRegisteredAndSaidToBeSuch) {
  const std::string path = testing::TempDir() + "/unattached.json";
  const Json queues = {{"default_project", "general"}, {"tracker_id", 1}, {"key_field_id", 99}};
  ASSERT_TRUE(base::WriteFile(path, base::DumpJson(queues)).ok());
  const auto check = [](Office& office) {
    return office.connector("tickets").Check(absl::Now() + absl::Seconds(20));
  };
  AdministrationOptions options = Options();
  Office attached(options);
  const auto whole = attached.Call("ticket.create", {{"title", "총무 요청"}}, Step("attached"));
  ASSERT_TRUE(whole.ok()) << whole.error().message_en;
  EXPECT_FALSE(whole.result().remark);
  EXPECT_EQ(check(attached).state, tools::Connector::State::kConnected);

  options.tickets.queues_path = path;
  Office unattached(options);
  const auto bare = unattached.Call("ticket.create", {{"title", "총무 요청"}}, Step("unattached"));
  ASSERT_TRUE(bare.ok()) << "it was registered: " << bare.error().message_en;
  ASSERT_TRUE(bare.result().remark);
  EXPECT_EQ(bare.result().remark->code, "partial");
  EXPECT_THAT(bare.result().remark->message_en, HasSubstr("no custom field 99 (key_field_id)"));
  EXPECT_THAT(bare.result().remark->message_ko, HasSubstr("99번(key_field_id)"));
  const auto health = check(unattached);
  EXPECT_EQ(health.state, tools::Connector::State::kDown);
  EXPECT_THAT(health.detail_en, HasSubstr("project 'general': tracker 1 has no custom field 99"));
  EXPECT_THAT(health.detail_ko, HasSubstr("99번(key_field_id)"));
}

TEST_F(TicketDesk, ALostAnswerIsInDoubtAndAServerThatIsDownIsNot) {
  AdministrationOptions options = Options();
  fakes::LineServer silent("", [](const std::string&) { return std::optional<std::string>(""); });
  options.tickets.base_url = base::StrCat("http://127.0.0.1:", silent.port());
  EXPECT_EQ(Office(options).Error("ticket.create", {{"title", "제목"}},
                                  Step("slow", absl::Milliseconds(500))),
            "in_doubt");
  options.tickets.base_url = base::StrCat("http://127.0.0.1:", fakes::FreePort());
  EXPECT_EQ(Office(options).Error("ticket.create", {{"title", "제목"}}, Step("down")),
            "unreachable");
}

}  // namespace
}  // namespace connectors
