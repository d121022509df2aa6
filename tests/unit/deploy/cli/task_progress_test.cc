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

TEST(TaskProgress, PassesOverWhatItDoesNotUnderstand) {
  TaskProgress progress;
  EXPECT_TRUE(progress.Apply(Json::array()).empty());
  EXPECT_TRUE(progress.Apply({{"task", 5}, {"status_update", {{"status", "odd"}}}}).empty());
  EXPECT_FALSE(progress.Ended());
}

}  // namespace
}  // namespace deploy::cli
