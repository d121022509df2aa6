#include "model_core/bridge/buffer.h"

#include <cstring>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace model_core {

std::vector<int32_t> BridgeBuffer::ids() const {
  std::vector<int32_t> ids(buffer_.size / sizeof(int32_t));
  if (!ids.empty()) std::memcpy(ids.data(), buffer_.data, ids.size() * sizeof(int32_t));
  return ids;
}

absl::Status BridgeBuffer::Check(int32_t code, std::string_view what,
                                 std::string_view korean) const {
  if (code == 0) return absl::OkStatus();
  const auto kind = code == 1 ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kInternal;
  return base::Error(kind, base::StrCat(what, ": ", text()),
                     base::StrCat(korean, ": ", base::Quoted(text())));
}

}  // namespace model_core
