// An HTTP client that tells the log of each exchange: with which host, how it went, how long it
// took. Level debug: what an operator needs who looks for a fault. Neither path nor content: both
// may be personal.
#pragma once

#include <memory>

#include "connectors/http.h"

namespace deploy {

std::unique_ptr<connectors::HttpClient> LoggedHttp(std::unique_ptr<connectors::HttpClient> client);

}  // namespace deploy
