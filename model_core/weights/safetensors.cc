#include "model_core/weights/safetensors.h"

#include <algorithm>
#include <cstring>

#include "model_core/base/json.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr size_t kHeaderBytesMax = 100 << 20;

// Bytes of one element, or 0 for a dtype that safetensors does not have.
size_t ElementBytes(const std::string& dtype) {
  static const auto* const sizes = new std::map<std::string, size_t>{
      {"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4},     {"I32", 4},
      {"U32", 4}, {"F16", 2}, {"BF16", 2}, {"I16", 2},     {"U16", 2},
      {"I8", 1},  {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
  auto it = sizes->find(dtype);
  return it == sizes->end() ? 0 : it->second;
}

absl::StatusOr<TensorView> ParseTensor(const MappedFile& file, const std::string& name,
                                       const Json& json, std::span<const uint8_t> data) {
  const auto bad = [&](std::string_view english, std::string_view korean) {
    return file.Damaged(StrCat("tensor '", name, "': ", english),
                        StrCat("텐서 '", name, "': ", korean));
  };
  if (!json.is_object()) return bad("its entry is not an object", "항목이 JSON 객체가 아닙니다");
  TensorView view;
  view.dtype = base::StringOr(json, "dtype", "");
  size_t bytes = ElementBytes(view.dtype);
  if (bytes == 0) {
    return bad(
        StrCat("dtype '", view.dtype, "' is unknown"),
        StrCat("dtype '", view.dtype, "'", base::Particle(view.dtype, "을"), " 알 수 없습니다"));
  }
  const Json shape = json.value("shape", Json());
  const Json offsets = json.value("data_offsets", Json());
  if (!shape.is_array() || !offsets.is_array() || offsets.size() != 2)
    return bad("shape or offsets are missing", "shape 또는 data_offsets가 없습니다");
  for (const Json& dimension : shape) {
    if (!dimension.is_number_unsigned())
      return bad("a dimension is not a whole number", "정수가 아닌 차원이 있습니다");
    const auto extent = dimension.get<size_t>();
    if (extent != 0 && bytes > (size_t{1} << 50) / extent)
      return bad("it is too large", "너무 큽니다");
    bytes *= extent;
    view.shape.push_back(extent);
  }
  if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
    return bad("offsets are not numbers", "data_offsets가 0 이상의 정수가 아닙니다");
  const auto begin = offsets[0].get<size_t>(), end = offsets[1].get<size_t>();
  if (begin > end || end > data.size()) {
    return bad("it lies outside the file: the file is cut short",
               "파일 밖에 놓여 있습니다. 파일이 잘렸습니다");
  }
  if (end - begin != bytes) {
    return bad(StrCat("it holds ", end - begin, " bytes, its shape needs ", bytes),
               StrCat(end - begin, "바이트인데 그 모양에는 ", bytes, "바이트가 필요합니다"));
  }
  view.data = data.subspan(begin, bytes);
  return view;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SafetensorsFile>> SafetensorsFile::Open(const std::string& path) {
  ASSIGN_OR_RETURN(auto mapped, MappedFile::Open(path));
  std::unique_ptr<SafetensorsFile> file(new SafetensorsFile(std::move(mapped)));  // private
  RETURN_IF_ERROR(file->ParseHeader());
  return file;
}

absl::Status SafetensorsFile::ParseHeader() {
  const std::span<const uint8_t> all = file_->bytes();
  uint64_t header_bytes = 0;
  if (all.size() < sizeof(header_bytes)) {
    return file_->Damaged("it is too short to be a safetensors file",
                          "safetensors 파일이라기에는 너무 짧습니다");
  }
  std::memcpy(&header_bytes, all.data(), sizeof(header_bytes));
  if (header_bytes > all.size() - sizeof(header_bytes) || header_bytes > kHeaderBytesMax) {
    return file_->Damaged(StrCat("its header of ", header_bytes, " bytes does not fit"),
                          StrCat("머리 부분이 ", header_bytes, "바이트라는데 들어맞지 않습니다"));
  }
  const std::string_view text(reinterpret_cast<const char*>(all.data()) + sizeof(header_bytes),
                              header_bytes);
  auto header = base::ParseJson(text, "header");
  if (!header.ok() || !header->is_object())
    return file_->Damaged("its header is not JSON", "머리 부분이 JSON이 아닙니다");
  const std::span<const uint8_t> data = all.subspan(sizeof(header_bytes) + header_bytes);
  std::vector<std::pair<const uint8_t*, const uint8_t*>> extents;
  for (const auto& [name, json] : header->items()) {
    if (name == "__metadata__") {
      for (const auto& [key, value] : json.items())
        if (value.is_string()) metadata_[key] = value.get<std::string>();
      continue;
    }
    ASSIGN_OR_RETURN(TensorView view, ParseTensor(*file_, name, json, data));
    extents.emplace_back(view.data.data(), view.data.data() + view.data.size());
    tensors_[name] = std::move(view);
  }
  std::sort(extents.begin(), extents.end());
  for (size_t i = 1; i < extents.size(); ++i) {
    if (extents[i].first < extents[i - 1].second)
      return file_->Damaged("two tensors overlap", "두 텐서가 겹칩니다");
  }
  const uint8_t* const end = data.data() + data.size();
  if (!extents.empty() && (extents.front().first != data.data() || extents.back().second != end)) {
    return file_->Damaged("its tensors do not begin and end where its data do",
                          "텐서들의 처음과 끝이 데이터의 처음과 끝이 아닙니다");
  }
  return absl::OkStatus();
}

}  // namespace model_core
