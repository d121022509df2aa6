#include "model_core/weights/gguf.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/weights/gguf_blocks.h"
#include "model_core/weights/gguf_parser.h"

namespace model_core {
namespace {

using base::StrCat;
using Kind = GgufValue::Kind;

constexpr uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr uint32_t kVersion = 3;
constexpr uint64_t kEntriesMax = 1 << 16;  // of metadata, and of tensors
constexpr size_t kKeyBytesMax = 256, kTensorNameBytesMax = 64;
constexpr uint64_t kElementsMax = uint64_t{1} << 48;  // of a tensor
constexpr uint64_t kAlignmentMax = 1 << 16;
constexpr std::string_view kTypesRead = "F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q6_K";

}  // namespace

bool GgufParser::TakeBytes(uint64_t size, std::span<const uint8_t>& bytes) {
  if (size > rest_.size()) return false;
  bytes = rest_.first(size);
  rest_ = rest_.subspan(size);
  return true;
}

bool GgufParser::TakeText(std::span<const uint8_t>& text) {
  uint64_t size = 0;
  return Take(size) && TakeBytes(size, text);
}

absl::Status GgufParser::DamagedKey(const std::string& key, std::string_view english,
                                    std::string_view korean) const {
  return Damaged(StrCat("key '", key, "' ", english), StrCat("키 '", key, "': ", korean));
}

absl::Status GgufParser::DamagedTensor(const std::string& name, std::string_view english,
                                       std::string_view korean) const {
  return Damaged(StrCat("tensor '", name, "': ", english), StrCat("텐서 '", name, "': ", korean));
}

absl::Status GgufParser::CutTensor(const std::string& name) const {
  return DamagedTensor(name, "the file is cut short", "파일이 중간에 잘렸습니다");
}

absl::Status GgufParser::Counts(uint64_t& tensors, uint64_t& keys) {
  uint32_t magic = 0, version = 0;
  if (!Take(magic) || magic != kMagic)
    return Damaged("it is not a GGUF file", "GGUF 파일이 아닙니다");
  const auto cut = [&] {
    return Damaged("it ends within its header", "머리 부분에서 파일이 끝납니다");
  };
  if (!Take(version)) return cut();
  if (version != kVersion && (version & 0xFFFF) == 0) {
    return Damaged("it is big-endian; read is little-endian",
                   "빅 엔디언 파일입니다. 리틀 엔디언만 읽습니다");
  }
  if (version != kVersion) {
    return Damaged(StrCat("it has version ", version, "; read is ", kVersion),
                   StrCat("버전이 ", version, "입니다. 버전 ", kVersion, "만 읽습니다"));
  }
  if (!Take(tensors) || !Take(keys)) return cut();
  if (tensors > kEntriesMax || keys > kEntriesMax) {
    return Damaged(StrCat("it states ", tensors, " tensors and ", keys, " keys; at most ",
                          kEntriesMax, " of each are read"),
                   StrCat("텐서 ", tensors, "개와 키 ", keys, "개가 적혀 있습니다. 각각 ",
                          kEntriesMax, "개까지만 읽습니다"));
  }
  return absl::OkStatus();
}

absl::Status GgufParser::Name(size_t bytes_max, std::string& name) {
  std::span<const uint8_t> bytes;
  if (!TakeText(bytes))
    return Damaged("it ends within a name: the file is cut short",
                   "이름 중간에서 파일이 끝납니다. 파일이 잘렸습니다");
  const bool plain = std::all_of(bytes.begin(), bytes.end(),
                                 [](uint8_t byte) { return byte > ' ' && byte < 127; });
  if (bytes.empty() || bytes.size() > bytes_max || !plain) {
    return Damaged(StrCat("a name is not 1 to ", bytes_max, " printable ASCII characters"),
                   StrCat("이름이 ASCII 글자 1 ~ ", bytes_max, "자가 아닙니다"));
  }
  name.assign(bytes.begin(), bytes.end());
  return absl::OkStatus();
}

absl::Status GgufParser::Key() {
  std::string key;
  RETURN_IF_ERROR(Name(kKeyBytesMax, key));
  GgufValue value;
  RETURN_IF_ERROR(Value(key, value));
  if (!file_.metadata_.emplace(key, value).second)
    return DamagedKey(key, "is there twice", "두 번 있습니다");
  return absl::OkStatus();
}

absl::Status GgufParser::Value(const std::string& key, GgufValue& value) {
  const auto cut = [&] { return DamagedKey(key, "is cut short", "중간에 잘렸습니다"); };
  uint32_t kind = 0;
  if (!Take(kind)) return cut();
  if (kind > static_cast<uint32_t>(Kind::kFloat64)) {
    return DamagedKey(key, StrCat("has unknown type ", kind),
                      StrCat("자료형 ", base::WithParticle(StrCat(kind), "을"), " 알 수 없습니다"));
  }
  value.kind = static_cast<Kind>(kind);
  if (value.kind == Kind::kArray) return Array(key, value);
  const bool there = value.kind == Kind::kText ? TakeText(value.bytes)
                                               : TakeBytes(GgufValueBytes(value.kind), value.bytes);
  if (!there) return cut();
  const bool text = base::FirstInvalidUtf8(value.Text().value_or("")) == std::string_view::npos;
  return text ? absl::OkStatus() : DamagedKey(key, "is not UTF-8", "UTF-8이 아닙니다");
}

absl::Status GgufParser::Array(const std::string& key, GgufValue& value) {
  const auto cut = [&] { return DamagedKey(key, "is cut short", "중간에 잘렸습니다"); };
  uint32_t kind = 0;
  uint64_t count = 0;
  if (!Take(kind) || !Take(count)) return cut();
  if (kind > static_cast<uint32_t>(Kind::kFloat64) || kind == static_cast<uint32_t>(Kind::kArray)) {
    return DamagedKey(
        key, StrCat("is a list of unknown type ", kind),
        StrCat("목록의 자료형 ", base::WithParticle(StrCat(kind), "을"), " 알 수 없습니다"));
  }
  value = {static_cast<Kind>(kind), true, count, {}};
  const size_t size = GgufValueBytes(value.kind);
  const size_t least = size > 0 ? size : sizeof(uint64_t);  // a text has its length before it
  if (count > rest_.size() / least) return cut();
  if (size > 0) return TakeBytes(count * size, value.bytes) ? absl::OkStatus() : cut();
  const std::span<const uint8_t> begin = rest_;
  for (uint64_t i = 0; i < count; ++i) {
    std::span<const uint8_t> text;
    if (!TakeText(text)) return cut();
  }
  value.bytes = begin.first(begin.size() - rest_.size());
  return absl::OkStatus();
}

absl::Status GgufParser::Shape(const std::string& name, TensorView& view, uint64_t& elements) {
  uint32_t dimensions = 0;
  if (!Take(dimensions)) return CutTensor(name);
  if (dimensions == 0 || dimensions > 4) {
    return DamagedTensor(name, StrCat("it has ", dimensions, " dimensions; read are 1 to 4"),
                         StrCat("차원이 ", dimensions, "개입니다. 1 ~ 4개만 읽습니다"));
  }
  elements = 1;
  for (uint32_t i = 0; i < dimensions; ++i) {
    uint64_t extent = 0;
    if (!Take(extent)) return CutTensor(name);
    if (extent == 0 || extent > kElementsMax / elements) {
      return DamagedTensor(name, "a dimension is 0 or too large",
                           "크기가 0이거나 너무 큰 차원이 있습니다");
    }
    elements *= extent;
    view.shape.insert(view.shape.begin(), extent);
  }
  return absl::OkStatus();
}

// The bytes that `elements` in rows of the last dimension take.
absl::Status GgufParser::Type(const std::string& name, TensorView& view, uint64_t elements,
                              uint64_t& bytes) {
  uint32_t id = 0;
  if (!Take(id)) return CutTensor(name);
  const GgufType* type = FindGgufType(id);
  if (type == nullptr) {
    return DamagedTensor(
        name, StrCat("type ", id, " is unknown"),
        StrCat("자료형 ", base::WithParticle(StrCat(id), "을"), " 알 수 없습니다"));
  }
  if (type->block_elements == 0) {
    return DamagedTensor(name, StrCat("type ", type->name, " is not read; read are ", kTypesRead),
                         StrCat("자료형 ", type->name, base::Particle(type->name, "은"),
                                " 읽지 않습니다. 읽는 것: ", kTypesRead));
  }
  if (view.shape.back() % type->block_elements != 0) {
    return DamagedTensor(
        name,
        StrCat("its rows of ", view.shape.back(), " are no whole blocks of ", type->block_elements),
        StrCat("한 행의 값 ", view.shape.back(), "개가 블록 크기 ", type->block_elements,
               "의 배수가 아닙니다"));
  }
  view.dtype = type->name;
  bytes = elements / type->block_elements * type->block_bytes;
  return absl::OkStatus();
}

absl::Status GgufParser::Tensor() {
  Place place;
  RETURN_IF_ERROR(Name(kTensorNameBytesMax, place.name));
  TensorView view;
  uint64_t elements = 0;
  RETURN_IF_ERROR(Shape(place.name, view, elements));
  RETURN_IF_ERROR(Type(place.name, view, elements, place.bytes));
  if (!Take(place.offset)) return CutTensor(place.name);
  if (!file_.tensors_.emplace(place.name, std::move(view)).second)
    return DamagedTensor(place.name, "it is there twice", "두 번 있습니다");
  places_.push_back(std::move(place));
  return absl::OkStatus();
}

// The data begin at the next multiple of the alignment; offsets count from there.
absl::Status GgufParser::PlaceTensors() {
  const std::span<const uint8_t> all = file_.file_->bytes();
  const auto stated = file_.Whole("general.alignment");
  const auto alignment = static_cast<uint64_t>(stated.value_or(32));
  const bool power = alignment > 0 && (alignment & (alignment - 1)) == 0;
  if (!power || alignment > kAlignmentMax ||
      (!stated && file_.Find("general.alignment") != nullptr)) {
    return DamagedKey("general.alignment", StrCat("is not a power of two up to ", kAlignmentMax),
                      StrCat(kAlignmentMax, " 이하인 2의 거듭제곱이 아닙니다"));
  }
  const uint64_t header = all.size() - rest_.size();
  const uint64_t begin = (header + alignment - 1) / alignment * alignment;
  for (const Place& place : places_) {
    if (place.offset % alignment != 0) {
      return DamagedTensor(
          place.name,
          StrCat("its offset ", place.offset, " is no multiple of the alignment ", alignment),
          StrCat("위치 ", base::WithParticle(StrCat(place.offset), "이"), " 정렬 단위 ", alignment,
                 "의 배수가 아닙니다"));
    }
    if (begin > all.size() || place.offset > all.size() - begin ||
        place.bytes > all.size() - begin - place.offset) {
      return DamagedTensor(place.name, "it lies outside the file: the file is cut short",
                           "파일 밖에 놓여 있습니다. 파일이 잘렸습니다");
    }
    file_.tensors_.at(place.name).data = all.subspan(begin + place.offset, place.bytes);
  }
  return CheckOverlaps();
}

absl::Status GgufParser::CheckOverlaps() const {
  std::vector<std::pair<const uint8_t*, const std::string*>> begins;
  for (const auto& [name, view] : file_.tensors_) begins.emplace_back(view.data.data(), &name);
  std::sort(begins.begin(), begins.end());
  for (size_t i = 1; i < begins.size(); ++i) {
    const TensorView& before = file_.tensors_.at(*begins[i - 1].second);
    const std::string& other = *begins[i - 1].second;
    if (before.data.data() + before.data.size() > begins[i].first) {
      return DamagedTensor(*begins[i].second, StrCat("it overlaps '", other, "'"),
                           StrCat("텐서 '", other, "'", base::Particle(other, "과"), " 겹칩니다"));
    }
  }
  return absl::OkStatus();
}

absl::Status GgufParser::Run() {
  uint64_t tensors = 0, keys = 0;
  RETURN_IF_ERROR(Counts(tensors, keys));
  for (uint64_t i = 0; i < keys; ++i) RETURN_IF_ERROR(Key());
  for (uint64_t i = 0; i < tensors; ++i) RETURN_IF_ERROR(Tensor());
  return PlaceTensors();
}

absl::StatusOr<std::unique_ptr<GgufFile>> GgufFile::Open(const std::string& path) {
  ASSIGN_OR_RETURN(auto mapped, MappedFile::Open(path));
  std::unique_ptr<GgufFile> file(new GgufFile(std::move(mapped)));  // the constructor is private
  RETURN_IF_ERROR(GgufParser(*file).Run());
  return file;
}

const GgufValue* GgufFile::Find(std::string_view key) const {
  auto it = metadata_.find(key);
  return it == metadata_.end() ? nullptr : &it->second;
}

std::string GgufFile::Text(std::string_view key) const {
  const GgufValue* value = Find(key);
  return value == nullptr ? "" : std::string(value->Text().value_or(""));
}

std::optional<int64_t> GgufFile::Whole(std::string_view key) const {
  const GgufValue* value = Find(key);
  return value == nullptr ? std::nullopt : value->Whole();
}

}  // namespace model_core
