// Streams of A2A: the updates of a run, to all who watch, also while it is held up.
#include "maru/v1/runs.grpc.pb.h"
#include "model_core/base/strings.h"
#include "tests/fakes/faulty_store.h"
#include "tests/fakes/held_loop.h"
#include "tests/unit/agents/api/a2a_client.h"

namespace agents {
namespace {

using fakes::kArticleRequest;
using fakes::kSlowRequest;
using fakes::kTicketRequest;

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

}  // namespace
}  // namespace agents
