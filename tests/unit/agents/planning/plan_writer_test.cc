// Two doubts of one plan: the second does not make up for the first.
#include "agents/planning/plan_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/planning/kinds.h"
#include "tests/unit/agents/planning/byte_tokenizer.h"
#include "tests/unit/agents/planning/examples.h"
#include "tests/unit/agents/planning/memory.h"

namespace agents {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kSteps = R"({"verdict":"plan","steps":[)";
// Two steps, of which the second is a mail that may not be sent, or a search; and one.
const std::string kArticle =
    kSteps + R"({"id":"s1","tool":"law.article","arguments":{"law":"민법","jo":"38"}},)";
const std::string kMail = kArticle + R"({"id":"s2","tool":"mail.send")";
const std::string kSearch = R"("tool":"law.search","arguments":{"query":"민법"}}]})";
const std::string kSearchToo = kArticle + R"({"id":"s2",)" + kSearch;
const std::string kSearchAlone = kSteps + R"({"id":"s1",)" + kSearch;

class PlanWriterTest : public testing::Test {
 protected:
  // The tools of the plan that a model of these texts writes where it must have steps.
  std::vector<std::string> Written(const std::map<std::string, double>& texts) {
    const std::vector<std::string> words = {kSteps, "law.article", "law.search", "mail.send"};
    const auto known = MakeByteTokenizer(words);
    const PlanVocabulary vocabulary = *PlanVocabulary::Make(*known);
    const PlanWriter writer(catalogue_, MakeByteTokenizer(words), *PlanVocabulary::Make(*known),
                            std::make_unique<Memory>(vocabulary, texts));
    PlanRequest request;
    request.text = "민법 제38조와 제39조를 보여줘";
    request.now = Tuesday();
    for (const tools::ToolSpec& tool : catalogue_.tools()) request.offered.insert(tool.name);
    request.allowed = request.offered;
    request.offered.erase("mail.send");
    const auto result = writer.Write(request, {}, PlanSearch::kBranchesMax, /*steps=*/true);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? ToolsOf(result->plan) : std::vector<std::string>{};
  }

  const tools::Catalogue& catalogue_ = tools::Catalogue::BuiltIn();
};

TEST_F(PlanWriterTest, AnActThatIsInDoubtGoesAndTheRestStays) {
  EXPECT_THAT(Written({{kMail, 0.6}, {kSearchToo, 0.2}, {kSearchAlone, 0.2}}),
              ElementsAre("law.article", "law.search"));
}

TEST_F(PlanWriterTest, APlanThatIsLessLikelyThanAllOthersStaysNoneThoughAnActOfItIsInDoubt) {
  EXPECT_THAT(Written({{kMail, 0.4}, {kSearchToo, 0.25}, {kSearchAlone, 0.35}}), IsEmpty());
}

}  // namespace
}  // namespace agents
