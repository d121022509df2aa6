// Masking, HWPX and drafts, without any outside system.
#include <fstream>

#include "connectors/administration/document_text.h"
#include "connectors/administration/draft.h"
#include "connectors/administration/hwpx_parts.h"
#include "connectors/administration/hwpx_writer.h"
#include "connectors/administration/redact.h"
#include "model_core/base/text.h"
#include "tests/unit/connectors/administration_office.h"

namespace connectors::administration {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

std::string Mask(const std::string& text, const std::vector<std::string>& kinds) {
  int count = 0;
  return MaskText(text, ParsePersonalKinds(kinds), count);
}

TEST(PersonalData, PhoneNumbersAreMaskedInEveryForm) {
  for (const char* number : {"010-0000-1234", "010 0000 4321", "01000001234", "+82-10-0000-9999",
                             "02-000-5678", "031)000-1234", "０１０－００００－１２３４",
                             "010–0000–1234", "1588-0000", "0507-0000-1234"}) {
    const std::string masked = Mask(base::StrCat("전화 ", number, " 입니다"), {"phone"});
    EXPECT_THAT(masked, Not(HasSubstr("1234"))) << masked;
    EXPECT_THAT(masked, HasSubstr("**")) << masked;
    EXPECT_THAT(masked, HasSubstr("전화 ")) << masked;
  }
  EXPECT_THAT(Mask("010\u200b-0000\u200b-1234", {"phone"}), Not(HasSubstr("0000")));
}

TEST(PersonalData, OtherNumbersStay) {
  for (const char* text : {"2026-11-24", "제26조제1항", "123-456-789012345678", "1,234,567원",
                           "DOC-2041", "20101234567890"}) {
    EXPECT_EQ(Mask(text, {"phone", "rrn"}), text);
  }
}

TEST(PersonalData, EachKindIsFound) {
  EXPECT_EQ(Mask("주민번호 900101-1234567 끝", {"rrn"}), "주민번호 ******-******* 끝");
  EXPECT_EQ(Mask("901301-1234567", {"rrn"}), "901301-1234567");  // no such month
  EXPECT_EQ(Mask("담당자: 김가온, 계장", {"name"}), "담당자: ***, 계장");
  EXPECT_EQ(Mask("홍길동 님께", {"name"}), "*** 님께");
  EXPECT_EQ(Mask("환자 P-1027 내원", {"patient_no"}), "환자 *-**** 내원");
  EXPECT_EQ(Mask("가온은행 110-222-333444 홍길동", {"account"}), "가온은행 ***-***-****** 홍길동");
  EXPECT_EQ(Mask("주소는 가온도 가람시 나루구 물결로 12 입니다", {"address"}),
            "주소는 *** *** *** *** ** 입니다");
  EXPECT_EQ(Mask("900101-1234567, 010-0000-1234", {"phone"}), "900101-1234567, ***-****-****");
}

TEST(PersonalData, NothingIsMaskedTwiceOrMissedBetweenRuns) {
  int count = 0;
  MaskText("010-0000-1234,010-0000-1235 010-0000-1236", ParsePersonalKinds({"phone"}), count);
  EXPECT_EQ(count, 3);
}

// A package whose paragraph holds a number in two runs, and a comment outside of all paragraphs.
std::string SplitNumber() {
  const std::string xml = std::string(kXmlDeclaration) + WithNamespaces("hs:sec") +
                          "><hp:p id=\"1\"><hp:run><hp:t>전화 "
                          "010-00</hp:t></hp:run><hp:run><hp:t>00-1234</hp:t></hp:run></hp:p>"
                          "<hp:memo>010-0000-7777</hp:memo></hs:sec>";
  return *WritePackage({{"mimetype", "application/hwp+zip"},
                        {"Contents/section0.xml", xml},
                        {"Preview/PrvText.txt", "전화 010-0000-1234"},
                        {"Preview/PrvImage.png", "picture"}});
}

TEST(Redact, ANumberSplitOverRunsIsMaskedAndNoOtherPartKeepsIt) {
  Document document;
  document.bytes = SplitNumber();
  document.media_type = kHwpxType;
  const auto masked = Redact(document, ParsePersonalKinds({"phone"}), absl::InfiniteFuture());
  ASSERT_TRUE(masked.ok()) << masked.status();
  EXPECT_EQ(masked->masked, 1);
  const auto entries = *ReadPackage(masked->bytes);
  for (const PackageEntry& entry : entries) {
    EXPECT_THAT(entry.bytes, Not(HasSubstr("1234"))) << entry.name;
    EXPECT_THAT(entry.bytes, Not(HasSubstr("7777"))) << entry.name;
    EXPECT_NE(entry.name, "Preview/PrvImage.png");
  }
  EXPECT_EQ(entries.front().name, "mimetype");
}

TEST(Hwpx, WhatCannotBeReadSaysSo) {
  EXPECT_EQ(ReadHwpxText("PK no zip").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadHwpxText(*WritePackage({{"mimetype", "x"}})).status().code(),
            absl::StatusCode::kInvalidArgument);
  const std::string broken =
      *WritePackage({{"mimetype", "x"}, {"Contents/section0.xml", "<a><b>"}});
  EXPECT_EQ(ReadHwpxText(broken).status().code(), absl::StatusCode::kInvalidArgument);
  const std::string locked = *WritePackage({{"mimetype", "x"},
                                            {"META-INF/manifest.xml", "<odf:encryption-data/>"},
                                            {"Contents/section0.xml", "?"}});
  EXPECT_EQ(ReadHwpxText(locked).status().code(), absl::StatusCode::kPermissionDenied);
  std::string cut = SplitNumber();
  cut.resize(cut.size() / 2);
  EXPECT_FALSE(ReadHwpxText(cut).ok());
  EXPECT_FALSE(
      ReadDocumentText("%PDF-1.7 nothing", "application/pdf", absl::InfiniteFuture()).ok());
  EXPECT_FALSE(
      ReadDocumentText("\xD0\xCF\x11\xE0", "application/x-hwp", absl::InfiniteFuture()).ok());
}

Json ComplaintsSource() {
  return {{"step", "s1"},
          {"tool", "sql.query"},
          {"value",
           {{"total", 1234.0},
            {"items",
             {{{"key", "공사장 소음"}, {"value", 1200}},
              {{"key", "층간 소음"}, {"value", 34}, {"title", "무시하라 <b>"}}}}}},
          {"label",
           {{"n2sf", "S"}, {"mil", "none"}, {"privacy", "personal"}, {"integrity", "trusted"}}},
          {"origins",
           {{{"system", "administration.sql"},
             {"record", "office.complaints"},
             {"version", ""},
             {"time", "2026-11-24T10:00:00+09:00"},
             {"sha256", "00"}}}}};
}

DraftRequest LetterRequest() {
  DraftRequest request;
  request.kind = "letter";
  request.subject = "생활소음 저감 협조";
  request.recipient = "도청";
  request.sender = "가온공공서비스공사장";
  request.sources = Json::array({ComplaintsSource()});
  request.now = absl::FromCivil(absl::CivilSecond(2026, 11, 24, 10), base::Seoul());
  request.untrusted = true;
  return request;
}

TEST(Draft, ALetterHasTheFormOfOne) {
  const auto draft = WriteDraft(tools::Catalogue::BuiltIn(), LetterRequest());
  ASSERT_TRUE(draft);
  const std::string text = PlainText(draft->layout);
  for (const char* part :
       {"수신  도청", "제목  생활소음 저감 협조", "가. 업무 통계 조회", "1,234", "공사장 소음",
        "외부 원문", "“무시하라 <b>”", "출처: administration.sql office.complaints", "끝.",
        "가온공공서비스공사장", "생활소음 저감 협조와 관련하여"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_LT(text.find("수신"), text.find("제목"));
  EXPECT_LT(text.find("제목"), text.find("끝."));
}

TEST(Draft, AListThatWasCutSaysSo) {
  DraftRequest request = LetterRequest();
  Json source = ComplaintsSource();
  source["value"]["part"] = {{"shown", 2}, {"total", 714}};
  request.sources = Json::array({source});
  EXPECT_THAT(PlainText(WriteDraft(tools::Catalogue::BuiltIn(), request)->layout),
              HasSubstr("모두 714건 중 처음 2건입니다."));
  source["value"] = {{"items", Json::array()}, {"left_out", 3}};
  request.sources = Json::array({source});
  EXPECT_THAT(PlainText(WriteDraft(tools::Catalogue::BuiltIn(), request)->layout),
              HasSubstr("첨부 등 3건은 여기에 담지 못했습니다."));
}

TEST(Draft, EveryKindHasATemplateAndNoOther) {
  DraftRequest request = LetterRequest();
  for (const auto& [kind, title] : {std::pair{"report", "생활소음 저감 협조 보고서"},
                                    {"memo", "생활소음 저감 협조 검토서"},
                                    {"notice", "생활소음 저감 협조 안내문"}}) {
    request.kind = kind;
    const auto draft = WriteDraft(tools::Catalogue::BuiltIn(), request);
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->title, title);
  }
  request.kind = "poem";
  EXPECT_FALSE(WriteDraft(tools::Catalogue::BuiltIn(), request));
}

TEST(Hwpx, IsReadBackAsItWasWrittenAndTheSameEveryTime) {
  const auto draft = WriteDraft(tools::Catalogue::BuiltIn(), LetterRequest());
  const HwpxProperties properties{draft->title, "마루", LetterRequest().now};
  const auto bytes = WriteHwpx(properties, draft->layout);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes, *WriteHwpx(properties, draft->layout));
  const auto text = ReadHwpxText(*bytes);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_THAT(text->text, HasSubstr("제목  생활소음 저감 협조"));
  ASSERT_EQ(text->rows.size(), 3u);
  EXPECT_THAT(text->rows[2], testing::ElementsAre("층간 소음", "34", "“무시하라 <b>”"));
  EXPECT_EQ(bytes->substr(30, 8 + 19), "mimetypeapplication/hwp+zip");  // first, and stored
}

// Another's reader opens what Maru writes, and its package and schema checks hold.
TEST(Hwpx, OpensInAReaderThatIsNotOurs) {
  const auto draft = WriteDraft(tools::Catalogue::BuiltIn(), LetterRequest());
  const std::string path = testing::TempDir() + "/letter.hwpx", out = path + ".txt";
  std::ofstream(path, std::ios::binary)
      << *WriteHwpx({draft->title, "마루", LetterRequest().now}, draft->layout);
  const std::string folder = base::StrCat(MARU_SOURCE_DIR, "/deploy/sample/peers/hwpx");
  const std::string command = base::StrCat(
      "'", folder,
      "/install.sh' && \"${MARU_CACHE:-$HOME/.cache/maru}/peers/hwpx/venv/bin/python\" -B '",
      folder, "/check.py' '", path, "' > '", out, "'");
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream file(out);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_THAT(text, HasSubstr("제목  생활소음 저감 협조"));
  EXPECT_THAT(text, HasSubstr("공사장 소음\t1,200"));
}

}  // namespace
}  // namespace connectors::administration
