// Tokenizers of every family against PyPI `tokenizers` (tests/golden/*/tokenizer_cases.json).
#include "model_core/tokenizer.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "model_core/base/json.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

base::Json ReadGolden(std::string_view family, std::string_view file) {
  std::stringstream text;
  text << std::ifstream(base::StrCat(GoldenDirectory(family), "/", file)).rdbuf();
  return *base::ParseJson(text.str(), file);
}

class TokenizerCases : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto loaded = Tokenizer::Load(GoldenDirectory(GetParam()) + "/tokenizer.json");
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    tokenizer_ = *std::move(loaded);
    spec_ = ReadGolden(GetParam(), "tokenizer.json");
  }
  std::unique_ptr<Tokenizer> tokenizer_;
  base::Json spec_;
};

TEST_P(TokenizerCases, EncodesAndDecodesAsTheReference) {
  const base::Json cases = ReadGolden(GetParam(), "tokenizer_cases.json").at("cases");
  ASSERT_GT(cases.size(), 10U);
  for (const base::Json& one : cases) {
    const auto ids = one.at("ids").get<std::vector<int32_t>>();
    const auto encoded = tokenizer_->EncodeControl(one.at("text").get<std::string>());
    ASSERT_TRUE(encoded.ok()) << encoded.status();
    EXPECT_THAT(*encoded, ElementsAreArray(ids)) << one.at("text");
    EXPECT_EQ(*tokenizer_->Decode(ids, /*skip_control=*/false),
              one.at("decoded").get<std::string>());
  }
}

TEST_P(TokenizerCases, ControlTokensSpelledInOrdinaryTextStayText) {
  for (const base::Json& token : spec_.at("added_tokens")) {
    const std::string spelled = token.at("content");
    for (const std::string& text : {spelled, "가 " + spelled + " 나", spelled + spelled}) {
      const auto ids = tokenizer_->Encode(text);
      ASSERT_TRUE(ids.ok()) << ids.status();
      EXPECT_THAT(*ids, testing::Not(testing::Contains(token.at("id").get<int32_t>()))) << text;
      EXPECT_EQ(*tokenizer_->Decode(*ids, false), text);
    }
    EXPECT_THAT(*tokenizer_->EncodeControl(spelled),
                ElementsAreArray({token.at("id").get<int32_t>()}))
        << spelled;
    EXPECT_EQ(tokenizer_->TokenId(spelled), token.at("id").get<int32_t>());
  }
}

