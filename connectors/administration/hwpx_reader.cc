#include <algorithm>

#include "connectors/administration/document_text.h"
#include "connectors/administration/hwpx_parts.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr size_t kPartBytesMax = 32 << 20;  // of XML; in memory it is many times that
constexpr int kDepthMax = 256;              // of elements; a table in a table takes six

void CollectTexts(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      if (LocalName(node) == "t" || LocalName(node.parent()) == "t") out.push_back(child);
    } else if (LocalName(child) != "p") {
      CollectTexts(child, out);
    }
  }
}

bool IsBox(std::string_view name) {
  constexpr std::string_view kBoxes[] = {"tbl",    "drawText", "header",
                                         "footer", "footNote", "endNote"};
  return std::find(std::begin(kBoxes), std::end(kBoxes), name) != std::end(kBoxes);
}

// Tables and boxes that stand in a paragraph itself, not in one inside of them.
void CollectBoxes(pugi::xml_node node, std::vector<pugi::xml_node>& out) {
  for (pugi::xml_node child : node.children()) {
    const std::string_view name = LocalName(child);
    if (IsBox(name))
      out.push_back(child);
    else if (name != "p")
      CollectBoxes(child, out);
  }
}

// Step by step and not by recursion: the depth is what is not known yet.
bool TooDeep(const pugi::xml_document& xml) {
  int depth = 0;
  for (pugi::xml_node node = xml; node;) {
    if (depth > kDepthMax) return true;
    if (node.first_child()) {
      node = node.first_child();
      ++depth;
      continue;
    }
    for (; node && !node.next_sibling(); --depth) node = node.parent();
    node = node.next_sibling();
  }
  return false;
}

class Reader {
 public:
  void Read(pugi::xml_node node) {
    for (pugi::xml_node paragraph : Outermost(node, "p")) {
      const std::string line = TextOf(paragraph);
      if (!line.empty()) text_.text += StrCat(line, "\n");
      std::vector<pugi::xml_node> boxes;
      CollectBoxes(paragraph, boxes);
      for (pugi::xml_node box : boxes) {
        if (LocalName(box) == "tbl")
          ReadTable(box);
        else
          Read(box);
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

  void ReadTable(pugi::xml_node table) {
    for (pugi::xml_node row : Outermost(table, "tr")) {
      std::vector<std::string> cells;
      for (pugi::xml_node cell : Outermost(row, "tc")) cells.push_back(CellText(cell));
      text_.text += StrCat(base::StrJoin(cells, "\t"), "\n");
      text_.rows.push_back(std::move(cells));
    }
  }

  static std::string CellText(pugi::xml_node cell) {
    Reader inner;
    inner.Read(cell);
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
  const auto invalid = [&](std::string_view english, std::string_view korean) {
    return base::Error(absl::StatusCode::kInvalidArgument, StrCat(entry.name, " ", english),
                       StrCat(entry.name, ": ", korean));
  };
  if (entry.bytes.size() > kPartBytesMax) {
    return invalid(
        StrCat("has ", entry.bytes.size(), " bytes, limit ", kPartBytesMax),
        StrCat(entry.bytes.size(), "바이트로 한도(", kPartBytesMax, "바이트)를 넘습니다"));
  }
  const auto parsed = xml.load_buffer(entry.bytes.data(), entry.bytes.size(),
                                      pugi::parse_default | pugi::parse_ws_pcdata);
  if (!parsed) return invalid(StrCat("is no XML: ", parsed.description()), "읽을 수 없습니다");
  if (!TooDeep(xml)) return absl::OkStatus();
  return invalid(StrCat("is nested deeper than ", kDepthMax, " elements"),
                 StrCat("요소가 ", kDepthMax, "겹보다 깊습니다"));
}

absl::StatusOr<DocumentText> ReadHwpxText(std::string_view bytes) {
  ASSIGN_OR_RETURN(const std::vector<PackageEntry> entries, ReadHwpxPackage(bytes));
  Reader reader;
  for (const size_t index : SectionEntries(entries)) {
    pugi::xml_document xml;
    RETURN_IF_ERROR(ParsePart(entries[index], xml));
    reader.Read(xml);
  }
  return reader.Take();
}

}  // namespace connectors::administration
