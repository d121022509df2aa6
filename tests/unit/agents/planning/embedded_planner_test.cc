// The embedded planner with weights that know nothing: whatever a model prefers, what it writes is
// a plan that holds, the same every time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "agents/plan_reading.h"
#include "agents/planner.h"
#include "tests/unit/agents/planning/byte_tokenizer.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::HasSubstr;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

// The golden model of `family` with a tokenizer whose tokens are bytes.
class ModelFolder {
 public:
  explicit ModelFolder(const std::string& family)
      : path_(base::StrCat(testing::TempDir(), "/planner_", ::getpid(), "_", family)) {
    std::filesystem::remove_all(path_);
    std::filesystem::copy(base::StrCat(MARU_SOURCE_DIR, "/tests/golden/", family), path_);
    std::filesystem::remove(path_ + "/tokenizer.json");
    WriteByteTokenizer(path_ + "/tokenizer.json");
  }
  ~ModelFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

std::unique_ptr<Planner> Make(const ModelFolder& folder, int threads = 1) {
  auto planner = MakeEmbeddedPlanner(folder.path(), Tools(), threads);
  CHECK(planner.ok(), "%s", std::string(planner.status().message()).c_str());
  return *std::move(planner);
}

PlanRequest Request(const std::string& text) {
  PlanRequest request;
  request.text = text;
  request.now = Tuesday();
  for (const tools::ToolSpec& tool : Tools().tools()) request.offered.insert(tool.name);
  request.allowed = request.offered;
  return request;
}

base::Json PlanMade(const PlanRequest& request, const PlanResult& result) {
  Plan plan = result.plan;
  Derive(plan, Tools(), request.text);
  return {{"plan", ToJson(plan, true)},
          {"evidence", result.evidence.ToJson()},
          {"text", result.text},
          {"request", request.text},
          {"now", "2026-11-24T10:00:00+09:00"},
          {"offered", request.offered},
          {"allowed", request.allowed}};
}

// Requests that a model without knowledge brings to an end.
std::vector<PlanRequest> Planned(Planner& planner) {
  std::vector<PlanRequest> planned;
  for (const base::Json& example : Examples()) {
    const PlanRequest request = Request(example["request"]);
    const auto result = planner.MakePlan(request);
    if (result.ok()) {
      planned.push_back(request);
    } else {
      EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted) << result.status();
    }
  }
  return planned;
}

TEST(EmbeddedPlanner, WhateverAModelPrefersItsPlanHolds) {
  for (const char* family : {"k_exaone", "solar_open"}) {
    const ModelFolder folder(family);
    const auto planner = Make(folder);
    const auto planned = Planned(*planner);
    EXPECT_FALSE(planned.empty()) << family;
    for (const PlanRequest& request : planned) {
      const auto result = planner->MakePlan(request);
      ASSERT_TRUE(result.ok());
      EXPECT_TRUE(Validate(result->plan, Tools()).ok()) << result->text;
      EXPECT_TRUE(CheckValues(result->plan, request, Tools()).ok()) << result->text;
      EXPECT_EQ(result->evidence.provider, "embedded");
      EXPECT_EQ(result->evidence.weights_sha256.size(), 64u);
      EXPECT_LE(result->forced_tokens, result->tokens);
    }
  }
}

TEST(EmbeddedPlanner, PlansTheSameAgainWhateverTheNumberOfThreads) {
  const ModelFolder folder("k_exaone");
  const auto one = Make(folder, 1), two = Make(folder, 2);
  const auto planned = Planned(*one);
  ASSERT_FALSE(planned.empty());
  const auto a = one->MakePlan(planned[0]), b = two->MakePlan(planned[0]);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->text, b->text);
  EXPECT_EQ(a->evidence.ToJson(), b->evidence.ToJson());
}

