// Bytes in any cut, whole characters out; and tokens that end inside of characters.
#include "model_core/text/utf8_stream.h"

#include <gmock/gmock.h>

#include <random>

#include "model_core/base/text.h"
#include "model_core/tokenizer.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

std::string Stream(const std::vector<std::string>& pieces) {
  Utf8Stream stream;
  std::string out;
  for (const std::string& piece : pieces) {
    stream.Add(piece, out);
    EXPECT_EQ(base::FirstInvalidUtf8(out), std::string::npos);
  }
  stream.Finish(out);
  EXPECT_FALSE(stream.open());
  return out;
}

std::vector<std::string> Bytes(std::string_view text) {
  std::vector<std::string> bytes;
  for (char byte : text) bytes.emplace_back(1, byte);
  return bytes;
}

TEST(Utf8Stream, HoldsACharacterBackUntilItIsWhole) {
  Utf8Stream stream;
  std::string out;
  stream.Add("a\xED\x95", out);
  EXPECT_EQ(out, "a");
  EXPECT_TRUE(stream.open());
  stream.Add("\x9C", out);
  EXPECT_EQ(out, "a한");
  EXPECT_FALSE(stream.open());
}

// The Unicode Standard, tables 3-8 to 3-11.
TEST(Utf8Stream, ReplacesMaximalSubparts) {
  EXPECT_EQ(Stream({"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"}), "��������A");
  EXPECT_EQ(Stream({"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"}), "��������A");
  EXPECT_EQ(Stream({"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"}), "�����A��B");
  EXPECT_EQ(Stream({"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"}), "����A");
  EXPECT_EQ(Stream({"가\xF0\x9F\x98"}), "가�");
}

TEST(Utf8Stream, TheCutChangesNothing) {
  const Cases cases = CasesFrom(/*seed=*/7, 2000);
  std::mt19937 random(static_cast<uint32_t>(cases.seed));
  for (uint64_t round = 0; round < cases.count; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      text += random() % 3 == 0 ? std::string(1, static_cast<char>(random()))
                                : std::string("한𝄞é").substr(random() % 9, 1 + random() % 3);
    }
    EXPECT_EQ(Stream(Bytes(text)), Stream({text})) << Again(cases.seed, round);
  }
}

class Detokenising : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto loaded = Tokenizer::Load(GoldenDirectory(GetParam()) + "/tokenizer.json");
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    tokenizer_ = *std::move(loaded);
  }
  std::string TokenByToken(const std::vector<int32_t>& ids) {
    std::vector<std::string> pieces;
    for (int32_t id : ids) pieces.push_back(*tokenizer_->Bytes({&id, 1}));
    return Stream(pieces);
  }
  std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_P(Detokenising, TokenByTokenIsTheText) {
  for (const char* text : {"훈민정음 訓民正音 🙂👍🏽", "ᄒᆞᆫ글 ᅟᅠ 㐀𠀀",
                           "e\u0301 \r\n\t\u00a0끝 ", "  ▁ a  b"}) {
    const auto ids = tokenizer_->Encode(text);
    ASSERT_TRUE(ids.ok()) << ids.status();
    EXPECT_EQ(TokenByToken(*ids), *tokenizer_->Decode(*ids, false)) << text;
  }
}

// Any tokens, as a model may write them: the same text as the tokenizer's own decoder makes of the
// whole, where that is text at all; where it is not, only well-formed.
TEST_P(Detokenising, AnyTokensGiveWellFormedText) {
  const Cases cases = CasesFrom(/*seed=*/11, 500);
  std::mt19937 random(static_cast<uint32_t>(cases.seed));
  const bool byte_level = std::string_view(GetParam()) != "vaetki";
  for (uint64_t round = 0; round < cases.count; ++round) {
    std::vector<int32_t> ids;
    for (int i = 0; i < 20; ++i) {
      const auto id = static_cast<int32_t>(random() % tokenizer_->vocabulary_size());
      if (!tokenizer_->Bytes({&id, 1})->empty()) ids.push_back(id);
    }
    const std::string text = TokenByToken(ids);
    const bool well_formed = base::FirstInvalidUtf8(*tokenizer_->Bytes(ids)) == std::string::npos;
    if (byte_level || well_formed) {
      EXPECT_EQ(text, *tokenizer_->Decode(ids, false)) << Again(cases.seed, round);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, Detokenising,
                         testing::Values("k_exaone", "ax_k1", "hyperclova_x", "vaetki",
                                         "solar_open"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
