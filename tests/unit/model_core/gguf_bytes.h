// A GGUF file put together byte by byte, as a test wants it: right or wrong.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace model_core {

template <typename T>
std::string Bytes(T value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return bytes;
}

inline std::string GgufText(std::string_view text) {
  return Bytes<uint64_t>(text.size()) + std::string(text);
}

class GgufBytes {
 public:
  // `type` and `value` as the file holds them.
  GgufBytes& Key(std::string_view key, uint32_t type, const std::string& value) {
    keys_ += GgufText(key) + Bytes(type) + value;
    ++key_count_;
    return *this;
  }
  GgufBytes& Text(std::string_view key, std::string_view value) {
    return Key(key, 8, GgufText(value));
  }
  GgufBytes& Whole(std::string_view key, uint32_t value) { return Key(key, 4, Bytes(value)); }

  GgufBytes& Tensor(std::string_view name, const std::vector<uint64_t>& dimensions, uint32_t type,
                    uint64_t offset) {
    tensors_ += GgufText(name) + Bytes(static_cast<uint32_t>(dimensions.size()));
    for (const uint64_t extent : dimensions) tensors_ += Bytes(extent);
    tensors_ += Bytes(type) + Bytes(offset);
    ++tensor_count_;
    return *this;
  }

  // With `data` bytes after the header, aligned to 32.
  std::string File(size_t data = 0, uint32_t version = 3) const {
    std::string file = "GGUF" + Bytes(version) + Bytes(tensor_count_) + Bytes(key_count_);
    file += keys_ + tensors_;
    file.resize((file.size() + 31) / 32 * 32, '\0');
    return file + std::string(data, 'x');
  }

 private:
  std::string keys_, tensors_;
  uint64_t key_count_ = 0, tensor_count_ = 0;
};

}  // namespace model_core
