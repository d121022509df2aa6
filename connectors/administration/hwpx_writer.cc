#include "connectors/administration/hwpx_writer.h"

#include "connectors/administration/zip_package.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr int kTextWidth = 42520;  // of an A4 page between the margins below, in HWPUNIT

// Text as XML: markup escaped, and what XML 1.0 has no place for left out.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char32_t c : base::CodePoints(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c >= 0x20 && c != 0xFFFE && c != 0xFFFF)
      base::AppendUtf8(c, out);
    else if (c == '\t')
      out += ' ';
  }
  return out;
}

// Element ids are counted, not drawn: the same layout has to give the same bytes.
class Section {
 public:
  void Add(const Block& block) {
    switch (block.kind) {
      case Block::Kind::kTitle:
        return Text(block.text, ParagraphStyle::kCentred, TextStyle::kTitle);
      case Block::Kind::kHeading:
        return Text(block.text, ParagraphStyle::kJustified, TextStyle::kHeading);
      case Block::Kind::kText:
        return Text(block.text, ParagraphStyle::kJustified, TextStyle::kBody);
      case Block::Kind::kQuote:
        return Text(block.text, ParagraphStyle::kIndented, TextStyle::kQuote);
      case Block::Kind::kNote:
        return Text(block.text, ParagraphStyle::kJustified, TextStyle::kNote);
      case Block::Kind::kCentred:
        return Text(block.text, ParagraphStyle::kCentred, TextStyle::kTitle);
      case Block::Kind::kTable:
        return Table(block.rows);
    }
  }
  std::string Take() {
    return StrCat(kXmlDeclaration, WithNamespaces("hs:sec"), ">", Properties(), xml_, "</hs:sec>");
  }

 private:
  void Text(std::string_view text, ParagraphStyle paragraph, TextStyle style) {
    for (std::string_view line : base::StrSplit(text, '\n')) {
      xml_ += Paragraph(paragraph, style, StrCat("<hp:t>", Escaped(line), "</hp:t>"));
    }
  }

  std::string Paragraph(ParagraphStyle paragraph, TextStyle style, std::string_view run) {
    return StrCat("<hp:p id=\"", ++id_, "\" paraPrIDRef=\"", static_cast<int>(paragraph),
                  "\" styleIDRef=\"0\" pageBreak=\"0\" "
                  "columnBreak=\"0\" merged=\"0\"><hp:run charPrIDRef=\"",
                  static_cast<int>(style), "\">", run, "</hp:run></hp:p>");
  }

  void Table(const std::vector<std::vector<std::string>>& rows) {
    if (rows.empty() || rows[0].empty()) return;
    std::string table = TableHead(rows.size(), rows[0].size());
    for (size_t r = 0; r < rows.size(); ++r) {
      table += "<hp:tr>";
      for (size_t c = 0; c < rows[0].size(); ++c)
        table += Cell(r, c, rows[0].size(), c < rows[r].size() ? rows[r][c] : "");
      table += "</hp:tr>";
    }
    xml_ += Paragraph(ParagraphStyle::kJustified, TextStyle::kBody, table + "</hp:tbl><hp:t/>");
  }

  std::string TableHead(size_t rows, size_t columns) {
    return StrCat(
        "<hp:tbl id=\"", ++id_,
        "\" zOrder=\"0\" numberingType=\"TABLE\" textWrap=\"TOP_AND_BOTTOM\" "
        "textFlow=\"BOTH_SIDES\" "
        "lock=\"0\" dropcapstyle=\"None\" pageBreak=\"CELL\" repeatHeader=\"1\" rowCnt=\"",
        rows, "\" colCnt=\"", columns, "\" cellSpacing=\"0\" borderFillIDRef=\"", kCellBorder,
        "\" noAdjust=\"0\"><hp:sz width=\"", kTextWidth, "\" widthRelTo=\"ABSOLUTE\" height=\"",
        rows * 1700,
        "\" heightRelTo=\"ABSOLUTE\" protect=\"0\"/><hp:pos treatAsChar=\"1\" "
        "affectLSpacing=\"0\" flowWithText=\"1\" allowOverlap=\"0\" holdAnchorAndSO=\"0\" "
        "vertRelTo=\"PARA\" horzRelTo=\"COLUMN\" "
        "vertAlign=\"TOP\" horzAlign=\"LEFT\" vertOffset=\"0\" horzOffset=\"0\"/><hp:outMargin "
        "left=\"0\" right=\"0\" top=\"141\" "
        "bottom=\"141\"/><hp:inMargin left=\"510\" right=\"510\" top=\"141\" bottom=\"141\"/>");
  }

