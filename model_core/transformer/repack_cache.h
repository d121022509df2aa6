// RepackCache: finds and keeps a model's packed weights: in its folder as "packed-q8.maru",
// beside a GGUF file under its name and ".packed-q8.maru", or in the cache directory under a name
// that tells models apart. A changed model replaces its file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/transformer/load_options.h"

namespace model_core {

class RepackCache {
 public:
  RepackCache(const std::string& model, const LoadOptions& options);

  bool wanted() const { return !paths_.empty(); }
  // Null: nothing is kept, or nothing that fits these weights.
  std::unique_ptr<RepackFile> Open(const WeightFiles& weights) const;
  // In the first place that takes it. A model runs without: what fails is logged.
  void Save(const PackedStore& store, const WeightFiles& weights,
            const std::string& weights_sha256) const;

 private:
  std::vector<std::string> paths_;
};

}  // namespace model_core
