// RepackCache: finds and keeps a model's packed weights, and what is known of its weight files: in
// its folder as "packed-q8.maru" and "checked-weights.json", beside a GGUF file under its name and
// ".packed-q8.maru", or in the cache directory under a name that tells models apart. A changed
// model replaces its files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/transformer/load_options.h"

namespace model_core {

class RepackCache {
 public:
  RepackCache(const std::string& model, const LoadOptions& options);

  bool wanted() const { return !packed_.empty(); }
  // Null: nothing is kept, or nothing that fits these weights.
  std::unique_ptr<RepackFile> Open(const WeightFiles& weights) const;
  // In the first place that takes it. A model runs without: what fails is logged.
  void Save(const PackedStore& store, const WeightFiles& weights,
            const std::string& weights_sha256) const;

  // The SHA-256 of weight files that have been read and found to hold numbers only. Empty: not
  // known, or not worth a file: see LoadOptions::note_bytes_least.
  std::string Checked(const WeightFiles& weights) const;
  // Notes it, as Save keeps.
  void NoteChecked(const WeightFiles& weights, const std::string& weights_sha256) const;
  bool wants_note(const WeightFiles& weights) const {
    return !notes_.empty() && weights.bytes() >= note_bytes_least_;
  }

 private:
  std::vector<std::string> packed_, notes_;  // where they may lie, the best place first
  size_t note_bytes_least_;
};

}  // namespace model_core
