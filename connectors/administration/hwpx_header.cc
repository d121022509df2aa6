// Contents/header.xml of a document that Maru writes. Elements and their order: OWPML (KS X
// 6101:2018), chapter "head".
#include "connectors/administration/hwpx_writer.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr const char* kScripts[] = {"hangul", "latin",  "hanja", "japanese",
                                    "other",  "symbol", "user"};

// The same value for every script: fontRef, ratio, spacing …
std::string ForScripts(std::string_view element, int value) {
  std::string out = StrCat("<hh:", element);
  for (const char* script : kScripts) out += StrCat(" ", script, "=\"", value, "\"");
  return out + "/>";
}

std::string Font(int id, std::string_view face) {
  return StrCat("<hh:font id=\"", id, "\" face=\"", face,
                "\" type=\"TTF\" isEmbedded=\"0\"><hh:typeInfo familyType=\"FCAT_GOTHIC\" "
                "weight=\"6\" proportion=\"4\" contrast=\"0\" strokeVariation=\"1\" armStyle=\"1\" "
                "letterform=\"1\" midline=\"1\" "
                "xHeight=\"1\"/></hh:font>");
}

std::string Fonts() {
  std::string out = "<hh:fontfaces itemCnt=\"7\">";
  for (const char* language : {"HANGUL", "LATIN", "HANJA", "JAPANESE", "OTHER", "SYMBOL", "USER"}) {
    out += StrCat("<hh:fontface lang=\"", language, "\" fontCnt=\"2\">", Font(0, "함초롬바탕"),
                  Font(1, "함초롬돋움"), "</hh:fontface>");
  }
  return out + "</hh:fontfaces>";
}

std::string BorderFill(int id, std::string_view line, std::string_view fill) {
  std::string out =
      StrCat("<hh:borderFill id=\"", id,
             "\" threeD=\"0\" shadow=\"0\" centerLine=\"NONE\" breakCellSeparateLine=\"0\">"
             "<hh:slash type=\"NONE\" Crooked=\"0\" isCounter=\"0\"/><hh:backSlash type=\"NONE\" "
             "Crooked=\"0\" isCounter=\"0\"/>");
  for (const char* side : {"left", "right", "top", "bottom"}) {
    out += StrCat("<hh:", side, "Border type=\"", line, "\" width=\"0.12 mm\" color=\"#000000\"/>");
  }
  out += "<hh:diagonal type=\"SOLID\" width=\"0.1 mm\" color=\"#000000\"/>";
  if (!fill.empty()) {
    out += StrCat("<hc:fillBrush><hc:winBrush faceColor=\"", fill,
                  "\" hatchColor=\"#999999\" alpha=\"0\"/></hc:fillBrush>");
  }
  return out + "</hh:borderFill>";
}

std::string Borders() {
  return StrCat("<hh:borderFills itemCnt=\"4\">", BorderFill(1, "NONE", ""),
                BorderFill(2, "NONE", "none"), BorderFill(kCellBorder, "SOLID", ""),
                BorderFill(kHeaderBorder, "SOLID", "#E8ECF2"), "</hh:borderFills>");
}

// `height` in hundredths of a point.
std::string Characters(TextStyle style, int height, int font, bool bold, std::string_view colour) {
  return StrCat("<hh:charPr id=\"", static_cast<int>(style), "\" height=\"", height,
                "\" textColor=\"", colour,
                "\" shadeColor=\"none\" useFontSpace=\"0\" useKerning=\"0\" symMark=\"NONE\" "
                "borderFillIDRef=\"2\">",
                ForScripts("fontRef", font), ForScripts("ratio", 100), ForScripts("spacing", 0),
                ForScripts("relSz", 100), ForScripts("offset", 0), bold ? "<hh:bold/>" : "",
                "<hh:underline type=\"NONE\" shape=\"SOLID\" color=\"#000000\"/><hh:strikeout "
                "shape=\"NONE\" color=\"#000000\"/>"
                "<hh:outline type=\"NONE\"/><hh:shadow type=\"NONE\" color=\"#C0C0C0\" "
                "offsetX=\"10\" offsetY=\"10\"/></hh:charPr>");
}

std::string AllCharacters() {
  return StrCat("<hh:charProperties itemCnt=\"", static_cast<int>(TextStyle::kCount), "\">",
                Characters(TextStyle::kBody, 1100, 0, false, "#000000"),
                Characters(TextStyle::kTitle, 1700, 1, true, "#000000"),
                Characters(TextStyle::kHeading, 1250, 1, true, "#000000"),
                Characters(TextStyle::kQuote, 1000, 0, false, "#404040"),
                Characters(TextStyle::kNote, 900, 0, false, "#404040"), "</hh:charProperties>");
}

