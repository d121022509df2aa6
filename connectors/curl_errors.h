// What libcurl's codes mean, for people, said in this one place. Any thread.
#pragma once

#include <curl/curl.h>

#include <string>

#include "model_core/base/status.h"

namespace connectors {

// "Couldn't connect to server"; in Korean the library's English words, quoted, where there are
// none.
std::string CurlText(CURLcode code, base::Language language);

}  // namespace connectors
