// Tryton behind a line that delivers late, and a server that gives less at a time than it is asked
// for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/defense.h"
#include "connectors/tryton.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallAny;
using fakes::Code;

class Between : public HttpClient {
 public:
  size_t rows_max = 0;          // of a search; 0: as asked
  bool hold_create = false;     // the next one, whose caller hears nothing
  bool deliver_behind = false;  // with the create after it, before that one's caller hears of it

  absl::StatusOr<HttpResponse> Do(const HttpRequest& request,
                                  const tools::CallContext& context) override {
    HttpRequest passed = request;
    auto body = base::ParseJson(request.body, "request");
    if (!body.ok()) return inner_->Do(request, context);
    const std::string method = base::StringOr(*body, "method", "");
    if (method == "model.purchase.requisition.create") return Create(request, context);
    if (rows_max > 0 && method.ends_with(".search_read")) {
      Json& rows = (*body)["params"][2];
      rows = std::min(rows.get<size_t>(), rows_max);
      passed.body = base::DumpJson(*body);
    }
    return inner_->Do(passed, context);
  }
  void Deliver() {
    const auto answer = inner_->Do(held_, {absl::Now() + absl::Seconds(20), nullptr});
    ASSERT_TRUE(answer.ok() && answer->status == 200) << (answer.ok() ? answer->body : "");
  }

 private:
  absl::StatusOr<HttpResponse> Create(const HttpRequest& request,
                                      const tools::CallContext& context) {
    if (hold_create) {
      hold_create = false;
      held_ = request;
      return absl::UnknownError("the connection was reset");
    }
    auto answer = inner_->Do(request, context);
    if (deliver_behind) Deliver();
    deliver_behind = false;
    return answer;
  }

  const std::unique_ptr<HttpClient> inner_ = MakeHttpClient({});
  HttpRequest held_;
};

class DepotLine : public testing::Test {
 public:
  static void SetUpTestSuite() {
    auto started = fakes::Peer::Start("tryton");
    ASSERT_TRUE(started.ok()) << started.status();
    peer_ = *std::move(started);
  }
  static void TearDownTestSuite() { peer_.reset(); }

  DepotLine() { LogIn({peer_->url(), "erp", "admin", "maru-erp", ""}); }
  void LogIn(const TrytonOptions& login) {
    DefenseOptions options;
    options.tryton = login;
    auto made = MakeDefenseConnectors(options, {line_, base::SystemClock(), nullptr});
    EXPECT_TRUE(made.ok()) << made.status();
    connectors_ = *std::move(made);
    tryton_ = *MakeTrytonClient(line_, login);
  }
  tools::ToolOutcome Draft() {
    fakes::CallOptions options;
    options.run_id = testing::UnitTest::GetInstance()->current_test_info()->name();
    return CallAny(connectors_, "supply.requisition.draft",
                   {{"items", {"지혈대"}}, {"quantities", {4}}, {"unit", "제3보급대"}}, options);
  }
  tools::ToolOutcome Submit(const Json& number) {
    return CallAny(connectors_, "supply.requisition.submit", {{"requisition", number}});
  }
  // Number and state of every requisition that this test's draft left.
  Json Left() {
    const std::string mark = base::StrCat(
        "maru:", testing::UnitTest::GetInstance()->current_test_info()->name(), "/s1@");
    const auto found =
        SearchReadAll(*tryton_, "purchase.requisition",
                      Json::array({Json::array({"description", "like", mark + "%"})}),
                      Json::array({"number", "state"}), 10, Context());
    EXPECT_TRUE(found.ok()) << found.error().message_en;
    return found.ok() ? *found : Json::array();
  }
  // A user of Tryton with the rights of ours, who is made by this.
  TrytonOptions Another(const std::string& login) {
    const auto own =
        SearchReadAll(*tryton_, "res.user", Json::array({Json::array({"login", "=", "admin"})}),
                      Json::array({"groups", "companies", "company"}), 1, Context());
    EXPECT_TRUE(own.ok() && own->size() == 1);
    const Json& rights = (*own)[0];
    const Json user{{"name", "창고 담당"},
                    {"login", login},
                    {"password", "gaon-depot-7420"},
                    {"groups", Json::array({Json::array({"add", rights["groups"]})})},
                    {"companies", Json::array({Json::array({"add", rights["companies"]})})},
                    {"company", rights["company"]}};
    const auto made = tryton_->Call("res.user", "create", Json::array({Json::array({user})}),
                                    Json::object(), true, Context());
    EXPECT_TRUE(made.ok()) << made.error().message_en;
    return {peer_->url(), "erp", login, "gaon-depot-7420", ""};
  }
  // The copy of requisition `id` that another user of Tryton makes.
  Json CopiedByAPerson(const Json& id, const std::string& login) {
    const auto theirs = *MakeTrytonClient(line_, Another(login));
    const auto copied =
        theirs->Call("purchase.requisition", "copy", Json::array({Json::array({id})}),
                     Json::object(), true, Context());
    EXPECT_TRUE(copied.ok()) << copied.error().message_en;
    const auto read = SearchReadAll(*tryton_, "purchase.requisition",
                                    Json::array({Json::array({"id", "=", (*copied)[0]})}),
                                    Json::array({"number"}), 1, Context());
    EXPECT_TRUE(read.ok() && read->size() == 1);
    return (*read)[0];
  }
  // Marks requisition `id` as an older version did: with the key alone.
  void MarkAsBefore(const Json& id) {
    const std::string mark =
        base::StrCat("maru:", testing::UnitTest::GetInstance()->current_test_info()->name(), "/s1");
    Json change;
    change["description"] = mark;
    const auto written =
        tryton_->Call("purchase.requisition", "write", Json::array({Json::array({id}), change}),
                      Json::object(), true, Context());
    EXPECT_TRUE(written.ok()) << written.error().message_en;
  }
  static tools::CallContext Context() { return {absl::Now() + absl::Seconds(20), nullptr}; }

