// Whether marud would start with a configuration: `marud --check-config`, which `maru config check`
// asks. What marud makes of files at its start is made here and dropped: policies, planner, people,
// connectors.
#pragma once

#include "deploy/server/config.h"

namespace deploy {

// As CheckConfig (config_check.h) and CheckDsns; besides, InvalidArgument names what marud would
// refuse: policies that do not hold together, a log key that is none, a file of people or of a
// connector in the wrong form, a connector's settings, more memory than the machine gives. Other
// codes: what is no fault of the configuration, such as damaged weights. Writes nothing, connects
// to nothing.
absl::Status CheckStart(const Config& config);

}  // namespace deploy
