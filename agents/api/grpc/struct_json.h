// JSON as google.protobuf.Struct and Value, and back. Numbers become doubles: integers beyond 2^53
// lose digits.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/struct.pb.h"
#include "model_core/base/json.h"

namespace agents {

google::protobuf::Value ToValue(const base::Json& json);
google::protobuf::Struct ToStruct(
    const base::Json& object);  // anything but an object gives an empty one

// The text at `key`; empty if it is absent or no text.
std::string TextAt(const google::protobuf::Struct& fields, std::string_view key);

}  // namespace agents
