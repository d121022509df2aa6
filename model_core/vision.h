// Images in prompts. A model with a vision tower (config.json: vision_config) sees an image as rows
// that stand in place of its image token, one row a token; GenerateRequest::images carries the
// files, Engine::PlaceImages makes room in the prompt.
//
// Read are PNG and JPEG, the latter turned as its orientation tag says; what is transparent becomes
// white. Colour profiles and gamma are not applied, and 16 bits a channel are cut to 8: as the
// reference does it.
#pragma once

#include <cstddef>

namespace model_core {

inline constexpr size_t kImagesMax = 16;                     // of a request
inline constexpr size_t kImageBytesMax = size_t{32} << 20;   // of a file
inline constexpr size_t kImagePixelsMax = size_t{48} << 20;  // of an image as it is stored
inline constexpr size_t kImageRatioMax = 200;                // of the longer side to the shorter

}  // namespace model_core
