// The search finds the likeliest plan where the likeliest next token each time would miss it.
#include "agents/planning/plan_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agents/planning/byte_vocabulary.h"
#include "tests/unit/agents/planning/examples.h"
#include "tests/unit/agents/planning/memory.h"

namespace agents {
namespace {

using model_core::GenerateRequest;
using model_core::TokenChoice;

constexpr char kRequest[] = "민법 제38조와 제39조를 보여줘";

class ByteMemory : public Memory {
 public:
  explicit ByteMemory(std::map<std::string, double> texts)
      : Memory(ByteVocabulary(), std::move(texts)) {}
};

absl::StatusOr<WrittenPlan> Likeliest(ByteMemory& model, int tokens_max = 1000,
                                      const std::string& first = "") {
  const Recognition recognition = Recognise(kRequest, Tuesday());
  std::set<std::string> usable;
  for (const tools::ToolSpec& tool : tools::Catalogue::BuiltIn().tools()) usable.insert(tool.name);
  const PlanGrammar grammar(tools::Catalogue::BuiltIn(), kRequest, recognition, usable);
  GenerateRequest asked;
  asked.prompt = {ByteVocabulary().plan};
  asked.tokens_max = tokens_max;
  PlanSearch search(model, grammar, ByteVocabulary(), asked);
  const std::basic_string_view<unsigned char> bytes(
      reinterpret_cast<const unsigned char*>(first.data()), first.size());
  return search.Likeliest({bytes.begin(), bytes.end()});
}

std::string Article(const char* arguments) {
  return base::StrCat(R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.article","arguments":)",
                      arguments, "}]}");
}
const std::string kOne = Article(R"({"law":"민법","jo":"38"})");
const std::string kOther = Article(R"({"law":"민법","jo":"39"})");
const std::string kSearch =
    R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.search","arguments":{"query":"민법"}}]})";

TEST(PlanSearch, FindsAPlanThatIsLikelierThanItsBeginning) {
  ByteMemory model({{kOne, 0.31}, {kOther, 0.29}, {kSearch, 0.4}});
  const auto plan = Likeliest(model);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->text, kSearch);
  EXPECT_NEAR(plan->probability, 0.4, 1e-6);
  EXPECT_EQ(plan->tokens.size(), kSearch.size());
  EXPECT_LT(plan->forced_tokens, plan->tokens.size());
  double product = 1;
  for (const TokenChoice& choice : plan->choices) product *= static_cast<double>(choice.share);
  EXPECT_NEAR(plan->probability, product, 1e-9);
}

TEST(PlanSearch, KeepsTheFirstOfEqualsAndAsksOnceWhereNothingCanBeLikelier) {
  ByteMemory sure({{kOne, 0.6}, {kOther, 0.1}, {kSearch, 0.3}});
  EXPECT_EQ(Likeliest(sure)->text, kOne);
  EXPECT_EQ(sure.asked, 1);
  ByteMemory even({{kOne, 0.5}, {kSearch, 0.5}});
  EXPECT_EQ(Likeliest(even)->text, kOne);
  EXPECT_EQ(even.asked, 1);
}

TEST(PlanSearch, BeginsAsTold) {
  ByteMemory model({{kOne, 0.31}, {kOther, 0.29}, {kSearch, 0.4}});
  const auto plan = Likeliest(model, 1000, kOther.substr(0, kOther.size() - 12));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->text, kOne) << "the likeliest of those";
}

TEST(PlanSearch, SaysThatAPlanIsTooLong) {
  ByteMemory model({{kOne, 1}});
  EXPECT_EQ(Likeliest(model, 20).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace agents
