// VisionModel: what a model folder needs to see: preprocessor, tower and projector. Immutable once
// loaded; thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "model_core/transformer/config.h"
#include "model_core/vision/preprocessor.h"
#include "model_core/vision/tower_run.h"

namespace model_core {

class VisionModel {
 public:
  // Null: the model has no vision tower: none in its config, or in its weight files. `text`: of the
  // model that the rows are for. Refused: a key or tensor that does not fit, by name; NotFound: no
  // preprocessor_config.json. Once there is one, malloc gives large pieces back to the system, in
  // all of the process.
  static absl::StatusOr<std::unique_ptr<VisionModel>> Load(const std::string& directory,
                                                           const ModelConfig& text,
                                                           const Kernels& kernels,
                                                           Precision precision);

  const VisionTower& tower() const { return *tower_; }
  const Preprocessor& preprocessor() const { return preprocessor_; }
  int32_t image_token() const { return tower_->config().image_token; }
  const std::string& preprocessor_sha256() const { return sha256_; }

  // As Preprocessor::Prepare, one caller at a time: what an image takes while it is read is taken
  // once.
  absl::StatusOr<PreparedImage> Prepare(std::string_view file) const;
  // `image` outlives the run.
  std::unique_ptr<TowerRun> Start(const PreparedImage& image, size_t team_size) const;

 private:
  VisionModel(Preprocessor preprocessor, std::string sha256, std::unique_ptr<VisionTower> tower)
      : preprocessor_(std::move(preprocessor)),
        sha256_(std::move(sha256)),
        tower_(std::move(tower)) {}

  const Preprocessor preprocessor_;
  const std::string sha256_;
  const std::unique_ptr<const VisionTower> tower_;
  mutable std::mutex mutex_;
};

}  // namespace model_core