// Lengths in HWPUNIT, 1/7200 inch.
std::string Paragraph(ParagraphStyle style, std::string_view align, int left, int before,
                      int line_percent) {
  const std::string margin =
      StrCat("<hh:margin><hc:intent value=\"0\" unit=\"HWPUNIT\"/><hc:left value=\"", left,
             "\" unit=\"HWPUNIT\"/><hc:right value=\"0\" "
             "unit=\"HWPUNIT\"/><hc:prev value=\"",
             before,
             "\" unit=\"HWPUNIT\"/><hc:next value=\"0\" unit=\"HWPUNIT\"/></hh:margin>"
             "<hh:lineSpacing type=\"PERCENT\" value=\"",
             line_percent, "\" unit=\"HWPUNIT\"/>");
  return StrCat("<hh:paraPr id=\"", static_cast<int>(style),
                "\" tabPrIDRef=\"0\" condense=\"0\" fontLineHeight=\"0\" snapToGrid=\"1\" "
                "suppressLineNumbers=\"0\" checked=\"0\"><hh:align horizontal=\"",
                align,
                "\" vertical=\"BASELINE\"/>"
                "<hh:heading type=\"NONE\" idRef=\"0\" level=\"0\"/><hh:breakSetting "
                "breakLatinWord=\"KEEP_WORD\" "
                "breakNonLatinWord=\"KEEP_WORD\" widowOrphan=\"0\" keepWithNext=\"0\" "
                "keepLines=\"0\" pageBreakBefore=\"0\" "
                "lineWrap=\"BREAK\"/><hh:autoSpacing eAsianEng=\"0\" eAsianNum=\"0\"/>",
                margin,
                "<hh:border borderFillIDRef=\"2\" offsetLeft=\"0\" offsetRight=\"0\" "
                "offsetTop=\"0\" offsetBottom=\"0\" connect=\"0\" "
                "ignoreMargin=\"0\"/></hh:paraPr>");
}

std::string AllParagraphs() {
  return StrCat("<hh:paraProperties itemCnt=\"", static_cast<int>(ParagraphStyle::kCount), "\">",
                Paragraph(ParagraphStyle::kJustified, "JUSTIFY", 0, 300, 160),
                Paragraph(ParagraphStyle::kCentred, "CENTER", 0, 600, 160),
                Paragraph(ParagraphStyle::kIndented, "JUSTIFY", 1500, 200, 150),
                Paragraph(ParagraphStyle::kCell, "LEFT", 0, 0, 130), "</hh:paraProperties>");
}

}  // namespace

std::string WithNamespaces(std::string_view element) {
  constexpr char kHancom[] = "http://www.hancom.co.kr/";
  std::string out = StrCat("<", element);
  for (const auto& [prefix, name] : {std::pair{"ha", "hwpml/2011/app"},
                                     {"hp", "hwpml/2011/paragraph"},
                                     {"hs", "hwpml/2011/section"},
                                     {"hc", "hwpml/2011/core"},
                                     {"hh", "hwpml/2011/head"},
                                     {"hpf", "schema/2011/hpf"},
                                     {"hp10", "hwpml/2016/paragraph"},
                                     {"hhs", "hwpml/2011/history"},
                                     {"hm", "hwpml/2011/master-page"},
                                     {"ooxmlchart", "hwpml/2016/ooxmlchart"},
                                     {"hwpunitchar", "hwpml/2016/HwpUnitChar"}}) {
    out += StrCat(" xmlns:", prefix, "=\"", kHancom, name, "\"");
  }
  return out +
         R"( xmlns:dc="http://purl.org/dc/elements/1.1/" )"
         R"(xmlns:opf="http://www.idpf.org/2007/opf/" xmlns:epub="http://www.idpf.org/2007/ops" )"
         R"(xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0")";
}

std::string HwpxHeader() {
  return StrCat(
      kXmlDeclaration, WithNamespaces("hh:head"),
      " version=\"1.5\" secCnt=\"1\"><hh:beginNum page=\"1\" footnote=\"1\" "
      "endnote=\"1\" pic=\"1\" tbl=\"1\" equation=\"1\"/><hh:refList>",
      Fonts(), Borders(), AllCharacters(),
      "<hh:tabProperties itemCnt=\"1\"><hh:tabPr id=\"0\" autoTabLeft=\"0\" "
      "autoTabRight=\"0\"/></hh:tabProperties>",
      AllParagraphs(),
      "<hh:styles itemCnt=\"1\"><hh:style id=\"0\" type=\"PARA\" name=\"바탕글\" "
      "engName=\"Normal\" "
      "paraPrIDRef=\"0\" charPrIDRef=\"0\" nextStyleIDRef=\"0\" langID=\"1042\" "
      "lockForm=\"0\"/></hh:styles></hh:refList>"
      "<hh:compatibleDocument "
      "targetProgram=\"HWP201X\"><hh:layoutCompatibility/></hh:compatibleDocument><hh:docOption>"
      "<hh:linkinfo path=\"\" pageInherit=\"0\" footnoteInherit=\"0\"/></hh:docOption></hh:head>");
}

}  // namespace connectors::administration
