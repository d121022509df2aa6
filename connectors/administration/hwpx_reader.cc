#include <algorithm>

#include "connectors/administration/document_text.h"
#include "connectors/administration/hwpx_parts.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr int kNestingMax = 60;  // tables within tables

void CollectTexts(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      if (LocalName(node) == "t" || LocalName(node.parent()) == "t") out.push_back(child);
    } else if (LocalName(child) != "p") {
      CollectTexts(child, out);
    }
  }
}

class Reader {
 public:
  void Read(pugi::xml_node node, int depth) {
    if (depth > kNestingMax) return;
    for (pugi::xml_node paragraph : Outermost(node, "p")) {
      const std::string line = TextOf(paragraph);
      if (!line.empty()) text_.text += StrCat(line, "\n");
      for (pugi::xml_node table : Outermost(paragraph, "tbl")) ReadTable(table, depth);
      for (const char* box : {"drawText", "header", "footer", "footNote", "endNote"}) {
        for (pugi::xml_node inner : Outermost(paragraph, box)) Read(inner, depth + 1);
      }
    }
  }
  DocumentText Take() { return std::move(text_); }

 private:
  static std::string TextOf(pugi::xml_node paragraph) {
    std::string line;
    for (pugi::xml_node text : OwnTexts(paragraph)) line += text.value();
    return line;
  }

  void ReadTable(pugi::xml_node table, int depth) {
    for (pugi::xml_node row : Outermost(table, "tr")) {
      std::vector<std::string> cells;
      for (pugi::xml_node cell : Outermost(row, "tc")) cells.push_back(CellText(cell, depth));
      text_.text += StrCat(base::StrJoin(cells, "\t"), "\n");
      text_.rows.push_back(std::move(cells));
    }
  }

  static std::string CellText(pugi::xml_node cell, int depth) {
    Reader inner;
    inner.Read(cell, depth + 1);
    return base::ReplaceAll(base::Trim(inner.text_.text), "\n", " ");
  }

  DocumentText text_;
};

}  // namespace

std::string_view LocalName(pugi::xml_node node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::vector<pugi::xml_node> OwnTexts(pugi::xml_node paragraph) {
  std::vector<pugi::xml_node> out;
  CollectTexts(paragraph, out);
  return out;
}

std::vector<pugi::xml_node> Outermost(pugi::xml_node node, std::string_view name) {
  std::vector<pugi::xml_node> out;
  for (pugi::xml_node child : node.children()) {
    if (LocalName(child) == name) {
      out.push_back(child);
    } else if (const auto inside = Outermost(child, name); !inside.empty()) {
      out.insert(out.end(), inside.begin(), inside.end());
    }
  }
  return out;
}

absl::StatusOr<std::vector<PackageEntry>> ReadHwpxPackage(std::string_view bytes) {
  ASSIGN_OR_RETURN(std::vector<PackageEntry> entries, ReadPackage(bytes));
  for (const PackageEntry& entry : entries) {
    if (entry.name == "META-INF/manifest.xml" &&
        entry.bytes.find("encryption-data") != std::string::npos) {
      return base::Error(absl::StatusCode::kPermissionDenied, "document is encrypted",
                         "암호로 잠긴 문서입니다");
    }
  }
  if (SectionEntries(entries).empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument, "no HWPX document: it has no section",
                       "본문이 없어 HWPX 문서로 읽을 수 없습니다");
  }
  return entries;
}

std::vector<size_t> SectionEntries(const std::vector<PackageEntry>& entries) {
  std::vector<std::pair<int64_t, size_t>> found;
  for (size_t i = 0; i < entries.size(); ++i) {
    std::string_view name = entries[i].name;
    if (!name.starts_with("Contents/section") || !name.ends_with(".xml")) continue;
    name.remove_prefix(16);
    name.remove_suffix(4);
    if (int64_t number = 0; base::ParseInt(name, number)) found.emplace_back(number, i);
  }
  std::sort(found.begin(), found.end());
  std::vector<size_t> out;
  for (const auto& [number, index] : found) out.push_back(index);
  return out;
}

absl::Status ParsePart(const PackageEntry& entry, pugi::xml_document& xml) {
  const auto parsed = xml.load_buffer(entry.bytes.data(), entry.bytes.size(),
                                      pugi::parse_default | pugi::parse_ws_pcdata);
  if (parsed) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat(entry.name, " is no XML: ", parsed.description()),
                     StrCat(entry.name, "을(를) 읽을 수 없습니다"));
}

absl::StatusOr<DocumentText> ReadHwpxText(std::string_view bytes) {
  ASSIGN_OR_RETURN(const std::vector<PackageEntry> entries, ReadHwpxPackage(bytes));
  Reader reader;
  for (const size_t index : SectionEntries(entries)) {
    pugi::xml_document xml;
    RETURN_IF_ERROR(ParsePart(entries[index], xml));
    reader.Read(xml, 0);
  }
  return reader.Take();
}

}  // namespace connectors::administration
