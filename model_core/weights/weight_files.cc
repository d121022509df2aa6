#include "model_core/weights/weight_files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "model_core/base/files.h"
#include "model_core/base/json.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/weights/gguf_names.h"
#include "model_core/weights/safetensors.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kGgufEnding = ".gguf", kShardMark = "-of-";
constexpr size_t kShardDigits = 5;  // name-00001-of-00003.gguf
constexpr int64_t kShardsMax = 99999;

// tensor → file name, of an index that may be absent.
absl::StatusOr<std::map<std::string, std::string>> ReadIndex(const std::string& path) {
  std::map<std::string, std::string> shards;
  const auto index = base::ReadJsonFile(path);
  if (absl::IsNotFound(index.status())) return shards;
  RETURN_IF_ERROR(index.status());
  const Json map = index->is_object() ? index->value("weight_map", Json()) : Json();
  if (!map.is_object() || map.empty())
    return MappedFile::Damaged(path, "it has no 'weight_map'", "'weight_map'이 없습니다");
  for (const auto& [tensor, shard] : map.items()) {
    if (!shard.is_string() || shard.get<std::string>().find('/') != std::string::npos) {
      return MappedFile::Damaged(path,
                                 StrCat("tensor '", tensor, "': its shard is not a file name"),
                                 StrCat("텐서 '", tensor, "': 조각이 파일 이름이 아닙니다"));
    }
    shards[tensor] = shard.get<std::string>();
  }
  return shards;
}

// Where the number of a shard begins in its path; npos: it is no shard.
size_t ShardNumber(std::string_view path) {
  constexpr size_t kTail = 2 * kShardDigits + kShardMark.size() + kGgufEnding.size();
  if (path.size() <= kTail || !path.ends_with(kGgufEnding)) return std::string_view::npos;
  const size_t at = path.size() - kTail;
  const auto digits = [&](size_t from) {
    const std::string_view number = path.substr(from, kShardDigits);
    return std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const size_t mark = at + kShardDigits;
  const bool shard = digits(at) && path.substr(mark, kShardMark.size()) == kShardMark &&
                     digits(mark + kShardMark.size());
  return shard ? at : std::string_view::npos;
}

std::string ShardPath(const std::string& first, size_t number) {
  const std::string digits = StrCat(number);
  std::string path = first;
  return path.replace(ShardNumber(first), kShardDigits,
                      std::string(kShardDigits - digits.size(), '0') + digits);
}

}  // namespace

absl::StatusOr<std::string> GgufPath(const std::string& path) {
  if (path.ends_with(kGgufEnding)) return path;
  std::error_code error;
  if (std::filesystem::exists(StrCat(path, "/model.safetensors"), error) ||
      std::filesystem::exists(StrCat(path, "/model.safetensors.index.json"), error))
    return "";
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string file = entry.path().string();
    const size_t number = ShardNumber(file);
    const bool later = number != std::string::npos && file.substr(number, kShardDigits) != "00001";
    if (file.ends_with(kGgufEnding) && !later) found.push_back(file);
  }
  std::sort(found.begin(), found.end());
  if (found.size() < 2) return found.empty() ? "" : found.front();
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("'", path, "' holds several models, say which: ", base::StrJoin(found, ", ")),
      StrCat("'", path,
             "'에 모델이 여럿 있습니다. 하나를 고르십시오: ", base::StrJoin(found, ", ")));
}

absl::StatusOr<WeightFiles> WeightFiles::Open(const std::string& path) {
  WeightFiles weights;
  ASSIGN_OR_RETURN(const std::string gguf, GgufPath(path));
  RETURN_IF_ERROR(gguf.empty() ? weights.OpenSafetensors(path) : weights.OpenGguf(gguf));
  return weights;
}

WeightFiles WeightFiles::Of(std::map<std::string, TensorView> tensors) {
  WeightFiles weights;
  weights.tensors_ = std::move(tensors);
  return weights;
}

absl::Status WeightFiles::OpenSafetensors(const std::string& directory) {
  const std::string index_path = StrCat(directory, "/model.safetensors.index.json");
  ASSIGN_OR_RETURN(const auto shards, ReadIndex(index_path));
  std::set<std::string> names;
  for (const auto& [tensor, shard] : shards) names.insert(shard);
  if (names.empty()) names.insert("model.safetensors");
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const auto file, SafetensorsFile::Open(StrCat(directory, "/", name)));
    for (const auto& [tensor, view] : file->tensors()) {
      if (!tensors_.emplace(tensor, view).second) {
        return MappedFile::Damaged(name, StrCat("tensor '", tensor, "' is there twice"),
                                   StrCat("텐서 '", tensor, "': 두 번 있습니다"));
      }
    }
    files_.push_back(file->file());
  }
  for (const auto& [tensor, shard] : shards) {
    if (!tensors_.contains(tensor)) {
      return MappedFile::Damaged(index_path,
                                 StrCat("tensor '", tensor, "' is not in its shard '", shard, "'"),
                                 StrCat("텐서 '", tensor, "': 조각 '", shard, "'에 없습니다"));
    }
  }
  return absl::OkStatus();
}

absl::Status WeightFiles::OpenGguf(const std::string& path) {
  ASSIGN_OR_RETURN(const auto first, GgufFile::Open(path));
  const auto count = CountGgufLayers(*first);
  if (!count) {
    return first->file()->Damaged("it does not say how many layers the model has",
                                  "모델의 층 수가 적혀 있지 않습니다");
  }
  const int64_t shards = first->Whole("split.count").value_or(1);
  const bool named = ShardNumber(path) != std::string::npos;
  if (shards < 1 || shards > kShardsMax || (shards > 1 && !named) ||
      first->Whole("split.no").value_or(0) != 0) {
    return first->file()->Damaged("it is not the first of the shards that 'split.count' states",
                                  "'split.count'에 적힌 조각들의 첫 번째가 아닙니다");
  }
  RETURN_IF_ERROR(AddGguf(*first, *count));
  for (int64_t i = 1; i < shards; ++i) {
    ASSIGN_OR_RETURN(const auto shard, GgufFile::Open(ShardPath(path, static_cast<size_t>(i) + 1)));
    if (shard->Whole("split.no") != i || shard->Whole("split.count") != shards) {
      return shard->file()->Damaged(
          StrCat("it is not shard ", i + 1, " of ", shards),
          StrCat("조각 ", shards, "개 가운데 ", i + 1, "번째가 아닙니다"));
    }
    RETURN_IF_ERROR(AddGguf(*shard, *count));
  }
  return absl::OkStatus();
}

absl::Status WeightFiles::AddGguf(const GgufFile& file, const GgufLayers& count) {
  files_.push_back(file.file());
  return PublishGgufTensors(file, count, tensors_);
}

const TensorView* WeightFiles::Find(const std::string& name) const {
  auto it = tensors_.find(name);
  return it == tensors_.end() ? nullptr : &it->second;
}

size_t WeightFiles::bytes() const {
  size_t bytes = 0;
  for (const auto& file : files_) bytes += file->bytes().size();
  return bytes;
}

std::string WeightFiles::Stamp() const {
  std::string stamp;
  for (const auto& file : files_) stamp += file->stamp() + ";";
  return base::Sha256Hex(stamp);
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
