// Shapes to measure without a file: one model in miniature for each family, as its config.json
// would say it. Their sizes are those of the side by side with other engines: vocabulary 32,000,
// hidden 2,048; mixtures 8 layers of 64 experts, of which 8; dense models 16 layers.
#pragma once

#include <string>
#include <vector>

#include "model_core/base/json.h"

namespace model_core {

std::vector<std::string> ShapeNames();

// InvalidArgument names the shapes there are.
absl::StatusOr<base::Json> ShapeConfig(const std::string& name);

}  // namespace model_core
