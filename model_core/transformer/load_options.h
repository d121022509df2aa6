// How a model's weights are kept in memory, and where packed ones lie between two starts.
#pragma once

#include <functional>
#include <string>

#include "model_core/base/status.h"
#include "model_core/transformer/tensors.h"

namespace model_core {

struct LoadOptions {
  // kQ8 packs every large matrix; embedding, router and norms stay exact. kQ4 packs as q4 what
  // there is most of: routed experts, and in a model without experts gate and up projections; the
  // rest as q8. (All in q4 would cost five times the error in the logits for 15 % of the bytes.)
  Precision precision = Precision::kStored;
  // Packed weights are kept in the model's folder; where it is read-only, in `cache_directory`, if
  // that is given. Where neither can be written they are packed at each start.
  bool keep_packed = true;
  std::string cache_directory;
  // With keep_packed, that all weights of these files are numbers, and their SHA-256, are noted
  // beside them from so many bytes on; fewer are read anew at each start, in a moment.
  size_t note_bytes_least = size_t{256} << 20;
  // Names, shapes and types are checked and no weight is read: whether the folder could be loaded.
  // What comes back computes nothing.
  bool look_only = false;
  // Asked, where it is set, before any weight is made or placed; `kept`: there are packed ones from
  // an earlier start, which have been checked. Its error ends the loading.
  std::function<absl::Status(bool kept)> may_read = nullptr;
};

// Of matrices that kQ4 keeps as q8.
inline Precision FinePrecision(Precision precision) {
  return precision == Precision::kStored ? precision : Precision::kQ8;
}

// "" (as stored), "q8", "q4"; InvalidArgument otherwise.
absl::StatusOr<Precision> ParsePrecision(const std::string& text);

}  // namespace model_core
