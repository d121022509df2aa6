// What an MQTT broker answers, and what libmosquitto says, for people. In Korean English words,
// quoted, where there are none. Any thread.
#pragma once

#include <string>

#include "model_core/base/status.h"

namespace connectors::manufacturing {

// Why the broker refused: a reason code of MQTT 5.
std::string MqttReasonText(int reason, base::Language language);
// Why the connection ended: a code of the library's, and the system's where that is what it means.
std::string MqttErrorText(int code, int system_error, base::Language language);

}  // namespace connectors::manufacturing
