#include "model_core/vision/vision_model.h"

#include <malloc.h>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/transformer/config_source.h"

namespace model_core {

using base::StrCat;

namespace {

// What a thread has freed malloc keeps for that thread, and the more the larger it was: a picture's
// bytes for each caller. From now on such pieces go back to the system at once, in all threads.
void GiveBackLargePieces() {
  constexpr int kLargeBytes = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
  mallopt(M_TRIM_THRESHOLD, kLargeBytes);
}

}  // namespace

absl::StatusOr<std::unique_ptr<VisionModel>> VisionModel::Load(const std::string& directory,
                                                               const ModelConfig& text,
                                                               const Kernels& kernels,
                                                               Precision precision) {
  ASSIGN_OR_RETURN(const std::string gguf, GgufPath(directory));
  if (!gguf.empty()) return nullptr;  // such files hold text models only
  ASSIGN_OR_RETURN(const ConfigSource source, ReadConfig(directory));
  RETURN_IF_ERROR(CheckVisionKey(source.json));
  if (!HasVision(source.json)) return nullptr;
  ASSIGN_OR_RETURN(WeightFiles files, WeightFiles::Open(directory));
  if (!VisionTower::IsIn(files)) return nullptr;
  GiveBackLargePieces();
  ASSIGN_OR_RETURN(VisionConfig config, ParseVisionConfig(source.json, text.vocabulary));
  ASSIGN_OR_RETURN(const std::string file, base::ReadFile(directory + "/preprocessor_config.json"));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(file, "preprocessor_config.json"));
  ASSIGN_OR_RETURN(Preprocessor preprocessor, Preprocessor::Parse(json, config));
  ASSIGN_OR_RETURN(auto tower, VisionTower::Load(std::move(files), std::move(config), text.hidden,
                                                 kernels, precision, text.fp8));
  return std::unique_ptr<VisionModel>(  // the constructor is private
      new VisionModel(std::move(preprocessor), base::Sha256Hex(file), std::move(tower)));
}

absl::StatusOr<PreparedImage> VisionModel::Prepare(std::string_view file) const {
  const std::lock_guard lock(mutex_);
  return preprocessor_.Prepare(file);
}

std::unique_ptr<TowerRun> VisionModel::Start(const PreparedImage& image, size_t team_size) const {
  return std::make_unique<TowerRun>(
      *tower_, image.rows, image.columns,
      [this, &image](size_t patch, float* out) { preprocessor_.ReadPatch(image, patch, out); },
      team_size);
}

}  // namespace model_core
