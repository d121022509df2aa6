#include "model_core/weights/safetensors.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "model_core/base/json.h"
#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr size_t kHeaderBytesMax = 100 << 20;

absl::Status Damaged(const std::string& path, std::string_view what) {
  return base::WithReason(
      base::Error(absl::StatusCode::kDataLoss, StrCat("weights '", path, "': ", what),
                  StrCat("가중치 파일 '", path, "'이(가) 손상되었습니다: ", what)),
      "WEIGHTS_DAMAGED");
}

// Bytes of one element, or 0 for a dtype that safetensors does not have.
size_t ElementBytes(const std::string& dtype) {
  static const auto* const sizes = new std::map<std::string, size_t>{
      {"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4},     {"I32", 4},
      {"U32", 4}, {"F16", 2}, {"BF16", 2}, {"I16", 2},     {"U16", 2},
      {"I8", 1},  {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
  auto it = sizes->find(dtype);
  return it == sizes->end() ? 0 : it->second;
}

absl::StatusOr<TensorView> ParseTensor(const std::string& path, const std::string& name,
                                       const Json& json, std::span<const uint8_t> data) {
  const auto bad = [&](std::string_view what) {
    return Damaged(path, StrCat("tensor '", name, "': ", what));
  };
  if (!json.is_object()) return bad("its entry is not an object");
  TensorView view;
  view.dtype = base::StringOr(json, "dtype", "");
  size_t bytes = ElementBytes(view.dtype);
  if (bytes == 0) return bad(StrCat("dtype '", view.dtype, "' is unknown"));
  const Json shape = json.value("shape", Json());
  const Json offsets = json.value("data_offsets", Json());
  if (!shape.is_array() || !offsets.is_array() || offsets.size() != 2)
    return bad("shape or offsets are missing");
  for (const Json& dimension : shape) {
    if (!dimension.is_number_unsigned()) return bad("a dimension is not a whole number");
    const auto extent = dimension.get<size_t>();
    if (extent != 0 && bytes > (size_t{1} << 50) / extent) return bad("it is too large");
    bytes *= extent;
    view.shape.push_back(extent);
  }
  if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
    return bad("offsets are not numbers");
  const auto begin = offsets[0].get<size_t>(), end = offsets[1].get<size_t>();
  if (begin > end || end > data.size())
    return bad("it lies outside the file: the file is cut short");
  if (end - begin != bytes)
    return bad(StrCat("it holds ", end - begin, " bytes, its shape needs ", bytes));
  view.data = data.subspan(begin, bytes);
  return view;
}

// tensor → file name, of an index that may be absent.
absl::StatusOr<std::map<std::string, std::string>> ReadIndex(const std::string& path) {
  std::map<std::string, std::string> shards;
  std::ifstream file(path, std::ios::binary);
  if (!file) return shards;
  std::stringstream text;
  text << file.rdbuf();
  ASSIGN_OR_RETURN(const Json index, base::ParseJson(text.str(), path));
  const Json map = index.is_object() ? index.value("weight_map", Json()) : Json();
  if (!map.is_object() || map.empty()) return Damaged(path, "it has no 'weight_map'");
  for (const auto& [tensor, shard] : map.items()) {
    if (!shard.is_string() || shard.get<std::string>().find('/') != std::string::npos) {
      return Damaged(path, StrCat("tensor '", tensor, "': its shard is not a file name"));
    }
    shards[tensor] = shard.get<std::string>();
  }
  return shards;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SafetensorsFile>> SafetensorsFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info {};
  if (fd < 0 || fstat(fd, &info) != 0) {
    if (fd >= 0) close(fd);
    return base::Error(absl::StatusCode::kNotFound, StrCat("weights '", path, "' cannot be read"),
                       StrCat("가중치 파일 '", path, "'을(를) 읽을 수 없습니다"));
  }
  const auto size = static_cast<size_t>(info.st_size);
  void* data = size < 8 ? MAP_FAILED : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  if (data == MAP_FAILED) return Damaged(path, "it is too short to be a safetensors file");
  std::unique_ptr<SafetensorsFile> file(
      new SafetensorsFile(static_cast<const uint8_t*>(data), size));  // private
  RETURN_IF_ERROR(file->ParseHeader(path));
  return file;
}

SafetensorsFile::~SafetensorsFile() { munmap(const_cast<uint8_t*>(data_), size_); }

absl::Status SafetensorsFile::ParseHeader(const std::string& path) {
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, data_, sizeof(header_bytes));
  if (header_bytes > size_ - 8 || header_bytes > kHeaderBytesMax) {
    return Damaged(path, StrCat("its header of ", header_bytes, " bytes does not fit"));
  }
  const std::string_view text(reinterpret_cast<const char*>(data_) + 8, header_bytes);
  auto header = base::ParseJson(text, "header");
  if (!header.ok() || !header->is_object()) return Damaged(path, "its header is not JSON");
  const std::span<const uint8_t> data(data_ + 8 + header_bytes, size_ - 8 - header_bytes);
  std::vector<std::pair<const uint8_t*, const uint8_t*>> extents;
  for (const auto& [name, json] : header->items()) {
    if (name == "__metadata__") continue;
    ASSIGN_OR_RETURN(TensorView view, ParseTensor(path, name, json, data));
    extents.emplace_back(view.data.data(), view.data.data() + view.data.size());
    tensors_[name] = std::move(view);
  }
  std::sort(extents.begin(), extents.end());
  for (size_t i = 1; i < extents.size(); ++i) {
    if (extents[i].first < extents[i - 1].second) return Damaged(path, "two tensors overlap");
  }
  return absl::OkStatus();
}

absl::StatusOr<WeightFiles> WeightFiles::Open(const std::string& directory) {
  WeightFiles weights;
  const std::string index_path = StrCat(directory, "/model.safetensors.index.json");
  ASSIGN_OR_RETURN(const auto shards, ReadIndex(index_path));
  std::set<std::string> names;
  for (const auto& [tensor, shard] : shards) names.insert(shard);
  if (names.empty()) names.insert("model.safetensors");
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(auto file, SafetensorsFile::Open(StrCat(directory, "/", name)));
    for (const auto& [tensor, view] : file->tensors()) {
      if (!weights.tensors_.emplace(tensor, &view).second)
        return Damaged(name, StrCat("tensor '", tensor, "' is there twice"));
    }
    weights.files_.push_back(std::move(file));
  }
  for (const auto& [tensor, shard] : shards) {
    if (!weights.tensors_.contains(tensor)) {
      return Damaged(index_path, StrCat("tensor '", tensor, "' is not in its shard '", shard, "'"));
    }
  }
  return weights;
}

const TensorView* WeightFiles::Find(const std::string& name) const {
  auto it = tensors_.find(name);
  return it == tensors_.end() ? nullptr : it->second;
}

std::string WeightFiles::Sha256() const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  for (const auto& file : files_)
    EVP_DigestUpdate(context, file->bytes().data(), file->bytes().size());
  unsigned char digest[32];
  EVP_DigestFinal_ex(context, digest, nullptr);
  EVP_MD_CTX_free(context);
  return base::HexEncode({reinterpret_cast<const char*>(digest), sizeof(digest)});
}

}  // namespace model_core
