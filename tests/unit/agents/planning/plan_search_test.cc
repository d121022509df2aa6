// The search finds the likeliest plan where the likeliest next token each time would miss it.
#include "agents/planning/plan_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/agents/planning/byte_vocabulary.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using model_core::GenerateRequest;
using model_core::GenerateResult;
using model_core::TokenChoice;

constexpr char kRequest[] = "민법 제38조와 제39조를 보여줘";

// A model, whose tokens are bytes, that would say these texts with these probabilities, and no
// other. Its prompts are one token long.
class Memory : public model_core::LanguageModel {
 public:
  explicit Memory(std::map<std::string, double> texts) : texts_(std::move(texts)) {}

  absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request) override {
    ++asked;
    std::string said;
    for (size_t i = 1; i < request.prompt.size(); ++i)
      said.push_back(static_cast<char>(request.prompt[i]));
    GenerateResult result;
    result.finish = GenerateResult::Finish::kLength;
    while (result.tokens.size() < static_cast<size_t>(request.tokens_max)) {
      const int32_t token = Next(said, *request.constraint, result);
      RETURN_IF_ERROR(request.constraint->Accept(token));
      if (token == ByteVocabulary().end) {
        result.finish = GenerateResult::Finish::kStop;
        break;
      }
      result.tokens.push_back(token);
      said.push_back(static_cast<char>(token));
    }
    return result;
  }

  const std::string& id() const override { return id_; }
  const std::string& weights_sha256() const override { return id_; }
  size_t vocabulary_size() const override { return ByteVocabulary().bytes.size(); }
  size_t context_tokens_max() const override { return 4096; }

  int asked = 0;

 private:
  int32_t Next(const std::string& said, model_core::TokenConstraint& constraint,
               GenerateResult& result) const {
    const auto forced = constraint.ForcedTokens();
    if (!forced.empty()) return forced[0];
    std::map<int32_t, double> next;
    double all = 0;
    for (const auto& [text, probability] : texts_) {
      if (!text.starts_with(said)) continue;
      next[text == said ? ByteVocabulary().end
                        : static_cast<int32_t>(static_cast<unsigned char>(text[said.size()]))] +=
          probability;
      all += probability;
    }
    const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [token, weight] = *std::max_element(next.begin(), next.end(), less);
    next.erase(token);
    TokenChoice choice{.index = static_cast<int32_t>(result.tokens.size()),
                       .share = static_cast<float>(weight / all)};
    if (!next.empty()) {
      const auto other = std::max_element(next.begin(), next.end(), less);
      choice.other = other->first;
      choice.other_share = static_cast<float>(other->second / all);
    }
    result.choices.push_back(choice);
    return token;
  }

  const std::map<std::string, double> texts_;
  const std::string id_ = "memory";
};

absl::StatusOr<WrittenPlan> Likeliest(Memory& model, int tokens_max = 1000,
                                      const std::string& first = "") {
  const Recognition recognition = Recognise(kRequest, Tuesday());
  std::set<std::string> usable;
  for (const tools::ToolSpec& tool : tools::Catalogue::BuiltIn().tools()) usable.insert(tool.name);
  const PlanGrammar grammar(tools::Catalogue::BuiltIn(), kRequest, recognition, usable);
  GenerateRequest asked;
  asked.prompt = {0};
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
  Memory model({{kOne, 0.31}, {kOther, 0.29}, {kSearch, 0.4}});
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
  Memory sure({{kOne, 0.6}, {kOther, 0.1}, {kSearch, 0.3}});
  EXPECT_EQ(Likeliest(sure)->text, kOne);
  EXPECT_EQ(sure.asked, 1);
  Memory even({{kOne, 0.5}, {kSearch, 0.5}});
  EXPECT_EQ(Likeliest(even)->text, kOne);
  EXPECT_EQ(even.asked, 1);
}

TEST(PlanSearch, BeginsAsTold) {
  Memory model({{kOne, 0.31}, {kOther, 0.29}, {kSearch, 0.4}});
  const auto plan = Likeliest(model, 1000, kOther.substr(0, kOther.size() - 12));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->text, kOne) << "the likeliest of those";
}

TEST(PlanSearch, SaysThatAPlanIsTooLong) {
  Memory model({{kOne, 1}});
  EXPECT_EQ(Likeliest(model, 20).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace agents
