// GgufParser: reads the header of a GGUF file, trusting nothing in it. Inside of gguf.cc.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "model_core/weights/gguf.h"

namespace model_core {

// Of one number or truth value; 0: text and arrays, whose sizes vary.
size_t GgufValueBytes(GgufValue::Kind kind);

class GgufParser {
 public:
  explicit GgufParser(GgufFile& file) : file_(file), rest_(file.file_->bytes()) {}

  absl::Status Run();

 private:
  struct Place {
    std::string name;
    uint64_t offset = 0, bytes = 0;
  };

  absl::Status Counts(uint64_t& tensors, uint64_t& keys);
  absl::Status Name(size_t bytes_max, std::string& name);
  absl::Status Key();
  absl::Status Value(const std::string& key, GgufValue& value);
  absl::Status Array(const std::string& key, GgufValue& value);
  absl::Status Tensor();
  absl::Status Shape(const std::string& name, TensorView& view, uint64_t& elements);
  absl::Status Type(const std::string& name, TensorView& view, uint64_t elements, uint64_t& bytes);
  absl::Status PlaceTensors();
  absl::Status CheckOverlaps() const;

  // False: the file ends before.
  template <typename T>
  bool Take(T& value) {
    if (rest_.size() < sizeof(value)) return false;
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_ = rest_.subspan(sizeof(value));
    return true;
  }
  bool TakeBytes(uint64_t size, std::span<const uint8_t>& bytes);
  bool TakeText(std::span<const uint8_t>& text);
  absl::Status Damaged(std::string_view english, std::string_view korean) const {
    return file_.file_->Damaged(english, korean);
  }
  absl::Status DamagedKey(const std::string& key, std::string_view english,
                          std::string_view korean) const;
  absl::Status DamagedTensor(const std::string& name, std::string_view english,
                             std::string_view korean) const;
  absl::Status CutTensor(const std::string& name) const;  // the file ends within its entry

  GgufFile& file_;
  std::span<const uint8_t> rest_;
  std::vector<Place> places_;  // of the tensors, in the file's order
};

}  // namespace model_core
