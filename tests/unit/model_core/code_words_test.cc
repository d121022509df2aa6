// What a library says by a code, in both languages.
#include "model_core/base/code_words.h"

#include <gtest/gtest.h>

namespace base {
namespace {

enum class Fault { kTorn = 3, kLost = 5, kOdd = 7 };
constexpr CodeWords<Fault> kWords[] = {{Fault::kTorn, "찢어졌습니다"},
                                       {Fault::kLost, "잃었습니다", "it was lost"}};

TEST(CodeWords, AreTheTables) {
  EXPECT_EQ(WordsFor(kWords, Fault::kTorn, "torn", Language::kKorean), "찢어졌습니다");
  EXPECT_EQ(WordsFor(kWords, Fault::kLost, "E5", Language::kKorean), "잃었습니다");
  EXPECT_EQ(WordsFor(kWords, Fault::kLost, "E5", Language::kEnglish), "it was lost");
  EXPECT_EQ(WordsFor(kWords, Fault::kLost, "", Language::kKorean), "잃었습니다");
}

TEST(CodeWords, AreElseTheLibrarysQuotedInKorean) {
  EXPECT_EQ(WordsFor(kWords, Fault::kTorn, "torn", Language::kEnglish), "torn");
  EXPECT_EQ(WordsFor(kWords, Fault::kOdd, "odd one", Language::kEnglish), "odd one");
  EXPECT_EQ(WordsFor(kWords, Fault::kOdd, "odd one", Language::kKorean), "'odd one'");
}

TEST(CodeWords, AreEmptyWhereNobodyHasAny) {
  EXPECT_EQ(WordsFor(kWords, Fault::kOdd, "", Language::kEnglish), "");
  EXPECT_EQ(WordsFor(kWords, Fault::kOdd, "", Language::kKorean), "");
}

}  // namespace
}  // namespace base
