#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "model_core/base/clock.h"
#include "model_core/base/random.h"
#include "model_core/base/sha256.h"
#include "model_core/base/status.h"
#include "model_core/base/strings.h"

namespace base {
namespace {

using testing::ElementsAre;

TEST(Strings, JoinsPiecesOfEveryKind) {
  EXPECT_EQ(StrCat("a", 'b', 1, -2, uint64_t{18446744073709551615U}, true, 0.1, std::string("끝")),
            "ab1-218446744073709551615true0.1끝");
  EXPECT_EQ(StrCat(), "");
  EXPECT_EQ(StrJoin(std::vector<int>{1, 2, 3}, ", "), "1, 2, 3");
  EXPECT_EQ(StrJoin(std::vector<std::string>{}, ", "), "");
}

TEST(Strings, SplitsKeepingEmptyPieces) {
  EXPECT_THAT(StrSplit("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(StrSplit("", ','), ElementsAre(""));
}

TEST(Strings, TrimsLowersAndReplaces) {
  EXPECT_EQ(Trim(" \t\r\n가 나\v\f "), "가 나");
  EXPECT_EQ(Trim(" \n"), "");
  EXPECT_EQ(LowerAscii("Ab가Z"), "ab가z");
  EXPECT_EQ(ReplaceAll("aXXb", "X", "XY"), "aXYXYb");
  EXPECT_EQ(ReplaceAll("a", "", "b"), "a");
}

TEST(Strings, HexRoundTripsAndRefusesOtherText) {
  const std::string bytes("\x00\xff\x10", 3);
  EXPECT_EQ(HexEncode(bytes), "00ff10");
  EXPECT_EQ(HexDecode("00FF10"), bytes);
  EXPECT_EQ(HexDecode("0"), "");
  EXPECT_EQ(HexDecode("zz"), "");
}

TEST(Strings, Base64RoundTripsEveryLength) {
  for (size_t size = 0; size < 40; ++size) {
    std::string bytes, back = "before";
    for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 37 + size);
    ASSERT_TRUE(Base64Decode(Base64Encode(bytes), back)) << size;
    EXPECT_EQ(back, bytes);
  }
  EXPECT_EQ(Base64Encode("foob"), "Zm9vYg==");  // RFC 4648 §10
}

TEST(Strings, Base64RefusesWhatIsNotCanonicalText) {
  std::string bytes;
  for (const char* text :
       {"Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Z g=", "Zm9\n", "Zm9-", "가가"}) {
    EXPECT_FALSE(Base64Decode(text, bytes)) << text;
  }
}

TEST(Strings, ParsesWholeIntegersOnly) {
  int64_t value = 7;
  EXPECT_TRUE(ParseInt("-9223372036854775808", value));
  EXPECT_EQ(value, INT64_MIN);
  for (const char* text : {"", " 1", "1 ", "1.0", "+1", "0x1", "9223372036854775808", "하나"}) {
    EXPECT_FALSE(ParseInt(text, value)) << text;
  }
}

TEST(Sha256, GivesThePublishedDigests) {  // FIPS 180-4 examples
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256("a", "bc")), Sha256Hex("abc"));
  EXPECT_EQ(AsBytes(Sha256("abc")).size(), 32U);
}

// Bytes in order 0, 1, 2 …: what comes out is then known.
class CountingRandom : public Random {
 public:
  std::string Bytes(size_t count) override {
    std::string bytes;
    for (size_t i = 0; i < count; ++i) bytes += static_cast<char>(next_++);
    return bytes;
  }

 private:
  int next_ = 0;
};

TEST(Random, IdsAreVersionSevenAndSortByTime) {
  CountingRandom random;
  EXPECT_EQ(NewId(0x0190'1234'5678, random), "01901234-5678-7001-8203-040506070809");
  EXPECT_LT(NewId(1'000, random), NewId(1'001, random));
}

TEST(Random, TheSystemsBytesDoNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(NewId(0, SystemRandom()));
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_NE(SystemRandom().Next(), SystemRandom().Next());
}

TEST(Clock, WritesSeoulTimeAndReadsAnyOffset) {
  const auto time = ParseTimeText("2026-11-24T01:00:00Z");
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(TimeText(*time), "2026-11-24T10:00:00+09:00");
  EXPECT_EQ(*ParseTimeText(TimeText(*time)), *time);
  EXPECT_EQ(*ParseTimeText("2026-11-24T10:00:00.5+09:00") - *time, absl::Milliseconds(500));
  for (const char* text : {"", "2026-11-24", "어제", "2026-13-01T00:00:00Z"})
    EXPECT_FALSE(ParseTimeText(text).ok()) << text;
}

TEST(Status, SpeaksBothLanguagesAndCarriesAReason) {
  const absl::Status status = WithReason(
      Error(absl::StatusCode::kNotFound, "run 'r1' not found", "'r1' 실행이 없습니다"), "NO_RUN");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Message(status, Language::kEnglish), "run 'r1' not found");
  EXPECT_EQ(Message(status, Language::kKorean), "'r1' 실행이 없습니다");
  EXPECT_EQ(Reason(status), "NO_RUN");
  EXPECT_EQ(Message(absl::InternalError("x"), Language::kKorean), "x");
  EXPECT_EQ(ParseLanguage("KO_KR.UTF-8"), Language::kKorean);
  EXPECT_EQ(ParseLanguage("en_US"), Language::kEnglish);
  EXPECT_EQ(ParseLanguage(""), Language::kEnglish);
  EXPECT_EQ(LanguageCode(Language::kKorean), "ko");
}

}  // namespace
}  // namespace base
