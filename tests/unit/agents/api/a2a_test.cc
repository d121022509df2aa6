// A2A as a client sees it: what each method does, and each error with its reason.
#include <gmock/gmock.h>

#include <limits>
#include <set>

#include "maru/v1/runs.grpc.pb.h"
#include "model_core/base/strings.h"
#include "tests/fakes/faulty_store.h"
#include "tests/fakes/held_loop.h"
#include "tests/unit/agents/api/client.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;
using fakes::kArticleRequest;
using fakes::kIncompleteRequest;
using fakes::kMissingLaw;
using fakes::kSlowRequest;
using fakes::kTicketRequest;

const As kKim{"kim.legal"};
const As kHan{"han.clerk"};

a2a::A2AService::Stub& Stub() {
  static const auto stub = a2a::A2AService::NewStub(Channel());
  return *stub;
}

grpc::Status TrySend(const As& as, const a2a::SendMessageRequest& request) {
  a2a::SendMessageResponse response;
  return Stub().SendMessage(Context(as).get(), request, &response);
}

a2a::Task Get(const As& as, const std::string& id) {
  a2a::GetTaskRequest request;
  request.set_id(id);
  a2a::Task task;
  const grpc::Status status = Stub().GetTask(Context(as).get(), request, &task);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return task;
}

const a2a::Artifact* Find(const a2a::Task& task, std::string_view id) {
  for (const a2a::Artifact& artifact : task.artifacts()) {
    if (artifact.artifact_id() == id) return &artifact;
  }
  return nullptr;
}

void ExpectError(const grpc::Status& status, grpc::StatusCode code, const std::string& reason) {
  EXPECT_EQ(status.error_code(), code) << status.error_message();
  EXPECT_FALSE(status.error_message().empty());
  EXPECT_EQ(ErrorInfoOf(status).reason(), reason);
  EXPECT_EQ(ErrorInfoOf(status).domain(), "a2a-protocol.org");
}

a2a::SendMessageRequest AtOnce(const std::string& text) {
  a2a::SendMessageRequest request = MessageOf(text);
  request.mutable_configuration()->set_return_immediately(true);
  return request;
}

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

TEST(A2aTask, IsItsRequestersAlone) {
  const a2a::Task task = Send(kKim, kArticleRequest);
  for (const std::string& id : {task.id(), std::string("no-such-task")}) {
    a2a::GetTaskRequest request;
    request.set_id(id);
    a2a::Task seen;
    ExpectError(Stub().GetTask(Context(kHan).get(), request, &seen), grpc::StatusCode::NOT_FOUND,
                "TASK_NOT_FOUND");
    a2a::CancelTaskRequest cancel;
    cancel.set_id(id);
    ExpectError(Stub().CancelTask(Context(kHan).get(), cancel, &seen), grpc::StatusCode::NOT_FOUND,
                "TASK_NOT_FOUND");
    a2a::SendMessageRequest reply = MessageOf("말");
    reply.mutable_message()->set_task_id(id);
    ExpectError(TrySend(kHan, reply), grpc::StatusCode::NOT_FOUND, "TASK_NOT_FOUND");
  }
}

