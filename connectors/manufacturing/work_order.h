// manufacturing.tryton: workorder.create. A works order carries the call's key as its reference, so
// that it is made once.
#pragma once

#include <memory>

#include "connectors/manufacturing/plant.h"

namespace connectors::manufacturing {

// `plant`: whose tag map knows the assets by the names that people use.
absl::StatusOr<std::unique_ptr<tools::Connector>> MakeWorkOrderConnector(
    TrytonOptions options, ManufacturingDeps deps, std::shared_ptr<const Plant> plant);

}  // namespace connectors::manufacturing
