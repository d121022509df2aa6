#include "model_core/transformer/repack_cache.h"

#include <filesystem>

#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace model_core {

using base::StrCat;

RepackCache::RepackCache(const std::string& model, const LoadOptions& options) {
  if (!options.keep_packed || options.precision == Precision::kStored) return;
  const std::string name =
      StrCat("packed-", options.precision == Precision::kQ8 ? "q8" : "q4", ".maru");
  std::error_code error;
  const bool folder = std::filesystem::is_directory(model, error);
  paths_.push_back(StrCat(model, folder ? "/" : ".", name));
  if (options.cache_directory.empty()) return;
  const std::filesystem::path whole = std::filesystem::canonical(model, error);
  const std::string place = base::Sha256Hex(whole.string()).substr(0, 16);
  paths_.push_back(StrCat(options.cache_directory, "/", place, "-", name));
}

std::unique_ptr<RepackFile> RepackCache::Open(const WeightFiles& weights) const {
  for (const std::string& path : paths_) {
    if (auto file = RepackFile::Open(path, weights)) return file;
  }
  return nullptr;
}

void RepackCache::Save(const PackedStore& store, const WeightFiles& weights,
                       const std::string& weights_sha256) const {
  absl::Status status;
  for (const std::string& path : paths_) {
    status = WriteRepackFile(path, store.tensors(), weights.Stamp(), weights_sha256);
    if (status.ok() || absl::IsUnavailable(status)) return;  // another process is writing it
  }
  if (!status.ok())
    base::LogWarning("packed_weights.not_kept", {{"reason", std::string(status.message())}});
}

}  // namespace model_core
