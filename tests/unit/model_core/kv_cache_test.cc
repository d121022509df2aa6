// Pages of keys and values: how many a sequence takes, and that it finds in them what it stored.
#include "model_core/transformer/kv_cache.h"

#include <gtest/gtest.h>

#include <deque>

#include "model_core/engine/counter_random.h"

namespace model_core {
namespace {

// K-EXAONE: 48 layers, three of window 128 before one that sees all, 8 heads of 128.
ModelConfig KExaone() {
  ModelConfig config;
  config.kv_heads = 8;
  config.head_dim = 128;
  for (size_t layer = 0; layer < 48; ++layer) {
    config.layers.emplace_back();
    config.layers.back().window = layer % 4 == 3 ? 0 : 128;
  }
  return config;
}

// A shape with windows that do not fit pages, and more layers of one than share a ring.
ModelConfig Ragged() {
  ModelConfig config;
  config.kv_heads = 2;
  config.head_dim = 3;
  for (size_t window : {0, 13, 13, 5, 13, 0, 13, 13, 40, 1}) {
    config.layers.emplace_back();
    config.layers.back().window = window;
  }
  return config;
}

void Grow(KvCache& cache, size_t count) {
  cache.Extend(count);
  cache.Commit();
}

// Bytes of a number as rows of a kind keep it, of a whole group of 32.
double BytesOf(Dtype kind) { return static_cast<double>(KeptBytes(kind, kGroup)) / kGroup; }

TEST(KvCache, HoldsAtMostOnePerCentMoreThanTheFormula) {
  for (const Dtype kind : {Dtype::kF32, Dtype::kF16, Dtype::kQ8Rows}) {
    const KvLayout layout(KExaone(), kind);
    for (size_t tokens : {4'096, 32'768, 131'072, 262'144}) {
      const double kept = static_cast<double>(12 * tokens + 36 * std::min<size_t>(tokens, 128));
      const double formula = kept * 2 * 8 * 128 * BytesOf(kind);
      for (size_t chunk : {1, 64, 500}) {
        KvPool pool(/*page_bytes=*/0, layout.PagesFor(tokens));
        KvCache cache(layout, pool);
        for (size_t at = 0; at < tokens; at += chunk) Grow(cache, std::min(chunk, tokens - at));
        const auto most = static_cast<double>(pool.used_most() * layout.page_bytes());
        EXPECT_LE(most, 1.01 * formula) << tokens << " in chunks of " << chunk;
        EXPECT_GE(most, formula) << tokens << " in chunks of " << chunk;
        EXPECT_LE(most, static_cast<double>(layout.BytesFor(tokens)));
      }
    }
  }
}

// As inference on published hardware holds it; full attention in all layers would take 48 GiB.
TEST(KvCache, OfTheFullSizeShapeTakesTwelveGibibytesInHalvesAndSixInBytes) {
  const auto gib = [](Dtype kind) {
    return static_cast<double>(KvLayout(KExaone(), kind).BytesFor(262'144)) / (1 << 30);
  };
  EXPECT_NEAR(gib(Dtype::kF16), 12.02, 0.005);
  EXPECT_NEAR(gib(Dtype::kQ8Rows), 6.385, 0.005);
  EXPECT_NEAR(gib(Dtype::kF32), 24.04, 0.01);
}

TEST(KvCache, TakesWhatItSaysItTakes) {
  const KvLayout layout(Ragged());
  for (uint64_t seed = 0; seed < 50; ++seed) {
    KvPool pool(0, 1'000);
    KvCache cache(layout, pool);
    for (uint64_t step = 0; cache.tokens() < 200; ++step) {
      const size_t count = 1 + static_cast<size_t>(60 * CounterUniform(seed, step));
      const size_t before = pool.used(), said = cache.PagesToTake(count);
      Grow(cache, count);
      EXPECT_EQ(pool.used() - before, said);
      EXPECT_LE(pool.used(), layout.PagesFor(cache.tokens()));
    }
    cache.Clear();
    EXPECT_EQ(pool.used(), 0U);
  }
}

// The number that stands everywhere in row `position` of `layer`.
float Mark(size_t layer, size_t position, size_t head) {
  return static_cast<float>(position * 100 + layer * 10 + head);
}

// Stores a pass's rows as a forward pass does, one layer after the other.
void Feed(const KvLayout& layout, KvCache& cache, size_t count) {
  const size_t past = cache.tokens();
  cache.Extend(count);
  for (size_t layer = 0; layer < layout.layers.size(); ++layer) {
    for (size_t position = past; position < past + count; ++position) {
      std::vector<float> keys, values;
      for (size_t head = 0; head < layout.heads; ++head) {
        keys.insert(keys.end(), layout.key_width, Mark(layer, position, head));
        values.insert(values.end(), layout.value_width, -Mark(layer, position, head));
      }
      StoreRow(cache.Pages(layer), layout, position, reinterpret_cast<const uint8_t*>(keys.data()),
               reinterpret_cast<const uint8_t*>(values.data()));
    }
  }
  cache.Commit();
}

// Positions first … end - 1 of some heads, in one part or both.
void CheckRows(const KvPages& pages, const KvLayout& layout, size_t layer, Share heads, KvPart part,
               size_t first, size_t end) {
  const float sign = part == KvPart::kKeys ? 1 : -1;
  std::vector<size_t> seen(layout.heads, first);
  const auto see = [&](size_t head, size_t position, const WeightMatrix& rows) {
    ASSERT_EQ(position, seen[head]);
    seen[head] += rows.rows;
    for (size_t i = 0; i < rows.rows; ++i) {
      const auto* row = static_cast<const float*>(rows.Rows(i, 1).data);
      ASSERT_EQ(row[0], sign * Mark(layer, position + i, head)) << layer << " " << end;
      ASSERT_EQ(row[rows.cols - 1], sign * Mark(layer, position + i, head));
    }
  };
  VisitRows(pages, layout, heads, part, first, end, see);
  for (size_t head = heads.begin; head < heads.end; ++head) EXPECT_EQ(seen[head], end);
}

// What the next token will see is there.
void Check(const ModelConfig& config, const KvLayout& layout, const KvCache& cache) {
  for (size_t layer = 0; layer < config.layers.size(); ++layer) {
    const size_t window = config.layers[layer].window, end = cache.tokens();
    const size_t first = window == 0 || end + 1 < window ? 0 : end + 1 - window;
    for (size_t parts = 1; parts <= layout.heads; ++parts) {
      for (size_t i = 0; i < parts; ++i) {
        for (const KvPart part : {KvPart::kKeys, KvPart::kValues}) {
          CheckRows(cache.Pages(layer), layout, layer, {layout.heads, i, parts}, part, first, end);
        }
      }
    }
  }
}

TEST(KvCache, KeepsWhatTheNextTokenSees) {
  const ModelConfig config = Ragged();
  const KvLayout layout(config);
  for (uint64_t seed = 0; seed < 50; ++seed) {
    KvPool pool(layout.page_bytes(), layout.PagesFor(300));
    KvCache cache(layout, pool);
    for (uint64_t step = 0; cache.tokens() < 240; ++step) {
      Feed(layout, cache, 1 + static_cast<size_t>(50 * CounterUniform(seed, step)));
      Check(config, layout, cache);
    }
  }
}

TEST(KvCache, ASharedPrefixStaysAsItWasWhileBothGoOn) {
  const ModelConfig config = Ragged();
  const KvLayout layout(config);
  for (size_t shared : {32, 64, 96}) {
    KvPool pool(layout.page_bytes(), 1'000);
    KvCache first(layout, pool), second(layout, pool);
    for (size_t i = 0; i < shared; ++i) Feed(layout, first, 1);
    first.Pin();
    for (size_t i = 0; i < 100; ++i) Feed(layout, first, 1);
    for (size_t page = 0; page < shared / kPageTokens; ++page) {
      second.AdoptFull(
          first.FullPages(shared).subspan(page * layout.full_layers, layout.full_layers));
    }
    second.AdoptRings(first.pinned(), shared);
    Check(config, layout, second);
    for (size_t i = 0; i < 5; ++i) {
      Feed(layout, second, 21);
      Check(config, layout, second);
      Check(config, layout, first);
    }
    first.Clear();
    Check(config, layout, second);
    second.Clear();
    EXPECT_EQ(pool.used(), 0U);
  }
}

TEST(KvPool, TakesNoMemoryTwice) {
  KvPool pool(/*page_bytes=*/10, /*pages_max=*/100);
  std::deque<uint32_t> held;
  for (uint64_t step = 0; step < 10'000; ++step) {
    if (pool.free() > 0 && CounterUniform(1, step) < 0.6) {
      const uint32_t page = pool.Take();
      *pool.Data(page) = static_cast<uint8_t>(page);
      held.push_back(page);
    } else if (!held.empty()) {
      EXPECT_EQ(*pool.Data(held.front()), static_cast<uint8_t>(held.front()));
      pool.Drop(held.front());
      held.pop_front();
    }
    EXPECT_EQ(pool.used(), held.size());
  }
  EXPECT_EQ(pool.used_most(), 100U);
}

}  // namespace
}  // namespace model_core