 protected:
  static inline std::unique_ptr<fakes::Peer> peer_;
  Between line_;
  std::vector<std::unique_ptr<tools::Connector>> connectors_;
  std::unique_ptr<TrytonClient> tryton_;
};

TEST_F(DepotLine, ADraftThatArrivesLateIsTheOnlyOneOfItsKey) {
  line_.hold_create = line_.deliver_behind = true;
  EXPECT_EQ(Code(Draft()), "in_doubt");
  EXPECT_EQ(Code(Draft()), "ok");
  EXPECT_EQ(Left().size(), 1u);
}

TEST_F(DepotLine, ADraftThatArrivesLaterStillIsNotSentTwice) {
  line_.hold_create = true;
  EXPECT_EQ(Code(Draft()), "in_doubt");
  const auto draft = Draft();
  ASSERT_TRUE(draft.ok()) << draft.error().message_en;
  line_.Deliver();
  ASSERT_EQ(Left().size(), 2u);
  ASSERT_EQ(Code(Submit(draft.result().value["req_id"])), "ok");
  ASSERT_EQ(Left().size(), 1u);
  EXPECT_NE(Left()[0]["state"], "draft");

  line_.Deliver();
  for (const Json& one : Left()) EXPECT_EQ(Code(Submit(one["number"])), "not_draft");
  EXPECT_EQ(Left().size(), 1u);
}

// A copy keeps the description, and with it the key.
TEST_F(DepotLine, APersonsCopyIsNoTwin) {
  const auto draft = Draft();
  ASSERT_TRUE(draft.ok()) << draft.error().message_en;
  const Json copy = CopiedByAPerson(Left()[0]["id"], "keeper");
  ASSERT_EQ(Left().size(), 2u);
  EXPECT_EQ(Draft().result().value["req_id"], draft.result().value["req_id"]);
  EXPECT_EQ(Left().size(), 2u) << "a person's draft was deleted";
  EXPECT_EQ(Code(Submit(draft.result().value["req_id"])), "ok");
  EXPECT_EQ(Left().size(), 2u);
  EXPECT_EQ(Code(Submit(copy["number"])), "invalid_argument")
      << "Tryton wants a day of need of a copy; that another was sent is no matter";
}

TEST_F(DepotLine, ADraftInDoubtIsFoundThoughOurLoginIsAnother) {
  line_.hold_create = true;
  EXPECT_EQ(Code(Draft()), "in_doubt");
  line_.Deliver();
  LogIn(Another("successor"));
  const auto draft = Draft();
  ASSERT_TRUE(draft.ok()) << draft.error().message_en;
  EXPECT_EQ(Left().size(), 1u);

  line_.Deliver();
  EXPECT_EQ(Code(Submit(draft.result().value["req_id"])), "ok");
  EXPECT_EQ(Left().size(), 1u) << "its twin, of the login before, may still be sent";
}

TEST_F(DepotLine, ADraftOfAnOlderVersionIsFoundByItsKeyAlone) {
  const auto draft = Draft();
  ASSERT_TRUE(draft.ok()) << draft.error().message_en;
  const Json id = Left()[0]["id"];
  MarkAsBefore(id);
  const Json copy = CopiedByAPerson(id, "old-keeper");
  const auto again = Draft();
  ASSERT_TRUE(again.ok()) << again.error().message_en;
  EXPECT_EQ(again.result().value["req_id"], draft.result().value["req_id"]);
  EXPECT_TRUE(Left().empty()) << "it was drafted a second time";
  EXPECT_EQ(Code(Submit(copy["number"])), "invalid_argument") << "a person's draft was deleted";
}

TEST_F(DepotLine, TheTwinOfADraftOfAnOlderVersionIsNotLeft) {
  line_.hold_create = true;
  EXPECT_EQ(Code(Draft()), "in_doubt");
  const auto draft = Draft();
  ASSERT_TRUE(draft.ok()) << draft.error().message_en;
  MarkAsBefore(Left()[0]["id"]);
  line_.Deliver();
  ASSERT_EQ(Left().size(), 1u);
  EXPECT_EQ(Code(Submit(draft.result().value["req_id"])), "ok");
  EXPECT_TRUE(Left().empty()) << "its twin may still be sent";
}

TEST_F(DepotLine, AServerThatGivesLessAtATimeIsAskedAgain) {
  const Json shortfall = {{"unit", "제3보급대"}, {"days", 30}}, orders = {{"unit", "제3보급대"}};
  const auto whole = CallAny(connectors_, "supply.shortfall", shortfall);
  const auto all = CallAny(connectors_, "maint.orders", orders);
  ASSERT_TRUE(whole.ok() && all.ok());
  line_.rows_max = 2;
  const auto paged = CallAny(connectors_, "supply.shortfall", shortfall);
  const auto few = CallAny(connectors_, "maint.orders", orders);
  ASSERT_TRUE(paged.ok() && few.ok());
  EXPECT_EQ(paged.result().value, whole.result().value);
  EXPECT_EQ(few.result().value, all.result().value);
  EXPECT_GT(few.result().value["count"], 2);
}

TEST_F(DepotLine, MoreThanTheLimitIsPartial) {
  const auto some = SearchReadAll(*tryton_, "product.product", Json::array(), Json::array({"code"}),
                                  3, Context());
  ASSERT_FALSE(some.ok());
  EXPECT_EQ(some.error().code, "partial");
  EXPECT_THAT(some.error().message_en, testing::HasSubstr("more than 3 records"));
}

}  // namespace
}  // namespace connectors
