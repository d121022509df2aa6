// manufacturing.tryton: workorder.create. A works order carries the call's key as its reference, so
// that it is made once.
#pragma once

#include <memory>

#include "connectors/manufacturing.h"

namespace connectors::manufacturing {

absl::StatusOr<std::unique_ptr<tools::Connector>> MakeWorkOrderConnector(TrytonOptions options,
                                                                         ManufacturingDeps deps);

}  // namespace connectors::manufacturing
