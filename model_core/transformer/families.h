// What each family's config.json means, as functions that fill a ModelConfig. One entry of
// Families() per family; adding a family adds an entry here, not a new forward pass.
#pragma once

#include <span>
#include <string_view>

#include "model_core/transformer/config.h"
#include "model_core/transformer/config_reader.h"

namespace model_core {

struct Family {
  std::string_view model_type;  // as config.json spells it
  std::string_view name;        // as Maru does
  void (*read)(ConfigReader& reader, ModelConfig& config);
  // Where the config is silent, as the reference implementation has it; -1: it must say.
  double norm_epsilon;
};
std::span<const Family> Families();

// Parts that families share. `theta` is the family's default base; what a config does not say of
// the router stays as it is.
RopeConfig ReadRope(ConfigReader& reader, size_t dimensions, double theta, size_t context);
// By what YaRN's mscale_all_dim multiplies the scale of attention; only latent attention knows it.
double YarnScoreScale(ConfigReader& reader, const RopeConfig& rope);
void ReadSizes(ConfigReader& reader, ModelConfig& config);
void ReadLatent(ConfigReader& reader, ModelConfig& config);
void ReadRouter(ConfigReader& reader, ModelConfig& config);
// One LayerConfig a layer, with window and moe as the config lists them; rope stays -1.
void ReadLayers(ConfigReader& reader, ModelConfig& config);

}  // namespace model_core
