#include "deploy/cli/display.h"

#include <gtest/gtest.h>

#include "deploy/cli/page.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

TEST(Display, CountsAHangulSyllableAsTwoCellsAndACombiningMarkAsNone) {
  EXPECT_EQ(DisplayWidth("maru"), 4u);
  EXPECT_EQ(DisplayWidth("마루"), 4u);
  EXPECT_EQ(DisplayWidth("가a나"), 5u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
}

TEST(Display, CutsAndPadsToExactlyTheCellsAskedFor) {
  EXPECT_EQ(Pad("마루", 6), "마루  ");
  EXPECT_EQ(Cut("마루한마당", 6), "마루…");
  EXPECT_EQ(DisplayWidth(Pad("마루한마당", 6)), 6u);
  EXPECT_EQ(Cut("마루", 0), "");
}

TEST(Display, WrapsAtBlanksAndNeverBeyondTheWidth) {
  const std::vector<std::string> lines = Wrap("제26조에 따른 위탁은 문서로 하여야 한다", 16);
  ASSERT_GT(lines.size(), 1u);
  for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), 16u) << line;
  EXPECT_EQ(base::StrJoin(lines, " "), "제26조에 따른 위탁은 문서로 하여야 한다");
}

TEST(Display, WrapsAWordThatIsLongerThanTheLine) {
  EXPECT_EQ(Wrap("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
}

TEST(Display, LetsNoTextSteerTheTerminal) {
  EXPECT_EQ(Clean("a\x1b[31mb\r\a"), "a?[31mb??");
  EXPECT_EQ(Clean("가\t나\n다"), "가 나\n다");
  EXPECT_EQ(Clean("\u202Eabc"), "?abc");
}

TEST(Page, KeepsEveryLineOfATableWithinTheTerminal) {
  Page page(40, /*colour=*/false);
  page.Table(
      {"번호", "요청"},
      {{{"018f"}, {"개인정보 보호법 제26조와 의료법 제21조의2를 2025년 3월 1일 기준으로 보여줘"}},
       {{"018f-1234-5678"}, {"짧은 것"}}});
  const std::string text = page.Take();
  for (const std::string_view line : base::StrSplit(text, '\n'))
    EXPECT_LE(DisplayWidth(line), 40u) << line;
}

TEST(Page, NeverCutsTheColumnThatNamesTheRow) {
  Page page(50, /*colour=*/false);
  const std::string id = "01a214c1-4f00-724d-bcaf-5f46a73bb872";
  page.Table({"번호", "요청"},
             {{{id}, {"개인정보 보호법 제26조를 2025년 3월 1일 기준으로 보여줘"}}});
  EXPECT_NE(page.Take().find(id), std::string::npos);
}

TEST(Page, AlignsFieldsByCellsNotBytes) {
  Page page(80, /*colour=*/false);
  page.Fields({{"법령 이름", "의료법"}, {"조", "38"}}, 2);
  EXPECT_EQ(page.Take(), "  법령 이름  의료법\n  조         38\n");
}

TEST(Page, WritesColoursOnlyWhereAskedTo) {
  Page plain(80, false), coloured(80, true);
  plain.Line("허용", 0, Tone::kGood);
  coloured.Line("허용", 0, Tone::kGood);
  EXPECT_EQ(plain.Take(), "허용\n");
  EXPECT_NE(coloured.Take().find("\x1b[32m"), std::string::npos);
}

}  // namespace
}  // namespace deploy::cli
