#include "deploy/cli/plan_batch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "deploy/cli/in_order.h"
#include "model_core/base/strings.h"
#include "tests/fakes/scripted_planner.h"
#include "tests/unit/deploy/cli/captured.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

std::unique_ptr<PlanSource> Source(ToolsByPrincipal tools = {}) {
  auto planner = std::make_unique<fakes::ScriptedPlanner>();
  planner->Teach("제38조 보여줘", {{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  return MakeLocalSource(std::move(planner), std::move(tools), "");
}

Json Planned(PlanSource& source, const std::string& line) {
  absl::Status status;
  auto json = base::ParseJson(PlanLine(Session{}, source, {}, {7, line}, status), "answer");
  EXPECT_TRUE(json.ok());
  EXPECT_EQ(!status.ok(), json->contains("error"));
  EXPECT_EQ(json->value("line", 0), status.ok() ? 0 : 7);
  return *json;
}

TEST(RunInOrder, GivesAnswersInTheOrderOfTheLinesWhateverEachTakes) {
  std::atomic<int> line = 0;
  std::string out;
  RunInOrder(
      4,
      [&](std::string& text) {
        text = StrCat(line.load());
        return ++line <= 2000;
      },
      [](int, size_t number, const std::string& text) {
        EXPECT_EQ(StrCat(number), text);
        if (text.ends_with("7")) std::this_thread::yield();
        return text;
      },
      [&](const std::string& answer) { out += StrCat(answer, ","); });
  std::string expected;
  for (int i = 0; i < 2000; ++i) expected += StrCat(i, ",");
  EXPECT_EQ(out, expected);
}

TEST(PlanLine, GivesThePlanFormUnderTheIdOfTheLine) {
  const Json answer = Planned(*Source(), R"({"id":7,"text":"제38조 보여줘"})");
  EXPECT_EQ(answer["id"], 7);
  EXPECT_EQ(answer["plan"]["verdict"], "ask");
  EXPECT_EQ(answer["plan"]["missing"], Json::array({"law.article.law"}));
}

TEST(PlanLine, SaysWhatIsWrongWithALineAndKeepsItsId) {
  const auto source = Source();
  EXPECT_EQ(Planned(*source, "{")["error"]["code"], "invalid_argument");
  EXPECT_EQ(Planned(*source, "[1]")["error"]["code"], "invalid_argument");
  EXPECT_EQ(Planned(*source, R"({"id":"a"})")["id"], "a");
  EXPECT_EQ(Planned(*source, R"({"id":"a","text":""})")["error"]["code"], "invalid_argument");
  EXPECT_EQ(Planned(*source, R"({"id":"a","text":5})")["error"]["code"], "invalid_argument");
  EXPECT_EQ(Planned(*source, R"({"id":"a","text":"x","now":"yesterday"})")["error"]["code"],
            "invalid_argument");
  EXPECT_EQ(Planned(*source, "{\"id\":\"a\",\"text\":\"\xff\"}")["error"]["code"],
            "invalid_argument");
  EXPECT_EQ(Planned(*source, std::string(kBatchLineBytesMax + 1, ' '))["error"]["code"],
            "invalid_argument");
}

TEST(PlanLine, KnowsOnlyThePrincipalsOfTheFile) {
  const auto source = Source({{"kim.legal", {"law.article"}}});
  EXPECT_TRUE(
      Planned(*source, R"({"id":1,"text":"제38조 보여줘","as":"kim.legal"})").contains("plan"));
  EXPECT_EQ(Planned(*source, R"({"id":1,"text":"제38조 보여줘","as":"nobody"})")["error"]["code"],
            "not_found");
}

struct Batched {
  absl::StatusOr<BatchCount> count;
  std::vector<std::string> lines;
};

Batched Plan(const std::string& input, std::vector<std::unique_ptr<PlanSource>> sources) {
  std::FILE* in = std::tmpfile();
  std::fwrite(input.data(), 1, input.size(), in);
  std::rewind(in);
  Session session;
  session.terminal.out = std::tmpfile();
  Batched batched{PlanLines(session, sources, {}, in), {}};
  std::fclose(in);
  const std::string out = Contents(session.terminal.out);
  for (const std::string_view line : base::StrSplit(base::Trim(out), '\n'))
    batched.lines.emplace_back(line);
  return batched;
}

TEST(PlanLines, GoesOnAfterALineThatFailsNamesItAndCountsIt) {
  std::vector<std::unique_ptr<PlanSource>> sources;
  sources.push_back(Source());
  sources.push_back(Source());
  const Batched batched = Plan(
      "{\"id\":1,\"text\":\"제38조 보여줘\"}\n\nnonsense\n{\"id\":3,\"text\":\"제38조 보여줘\"}",
      std::move(sources));
  ASSERT_TRUE(batched.count.ok());
  EXPECT_EQ(batched.count->lines, 3u);
  EXPECT_EQ(batched.count->failed, 1u);
  ASSERT_EQ(batched.lines.size(), 3u);
  EXPECT_TRUE(batched.lines[0].starts_with(R"({"id":1,"plan")")) << batched.lines[0];
  EXPECT_TRUE(batched.lines[1].starts_with(R"({"id":null,"line":3,"error")")) << batched.lines[1];
  EXPECT_TRUE(batched.lines[2].starts_with(R"({"id":3,"plan")")) << batched.lines[2];
}

// Plans for those who are named, as a server does where there are several credentials.
class ChoosySource : public PlanSource {
 public:
  absl::StatusOr<Json> MakePlan(const PlanQuestion& question) override {
    if (!question.as.empty()) return Json{{"plan", {{"verdict", "refuse"}}}};
    return base::WithReason(absl::UnauthenticatedError("which one asks?"), kNobodyNamed);
  }
};

TEST(PlanLines, EndOnceWhereNobodyCanBeChosenToAsk) {
  std::string input = "{\"id\":1,\"text\":\"x\",\"as\":\"kim\"}\n";
  for (int i = 0; i < 1000; ++i) input += "{\"id\":2,\"text\":\"x\"}\n";
  std::vector<std::unique_ptr<PlanSource>> sources;
  sources.push_back(std::make_unique<ChoosySource>());
  const Batched batched = Plan(input, std::move(sources));
  EXPECT_EQ(batched.count.status().code(), absl::StatusCode::kUnauthenticated);
  ASSERT_EQ(batched.lines.size(), 1u);
  EXPECT_TRUE(batched.lines[0].starts_with(R"({"id":1,"plan")")) << batched.lines[0];
}

TEST(PlanLines, CannotBeReadFromAFolder) {
  const Captured captured = RunMaru({"--server", "127.0.0.1:1", "plan", "--batch", "/"});
  EXPECT_EQ(captured.code, 2) << captured.err;
  EXPECT_EQ(RunMaru({"--server", "127.0.0.1:1", "plan", "--batch", "/no/such"}).code, 3);
}

}  // namespace
}  // namespace deploy::cli
