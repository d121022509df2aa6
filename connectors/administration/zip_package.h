// A ZIP package in memory: its entries in order. Bounds what it unpacks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"

namespace connectors::administration {

struct PackageEntry {
  std::string name;
  std::string bytes;
};

// InvalidArgument: no ZIP file, or one that unpacks to more than the limits; PermissionDenied:
// entries are encrypted.
absl::StatusOr<std::vector<PackageEntry>> ReadPackage(std::string_view bytes);
// The first entry is stored, the others deflated, as OWPML and OPC want a `mimetype`. The same
// entries give the same bytes.
absl::StatusOr<std::string> WritePackage(const std::vector<PackageEntry>& entries);

}  // namespace connectors::administration
