// Prefixes that requests share: what is found again, that it gives the same tokens, and what goes
// first when there is no room.
#include "model_core/engine/prefix_cache.h"

#include <gmock/gmock.h>

#include <numeric>

#include "model_core/engine.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::ElementsAreArray;

ModelConfig Config(bool windows) {
  ModelConfig config;
  config.kv_heads = config.head_dim = 1;
  config.layers.resize(5);
  for (size_t i = 0; windows && i < 3; ++i) config.layers[i].window = 16;
  return config;
}

std::vector<int32_t> Tokens(size_t count, int32_t first = 0) {
  std::vector<int32_t> tokens(count);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

// A pool of pages without memory, and what sequences do with it.
class Prefixes {
 public:
  explicit Prefixes(bool windows, size_t pages_max = 1'000)
      : layout_(Config(windows)), pool_(0, 10'000), prefixes_(layout_, pool_, pages_max) {}

  // Computes `tokens`, of which the cache may know some; returns how many it knew.
  PrefixCache::Match Ask(const std::vector<int32_t>& tokens, const std::string& tenant = "a") {
    KvCache cache(layout_, pool_);
    const PrefixCache::Match match = prefixes_.Adopt(tenant, tokens, cache);
    EXPECT_EQ(cache.tokens(), match.usable);
    for (size_t end : {match.known, tokens.size() / kPageTokens * kPageTokens}) {
      if (end <= cache.tokens()) continue;
      cache.Extend(end - cache.tokens());
      cache.Commit();
      cache.Pin();
      prefixes_.Remember(tenant, std::span(tokens).first(end), cache);
    }
    return match;
  }

  const KvLayout layout_;
  KvPool pool_;
  PrefixCache prefixes_;
};

// Windows belong to the end of a prefix: of one that has no room, no part would be of use, and what
// others left stays.
TEST(PrefixCache, APrefixWithoutRoomLeavesTheOthersAlone) {
  for (bool windows : {false, true}) {
    Prefixes p(windows, /*pages_max=*/60);
    p.Ask(Tokens(100));
    EXPECT_EQ(p.Ask(Tokens(100)).usable, 96U) << windows;
    p.Ask(Tokens(2'000, 5'000));
    const size_t again = p.Ask(Tokens(2'000, 5'000)).usable;
    if (windows) {
      EXPECT_EQ(again, 0U);
      EXPECT_EQ(p.Ask(Tokens(100)).usable, 96U);
    } else {
      EXPECT_GT(again, 300U);  // its beginning
    }
  }
}

TEST(PrefixCache, FindsWholePagesShortOfTheLastToken) {
  for (bool windows : {false, true}) {
    Prefixes p(windows);
    EXPECT_EQ(p.Ask(Tokens(100)).usable, 0U);
    EXPECT_EQ(p.Ask(Tokens(100)).usable, 96U);
    EXPECT_EQ(p.Ask(Tokens(200)).usable, 96U);
    EXPECT_EQ(p.Ask(Tokens(200)).usable, 192U);
    EXPECT_EQ(p.Ask(Tokens(192)).usable, windows ? 96U : 160U);  // the last token is computed anew
    EXPECT_EQ(p.Ask(Tokens(100, 1)).usable, 0U);
  }
}

TEST(PrefixCache, WindowsAreKnownWhereTwoPromptsPartedOnceBefore) {
  Prefixes p(/*windows=*/true);
  std::vector<int32_t> first = Tokens(64), second = Tokens(64), third = Tokens(64);
  for (auto* tokens : {&first, &second, &third})
    for (int32_t i = 0; i < 100; ++i)
      tokens->push_back(1'000 * static_cast<int32_t>(tokens == &first    ? 1
                                                     : tokens == &second ? 2
                                                                         : 3) +
                        i);
  EXPECT_EQ(p.Ask(first).known, 0U);
  const PrefixCache::Match parted = p.Ask(second);
  EXPECT_EQ(parted.known, 64U);
  EXPECT_EQ(parted.usable, 0U);  // the tree has the pages of 64 tokens, but not their windows
  EXPECT_EQ(p.Ask(third).usable, 64U);
}

TEST(PrefixCache, TenantsShareNothing) {
  Prefixes p(true);
  p.Ask(Tokens(100), "a");
  EXPECT_EQ(p.Ask(Tokens(100), "b").known, 0U);
  EXPECT_EQ(p.Ask(Tokens(100), "b").usable, 96U);
}

TEST(PrefixCache, ForgetsTheLeastRecentlyUsedAndKeepsToItsLimit) {
  Prefixes p(/*windows=*/false, /*pages_max=*/5 * 3 * 4);  // 4 prompts of 3 pages in 5 layers
  for (int32_t prompt = 0; prompt < 4; ++prompt) p.Ask(Tokens(100, prompt * 1'000));
  EXPECT_EQ(p.Ask(Tokens(100, 0)).usable, 96U);
  p.Ask(Tokens(100, 9'000));
  EXPECT_LE(p.prefixes_.pages(), 60U);
  EXPECT_EQ(p.pool_.used(), p.prefixes_.pages());
  EXPECT_EQ(p.Ask(Tokens(100, 9'000)).usable, 96U);
  EXPECT_EQ(p.Ask(Tokens(100, 0)).usable, 96U);
  EXPECT_LT(p.Ask(Tokens(100, 1'000)).usable, 96U);
}

TEST(PrefixCache, GivesAllPagesBack) {
  for (bool windows : {false, true}) {
    Prefixes p(windows);
    for (int32_t prompt = 0; prompt < 20; ++prompt) p.Ask(Tokens(50 + 13 * prompt, prompt / 4 * 7));
    EXPECT_GT(p.pool_.used(), 0U);
    while (p.prefixes_.EvictOne()) {
    }
    EXPECT_EQ(p.pool_.used(), 0U);
    EXPECT_EQ(p.prefixes_.pages(), 0U);
    EXPECT_EQ(p.Ask(Tokens(100)).known, 0U);
  }
}

class PrefixHits : public testing::TestWithParam<const char*> {};

GenerateResult Generate(Engine& engine, std::vector<int32_t> prompt, int tokens_max = 8) {
  GenerateRequest request;
  request.past_end = true;
  request.prompt = std::move(prompt);
  request.tokens_max = tokens_max;
  const auto result = engine.Generate(request);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : GenerateResult();
}

// Prompts that part before, at and behind the ends of pages and of windows (16 tokens).
void ExpectTheSameTokensWhereverTwoPromptsPart(const std::string& family, const char* kv) {
  EngineOptions without;
  without.threads = 1;
  without.prefix_bytes_max = 0;
  without.kv = kv;
  EngineOptions with = without;
  with.prefix_bytes_max = 1 << 20;
  const auto plain = *MakeEngine(GoldenDirectory(family), without);
  const auto caching = *MakeEngine(GoldenDirectory(family), with);
  const std::vector<int32_t> ids = Golden(family).Ids("p2.input_ids");
  std::vector<int32_t> base;
  while (base.size() < 150) base.insert(base.end(), ids.begin(), ids.end());
  base.resize(150);
  size_t hits = 0;
  for (size_t same : {31, 32, 33, 47, 48, 49, 63, 64, 65, 79, 80, 81, 95, 96, 97, 128, 129}) {
    for (int32_t other : {3, 5, 7}) {
      std::vector<int32_t> prompt(base.begin(), base.begin() + static_cast<ptrdiff_t>(same));
      while (prompt.size() < same + 21)
        prompt.push_back(other + static_cast<int32_t>(prompt.size()));
      const GenerateResult result = Generate(*caching, prompt);
      EXPECT_THAT(result.tokens, ElementsAreArray(Generate(*plain, prompt).tokens)) << same;
      hits += result.cached_tokens;
    }
  }
  EXPECT_GT(hits, 1'000U);
  EXPECT_EQ(plain->Figures().cached_tokens, 0U);
}

TEST_P(PrefixHits, GiveTheSameTokensWhereverTwoPromptsPart) {
  ExpectTheSameTokensWhereverTwoPromptsPart(GetParam(), "");
}

TEST_P(PrefixHits, OfSmallerKeysAndValuesGiveTheSameTokens) {
  for (const char* kv : {"f16", "q8"}) {
    SCOPED_TRACE(kv);
    ExpectTheSameTokensWhereverTwoPromptsPart(GetParam(), kv);
  }
}

TEST_P(PrefixHits, AConversationGoesOnFromItsLastAnswer) {
  EngineOptions options;
  options.threads = 1;
  const auto engine = *MakeEngine(GoldenDirectory(GetParam()), options);
  std::vector<int32_t> talk = Golden(GetParam()).Ids("p0.input_ids");
  for (int turn = 0; turn < 4; ++turn) {
    const size_t before = talk.size();
    const GenerateResult result = Generate(*engine, talk, 50);
    EXPECT_EQ(result.tokens.size(), 50U);
    if (turn > 0) {
      EXPECT_GE(result.cached_tokens + 4 + kPageTokens, before) << turn;
    }
    talk.insert(talk.end(), result.tokens.begin(), result.tokens.end());
    talk.insert(talk.end(), {7, 8, 9});
  }
}

INSTANTIATE_TEST_SUITE_P(Families, PrefixHits,
                         testing::Values("k_exaone", "ax_k1", "hyperclova_x", "vaetki"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
