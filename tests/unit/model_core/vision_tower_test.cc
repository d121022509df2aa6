// The vision tower and its projector beside the reference implementation.
#include <gmock/gmock.h>

#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/vision_data.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

// Rows of the golden image, from the golden patches.
std::vector<float> GoldenRows(const VisionModel& model) {
  const Golden golden("hyperclova_x_vision");
  const std::vector<float> patches = golden.Floats("p0.pixel_values");
  const size_t floats = model.tower().config().patch_floats();
  TeamOfOne alone;
  TowerRun run(
      model.tower(), 4, 6,
      [&](size_t patch, float* out) { std::copy_n(&patches[patch * floats], floats, out); }, 1);
  return Finish(run, alone);
}

TEST(VisionTower, RowsOfTheGoldenImageMatchTheReference) {
  const auto model = *LoadVision(VisionFolder());
  ASSERT_NE(model, nullptr);
  const double nmse =
      Nmse(GoldenRows(*model), Golden("hyperclova_x_vision").Floats("p0.image_features"));
  RecordProperty("nmse", base::StrCat(nmse));
  EXPECT_LE(nmse, 1e-9);
}

// Images of many windows, cut off at both edges.
TEST(VisionTower, RowsOfImagesOfAnyShapeMatchTheReference) {
  const auto model = *LoadVision(VisionFolder());
  const auto file = *SafetensorsFile::Open(GoldenDirectory("vision_images/rows.safetensors"));
  ASSERT_EQ(file->tensors().size(), 5U);
  TeamOfOne alone;
  for (const auto& [name, tensor] : file->tensors()) {
    const auto image = *model->Prepare(ReadFile(GoldenDirectory("vision_images/" + name)));
    std::vector<float> wanted(tensor.data.size() / sizeof(float));
    std::memcpy(wanted.data(), tensor.data.data(), tensor.data.size());
    const std::vector<float> rows = Finish(*model->Start(image, 1), alone);
    ASSERT_EQ(rows.size(), wanted.size()) << name;
    EXPECT_LE(Nmse(rows, wanted), 1e-9) << name;
  }
}

TEST(VisionTower, TheImageFileGivesThePatchesOfTheReference) {
  const auto model = *LoadVision(VisionFolder());
  const ModelFolder folder("hyperclova_x_vision");
  const auto image = model->Prepare(folder.Read("image.png"));
  ASSERT_TRUE(image.ok()) << image.status();
  const std::vector<float> wanted = Golden("hyperclova_x_vision").Floats("p0.pixel_values");
  const size_t floats = model->tower().config().patch_floats();
  std::vector<float> made(image->rows * image->columns * floats);
  for (size_t i = 0; i < made.size() / floats; ++i)
    model->preprocessor().ReadPatch(*image, i, &made[i * floats]);
  ASSERT_EQ(made.size(), wanted.size());
  EXPECT_THAT(made, testing::Pointwise(testing::FloatNear(1e-6F), wanted));
}

TEST(VisionTower, PackedWeightsStayNear) {
  const auto exact = *LoadVision(VisionFolder());
  for (const Precision precision : {Precision::kQ8, Precision::kQ4}) {
    const auto packed = *LoadVision(VisionFolder(), "", precision);
    EXPECT_LE(Nmse(GoldenRows(*packed), GoldenRows(*exact)), 2.5e-3);
  }
}

TEST(VisionTower, AStepSaysWhatItCosts) {
  const auto model = *LoadVision(VisionFolder());
  const PreparedImage image = Noise(10, 14);
  const auto run = model->Start(image, 1);
  TeamOfOne alone;
  size_t steps = 0, work = 0;
  for (; !run->done(); ++steps, run->Step(alone)) work += run->StepWork();
  EXPECT_EQ(steps, 3U * 10);  // 140 patches, 64 a step
  EXPECT_GT(work, 140U * (1176 * 32 + 4 * (4 * 32 * 32 + 3 * 32 * 48)));
}

