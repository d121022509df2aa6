// GGUF: a model in one file or in shards, mapped read-only. Format (ggml, docs/gguf.md), version 3,
// little-endian: "GGUF", version, counts of tensors and of metadata; the metadata, each a name, a
// type and a value; the tensors, each a name, dimensions (fastest first), a type and an offset;
// then the data, aligned.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model_core/weights/mapped_file.h"
#include "model_core/weights/tensor_view.h"

namespace model_core {

// One value of the metadata, where it is mapped; it lives as long as its file. The functions below
// give nothing for a value of another kind.
struct GgufValue {
  enum class Kind : uint32_t {
    kUint8,
    kInt8,
    kUint16,
    kInt16,
    kUint32,
    kInt32,
    kFloat32,
    kBool,
    kText,
    kArray,
    kUint64,
    kInt64,
    kFloat64
  };
  Kind kind = Kind::kUint8;  // of an array: of its elements
  bool array = false;
  size_t count = 1;
  std::span<const uint8_t> bytes;  // of a text: its bytes; of an array of texts: with their lengths

  std::optional<int64_t> Whole() const;  // beyond an int64: nothing
  // An f32 stands for the shortest decimal number that gives it: it was written as one.
  std::optional<double> Number() const;
  std::optional<bool> Bool() const;
  std::optional<std::string_view> Text() const;
  // Of an array of numbers or truth values; `index` < count.
  GgufValue Element(size_t index) const;
};

// Immutable; thread-safe.
class GgufFile {
 public:
  // Refused, naming file and key or tensor: another version or byte order, what leaves the file or
  // overlaps, tensors that are not aligned, of types that this engine does not read, whose rows are
  // no whole blocks. Allocates in proportion to the number of keys and tensors, never by a length
  // that the file states.
  static absl::StatusOr<std::unique_ptr<GgufFile>> Open(const std::string& path);

  const std::shared_ptr<const MappedFile>& file() const { return file_; }
  const std::map<std::string, GgufValue, std::less<>>& metadata() const { return metadata_; }
  // Null if there is none.
  const GgufValue* Find(std::string_view key) const;
  std::string Text(std::string_view key) const;  // empty if it is none
  std::optional<int64_t> Whole(std::string_view key) const;
  // By GGUF's names; shapes are slowest first, as in safetensors.
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }

 private:
  friend class GgufParser;
  explicit GgufFile(std::shared_ptr<const MappedFile> file) : file_(std::move(file)) {}

  const std::shared_ptr<const MappedFile> file_;
  std::map<std::string, GgufValue, std::less<>> metadata_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace model_core
