// Writes an HWPX file: an OWPML package (KS X 6101) that Hancom Office and other readers open.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "connectors/administration/layout.h"
#include "model_core/base/status.h"

namespace connectors::administration {

struct HwpxProperties {
  std::string title;
  std::string creator;
  absl::Time created;
};

// The same layout and properties give the same bytes.
absl::StatusOr<std::string> WriteHwpx(const HwpxProperties& properties, const Layout& layout);

// Styles that header.xml declares, in the order of their ids there.
enum class TextStyle { kBody, kTitle, kHeading, kQuote, kNote, kCount };
enum class ParagraphStyle { kJustified, kCentred, kIndented, kCell, kCount };
inline constexpr int kCellBorder = 3;    // id of the border around table cells
inline constexpr int kHeaderBorder = 4;  // and around cells of a header row

// Contents/header.xml: fonts, borders, styles.
std::string HwpxHeader();
// An element with every prefix that OWPML uses declared.
std::string WithNamespaces(std::string_view element);
inline constexpr char kXmlDeclaration[] =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>)";

}  // namespace connectors::administration