TEST(VisionTower, WindowsAreCutAtTheEdge) {
  VisionConfig config;
  config.merge = 2;
  config.window = 2;
  const PatchOrder order(config, 6, 10);  // 3 × 5 groups
  const std::vector<size_t> groups{0, 1, 5, 6, 2, 3, 7, 8, 4, 9, 10, 11, 12, 13, 14};
  EXPECT_EQ(order.groups, groups);
  EXPECT_EQ(order.patches[5].index, 5U);
  EXPECT_EQ(order.patches[5].column, 3U);
  EXPECT_EQ(order.patches[8].row, 2U);
  EXPECT_EQ(order.patches[35].window, 32U);
  EXPECT_EQ(order.patches[35].window_end, 40U);
}

TEST(VisionTower, AProjectorUnderItsPublishedNameIsFound) {
  const ModelFolder folder("hyperclova_x_vision");
  folder.EditHeader([](Json& header) {
    for (const char* part : {"weight", "bias"}) {
      header[base::StrCat("model.mm_projector.", part)] =
          header[base::StrCat("model.vision_projector.", part)];
      header.erase(base::StrCat("model.vision_projector.", part));
    }
  });
  const auto model = LoadVision(folder.path());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(GoldenRows(**model), GoldenRows(**LoadVision(VisionFolder())));
}

TEST(VisionTower, AModelWithoutOneHasNone) {
  EXPECT_EQ(*LoadVision(GoldenDirectory("hyperclova_x")), nullptr);
  const ModelFolder text_only("hyperclova_x_vision");
  text_only.EditHeader([](Json& header) {
    Json kept;
    for (const auto& [name, tensor] : header.items()) {
      if (!name.starts_with("model.vision_model.")) kept[name] = tensor;
    }
    header = kept;
  });
  EXPECT_EQ(*LoadVision(text_only.path()), nullptr);
}

// A shallower config would pass over a block, and compute something else.
TEST(VisionTower, WhatTheConfigDoesNotAccountForIsNamed) {
  const ModelFolder shallow("hyperclova_x_vision");
  shallow.EditConfig([](Json& config) {
    config["vision_config"]["depth"] = 3;
    config["vision_config"]["fullatt_block_indexes"] = {1};
  });
  EXPECT_THAT(LoadVision(shallow.path()).status().message(),
              HasSubstr("tensor 'model.vision_model.blocks.3.attn.proj.bias' is not understood"));
}

TEST(VisionTower, WhatIsMissingOrDoesNotFitIsNamed) {
  const ModelFolder damaged("hyperclova_x_vision");
  damaged.EditHeader(
      [](Json& header) { header.erase("model.vision_model.blocks.2.attn.qkv.bias"); });
  EXPECT_THAT(LoadVision(damaged.path()).status().message(), HasSubstr("blocks.2.attn.qkv.bias"));
  const std::pair<const char*, Json> kEdits[] = {{"depth", 5},
                                                 {"num_heads", 3},
                                                 {"fullatt_block_indexes", {4}},
                                                 {"window_size", 20},
                                                 {"hidden_act", "gelu"},
                                                 {"out_hidden_size", 41},
                                                 {"in_channels", 4},
                                                 {"model_type", "clip"},
                                                 {"deepstack", 1},
                                                 {"patch_size", 0},
                                                 {"depth", 0}};
  for (const auto& [key, value] : kEdits) {
    const ModelFolder folder("hyperclova_x_vision");
    folder.EditConfig([&](Json& config) { config["vision_config"][key] = value; });
    const absl::Status status = LoadVision(folder.path()).status();
    EXPECT_FALSE(status.ok()) << key;
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << key;
  }
  const ModelFolder outside("hyperclova_x_vision");
  outside.EditConfig([](Json& config) { config["image_token_id"] = 320; });
  EXPECT_THAT(LoadVision(outside.path()).status().message(), HasSubstr("image_token_id"));
  std::filesystem::remove(outside.path() + "/preprocessor_config.json");
  outside.EditConfig([](Json& config) { config["image_token_id"] = 319; });
  EXPECT_THAT(LoadVision(outside.path()).status().message(), HasSubstr("preprocessor_config.json"));
}

}  // namespace
}  // namespace model_core
