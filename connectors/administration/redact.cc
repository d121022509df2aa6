#include "connectors/administration/redact.h"

#include <sstream>

#include "connectors/administration/document_text.h"
#include "connectors/administration/hwpx_parts.h"
#include "connectors/administration/hwpx_writer.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::StrCat;

// Masks what the runs of a paragraph hold together: a number may begin in one and end in another.
int MaskParagraph(pugi::xml_node paragraph, const PersonalKinds& kinds, bool whole) {
  const std::vector<pugi::xml_node> nodes = OwnTexts(paragraph);
  std::u32string text;
  std::vector<size_t> lengths;
  for (pugi::xml_node node : nodes) {
    const std::u32string part = base::CodePoints(node.value());
    lengths.push_back(part.size());
    text += part;
  }
  const bool blank = base::Trim(base::Utf8(text)).empty();
  const std::vector<Span> spans =
      whole && !blank ? std::vector<Span>{{0, text.size()}} : FindPersonalData(text, kinds);
  if (spans.empty()) return 0;
  const std::u32string masked = Masked(text, spans);
  size_t at = 0;
  for (size_t i = 0; i < nodes.size(); at += lengths[i++]) {
    pugi::xml_node node = nodes[i];
    node.set_value(base::Utf8(std::u32string_view(masked).substr(at, lengths[i])).c_str());
  }
  return static_cast<int>(spans.size());
}

std::string CellText(pugi::xml_node cell) {
  std::string text;
  for (pugi::xml_node paragraph : Outermost(cell, "p")) {
    for (pugi::xml_node node : OwnTexts(paragraph)) text += node.value();
  }
  return text;
}

int MaskParagraphs(pugi::xml_node node, const PersonalKinds& kinds, bool whole);

// Under a heading such as 성명, every cell is what the heading says.
int MaskTable(pugi::xml_node table, const PersonalKinds& kinds) {
  std::vector<bool> column_is_personal;
  int count = 0;
  for (pugi::xml_node row : Outermost(table, "tr")) {
    const std::vector<pugi::xml_node> cells = Outermost(row, "tc");
    const bool header = column_is_personal.empty();
    for (size_t c = 0; c < cells.size(); ++c) {
      if (header) column_is_personal.push_back(HeadsPersonalData(CellText(cells[c]), kinds));
      const bool whole = !header && c < column_is_personal.size() && column_is_personal[c];
      count += MaskParagraphs(cells[c], kinds, whole);
    }
  }
  return count;
}

int MaskParagraphs(pugi::xml_node node, const PersonalKinds& kinds, bool whole) {
  int count = 0;
  for (pugi::xml_node child : node.children()) {
    if (LocalName(child) == "tbl") {
      count += MaskTable(child, kinds);
      continue;
    }
    if (LocalName(child) == "p") count += MaskParagraph(child, kinds, whole);
    count += MaskParagraphs(child, kinds, whole);
  }
  return count;
}

// Text that stands in no paragraph: comments, field parameters, properties of the package.
void MaskOtherText(pugi::xml_node node, const PersonalKinds& kinds) {
  int ignored = 0;
  for (pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      child.set_value(MaskText(child.value(), kinds, ignored).c_str());
    } else {
      MaskOtherText(child, kinds);
    }
  }
}

absl::StatusOr<int> MaskPart(PackageEntry& entry, const PersonalKinds& kinds) {
  pugi::xml_document xml;
  RETURN_IF_ERROR(ParsePart(entry, xml));
  const int count = MaskParagraphs(xml, kinds, false);
  MaskOtherText(xml, kinds);
  std::ostringstream out;
  xml.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  entry.bytes = out.str();
  return count;
}

bool IsXml(std::string_view name) {
  return name.ends_with(".xml") || name.ends_with(".hpf") || name.ends_with(".rdf");
}

absl::StatusOr<Redacted> RedactHwpx(const Document& document, const PersonalKinds& kinds) {
  ASSIGN_OR_RETURN(std::vector<PackageEntry> entries, ReadHwpxPackage(document.bytes));
  Redacted out{"", document.media_type, 0};
  std::vector<PackageEntry> kept;
  for (PackageEntry& entry : entries) {
    if (entry.name == "Preview/PrvImage.png") continue;  // shows the first page as it was
    if (IsXml(entry.name)) {
      ASSIGN_OR_RETURN(const int count, MaskPart(entry, kinds));
      out.masked += count;
    } else if (entry.name == "Preview/PrvText.txt") {
      continue;  // rebuilt below, from the masked sections
    }
    kept.push_back(std::move(entry));
  }
  ASSIGN_OR_RETURN(const std::string masked, WritePackage(kept));
  ASSIGN_OR_RETURN(DocumentText text, ReadHwpxText(masked));
  kept.push_back({"Preview/PrvText.txt", std::move(text.text)});
  ASSIGN_OR_RETURN(out.bytes, WritePackage(kept));
  return out;
}

}  // namespace

std::string MaskText(std::string_view text, const PersonalKinds& kinds, int& count) {
  const std::u32string points = base::CodePoints(text);
  const std::vector<Span> spans = FindPersonalData(points, kinds);
  count += static_cast<int>(spans.size());
  return spans.empty() ? std::string(text) : base::Utf8(Masked(points, spans));
}

absl::StatusOr<Redacted> Redact(const Document& document, const PersonalKinds& kinds,
                                absl::Time deadline) {
  if (document.bytes.starts_with("PK")) return RedactHwpx(document, kinds);
  ASSIGN_OR_RETURN(const DocumentText text,
                   ReadDocumentText(document.bytes, document.media_type, deadline));
  Redacted out;
  const std::string masked = MaskText(text.text, kinds, out.masked);
  if (!document.bytes.starts_with("%PDF-")) {
    out.bytes = masked;
    out.media_type = document.media_type;
    return out;
  }
  out.media_type = kHwpxType;
  ASSIGN_OR_RETURN(out.bytes, WriteHwpx({document.title, "Maru", absl::UnixEpoch()},
                                        {{Block::Kind::kText, masked, {}}}));
  return out;
}

}  // namespace connectors::administration
