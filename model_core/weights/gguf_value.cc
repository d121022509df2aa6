#include <charconv>
#include <cstring>

#include "model_core/weights/gguf.h"
#include "model_core/weights/gguf_parser.h"

namespace model_core {
namespace {

using Kind = GgufValue::Kind;

template <typename T>
T Load(std::span<const uint8_t> bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

double Shortest(float value) {
  char text[64];
  const auto written = std::to_chars(text, text + sizeof(text), value);
  double number = 0;
  std::from_chars(text, written.ptr, number);
  return number;
}

}  // namespace

size_t GgufValueBytes(Kind kind) {
  switch (kind) {
    case Kind::kUint8:
    case Kind::kInt8:
    case Kind::kBool:
      return 1;
    case Kind::kUint16:
    case Kind::kInt16:
      return 2;
    case Kind::kUint32:
    case Kind::kInt32:
    case Kind::kFloat32:
      return 4;
    case Kind::kUint64:
    case Kind::kInt64:
    case Kind::kFloat64:
      return 8;
    case Kind::kText:
    case Kind::kArray:
      return 0;
  }
  return 0;
}

std::optional<int64_t> GgufValue::Whole() const {
  if (array) return std::nullopt;
  switch (kind) {
    case Kind::kUint8:
      return Load<uint8_t>(bytes);
    case Kind::kInt8:
      return Load<int8_t>(bytes);
    case Kind::kUint16:
      return Load<uint16_t>(bytes);
    case Kind::kInt16:
      return Load<int16_t>(bytes);
    case Kind::kUint32:
      return Load<uint32_t>(bytes);
    case Kind::kInt32:
      return Load<int32_t>(bytes);
    case Kind::kInt64:
      return Load<int64_t>(bytes);
    case Kind::kUint64: {
      const auto value = Load<uint64_t>(bytes);
      return value > INT64_MAX ? std::nullopt : std::optional<int64_t>(value);
    }
    default:
      return std::nullopt;
  }
}

std::optional<double> GgufValue::Number() const {
  if (!array && kind == Kind::kFloat32) return Shortest(Load<float>(bytes));
  if (!array && kind == Kind::kFloat64) return Load<double>(bytes);
  return std::nullopt;
}

std::optional<bool> GgufValue::Bool() const {
  if (array || kind != Kind::kBool) return std::nullopt;
  return bytes[0] != 0;
}

std::optional<std::string_view> GgufValue::Text() const {
  if (array || kind != Kind::kText) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

GgufValue GgufValue::Element(size_t index) const {
  const size_t size = GgufValueBytes(kind);
  return {kind, false, 1, bytes.subspan(index * size, size)};
}

}  // namespace model_core
