// Text as it comes, held back before stop strings.
#include "model_core/engine/text_feed.h"

#include <gtest/gtest.h>

#include "model_core/engine/counter_random.h"
#include "model_core/engine/token_table.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

TEST(TextFeed, HoldsBackWhatMayBecomeAStopString) {
  const std::vector<std::string> stops = {"\n\nUser:"};
  TextFeed feed(stops, 100);
  EXPECT_FALSE(feed.Add("Hello\n"));
  EXPECT_EQ(feed.text(), "Hello");
  EXPECT_FALSE(feed.Add("\nUse"));
  EXPECT_EQ(feed.text(), "Hello");
  EXPECT_FALSE(feed.Add("ful."));
  EXPECT_EQ(feed.text(), "Hello\n\nUseful.");
  EXPECT_FALSE(feed.Add("\n\nUser"));
  EXPECT_TRUE(feed.Add(": more"));
  EXPECT_EQ(feed.text(), "Hello\n\nUseful.");
}

TEST(TextFeed, GivesEverythingAtTheEnd) {
  const std::vector<std::string> stops = {"END"};
  TextFeed feed(stops, 100);
  EXPECT_FALSE(feed.Add("the EN"));
  EXPECT_EQ(feed.text(), "the ");
  feed.Finish();
  EXPECT_EQ(feed.text(), "the EN");
}

TEST(TextFeed, WaitsForWholeCharacters) {
  const std::vector<std::string> none;
  TextFeed feed(none, 100);
  const std::string word = "한국 😀";
  for (char byte : word) {
    EXPECT_FALSE(feed.Add({&byte, 1}));
    EXPECT_TRUE(feed.text() == "" || feed.text() == "한" || feed.text() == "한국" ||
                feed.text() == "한국 " || feed.text() == word)
        << feed.text();
  }
  EXPECT_EQ(feed.text(), word);
}

// Text over a small alphabet, so that stop strings overlap and nearly match often.
std::string RandomText(uint64_t seed, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += "ab"[CounterUniform(seed, i) < 0.5 ? 0 : 1];
  return text;
}

TEST(TextFeed, TheCutOfTheTokensChangesNothing) {
  const std::vector<std::string> stops = {"abbba", "bbaabb", "aaaa", "bba"};
  const Cases cases = CasesFrom(/*seed=*/0, 500);
  for (uint64_t seed = cases.seed; seed < cases.seed + cases.count; ++seed) {
    SCOPED_TRACE(Again(seed));
    const std::string text = RandomText(seed, 40);
    TextFeed by_byte(stops, 40), by_token(stops, 40);
    bool stopped = false;
    for (size_t i = 0; i < text.size() && !stopped; ++i) stopped = by_byte.Add(text.substr(i, 1));
    bool same = false;
    for (size_t at = 0, n = 0; at < text.size() && !same; ++n) {
      const size_t size = 1 + static_cast<size_t>(7 * CounterUniform(seed + 1'000, n));
      const std::string before(by_token.text());
      same = by_token.Add(std::string_view(text).substr(at, size));
      EXPECT_TRUE(by_token.text().starts_with(before)) << "text was taken back";
      at += size;
    }
    EXPECT_EQ(same, stopped) << text;
    by_byte.Finish();
    by_token.Finish();
    EXPECT_EQ(by_token.text(), by_byte.text()) << text;
  }
}

TEST(TokenTable, HoldsTheBytesOfEveryToken) {
  const auto tokenizer = *Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
  const TokenTable table(*tokenizer);
  const std::vector<int32_t> ids = *tokenizer->Encode("안녕하세요, Maru 3.5!");
  std::string text;
  for (int32_t id : ids) text += table.Bytes(id);
  EXPECT_EQ(text, *tokenizer->Bytes(ids));
  EXPECT_EQ(text, "안녕하세요, Maru 3.5!");
  EXPECT_EQ(table.Bytes(-1), "");
  EXPECT_EQ(table.Bytes(1'000'000), "");
}

}  // namespace
}  // namespace model_core