  std::string Cell(size_t row, size_t column, size_t columns, std::string_view text) {
    const bool header = row == 0;
    std::string paragraphs;
    for (std::string_view line : base::StrSplit(text, '\n')) {
      paragraphs +=
          Paragraph(ParagraphStyle::kCell, header ? TextStyle::kHeading : TextStyle::kBody,
                    StrCat("<hp:t>", Escaped(line), "</hp:t>"));
    }
    return StrCat("<hp:tc name=\"\" header=\"", header ? 1 : 0,
                  "\" hasMargin=\"0\" protect=\"0\" editable=\"0\" dirty=\"0\" borderFillIDRef=\"",
                  header ? kHeaderBorder : kCellBorder,
                  "\"><hp:subList id=\"\" textDirection=\"HORIZONTAL\" lineWrap=\"BREAK\" "
                  "vertAlign=\"CENTER\" linkListIDRef=\"0\" linkListNextIDRef=\"0\" "
                  "textWidth=\"0\" textHeight=\"0\" hasTextRef=\"0\" "
                  "hasNumRef=\"0\">",
                  paragraphs, "</hp:subList><hp:cellAddr colAddr=\"", column, "\" rowAddr=\"", row,
                  "\"/><hp:cellSpan colSpan=\"1\" rowSpan=\"1\"/><hp:cellSz width=\"",
                  kTextWidth / columns,
                  "\" height=\"1700\"/>"
                  "<hp:cellMargin left=\"510\" right=\"510\" top=\"141\" bottom=\"141\"/></hp:tc>");
  }

  // The first paragraph carries the page: A4, margins 30/20/15 mm.
  std::string Properties() {
    return Paragraph(
        ParagraphStyle::kJustified, TextStyle::kBody,
        R"(<hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" )"
        R"(outlineShapeIDRef="0" memoShapeIDRef="0" textVerticalWidthHead="0" )"
        R"(masterPageCnt="0"><hp:grid lineGrid="0" charGrid="0" wonggojiFormat="0"/>)"
        R"(<hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/>)"
        R"(<hp:visibility hideFirstHeader="0" hideFirstFooter="0" hideFirstMasterPage="0" )"
        R"(border="SHOW_ALL" fill="SHOW_ALL" hideFirstPageNum="0" hideFirstEmptyLine="0" )"
        R"(showLineNumber="0"/><hp:pagePr landscape="WIDELY" width="59528" height="84186" )"
        R"(gutterType="LEFT_ONLY"><hp:margin header="4252" footer="4252" gutter="0" left="8504" )"
        R"(right="8504" top="5668" bottom="4252"/></hp:pagePr></hp:secPr><hp:ctrl>)"
        R"(<hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" sameGap="0"/>)"
        R"(</hp:ctrl>)");
  }

  int id_ = 0;
  std::string xml_;
};

std::string Manifest(const HwpxProperties& properties) {
  const std::string created =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", properties.created, absl::UTCTimeZone());
  return StrCat(
      kXmlDeclaration, WithNamespaces("opf:package"),
      R"( version="" unique-identifier="" id=""><opf:metadata><opf:title>)",
      Escaped(properties.title),
      R"(</opf:title><opf:language>ko</opf:language><opf:meta name="creator" content="text">)",
      Escaped(properties.creator), R"(</opf:meta><opf:meta name="CreatedDate" content="text">)",
      created, R"(</opf:meta><opf:meta name="ModifiedDate" content="text">)", created,
      R"(</opf:meta></opf:metadata><opf:manifest>)"
      R"(<opf:item id="header" href="Contents/header.xml" media-type="application/xml"/>)"
      R"(<opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/>)"
      R"(<opf:item id="settings" href="settings.xml" media-type="application/xml"/>)"
      R"(</opf:manifest><opf:spine>)"
      R"(<opf:itemref idref="header" linear="yes"/><opf:itemref idref="section0" linear="yes"/>)"
      R"(</opf:spine></opf:package>)");
}

constexpr char kVersion[] =
    R"(<hv:HCFVersion xmlns:hv="http://www.hancom.co.kr/hwpml/2011/version" )"
    R"(tagetApplication="WORDPROCESSOR" major="5" minor="1" micro="1" buildNumber="0" os="1" )"
    R"(xmlVersion="1.5" application="Maru" appVersion="1.0"/>)";
constexpr char kSettings[] =
    R"(<ha:HWPApplicationSetting xmlns:ha="http://www.hancom.co.kr/hwpml/2011/app">)"
    R"(<ha:CaretPosition listIDRef="0" paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>)";
constexpr char kContainer[] =
    R"(<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container">)"
    R"(<ocf:rootfiles><ocf:rootfile full-path="Contents/content.hpf" )"
    R"(media-type="application/hwpml-package+xml"/>)"
    R"(<ocf:rootfile full-path="Preview/PrvText.txt" media-type="text/plain"/></ocf:rootfiles>)"
    R"(</ocf:container>)";
constexpr char kParts[] =
    R"(<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>)";

}  // namespace

std::string PlainText(const Layout& layout) {
  std::string out;
  for (const Block& block : layout) {
    for (const auto& row : block.rows) out += StrCat(base::StrJoin(row, "\t"), "\n");
    if (block.rows.empty()) out += StrCat(block.text, "\n");
  }
  return out;
}

absl::StatusOr<std::string> WriteHwpx(const HwpxProperties& properties, const Layout& layout) {
  Section section;
  for (const Block& block : layout) section.Add(block);
  const auto xml = [](std::string_view body) { return StrCat(kXmlDeclaration, body); };
  return WritePackage({{"mimetype", "application/hwp+zip"},
                       {"version.xml", xml(kVersion)},
                       {"Contents/header.xml", HwpxHeader()},
                       {"Contents/section0.xml", section.Take()},
                       {"Preview/PrvText.txt", PlainText(layout)},
                       {"settings.xml", xml(kSettings)},
                       {"Contents/content.hpf", Manifest(properties)},
                       {"META-INF/container.xml", xml(kContainer)},
                       {"META-INF/manifest.xml", xml(kParts)}});
}

}  // namespace connectors::administration
