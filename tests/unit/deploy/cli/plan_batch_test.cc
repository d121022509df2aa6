#include "deploy/cli/plan_batch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "deploy/cli/in_order.h"
#include "model_core/base/strings.h"
#include "tests/fakes/scripted_planner.h"

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
  bool failed = false;
  auto json = base::ParseJson(PlanLine(Session{}, source, {}, line, failed), "answer");
  EXPECT_TRUE(json.ok());
  EXPECT_EQ(failed, json->contains("error"));
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
      [](int, const std::string& text) {
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

TEST(PlanLines, GoesOnAfterALineThatFailsAndCountsIt) {
  std::FILE* in = std::tmpfile();
  std::fputs(
      "{\"id\":1,\"text\":\"제38조 보여줘\"}\n\nnonsense\n{\"id\":3,\"text\":\"제38조 보여줘\"}",
      in);
  std::rewind(in);
  Session session;
  session.terminal.out = std::tmpfile();
  std::vector<std::unique_ptr<PlanSource>> sources;
  sources.push_back(Source());
  sources.push_back(Source());
  const BatchCount count = PlanLines(session, sources, {}, in);
  EXPECT_EQ(count.lines, 3u);
  EXPECT_EQ(count.failed, 1u);
  std::rewind(session.terminal.out);
  char text[4096] = {};
  const std::string out(text, std::fread(text, 1, sizeof(text), session.terminal.out));
  const auto lines = base::StrSplit(base::Trim(out), '\n');
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].starts_with(R"({"id":1,"plan")")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with(R"({"id":null,"error")")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with(R"({"id":3,"plan")")) << lines[2];
  std::fclose(in);
  std::fclose(session.terminal.out);
}

}  // namespace
}  // namespace deploy::cli
