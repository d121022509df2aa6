// A bridge buffer that frees itself, and codes turned into Status.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"
#include "model_core/bridge/bridge.h"

namespace model_core {

class BridgeBuffer {
 public:
  BridgeBuffer() = default;
  ~BridgeBuffer() { maru_buffer_free(buffer_); }
  BridgeBuffer(const BridgeBuffer&) = delete;
  BridgeBuffer& operator=(const BridgeBuffer&) = delete;

  // Where a bridge function writes; call once.
  maru_buffer* out() { return &buffer_; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(buffer_.data), buffer_.size};
  }
  std::vector<int32_t> ids() const;

  // OK for code 0; InvalidArgument or Internal otherwise, with the bridge's own words behind `what`
  // and, quoted, behind the Korean sentence.
  absl::Status Check(int32_t code, std::string_view what, std::string_view korean) const;

 private:
  maru_buffer buffer_{nullptr, 0};
};

inline const uint8_t* Data(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace model_core