TEST(A2aTask, CutsTheHistoryAtTheLengthAskedFor) {
  const a2a::Task asked = Send(kKim, kIncompleteRequest);
  a2a::GetTaskRequest request;
  request.set_id(asked.id());
  a2a::Task task;
  request.set_history_length(0);
  ASSERT_TRUE(Stub().GetTask(Context(kKim).get(), request, &task).ok());
  EXPECT_EQ(task.history_size(), 0);
  request.set_history_length(1);
  ASSERT_TRUE(Stub().GetTask(Context(kKim).get(), request, &task).ok());
  ASSERT_EQ(task.history_size(), 1);
  EXPECT_EQ(task.history(0).role(), a2a::ROLE_AGENT);  // the newest
  request.set_history_length(-1);
  ExpectError(Stub().GetTask(Context(kKim).get(), request, &task),
              grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
}

TEST(A2aTask, TakesNoMessageAfterItsEndOrFromAnotherContext) {
  const a2a::Task ended = Send(kKim, kArticleRequest);
  a2a::SendMessageRequest more = MessageOf("더");
  more.mutable_message()->set_task_id(ended.id());
  ExpectError(TrySend(kKim, more), grpc::StatusCode::FAILED_PRECONDITION, "UNSUPPORTED_OPERATION");
  more.mutable_message()->set_context_id("elsewhere");
  ExpectError(TrySend(kKim, more), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
}

TEST(A2aList, PagesThroughTheCallersTasksNewestFirst) {
  const As bae{"bae.process"};
  std::set<std::string> sent;
  for (int i = 0; i < 5; ++i) sent.insert(Send(bae, "아무 도구도 못 하는 일").id());
  a2a::ListTasksRequest request;
  request.set_page_size(2);
  std::set<std::string> seen;
  do {
    a2a::ListTasksResponse page;
    ASSERT_TRUE(Stub().ListTasks(Context(bae).get(), request, &page).ok());
    EXPECT_EQ(page.total_size(), 5);
    EXPECT_EQ(page.page_size(), 2);
    for (const a2a::Task& task : page.tasks()) {
      EXPECT_TRUE(seen.insert(task.id()).second);
      EXPECT_EQ(task.artifacts_size(), 0);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, sent);
}

TEST(A2aList, FiltersByStateContextAndTime) {
  const As jung{"jung.shift"};
  a2a::SendMessageRequest message = MessageOf("아무 도구도 못 하는 일");
  message.mutable_message()->set_context_id("shift-talk");
  ASSERT_TRUE(TrySend(jung, message).ok());
  const auto count = [&](const a2a::ListTasksRequest& request) {
    a2a::ListTasksResponse page;
    EXPECT_TRUE(Stub().ListTasks(Context(jung).get(), request, &page).ok());
    return page.tasks_size();
  };
  a2a::ListTasksRequest request;
  request.set_context_id("shift-talk");
  EXPECT_EQ(count(request), 1);
  request.set_status(a2a::TASK_STATE_REJECTED);
  EXPECT_EQ(count(request), 1);
  request.set_status(a2a::TASK_STATE_AUTH_REQUIRED);
  EXPECT_EQ(count(request), 0);
  request.clear_status();
  request.mutable_status_timestamp_after()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 3600);
  EXPECT_EQ(count(request), 1);
  request.mutable_status_timestamp_after()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 3600);
  EXPECT_EQ(count(request), 0);
}

TEST(A2aList, RefusesPagesItNeverGave) {
  a2a::ListTasksResponse page;
  a2a::ListTasksRequest request;
  request.set_page_size(101);
  ExpectError(Stub().ListTasks(Context(kKim).get(), request, &page),
              grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  request.set_page_size(10);
  request.mutable_status_timestamp_after()->set_seconds(std::numeric_limits<int64_t>::max());
  ExpectError(Stub().ListTasks(Context(kKim).get(), request, &page),
              grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  request.clear_status_timestamp_after();
  for (const char* token :
       {"!", "xyz", "1795482000-no-id", "-019ab1c2-0000-7000-8000-000000000000"}) {
    request.set_page_token(token);
    ExpectError(Stub().ListTasks(Context(kKim).get(), request, &page),
                grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PARAMS");
  }
}

TEST(A2aCancel, EndsAWaitingTaskAndMayBeRepeated) {
  const a2a::Task waiting = Send(kHan, kTicketRequest);
  a2a::CancelTaskRequest request;
  request.set_id(waiting.id());
  a2a::Task canceled;
  ASSERT_TRUE(Stub().CancelTask(Context(kHan).get(), request, &canceled).ok());
  EXPECT_EQ(canceled.status().state(), a2a::TASK_STATE_CANCELED);
  ASSERT_TRUE(Stub().CancelTask(Context(kHan).get(), request, &canceled).ok());
  EXPECT_EQ(canceled.status().state(), a2a::TASK_STATE_CANCELED);
}

TEST(A2aCancel, RefusesATaskThatHasEnded) {
  const a2a::Task ended = Send(kKim, kArticleRequest);
  a2a::CancelTaskRequest request;
  request.set_id(ended.id());
  a2a::Task task;
  ExpectError(Stub().CancelTask(Context(kKim).get(), request, &task),
              grpc::StatusCode::FAILED_PRECONDITION, "TASK_NOT_CANCELABLE");
}

// Every update of a stream in one word: "task WORKING", "artifact plan", "status COMPLETED".
std::vector<std::string> Words(grpc::ClientReader<a2a::StreamResponse>& reader) {
  std::vector<std::string> words;
  for (a2a::StreamResponse update; reader.Read(&update);) {
    if (update.has_task()) words.push_back("task");
    if (update.has_artifact_update())
      words.push_back("artifact " + update.artifact_update().artifact().artifact_id());
    if (update.has_status_update())
      words.push_back("status " + a2a::TaskState_Name(update.status_update().status().state()));
  }
  return words;
}

TEST(A2aStream, TellsPlanDecisionStepAnswerAndEndInOrder) {
  const auto context = Context(kKim);
  const auto reader = Stub().SendStreamingMessage(context.get(), MessageOf(kSlowRequest));
  const std::vector<std::string> words = Words(*reader);
  ASSERT_TRUE(reader->Finish().ok());
  ASSERT_FALSE(words.empty());
  EXPECT_EQ(words.front(), "task");
  EXPECT_EQ(words.back(), "status TASK_STATE_COMPLETED");
  EXPECT_EQ(words[words.size() - 2], "artifact answer");
  EXPECT_EQ(words[words.size() - 3], "artifact step-s1");
}

// A run may be done before its stream is opened: the same message sent again makes sure of that.
TEST(A2aStream, TellsAllOfARunThatWasDoneBeforeItBegan) {
  const a2a::SendMessageRequest request = MessageOf(kArticleRequest);
  const auto stream = [&] {
    const auto context = Context(kKim);
    const auto reader = Stub().SendStreamingMessage(context.get(), request);
    return Words(*reader);
  };
  const std::vector<std::string> words = stream();
  ASSERT_GT(words.size(), 4u);
  EXPECT_EQ(words.front(), "task");
  EXPECT_EQ(words.back(), "status TASK_STATE_COMPLETED");
  EXPECT_EQ(stream(), words);
}

TEST(A2aStream, GivesEverySubscriberTheSameUpdatesAndEndsForAll) {
  const a2a::Task waiting = Send(kHan, kTicketRequest);
  a2a::SubscribeToTaskRequest request;
  request.set_id(waiting.id());
  const auto first_context = Context(kHan), second_context = Context(kHan),
             third_context = Context(kHan);
  const auto first = Stub().SubscribeToTask(first_context.get(), request);
  const auto second = Stub().SubscribeToTask(second_context.get(), request);
  const auto third = Stub().SubscribeToTask(third_context.get(), request);
  a2a::StreamResponse task;
  ASSERT_TRUE(first->Read(&task) && second->Read(&task) && third->Read(&task));
  third_context->TryCancel();  // one that leaves harms no other
  ASSERT_TRUE(DecideFor("seo.head", waiting.id(), false, "필요 없음").ok());
  const std::vector<std::string> words = Words(*first);
  EXPECT_EQ(words, Words(*second));
  ASSERT_FALSE(words.empty());
  EXPECT_TRUE(first->Finish().ok() && second->Finish().ok());
  const a2a::TaskState end = Get(kHan, waiting.id()).status().state();
  EXPECT_EQ(words.back(), "status " + a2a::TaskState_Name(end));
}

TEST(A2aStream, ClosesWhenTheTaskWaitsForAPerson) {
  const auto context = Context(kHan);
  const auto reader = Stub().SendStreamingMessage(context.get(), MessageOf(kTicketRequest));
  const std::vector<std::string> words = Words(*reader);
  ASSERT_TRUE(reader->Finish().ok());
  ASSERT_FALSE(words.empty());
  EXPECT_EQ(words.back(), "status TASK_STATE_AUTH_REQUIRED");
}

// A server of its own over the shared platform, whose store and run loop do as the test says.
class A2aHeld : public testing::Test {
 protected:
  void SetUp() override {
    GrpcOptions options;
    options.listen = "127.0.0.1:0";
    auto started = StartGrpcServer(context_, options);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    stub_ = a2a::A2AService::NewStub(grpc::CreateChannel(
        base::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials()));
  }

  // Whether the update says that the run waits for the store.
  static bool IsHeld(const a2a::StreamResponse& update) {
    const auto& fields = update.status_update().metadata().fields();
    return fields.contains("event") && fields.at("event").string_value() == "run.held";
  }
  // Reads until the stream says so, or until it ends.
  static a2a::TaskStatusUpdateEvent ReadUntilHeld(grpc::ClientReader<a2a::StreamResponse>& reader) {
    a2a::StreamResponse update;
    while (reader.Read(&update)) {
      if (IsHeld(update)) return update.status_update();
    }
    return {};
  }

  fakes::FaultyStore store_{Platform().store()};
  fakes::HeldLoop loop_{Platform().runs()};
  ApiContext shared_ = Platform().context();
  ApiContext context_{loop_,        store_, shared_.planner, shared_.authorizer, shared_.registry,
                      shared_.clock};
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<a2a::A2AService::Stub> stub_;
};

TEST_F(A2aHeld, AStreamSaysOnceWhatItsRunWaitsForWhileTheStoreIsFull) {
  loop_.Hold(base::WithReason(absl::ResourceExhaustedError("no disk space"), "STORE_FULL"));
  const auto context = Context({"kim.legal", "ko"});
  const auto reader = stub_->SendStreamingMessage(context.get(), MessageOf(kSlowRequest));
  const a2a::TaskStatusUpdateEvent held = ReadUntilHeld(*reader);
  EXPECT_EQ(held.metadata().fields().at("reason").string_value(), "STORE_FULL");
  EXPECT_NE(held.status().state(), a2a::TASK_STATE_COMPLETED);
  EXPECT_THAT(held.status().message().parts(0).text(), testing::HasSubstr("디스크 공간"));
  bool held_before = true;
  for (a2a::StreamResponse update; reader->Read(&update); held_before = IsHeld(update)) {
    EXPECT_FALSE(held_before && IsHeld(update)) << "told once while nothing else happens";
  }
  EXPECT_FALSE(held_before) << "the last word is how the run ended";
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(A2aHeld, ATaskThatIsReadSaysItTooInTheLanguageOfItsRequest) {
  loop_.Hold(absl::ResourceExhaustedError("no disk space"));
  a2a::SendMessageRequest request = AtOnce(kSlowRequest);
  (*request.mutable_message()->mutable_metadata()->mutable_fields())["language"].set_string_value(
      "en");
  a2a::SendMessageResponse sent;
  ASSERT_TRUE(stub_->SendMessage(Context(kKim).get(), request, &sent).ok());
  EXPECT_THAT(sent.task().status().message().parts(0).text(), testing::HasSubstr("no disk space"));
  a2a::GetTaskRequest get;
  get.set_id(sent.task().id());
  a2a::Task task;
  loop_.Hold(absl::UnavailableError("no answer"));
  ASSERT_TRUE(stub_->GetTask(Context(kKim).get(), get, &task).ok());
  EXPECT_THAT(task.status().message().parts(0).text(), testing::HasSubstr("cannot be used"));
}

TEST_F(A2aHeld, WhoWatchesTheRunIsToldInBothLanguagesThoughTheStoreIsAway) {
  a2a::SendMessageResponse sent;
  ASSERT_TRUE(stub_->SendMessage(Context(kKim).get(), AtOnce(kSlowRequest), &sent).ok());
  const auto runs = maru::v1::RunService::NewStub(grpc::CreateChannel(
      base::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials()));
  maru::v1::WatchRunRequest request;
  request.set_id(sent.task().id());
  const auto context = Context(kKim);
  const auto reader = runs->WatchRun(context.get(), request);
  maru::v1::RunEvent event;
  ASSERT_TRUE(reader->Read(&event));
  store_.Die();
  while (event.type() != "run.held") ASSERT_TRUE(reader->Read(&event));
  EXPECT_THAT(event.body_json(), testing::HasSubstr("the database cannot be used"));
  EXPECT_THAT(event.body_json(), testing::HasSubstr("데이터베이스를 쓸 수 없습니다"));
  store_.Revive();
  while (reader->Read(&event)) {
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(event.type(), "run.ended");
}

TEST_F(A2aHeld, AStreamOutlivesAStoreThatIsAway) {
  const auto context = Context({"kim.legal", "ko"});
  const auto reader = stub_->SendStreamingMessage(context.get(), MessageOf(kSlowRequest));
  a2a::StreamResponse first;
  ASSERT_TRUE(reader->Read(&first));
  store_.Die();
  EXPECT_THAT(ReadUntilHeld(*reader).status().message().parts(0).text(),
              testing::HasSubstr("데이터베이스를 쓸 수 없습니다"));
  store_.Revive();
  const std::vector<std::string> words = Words(*reader);
  EXPECT_TRUE(reader->Finish().ok());
  ASSERT_FALSE(words.empty());
  EXPECT_EQ(words.back(), "status TASK_STATE_COMPLETED");
}

TEST(A2aStream, CannotBeOpenedOnATaskThatHasEnded) {
  const a2a::Task ended = Send(kKim, kArticleRequest);
  a2a::SubscribeToTaskRequest request;
  request.set_id(ended.id());
  const auto context = Context(kKim);
  const auto reader = Stub().SubscribeToTask(context.get(), request);
  a2a::StreamResponse update;
  EXPECT_FALSE(reader->Read(&update));
  ExpectError(reader->Finish(), grpc::StatusCode::FAILED_PRECONDITION, "UNSUPPORTED_OPERATION");
}

TEST(A2aStream, IsBoundedForEachPerson) {
  const a2a::Task waiting = Send(kHan, kTicketRequest);
  a2a::SubscribeToTaskRequest request;
  request.set_id(waiting.id());
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<a2a::StreamResponse>>> readers;
  int open = 0;
  grpc::Status refused;
  for (int i = 0; i < 17; ++i) {
    contexts.push_back(Context(kHan));
    readers.push_back(Stub().SubscribeToTask(contexts.back().get(), request));
    a2a::StreamResponse update;
    if (readers.back()->Read(&update)) {
      ++open;
    } else {
      refused = readers.back()->Finish();
    }
  }
  EXPECT_EQ(open, 16);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(refused.error_message().find("16"), std::string::npos);
  EXPECT_EQ(Get(kHan, waiting.id()).id(), waiting.id()) << "others are still answered";
  for (const auto& context : contexts) context->TryCancel();
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
