#include "model_core/base/text.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Text, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(FirstInvalidUtf8("한글 abc 🙂"), std::string_view::npos);
  EXPECT_EQ(FirstInvalidUtf8(""), std::string_view::npos);
  EXPECT_EQ(FirstInvalidUtf8("ab\xff"), 2U);
  EXPECT_EQ(FirstInvalidUtf8("가\xea\xb0"), 3U);        // cut short
  EXPECT_EQ(FirstInvalidUtf8("\xc0\xaf"), 0U);          // overlong '/'
  EXPECT_EQ(FirstInvalidUtf8("\xe0\x80\xaf"), 0U);      // overlong, three bytes
  EXPECT_EQ(FirstInvalidUtf8("a\xed\xa0\x80"), 1U);     // surrogate
  EXPECT_EQ(FirstInvalidUtf8("\xf4\x90\x80\x80"), 0U);  // beyond U+10FFFF
  EXPECT_EQ(FirstInvalidUtf8("\x80"), 0U);
}

TEST(Text, CodePointsRoundTripAndReplaceDamage) {
  const std::string text = "aé가𝄞";
  EXPECT_EQ(CodePoints(text), U"aé가𝄞");
  EXPECT_EQ(Utf8(CodePoints(text)), text);
  EXPECT_EQ(CodePoints("a\xff"
                       "b"),
            U"a\uFFFDb");
  EXPECT_EQ(Utf16("가𝄞"), u"가𝄞");
}

TEST(Text, MakesWhatOthersSentWellFormed) {
  EXPECT_EQ(WellFormedUtf8("한글 \xff\xea\xb0!"), "한글 \uFFFD\uFFFD\uFFFD!");
  for (const char* text : {"", "abc", "가나 🙂", "\uFFFD"})
    EXPECT_EQ(WellFormedUtf8(text), text);
}

TEST(Text, ShortensByCodePoints) {
  EXPECT_EQ(FirstPoints("가나다", 2), "가나…");
  EXPECT_EQ(LastPoints("가나다", 2), "…나다");
  EXPECT_EQ(FirstPoints("가나다", 3), "가나다");
  EXPECT_EQ(LastPoints("", 0), "");
}

struct Pair {
  const char *word, *particle, *with;
};

TEST(Text, ParticlesFollowTheLastSound) {
  const Pair pairs[] = {
      {"법령", "은", "법령은"},   {"자료", "은", "자료는"},   {"자료", "는", "자료는"},
      {"법령", "는", "법령은"},   {"환자", "이", "환자가"},   {"병동", "가", "병동이"},
      {"결재", "을", "결재를"},   {"문서", "과", "문서와"},   {"메일", "와", "메일과"},
      {"서울", "으로", "서울로"}, {"부산", "로", "부산으로"}, {"대구", "으로", "대구로"},
      {"물", "이라", "물이라"},   {"차", "이나", "차나"},     {"밥", "랑", "밥이랑"},
      {"차", "이며", "차며"},
  };
  for (const Pair& pair : pairs) EXPECT_EQ(WithParticle(pair.word, pair.particle), pair.with);
}

TEST(Text, ParticlesReadDigitsAndLettersInKorean) {
  const Pair pairs[] = {
      {"P-1027", "을", "P-1027을"},   {"TI-101", "이", "TI-101이"}, {"AL-7732", "은", "AL-7732는"},
      {"3", "으로", "3으로"},         {"7", "으로", "7로"},         {"PDF", "을", "PDF를"},
      {"XML", "으로", "XML로"},       {"HTTP", "과", "HTTP와"},     {"시스템'", "은", "시스템'은"},
      {"(서울)", "으로", "(서울)로"}, {"CRM", "은", "CRM은"},       {"10", "이", "10이"},
  };
  for (const Pair& pair : pairs) EXPECT_EQ(WithParticle(pair.word, pair.particle), pair.with);
}

TEST(Text, OtherParticlesAndEmptyWordsStayAsTheyAre) {
  EXPECT_EQ(Particle("서울", "에서"), "에서");
  EXPECT_EQ(Particle("", "은"), "는");
  EXPECT_TRUE(IsHangulSyllable(U'힣'));
  EXPECT_FALSE(IsHangulSyllable(U'ㄱ'));
}

}  // namespace
}  // namespace base
