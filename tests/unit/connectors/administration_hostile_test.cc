// Documents that were made to be trouble for whoever reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "connectors/administration/document_text.h"
#include "connectors/administration/hwpx_parts.h"
#include "connectors/administration/isolated.h"
#include "connectors/administration/redact.h"
#include "model_core/base/strings.h"
#include "tests/fakes/whole_korean.h"

namespace connectors::administration {
namespace {

using base::StrCat;
using testing::HasSubstr;

const absl::Time kNever = absl::InfiniteFuture();

std::string Repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string Hwpx(const std::string& section) {
  return *WritePackage({{"mimetype", kHwpxType}, {"Contents/section0.xml", section}});
}

TEST(HostileHwpx, ElementsNestedWithoutEndAreRefusedByName) {
  const std::string deep = Hwpx(Repeated("<p>", 200'000) + Repeated("</p>", 200'000));
  const auto text = ReadHwpxText(deep);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(text.status().message()), HasSubstr("nested deeper than 256 elements"));
  Document document;
  document.bytes = deep;
  EXPECT_EQ(Redact(document, ParsePersonalKinds({"phone"}), kNever).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// Were each read from every paragraph around it, the time would double with each table.
TEST(HostileHwpx, BoxesInTablesInBoxesAreReadOnce) {
  constexpr int kPairs = 25;
  const auto text =
      ReadHwpxText(Hwpx(Repeated("<p><tbl><tr><tc><p><drawText>", kPairs) + "<p><t>bottom</t></p>" +
                        Repeated("</drawText></p></tc></tr></tbl></p>", kPairs)));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(base::ReplaceAll(text->text, "bottom", "").size() + 6, text->text.size());
  EXPECT_EQ(text->rows.size(), 1u);
}

TEST(HostileHwpx, APartHasALimit) {
  const auto text = ReadHwpxText(Hwpx(StrCat("<p>", std::string(33 << 20, ' '), "</p>")));
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(text.status().message()), HasSubstr("limit 33554432"));
  EXPECT_THAT(base::Message(text.status(), base::Language::kKorean), HasSubstr("한도"));
}

TEST(HostileHwpx, APackageThatUnpacksToTooMuchIsNotUnpacked) {
  const auto text = ReadHwpxText(*WritePackage({{"mimetype", kHwpxType},
                                                {"Contents/section0.xml", "<p/>"},
                                                {"BinData/a", std::string(129 << 20, '\0')}}));
  EXPECT_THAT(std::string(text.status().message()), HasSubstr("unpacks to more than"));
  EXPECT_EQ(fakes::EnglishWordsIn(text.status()), "");
}

TEST(HostileHwpx, ADamagedPackageIsRefusedInBothLanguages) {
  const std::string whole =
      *WritePackage({{"mimetype", kHwpxType}, {"Contents/section0.xml", std::string(4096, 'x')}});
  EXPECT_THAT(base::Message(ReadHwpxText("no package").status(), base::Language::kKorean),
              HasSubstr("ZIP 파일이 아닙니다"));
  std::string damaged = whole;
  damaged[whole.find(kHwpxType) + 1] ^= 1;  // stored as it is: its checksum holds no longer
  const absl::Status status = ReadHwpxText(damaged).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("entry mimetype"));
  EXPECT_EQ(fakes::EnglishWordsIn(status), "");
}

// Pages of `contents`, with forms F0, F1 … of those contents.
std::string Pdf(const std::string& contents, const std::vector<std::string>& forms, int pages = 1) {
  const auto stream = [](const std::string& what) {
    return StrCat("/Length ", what.size(), ">>stream\n", what, "\nendstream endobj\n");
  };
  std::string names, objects, kids;
  for (size_t i = 0; i < forms.size(); ++i) names += StrCat("/F", i, " ", 10 + i, " 0 R ");
  const std::string resources = StrCat("/Resources<</Font<</T 5 0 R>>/XObject<<", names, ">>>>");
  for (size_t i = 0; i < forms.size(); ++i) {
    objects += StrCat(10 + i, " 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 200 200]", resources,
                      stream(forms[i]));
  }
  for (int number = 1000; number < 1000 + pages; ++number) {
    kids += StrCat(number, " 0 R ");
    objects += StrCat(number, " 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]",
                      "/Contents 4 0 R", resources, ">>endobj\n");
  }
  return StrCat("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
                "2 0 obj<</Type/Pages/Kids[", kids, "]/Count ", pages, ">>endobj\n", "4 0 obj<<",
                stream(contents), "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
                objects, "trailer<</Root 1 0 R>>\n");
}

constexpr char kHello[] = "BT /T 12 Tf 10 100 Td (Hello plant) Tj ET";

TEST(HostilePdf, ATameOneIsRead) {
  const auto text = ReadPdfText(Pdf("/F0 Do", {kHello}), kNever);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_THAT(text->text, HasSubstr("Hello plant"));
}

// Every form draws the next one twice: more drawing than anybody waits for.
TEST(HostilePdf, OneThatTakesForEverIsLeftAtTheDeadline) {
  std::vector<std::string> forms;
  for (int i = 1; i < 60; ++i) forms.push_back(StrCat("/F", i, " Do /F", i, " Do"));
  forms.push_back(kHello);
  const auto text = ReadPdfText(Pdf("/F0 Do", forms), absl::Now() + absl::Seconds(2));
  EXPECT_EQ(text.status().code(), absl::StatusCode::kDeadlineExceeded) << text.status();
}

TEST(HostilePdf, OneOfTooManyPagesIsRefusedByName) {
  const auto text = ReadPdfText(Pdf(kHello, {}, 2001), kNever);
  EXPECT_THAT(std::string(text.status().message()), HasSubstr("2001 pages, limit 2000"));
}

absl::StatusCode CodeOf(const std::function<std::string()>& body,
                        absl::Duration time = absl::Seconds(60)) {
  return RunIsolated(body, absl::Now() + time, {1000, 64 << 20}).status().code();
}

TEST(Isolated, WhateverHappensEndsThatProcessAlone) {
  const auto forever = [] {
    for (volatile bool on = true; on;) {
    }
    return std::string();
  };
  EXPECT_EQ(CodeOf([] { return std::string("done"); }), absl::StatusCode::kOk);
  EXPECT_EQ(CodeOf(forever, absl::Milliseconds(200)), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(CodeOf([]() -> std::string { std::abort(); }), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CodeOf([]() -> std::string { throw 1; }), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CodeOf([] { return std::string(1001, 'x'); }), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(CodeOf([] { return std::string(1 << 30, 'x').substr(0, 1); }),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace connectors::administration