TEST(EmbeddedPlanner, NamingAToolThatMayNotBeUsedEndsInARefusal) {
  const ModelFolder folder("k_exaone");
  const auto planner = Make(folder);
  int plans = 0;
  for (PlanRequest request : Planned(*planner)) {
    if (planner->MakePlan(request)->plan.verdict != Verdict::kPlan) continue;
    ++plans;
    request.offered.clear();
    const auto down = planner->MakePlan(request);
    ASSERT_TRUE(down.ok()) << down.status();
    EXPECT_EQ(down->plan.verdict, Verdict::kRefuse);
    EXPECT_NE(down->unusable_tool, "") << down->text;
    request.allowed.clear();
    const auto forbidden = planner->MakePlan(request);
    ASSERT_TRUE(forbidden.ok()) << forbidden.status();
    EXPECT_EQ(forbidden->plan.reason, RefuseReason::kNotPermitted);
    EXPECT_NE(forbidden->unusable_tool, "");
  }
  EXPECT_GT(plans, 0);
}

TEST(RecomputePlan, AcceptsWhatWasPlannedAndNamesWhatWasChanged) {
  const ModelFolder folder("k_exaone");
  const auto planner = Make(folder);
  const auto planned = Planned(*planner);
  ASSERT_FALSE(planned.empty());
  const base::Json made = PlanMade(planned[0], *planner->MakePlan(planned[0]));
  EXPECT_TRUE(RecomputePlan(*planner, Tools(), made).ok())
      << RecomputePlan(*planner, Tools(), made);
  const auto changed = [&](auto edit) {
    base::Json body = made;
    edit(body);
    return RecomputePlan(*planner, Tools(), body);
  };
  const absl::Status text = changed([](base::Json& body) { body["text"] = "{}"; });
  EXPECT_EQ(text.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(text.message()), HasSubstr("the text"));
  EXPECT_THAT(
      std::string(changed([](base::Json& body) { body["plan"] = base::Json::object(); }).message()),
      HasSubstr("the plan"));
  EXPECT_THAT(
      std::string(changed([](base::Json& body) { body["request"] = "다른 요청"; }).message()),
      HasSubstr("the prompt's hash"));
  EXPECT_THAT(std::string(changed([](base::Json& body) {
                            body["offered"] = base::Json::array();
                          }).message()),
              HasSubstr("the grammar's hash"));
  EXPECT_EQ(changed([](base::Json& body) { body["evidence"]["weights_sha256"] = "00"; }).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(changed([](base::Json& body) { body["evidence"].erase("rules"); }).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(made["evidence"]["arithmetic"], model_core::kArithmetic);
  EXPECT_TRUE(changed([](base::Json& body) { body["evidence"].erase("arithmetic"); }).ok());
  const absl::Status arithmetic =
      changed([](base::Json& body) { body["evidence"]["arithmetic"] = 99; });
  EXPECT_EQ(arithmetic.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(arithmetic.message()), HasSubstr("arithmetic is '99'"));
  EXPECT_EQ(changed([](base::Json& body) { body["now"] = "gestern"; }).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(EmbeddedPlanner, RefusesRequestsThatAreNoTextAndHonoursCancelAndDeadline) {
  const ModelFolder folder("k_exaone");
  const auto planner = Make(folder);
  EXPECT_EQ(planner->MakePlan(Request("")).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(planner->MakePlan(Request("\xFF")).status().code(), absl::StatusCode::kInvalidArgument);
  std::string many;
  for (int i = 1; i < 100; ++i) many += base::StrCat("제", i, "조, ");
  EXPECT_THAT(std::string(planner->MakePlan(Request(many)).status().message()),
              HasSubstr("99 different articles"));
  PlanRequest request = Request("제38조 보여줘");
  request.cancelled = [] { return true; };
  EXPECT_EQ(planner->MakePlan(request).status().code(), absl::StatusCode::kCancelled);
  request.cancelled = nullptr;
  request.deadline = absl::InfinitePast();
  EXPECT_EQ(planner->MakePlan(request).status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(EmbeddedPlanner, RefusesAFolderWithoutThePlannersTokens) {
  EXPECT_FALSE(MakeEmbeddedPlanner("/nowhere", Tools(), 1).ok());
  const auto plain =
      MakeEmbeddedPlanner(base::StrCat(MARU_SOURCE_DIR, "/tests/golden/k_exaone"), Tools(), 1);
  EXPECT_THAT(std::string(plain.status().message()), HasSubstr("control token"));
}

}  // namespace
}  // namespace agents
