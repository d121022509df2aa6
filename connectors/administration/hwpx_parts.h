// What reading and masking an HWPX package share: its sections in order, and paragraphs as OWPML
// nests them.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/administration/zip_package.h"

namespace connectors::administration {

// The entries of an HWPX package. InvalidArgument: not one; PermissionDenied: encrypted.
absl::StatusOr<std::vector<PackageEntry>> ReadHwpxPackage(std::string_view bytes);
// Indices of Contents/section<n>.xml, by n.
std::vector<size_t> SectionEntries(const std::vector<PackageEntry>& entries);
// InvalidArgument: no XML, too large, or nested so deeply that nobody may follow it by recursion.
absl::Status ParsePart(const PackageEntry& entry, pugi::xml_document& xml);

std::string_view LocalName(pugi::xml_node node);
// Text nodes of a paragraph's own runs, not those of paragraphs inside its tables and boxes.
std::vector<pugi::xml_node> OwnTexts(pugi::xml_node paragraph);
// Children (or deeper, not below another match) of that local name.
std::vector<pugi::xml_node> Outermost(pugi::xml_node node, std::string_view name);

}  // namespace connectors::administration