TEST_P(TokenizerCases, BytesOfTheTokensAreTheText) {
  for (const char* text :
       {"대한민국의 수도는 서울이다.", "a\tb\n", "P-1027", "한글 ㅎㅏㄴ 𝄞 🙂"}) {
    EXPECT_EQ(*tokenizer_->Bytes(*tokenizer_->Encode(text)), text);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, TokenizerCases,
                         testing::Values("k_exaone", "k_exaone_fp8", "ax_k1", "ax_k1_nobias",
                                         "hyperclova_x", "hyperclova_x_vision", "vaetki",
                                         "solar_open"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Tokenizer, NamesTheFileThatCannotBeRead) {
  const auto missing = Tokenizer::Load("/nonexistent/tokenizer.json");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("/nonexistent/tokenizer.json"));
}

TEST(Tokenizer, RefusesAFileThatIsNoTokenizer) {
  const std::string path = testing::TempDir() + "/not_a_tokenizer.json";
  std::ofstream(path) << "{\"model\": 1}";
  const auto damaged = Tokenizer::Load(path);
  EXPECT_EQ(damaged.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(damaged.status().message()), HasSubstr("not_a_tokenizer.json"));
  EXPECT_EQ(fakes::EnglishWordsIn(damaged.status()), "") << damaged.status();
}

// What the library panics on is an error like any other, and nothing on the screen.
TEST(Tokenizer, RefusesDamagedFilesWithoutAWordToTheScreen) {
  const base::Json whole = ReadGolden("k_exaone", "tokenizer.json");
  std::vector<std::string> damaged = {whole.dump().substr(0, 3'000), "[1, 2]", "\"text\"", "{}"};
  damaged.push_back(whole.dump());
  damaged.back().insert(damaged.back().find("decoder") + 20, 1, '\x01');
  const base::Json nonsense[] = {7,
                                 "text",
                                 base::Json::array(),
                                 {{"type", "Ghost"}},
                                 {{"type", 7}},
                                 {{"type", "Sequence"}, {"decoders", {{{"type", "Ghost"}}}}}};
  for (const char* part :
       {"decoder", "pre_tokenizer", "post_processor", "normalizer", "model", "added_tokens"}) {
    for (const base::Json& instead : nonsense) {
      base::Json json = whole;
      json[part] = instead;
      if (json[part] != whole[part] && !instead.empty()) damaged.push_back(json.dump());
    }
  }
  const std::string path = testing::TempDir() + "/damaged_tokenizer.json";
  for (const std::string& text : damaged) {
    std::ofstream(path, std::ios::trunc) << text;
    testing::internal::CaptureStderr();
    const auto tokenizer = Tokenizer::Load(path);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(tokenizer.status().code(), absl::StatusCode::kInvalidArgument) << text.substr(0, 300);
    EXPECT_THAT(std::string(tokenizer.status().message()), HasSubstr("tokenizer.json: "));
    EXPECT_EQ(fakes::EnglishWordsIn(tokenizer.status()), "") << tokenizer.status();
  }
}

// Files keep what was set when they were saved. A prompt is neither cut nor filled up by it, and
// merges are not left to chance.
TEST(Tokenizer, TakesNoPromptApartByWhatTheFileWasSavedWith) {
  const std::string path = testing::TempDir() + "/set_tokenizer.json";
  base::Json json = ReadGolden("k_exaone", "tokenizer.json");
  const auto encoded = [&]() -> absl::StatusOr<std::vector<int32_t>> {
    std::ofstream(path, std::ios::trunc) << json.dump();
    ASSIGN_OR_RETURN(const auto tokenizer, Tokenizer::Load(path));
    return tokenizer->Encode("가나다라 one two three four five");
  };
  const auto wanted = encoded();
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  json["truncation"] = {
      {"direction", "Right"}, {"max_length", 3}, {"strategy", "LongestFirst"}, {"stride", 0}};
  json["padding"] = {{"strategy", {{"Fixed", 64}}},
                     {"direction", "Right"},
                     {"pad_to_multiple_of", nullptr},
                     {"pad_id", 0},
                     {"pad_type_id", 0},
                     {"pad_token", "[PAD]"}};
  const auto set = encoded();
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(*set, *wanted);
  json["model"]["dropout"] = 0.5;
  EXPECT_THAT(std::string(encoded().status().message()), HasSubstr("'model.dropout' is 0.5"));
}

// Families keep places free. A file that leaves millions would be a table of so many rows.
TEST(Tokenizer, GapsBetweenIdsAreBoundedByTheNumberOfTokens) {
  const std::string path = testing::TempDir() + "/gaps_tokenizer.json";
  base::Json json = ReadGolden("k_exaone", "tokenizer.json");
  const auto load = [&](int64_t id) {
    json["model"]["vocab"]["far"] = id;
    std::ofstream(path, std::ios::trunc) << json.dump();
    return Tokenizer::Load(path);
  };
  const auto near = load(1'000);
  ASSERT_TRUE(near.ok()) << near.status();
  EXPECT_EQ((*near)->vocabulary_size(), 1'001U);
  EXPECT_EQ((*near)->BytesOf(1'000), "far");
  EXPECT_EQ((*near)->BytesOf(999), "");
  EXPECT_EQ((*near)->BytesOf(1'001), std::nullopt);
  EXPECT_TRUE(load(2 * 337 + 1'023).ok());
  for (const int64_t id : {int64_t{2 * 337 + 1'024}, int64_t{1} << 24, int64_t{0xFFFFFFFF}}) {
    const absl::Status status = load(id).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(base::StrCat("token 'far' has the id ", id,
                                       "; of 337 tokens ids go up to 1697")));
  }
}

TEST(Tokenizer, RefusesTextThatIsNotUtf8AndTokensOutsideTheVocabulary) {
  const auto tokenizer = Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
  ASSERT_TRUE(tokenizer.ok());
  const absl::Status malformed = (*tokenizer)->Encode("\xff\xfe").status();
  EXPECT_EQ(malformed.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fakes::EnglishWordsIn(malformed), "") << malformed;
  EXPECT_EQ((*tokenizer)->Bytes(std::vector<int32_t>{1 << 20}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ((*tokenizer)->TokenId("no such token"), -1);
  EXPECT_EQ((*tokenizer)->vocabulary_size(), 336U);
}

}  // namespace
}  // namespace model_core
