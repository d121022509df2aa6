// Citations as letters, contracts and rules write them.
#include <gmock/gmock.h>

#include "connectors/legal/citations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using testing::ElementsAre;
using testing::IsEmpty;

// "개인정보 보호법 26-2/1/3", of a range's inside "(개인정보 보호법 4)".
std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const Citation& one : FindCitations(text)) {
    std::string line = one.law;
    if (one.number) line += StrCat(" ", one.number->text());
    if (one.hang != 0 || one.ho != 0) line += StrCat("/", one.hang);
    if (one.ho != 0) line += StrCat("/", one.ho);
    if (one.ho_branch != 0) line += StrCat("-", one.ho_branch);
    out.push_back(one.within ? StrCat("(", line, ")") : line);
  }
  return out;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> out;
  for (const Citation& one : FindCitations(text))
    out.emplace_back(text.substr(one.begin, one.end - one.begin));
  return out;
}

TEST(Citations, AreReadWithParagraphAndItem) {
  EXPECT_THAT(Found("「개인정보 보호법」 제26조제1항제2호에 따라"),
              ElementsAre("개인정보 보호법 26/1/2"));
  EXPECT_THAT(Found("개인정보 보호법 제26조의2 제3항"), ElementsAre("개인정보 보호법 26-2/3"));
  EXPECT_THAT(Found("｢개인정보 보호법｣ 제 26 조 제 1 항"), ElementsAre("개인정보 보호법 26/1"));
  EXPECT_THAT(Found("의료법 21조 2항"), ElementsAre("의료법 21/2"));
  EXPECT_THAT(Found("「의료법」 제21조①"), ElementsAre("의료법 21/1"));
  EXPECT_THAT(Found("개인정보보호법시행령제28조제1호의2"),
              ElementsAre("개인정보보호법시행령 28/0/1-2"));
  EXPECT_THAT(Found("「의료법 제21조제2항」에 의거"), ElementsAre("의료법 21/2"));
}

TEST(Citations, KeepTheWordsOfTheText) {
  EXPECT_THAT(Words("수탁자는 「개인정보 보호법」(법률 제19234호) 제29조를 지킨다"),
              ElementsAre("「개인정보 보호법」(법률 제19234호) 제29조"));
  EXPECT_THAT(Words("의료법 제21조의2(진료기록의 송부) 제2항과 제4조"),
              ElementsAre("의료법 제21조의2(진료기록의 송부) 제2항", "제4조"));
}

TEST(Citations, OfListsAndRangesAreOneEach) {
  EXPECT_THAT(Found("「의료법」 제3조부터 제5조까지, 제7조 및 제9조제2항제1호 또는 제3호"),
              ElementsAre("의료법 3", "(의료법 4)", "의료법 5", "의료법 7", "의료법 9/2/1",
                          "의료법 9/2/3"));
  EXPECT_THAT(Found("의료법 제15조 내지 제17조"),
              ElementsAre("의료법 15", "(의료법 16)", "의료법 17"));
  EXPECT_THAT(Found("의료법 제28조의2~제28조의4"),
              ElementsAre("의료법 28-2", "(의료법 28-3)", "의료법 28-4"));
  EXPECT_THAT(Found("의료법 제2조제1항부터 제3항까지"),
              ElementsAre("의료법 2/1", "(의료법 2/2)", "의료법 2/3"));
  EXPECT_THAT(Found("의료법 제1조부터 제9999조까지"), ElementsAre("의료법 1", "의료법 9999"));
}

TEST(Citations, FollowTheLawThatWasNamedBefore) {
  EXPECT_THAT(
      Found("개인정보 보호법 제26조 및 같은 법 제28조, 동법 시행령 제3조, 영 제5조와 규칙 제2조"),
      ElementsAre("개인정보 보호법 26", "개인정보 보호법 28", "개인정보 보호법 시행령 3",
                  "개인정보 보호법 시행령 5", "개인정보 보호법 시행규칙 2"));
  EXPECT_THAT(Found("「의료법」 및 시행령 제28조, 같은 영 제29조, 법 제3조"),
              ElementsAre("의료법", "의료법 시행령 28", "의료법 시행령 29", "의료법 3"));
  EXPECT_THAT(Found("「가온시 개인정보 보호 조례」 제3조 및 동 조례 제4조"),
              ElementsAre("가온시 개인정보 보호 조례 3", "가온시 개인정보 보호 조례 4"));
}

