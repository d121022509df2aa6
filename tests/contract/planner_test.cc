// What every Planner promises: the embedded one with the shipped weights, and one of another server
// that is not there.
#include "agents/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "connectors/remote_model.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tests/fakes/peer.h"

namespace agents {
namespace {

using base::StrCat;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

std::unique_ptr<Planner> Made(absl::StatusOr<std::unique_ptr<Planner>> made) {
  CHECK(made.ok(), "%s", std::string(made.status().message()).c_str());
  return *std::move(made);
}

// Loaded once.
std::shared_ptr<Planner> Embedded() {
  static const std::shared_ptr<Planner> planner =
      Made(MakeEmbeddedPlanner(MARU_SOURCE_DIR "/deploy/models/planner", Tools(), 1));
  return planner;
}

std::shared_ptr<Planner> Remote() {
  static auto* const http = connectors::MakeHttpClient({}).release();
  connectors::OpenAiOptions options;
  options.base_url = StrCat("http://127.0.0.1:", fakes::FreePort(), "/v1");
  options.model = "any";
  return Made(connectors::MakeOpenAiPlanner(options, *http, Tools()));
}

PlanRequest Request(std::string text) {
  PlanRequest request;
  request.text = std::move(text);
  request.now = *base::ParseTimeText("2026-11-24T10:00:00+09:00");
  for (const tools::ToolSpec& tool : Tools().tools()) request.offered.insert(tool.name);
  request.allowed = request.offered;
  return request;
}

struct Named {
  const char* name;
  std::shared_ptr<Planner> (*make)();
};

class PlannerContract : public testing::TestWithParam<Named> {
 protected:
  // The refusal of a request that no model is asked about.
  void ExpectRefused(const std::string& text) {
    const absl::Status status = planner_->MakePlan(Request(text)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_NE(base::Message(status, base::Language::kKorean),
              base::Message(status, base::Language::kEnglish));
  }

  const std::shared_ptr<Planner> planner_ = GetParam().make();
};

TEST_P(PlannerContract, WhatIsNoRequestIsRefusedBeforeAnyModelIsAsked) {
  ExpectRefused("");
  ExpectRefused(" \n\t");
  ExpectRefused(std::string(kRequestBytesMax + 1, 'a'));
  ExpectRefused("의료법\xFF");
  ExpectRefused(std::string("law\0article", 11));
}

TEST_P(PlannerContract, MoreValuesOfAKindThanAPlanCouldUseAreRefused) {
  std::string text = "처방 목록";
  for (int i = 0; i < 60; ++i) text += StrCat(", P-", 1000 + i);
  ExpectRefused(text + " 보여줘");
}

TEST_P(PlannerContract, ADeadlineThatHasPassedIsSaidToHavePassed) {
  PlanRequest request = Request("의료법 제21조 보여줘");
  request.deadline = absl::Now() - absl::Seconds(1);
  const absl::Status status = planner_->MakePlan(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
}

TEST_P(PlannerContract, ACancelledRequestHasNoPlan) {
  PlanRequest request = Request("의료법 제21조 보여줘");
  request.cancelled = [] { return true; };
  const absl::Status status = planner_->MakePlan(request).status();
  // A server that is not there may be seen not to be there first.
  EXPECT_TRUE(absl::IsCancelled(status) || absl::IsUnavailable(status)) << status;
}

INSTANTIATE_TEST_SUITE_P(All, PlannerContract,
                         testing::Values(Named{"Embedded", &Embedded}, Named{"Remote", &Remote}),
                         [](const auto& info) { return info.param.name; });

TEST(PlannerContractRemote, WhoseServerIsAwayIsUnavailable) {
  const auto planner = Remote();
  EXPECT_TRUE(absl::IsUnavailable(planner->MakePlan(Request("의료법 제21조 보여줘")).status()));
  EXPECT_FALSE(planner->Figures().has_value());
}

TEST(PlannerContractEmbedded, ManyMayAskAtATimeAndTheSameRequestHasTheSamePlan) {
  const auto planner = Embedded();
  const PlanRequest request = Request("의료법 제21조 보여줘");
  const auto first = planner->MakePlan(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->evidence.weights_sha256.empty());
  std::vector<std::string> texts(4);
  std::vector<std::thread> threads;
  for (std::string& text : texts)
    threads.emplace_back([&] { text = planner->MakePlan(request)->text; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(texts, testing::Each(first->text));
  EXPECT_TRUE(planner->Figures().has_value());
}

}  // namespace
}  // namespace agents
