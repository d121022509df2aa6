// Tasks of A2A: read, listed, canceled, by their requesters alone.
#include <limits>
#include <set>

#include "tests/unit/agents/api/a2a_client.h"

namespace agents {
namespace {

using fakes::kArticleRequest;
using fakes::kIncompleteRequest;
using fakes::kTicketRequest;

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

}  // namespace
}  // namespace agents
