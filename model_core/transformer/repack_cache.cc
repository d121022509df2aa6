#include "model_core/transformer/repack_cache.h"

#include <filesystem>

#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/weights/checked_weights.h"

namespace model_core {

using base::StrCat;

namespace {

// Where a file called `name` of that model may lie.
std::vector<std::string> Places(const std::string& model, const std::string& cache_directory,
                                const std::string& name) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(model, error);
  std::vector<std::string> places = {StrCat(model, folder ? "/" : ".", name)};
  if (cache_directory.empty()) return places;
  const std::filesystem::path whole = std::filesystem::canonical(model, error);
  const std::string place = base::Sha256Hex(whole.string()).substr(0, 16);
  places.push_back(StrCat(cache_directory, "/", place, "-", name));
  return places;
}

}  // namespace

RepackCache::RepackCache(const std::string& model, const LoadOptions& options)
    : note_bytes_least_(options.note_bytes_least) {
  if (!options.keep_packed || options.look_only) return;
  notes_ = Places(model, options.cache_directory, "checked-weights.json");
  if (options.precision == Precision::kStored) return;
  const char* type = options.precision == Precision::kQ8 ? "q8" : "q4";
  packed_ = Places(model, options.cache_directory, StrCat("packed-", type, ".maru"));
}

std::unique_ptr<RepackFile> RepackCache::Open(const WeightFiles& weights) const {
  for (const std::string& path : packed_) {
    if (auto file = RepackFile::Open(path, weights)) return file;
  }
  return nullptr;
}

void RepackCache::Save(const PackedStore& store, const WeightFiles& weights,
                       const std::string& weights_sha256) const {
  absl::Status status;
  for (const std::string& path : packed_) {
    status = WriteRepackFile(path, store.tensors(), weights.Stamp(), weights_sha256);
    if (status.ok() || absl::IsUnavailable(status)) return;  // another process is writing it
  }
  if (!status.ok())
    base::LogWarning("packed_weights.not_kept", {{"reason", std::string(status.message())}});
}

std::string RepackCache::Checked(const WeightFiles& weights) const {
  if (!wants_note(weights)) return "";
  for (const std::string& path : notes_) {
    if (std::string sha256 = ReadCheckedWeights(path, weights); !sha256.empty()) return sha256;
  }
  return "";
}

void RepackCache::NoteChecked(const WeightFiles& weights, const std::string& weights_sha256) const {
  absl::Status status;
  for (const std::string& path : notes_) {
    status = NoteCheckedWeights(path, weights, weights_sha256);
    if (status.ok()) return;
  }
  base::LogWarning("checked_weights.not_noted", {{"reason", std::string(status.message())}});
}

}  // namespace model_core