TEST(Citations, FollowTheArticleThatWasNamedBefore) {
  EXPECT_THAT(Found("「의료법」 제21조; 같은 조 제2항제1호, 같은 항 제2호, 동조 제3항"),
              ElementsAre("의료법 21", "의료법 21/2/1", "의료법 21/2/2", "의료법 21/3"));
  EXPECT_THAT(Found("의료법 제21조와 이 계약 제3조, 같은 조 제2항"), ElementsAre("의료법 21"));
}

TEST(Citations, UseTheShortNamesThatTheTextGives) {
  EXPECT_THAT(Found("「개인정보 보호법」(이하 \"법\"이라 한다) 제26조, 법 시행령 제3조, 「의료법」 "
                    "제1조, 법 제29조"),
              ElementsAre("개인정보 보호법 26", "개인정보 보호법 시행령 3", "의료법 1",
                          "개인정보 보호법 29"));
  EXPECT_THAT(
      Found("정보통신망 이용촉진 및 정보보호 등에 관한 법률(이하 ‘정보통신망법’이라 한다)에 따라 "
            "정보통신망법 제28조"),
      ElementsAre("정보통신망 이용촉진 및 정보보호 등에 관한 법률 28"));
}

TEST(Citations, FindWhereANameWithoutMarksBegins) {
  EXPECT_THAT(Found("수탁자는 감염병의 예방 및 관리에 관한 법률 시행령 제3조를"),
              ElementsAre("감염병의 예방 및 관리에 관한 법률 시행령 3"));
  EXPECT_THAT(Found("국가를 당사자로 하는 계약에 관한 법률 제5조"),
              ElementsAre("국가를 당사자로 하는 계약에 관한 법률 5"));
  EXPECT_THAT(Found("1. 관련: 도시 및 주거환경정비법 제3조와 소음·진동관리법 제21조"),
              ElementsAre("도시 및 주거환경정비법 3", "소음·진동관리법 21"));
  EXPECT_THAT(Found("수탁자가 의료법 제21조 및 약사법 제3조를 위반하면"),
              ElementsAre("의료법 21", "약사법 3"));
  EXPECT_THAT(Found("▶ 의료법 제21조, ① 약사법 제3조"), ElementsAre("의료법 21", "약사법 3"));
  EXPECT_THAT(FindCitations("수탁자가 의료법 제21조")[0].names,
              ElementsAre("수탁자가 의료법", "의료법"));
}

// A shorter law must not stand for a longer one that does not exist.
TEST(Citations, DoNotShortenAName) {
  for (const char* text : {"디지털 의료법 제5조", "국방 및 의료법 제5조"})
    EXPECT_EQ(FindCitations(text)[0].names.size(), 1u) << text;
}

TEST(Citations, AreNotTheTextsOwnArticles) {
  for (const char* text :
       {"제1조(목적) 이 계약은", "이 법 제3조", "이 규칙 제4조와 제5조", "본 계약 제5조제1항",
        "같은 법 제3조", "관련 규정 제3조", "다음 방법 제3조", "예산 26조원",
        "「2026년 업무계획」에 따라", "취업규칙 제10조", "「」 제3조", "「★」 제3조", "", "제",
        "「", "(이하", "영 제3조"})
    EXPECT_THAT(Found(text), IsEmpty()) << text;
}

TEST(Citations, LeaveOutWhatIsNoArticleOfTheLaw) {
  EXPECT_THAT(Found("「의료법」 부칙 제2조 및 「약사법」 별표 1"), ElementsAre("의료법", "약사법"));
  EXPECT_THAT(Words("「의료법」 제2조제1항제3호가목 및 나목"),
              ElementsAre("「의료법」 제2조제1항제3호"));
}

TEST(Citations, StayWithinALine) {
  EXPECT_THAT(Found("「의료법」\n제2조(목적) 이 지침은"), ElementsAre("의료법"));
  EXPECT_THAT(Found("개인정보\n보호법 제2조"), ElementsAre("보호법 2"));
}

TEST(Citations, CutNoCharacterOfALongText) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "개인정보보호";
  for (const char* end : {"법 제3조", " 의료법 제3조"}) {
    for (const Citation& one : FindCitations(text + end)) {
      for (const std::string& name : one.names)
        EXPECT_EQ(base::FirstInvalidUtf8(name), std::string::npos);
    }
  }
}

TEST(Citations, AreBoundedByTheTextHoweverItIsCut) {
  const std::string text =
      "「개인정보 보호법」(이하 “법”이라 한다) 제26조의2제1항부터 제3항까지 및 같은 조 제4항";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string_view cut = std::string_view(text).substr(0, size);
    for (const Citation& one : FindCitations(cut)) {
      EXPECT_LT(one.begin, one.end);
      EXPECT_LE(one.end, cut.size());
    }
  }
}

}  // namespace
}  // namespace connectors::legal
