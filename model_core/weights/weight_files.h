// WeightFiles: all tensors of a model, by published name, wherever they lie: in a folder with
// model.safetensors or the shards of model.safetensors.index.json, or in a GGUF file or its shards.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model_core/weights/gguf_names.h"
#include "model_core/weights/mapped_file.h"
#include "model_core/weights/tensor_view.h"

namespace model_core {

// The GGUF file that `path` is or, being a folder without safetensors, holds: of shards the first.
// Empty: there is none. InvalidArgument: there are several.
absl::StatusOr<std::string> GgufPath(const std::string& path);

// Immutable; thread-safe.
class WeightFiles {
 public:
  // NotFound names a missing file or shard; DataLoss a damaged one, and a tensor that its index
  // gives and its shard lacks.
  static absl::StatusOr<WeightFiles> Open(const std::string& path);
  // Tensors that lie in memory already, without a file; their owner outlives this.
  static WeightFiles Of(std::map<std::string, TensorView> tensors);

  // Null if there is none.
  const TensorView* Find(const std::string& name) const;
  const std::map<std::string, TensorView>& all() const { return tensors_; }
  size_t bytes() const;        // of all files
  std::string Sha256() const;  // over all files, in name order; hex; reads them all
  std::string Stamp() const;   // over the stamps of all files, in name order; hex

 private:
  absl::Status OpenSafetensors(const std::string& directory);
  absl::Status OpenGguf(const std::string& path);
  absl::Status AddGguf(const GgufFile& file, const GgufLayers& count);

  std::vector<std::shared_ptr<const MappedFile>> files_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace model_core
