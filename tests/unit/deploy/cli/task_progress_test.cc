#include "deploy/cli/task_progress.h"

#include <gtest/gtest.h>

namespace deploy::cli {
namespace {

using base::Json;

Json Artifact(const char* id, Json data) {
  return {{"artifact_update",
           {{"artifact",
             {{"artifact_id", id}, {"parts", Json::array({{{"data", std::move(data)}}})}}}}}};
}

TEST(TaskProgress, TellsEachThingOnceThoughTheTaskIsSentAgain) {
  TaskProgress progress;
  const Json task = {{"task", {{"id", "r1"}, {"status", {{"state", "TASK_STATE_WORKING"}}}}}};
  EXPECT_EQ(progress.Apply(task), std::vector<std::string>{"state"});
  EXPECT_TRUE(progress.Apply(task).empty());
  const Json plan = Artifact("plan", {{"plan", {{"verdict", "refuse"}}}});
  EXPECT_EQ(progress.Apply(plan), std::vector<std::string>{"plan"});
  EXPECT_TRUE(progress.Apply(plan).empty());
  EXPECT_EQ(progress.ToJson()["run_id"], "r1");
  EXPECT_EQ(progress.ToJson()["plan"]["verdict"], "refuse");
}

TEST(TaskProgress, CarriesWhatThePersonHasToDo) {
  TaskProgress progress;
  progress.Apply(
      {{"status_update",
        {{"status",
          {{"state", "TASK_STATE_AUTH_REQUIRED"},
           {"message",
            {{"parts",
              Json::array(
                  {{{"text", "승인 대기"}},
                   {{"data", {{"approvals", Json::array({{{"approval_id", "a1"}}})}}}}})}}}}}}}});
  EXPECT_TRUE(progress.NeedsApproval());
  EXPECT_FALSE(progress.Ended());
  EXPECT_EQ(progress.reason(), "승인 대기");
  EXPECT_EQ(progress.approvals()[0]["approval_id"], "a1");
}

Json Refused(const char* reason) {
  return {{"status_update",
           {{"status",
             {{"state", "TASK_STATE_REJECTED"},
              {"message", {{"parts", Json::array({{{"text", reason}}})}}}}}}}};
}

TEST(TaskProgress, TellsTheReasonInBothLanguagesWhileItIsTheOneThatWasTold) {
  TaskProgress progress;
  progress.Apply(Refused("할 수 없습니다"));
  EXPECT_EQ(progress.ToJson()["reason"], "할 수 없습니다");
  EXPECT_EQ(progress.ToJson()["reason_en"], "");
  progress.TakeReasons({{"reason_en", "waits"}, {"reason_ko", "기다립니다"}});
  EXPECT_EQ(progress.ToJson()["reason_ko"], "") << "the run has gone on";
  progress.TakeReasons({{"reason_en", "cannot"}, {"reason_ko", "할 수 없습니다"}});
  EXPECT_EQ(progress.ToJson()["reason_en"], "cannot");
  EXPECT_EQ(progress.ToJson()["reason_ko"], "할 수 없습니다");
  EXPECT_EQ(progress.ReasonIn(base::Language::kEnglish), "cannot");
  progress.Apply(Refused("거절했습니다"));
  EXPECT_EQ(progress.ReasonIn(base::Language::kEnglish), "거절했습니다") << "better than nothing";
  EXPECT_EQ(progress.ToJson()["reason_en"], "") << "said of another state";
}

TEST(TaskProgress, SaysWhatKeepsARunFromGoingOn) {
  TaskProgress progress;
  Json update = Refused("데이터베이스를 쓸 수 없습니다");
  update["status_update"]["status"]["state"] = "TASK_STATE_WORKING";
  update["status_update"]["metadata"] = {{"event", "run.held"}};
  EXPECT_EQ(progress.Apply(update), std::vector<std::string>{"held"});
  EXPECT_FALSE(progress.Ended());
  EXPECT_EQ(progress.reason(), "데이터베이스를 쓸 수 없습니다");
}

TEST(TaskProgress, PassesOverWhatItDoesNotUnderstand) {
  TaskProgress progress;
  EXPECT_TRUE(progress.Apply(Json::array()).empty());
  EXPECT_TRUE(progress.Apply({{"task", 5}, {"status_update", {{"status", "odd"}}}}).empty());
  EXPECT_FALSE(progress.Ended());
}

}  // namespace
}  // namespace deploy::cli
