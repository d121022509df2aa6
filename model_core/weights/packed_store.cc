#include "model_core/weights/packed_store.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {

using base::StrCat;

absl::StatusOr<WeightMatrix> PackedStore::Matrix(const std::string& name, Dtype packed, size_t rows,
                                                 size_t cols, const ReadRows& read) {
  const size_t size = PackedBytes(packed, rows, cols);
  const std::string key = StrCat(name, packed == Dtype::kQ8 ? ":q8" : ":q4");
  if (kept_ != nullptr) {
    if (const auto bytes = kept_->Find(key); bytes.size() == size) {
      tensors_[key] = bytes;
      return PackedMatrix(bytes.data(), packed, rows, cols);
    }
  }
  uint8_t* bytes = arena_.Take(size);
  if (bytes == nullptr) {
    return base::Error(absl::StatusCode::kResourceExhausted,
                       StrCat("tensor '", name, "': no memory for ", size, " packed bytes"),
                       StrCat("텐서 '", name, "'", base::Particle(name, "을"), " 담을 메모리 ",
                              size, "바이트가 없습니다"));
  }
  if (!Pack(packed, rows, cols, read, bytes)) {
    return base::WithReason(
        base::Error(absl::StatusCode::kDataLoss,
                    StrCat("tensor '", name, "' has a weight that is not finite or too large"),
                    StrCat("텐서 '", name, "'에 유한하지 않거나 너무 큰 가중치가 있습니다")),
        "WEIGHTS_DAMAGED");
  }
  anew_ = true;
  tensors_[key] = {bytes, size};
  return PackedMatrix(bytes, packed, rows, cols);
}

}  // namespace model_core
