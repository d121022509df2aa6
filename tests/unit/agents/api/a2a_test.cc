// Messages of A2A as a client sends them, each error with its reason; versions, extensions, the
// card.
#include "tests/unit/agents/api/a2a_client.h"

namespace agents {
namespace {

using fakes::kArticleRequest;
using fakes::kIncompleteRequest;
using fakes::kMissingLaw;
using fakes::kSlowRequest;
using fakes::kTicketRequest;

TEST(A2aSend, BlocksUntilTheAnswerAndCarriesPlanDecisionStepAndAnswer) {
  const a2a::Task task = Send(kKim, kArticleRequest);
  EXPECT_EQ(task.status().state(), a2a::TASK_STATE_COMPLETED);
  ASSERT_NE(Find(task, "plan"), nullptr);
  ASSERT_NE(Find(task, "decision"), nullptr);
  ASSERT_NE(Find(task, "step-s1"), nullptr);
  ASSERT_NE(Find(task, "answer"), nullptr);
  EXPECT_EQ(Find(task, "plan")->parts(0).media_type(), "application/json");
  const auto& step = Find(task, "step-s1")->parts(0).data().struct_value().fields();
  EXPECT_EQ(step.at("tool").string_value(), "law.article");
  EXPECT_EQ(step.at("value").struct_value().fields().at("jo").string_value(), "26");
  EXPECT_FALSE(Find(task, "answer")->parts(0).text().empty());
  ASSERT_EQ(task.history_size(), 1);
  EXPECT_EQ(task.history(0).parts(0).text(), kArticleRequest);
  EXPECT_EQ(task.history(0).role(), a2a::ROLE_USER);
}

TEST(A2aSend, ReturnsAtOnceWhenAskedTo) {
  a2a::SendMessageResponse response;
  ASSERT_TRUE(Stub().SendMessage(Context(kKim).get(), AtOnce(kSlowRequest), &response).ok());
  const a2a::TaskState state = response.task().status().state();
  EXPECT_TRUE(state == a2a::TASK_STATE_SUBMITTED || state == a2a::TASK_STATE_WORKING);
}

TEST(A2aSend, StartsOneRunForARepeatedMessage) {
  const a2a::SendMessageRequest request = MessageOf(kArticleRequest);
  a2a::SendMessageResponse first, second;
  ASSERT_TRUE(Stub().SendMessage(Context(kKim).get(), request, &first).ok());
  ASSERT_TRUE(Stub().SendMessage(Context(kKim).get(), request, &second).ok());
  EXPECT_EQ(first.task().id(), second.task().id());
}

TEST(A2aSend, RefusesAMessageIdThatWasUsedForOtherWords) {
  a2a::SendMessageRequest request = MessageOf(kArticleRequest);
  ASSERT_TRUE(TrySend(kKim, request).ok());
  request.mutable_message()->mutable_parts(0)->set_text("다른 말");
  const grpc::Status status = TrySend(kKim, request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ErrorInfoOf(status).reason(), "MESSAGE_ID_REUSED");
}

TEST(A2aSend, KeepsTheContextOfTheClientAsTheConversation) {
  a2a::SendMessageRequest request = MessageOf(kArticleRequest);
  request.mutable_message()->set_context_id("talk-1");
  a2a::SendMessageResponse response;
  ASSERT_TRUE(Stub().SendMessage(Context(kKim).get(), request, &response).ok());
  EXPECT_EQ(response.task().context_id(), "talk-1");
}

TEST(A2aSend, AsksForWhatIsMissingAndGoesOnWithTheReply) {
  const a2a::Task asked = Send(kKim, kIncompleteRequest);
  ASSERT_EQ(asked.status().state(), a2a::TASK_STATE_INPUT_REQUIRED);
  const auto& missing =
      asked.status().message().parts(1).data().struct_value().fields().at("missing");
  EXPECT_EQ(missing.list_value().values(0).string_value(), "law.article.law");
  a2a::SendMessageRequest reply = MessageOf(kMissingLaw);
  reply.mutable_message()->set_task_id(asked.id());
  a2a::SendMessageResponse response;
  ASSERT_TRUE(Stub().SendMessage(Context(kKim).get(), reply, &response).ok());
  EXPECT_EQ(response.task().id(), asked.id());
  EXPECT_EQ(response.task().status().state(), a2a::TASK_STATE_COMPLETED);
  EXPECT_EQ(response.task().history_size(), 3);  // request, question, reply
  ASSERT_TRUE(Stub().SendMessage(Context(kKim).get(), reply, &response).ok())
      << "a repeated reply is heard once";
  EXPECT_EQ(response.task().history_size(), 3);
}

TEST(A2aSend, RejectsWhatNoToolDoes) {
  const a2a::Task task = Send(kKim, "회식 장소를 예약해줘");
  EXPECT_EQ(task.status().state(), a2a::TASK_STATE_REJECTED);
  EXPECT_FALSE(task.status().message().parts(0).text().empty());
}

TEST(A2aSend, SpeaksTheLanguageThatIsAskedFor) {
  a2a::SendMessageRequest request = MessageOf("회식 장소를 예약해줘");
  (*request.mutable_message()->mutable_metadata()->mutable_fields())["language"].set_string_value(
      "en");
  a2a::SendMessageResponse english, korean;
  ASSERT_TRUE(Stub().SendMessage(Context({"kim.legal", "ko"}).get(), request, &english).ok());
  ASSERT_TRUE(
      Stub()
          .SendMessage(Context({"kim.legal", ""}).get(), MessageOf("회식 장소를 예약해줘"), &korean)
          .ok());
  EXPECT_NE(english.task().status().message().parts(0).text(),
            korean.task().status().message().parts(0).text());
}

TEST(A2aSend, WaitsForTheApproverAndThenCallsOnce) {
  const int before = Platform().tickets();
  const a2a::Task waiting = Send(kHan, kTicketRequest);
  ASSERT_EQ(waiting.status().state(), a2a::TASK_STATE_AUTH_REQUIRED);
  const auto& approvals =
      waiting.status().message().parts(1).data().struct_value().fields().at("approvals");
  EXPECT_EQ(approvals.list_value().values(0).struct_value().fields().at("tool").string_value(),
            "ticket.create");
  a2a::SendMessageRequest nudge = MessageOf("빨리");
  nudge.mutable_message()->set_task_id(waiting.id());
  ExpectError(TrySend(kHan, nudge), grpc::StatusCode::FAILED_PRECONDITION, "UNSUPPORTED_OPERATION");
  ASSERT_TRUE(DecideFor("seo.head", waiting.id(), true, "").ok());
  a2a::SubscribeToTaskRequest subscribe;
  subscribe.set_id(waiting.id());
  const auto context = Context(kHan);
  const auto reader = Stub().SubscribeToTask(context.get(), subscribe);
  for (a2a::StreamResponse update; reader->Read(&update);) {
  }
  const grpc::Status ended = reader->Finish();  // or it had ended already
  EXPECT_TRUE(ended.ok() || ErrorInfoOf(ended).reason() == "UNSUPPORTED_OPERATION")
      << ended.error_message();
  EXPECT_EQ(Get(kHan, waiting.id()).status().state(), a2a::TASK_STATE_COMPLETED);
  EXPECT_EQ(Platform().tickets(), before + 1);
}

TEST(A2aSend, NamesTheFieldThatIsWrong) {
  a2a::SendMessageRequest no_id = MessageOf(kArticleRequest);
  no_id.mutable_message()->clear_message_id();
  ExpectError(TrySend(kKim, no_id), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(TrySend(kKim, no_id)).field_violations(0).field(),
            "message.message_id");
  a2a::SendMessageRequest no_parts = MessageOf(kArticleRequest);
  no_parts.mutable_message()->clear_parts();
  ExpectError(TrySend(kKim, no_parts), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  a2a::SendMessageRequest agent = MessageOf(kArticleRequest);
  agent.mutable_message()->set_role(a2a::ROLE_AGENT);
  ExpectError(TrySend(kKim, agent), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  ExpectError(TrySend(kKim, MessageOf("")), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  ExpectError(TrySend(kKim, MessageOf(std::string(kRequestBytesMax + 1, 'a'))),
              grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  ExpectError(TrySend(kKim, MessageOf(std::string("a\0b", 3))), grpc::StatusCode::INVALID_ARGUMENT,
              "INVALID_PARAMS");
  a2a::SendMessageRequest late = MessageOf(kArticleRequest);
  (*late.mutable_metadata()->mutable_fields())["now"].set_string_value("어제");
  ExpectError(TrySend(kKim, late), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
}

TEST(A2aSend, TakesTextAndGivesTextOrJsonOnly) {
  a2a::SendMessageRequest file = MessageOf(kArticleRequest);
  file.mutable_message()->add_parts()->set_raw("bytes");
  ExpectError(TrySend(kKim, file), grpc::StatusCode::INVALID_ARGUMENT,
              "CONTENT_TYPE_NOT_SUPPORTED");
  a2a::SendMessageRequest picture = MessageOf(kArticleRequest);
  picture.mutable_configuration()->add_accepted_output_modes("image/png");
  ExpectError(TrySend(kKim, picture), grpc::StatusCode::INVALID_ARGUMENT,
              "CONTENT_TYPE_NOT_SUPPORTED");
}

TEST(A2aSend, SaysThatPushNotificationsAreNotSupported) {
  a2a::SendMessageRequest push = MessageOf(kArticleRequest);
  push.mutable_configuration()->mutable_task_push_notification_config()->set_url(
      "http://127.0.0.1/");
  ExpectError(TrySend(kKim, push), grpc::StatusCode::FAILED_PRECONDITION,
              "PUSH_NOTIFICATION_NOT_SUPPORTED");
  a2a::TaskPushNotificationConfig config;
  ExpectError(Stub().CreateTaskPushNotificationConfig(Context(kKim).get(), {}, &config),
              grpc::StatusCode::FAILED_PRECONDITION, "PUSH_NOTIFICATION_NOT_SUPPORTED");
  ExpectError(Stub().GetTaskPushNotificationConfig(Context(kKim).get(), {}, &config),
              grpc::StatusCode::FAILED_PRECONDITION, "PUSH_NOTIFICATION_NOT_SUPPORTED");
  a2a::ListTaskPushNotificationConfigsResponse list;
  ExpectError(Stub().ListTaskPushNotificationConfigs(Context(kKim).get(), {}, &list),
              grpc::StatusCode::FAILED_PRECONDITION, "PUSH_NOTIFICATION_NOT_SUPPORTED");
  google::protobuf::Empty empty;
  ExpectError(Stub().DeleteTaskPushNotificationConfig(Context(kKim).get(), {}, &empty),
              grpc::StatusCode::FAILED_PRECONDITION, "PUSH_NOTIFICATION_NOT_SUPPORTED");
}

TEST(A2aVersion, MustBeOneDotZero) {
  for (const char* version : {"", "0.3", "99.0"}) {
    As as = kKim;
    as.a2a_version = version;
    ExpectError(TrySend(as, MessageOf(kArticleRequest)), grpc::StatusCode::FAILED_PRECONDITION,
                "VERSION_NOT_SUPPORTED");
  }
}

TEST(A2aExtensions, SaysBackThoseItKnows) {
  const auto context = Context(kKim);
  context->AddMetadata("a2a-extensions", "urn:other, urn:maru:a2a:plan:v1");
  a2a::AgentCard card;
  ASSERT_TRUE(Stub().GetExtendedAgentCard(context.get(), {}, &card).ok());
  const auto& metadata = context->GetServerInitialMetadata();
  const auto it = metadata.find("a2a-extensions");
  ASSERT_NE(it, metadata.end());
  EXPECT_EQ(std::string(it->second.data(), it->second.size()), "urn:maru:a2a:plan:v1");
}

TEST(A2aCard, ListsTheSkillsOfTheCaller) {
  a2a::AgentCard card;
  ASSERT_TRUE(Stub().GetExtendedAgentCard(Context(kKim).get(), {}, &card).ok());
  EXPECT_EQ(card.supported_interfaces(0).protocol_binding(), "GRPC");
  EXPECT_EQ(card.supported_interfaces(0).protocol_version(), "1.0");
  EXPECT_TRUE(card.capabilities().streaming());
  EXPECT_FALSE(card.capabilities().push_notifications());
  ASSERT_EQ(card.skills_size(), 1);  // law.article alone is connected for kim.legal
  EXPECT_EQ(card.skills(0).tags(0), "law.article");
  EXPECT_TRUE(card.security_schemes().contains("bearer"));
}

}  // namespace
}  // namespace agents
