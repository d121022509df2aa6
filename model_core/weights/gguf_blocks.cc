#include "model_core/weights/gguf_blocks.h"

#include <algorithm>
#include <cstring>

#include "model_core/tensor/half.h"

namespace model_core {
namespace {

constexpr GgufType kTypes[] = {
    {0, "F32", 1, 4},       {1, "F16", 1, 2},       {2, "Q4_0", 32, 18},  {8, "Q8_0", 32, 34},
    {12, "Q4_K", 256, 144}, {14, "Q6_K", 256, 210}, {30, "BF16", 1, 2},   {3, "Q4_1", 0, 0},
    {6, "Q5_0", 0, 0},      {7, "Q5_1", 0, 0},      {9, "Q8_1", 0, 0},    {10, "Q2_K", 0, 0},
    {11, "Q3_K", 0, 0},     {13, "Q5_K", 0, 0},     {15, "Q8_K", 0, 0},   {16, "IQ2_XXS", 0, 0},
    {17, "IQ2_XS", 0, 0},   {18, "IQ3_XXS", 0, 0},  {19, "IQ1_S", 0, 0},  {20, "IQ4_NL", 0, 0},
    {21, "IQ3_S", 0, 0},    {22, "IQ2_S", 0, 0},    {23, "IQ4_XS", 0, 0}, {24, "I8", 0, 0},
    {25, "I16", 0, 0},      {26, "I32", 0, 0},      {27, "I64", 0, 0},    {28, "F64", 0, 0},
    {29, "IQ1_M", 0, 0},    {34, "TQ1_0", 0, 0},    {35, "TQ2_0", 0, 0},  {39, "MXFP4", 0, 0},
    {40, "NVFP4", 0, 0},    {41, "Q1_0", 0, 0}};

constexpr size_t kBlockMax = 256;  // elements

float Half(const uint8_t* at) {
  uint16_t bits;
  std::memcpy(&bits, at, sizeof(bits));
  return FromF16(bits);
}

void DecodeQ8(const uint8_t* block, float* out) {
  const float scale = Half(block);
  for (size_t i = 0; i < 32; ++i)
    out[i] = scale * static_cast<float>(static_cast<int8_t>(block[2 + i]));
}

void DecodeQ4(const uint8_t* block, float* out) {
  const float scale = Half(block);
  for (size_t i = 0; i < 16; ++i) {
    const uint8_t both = block[2 + i];
    out[i] = scale * static_cast<float>((both & 15) - 8);
    out[16 + i] = scale * static_cast<float>((both >> 4) - 8);
  }
}

// Twelve bytes hold eight scales and eight minima of six bits. Four of each lie whole in the low
// bits of bytes 0 … 7; the others have their low four bits in bytes 8 … 11 and their high two in
// the top of bytes 0 … 7.
struct SixBits {
  uint8_t scale, least;
};
SixBits SixBitsOf(const uint8_t* packed, size_t group) {
  if (group < 4)
    return {static_cast<uint8_t>(packed[group] & 63), static_cast<uint8_t>(packed[4 + group] & 63)};
  const uint8_t low = packed[4 + group];
  return {static_cast<uint8_t>((low & 15) | packed[group - 4] >> 6 << 4),
          static_cast<uint8_t>(low >> 4 | packed[group] >> 6 << 4)};
}

// Each 32 bytes of nibbles are two groups of 32: the low halves, then the high ones.
void DecodeQ4K(const uint8_t* block, float* out) {
  const float scale = Half(block), least = Half(block + 2);
  const uint8_t* nibbles = block + 16;
  for (size_t group = 0; group < 8; ++group) {
    const SixBits bits = SixBitsOf(block + 4, group);
    const float d = scale * static_cast<float>(bits.scale);
    const float m = least * static_cast<float>(bits.least);
    for (size_t i = 0; i < 32; ++i) {
      const uint8_t both = nibbles[group / 2 * 32 + i];
      out[group * 32 + i] = d * static_cast<float>(group % 2 == 0 ? both & 15 : both >> 4) - m;
    }
  }
}

// Each half of 128: four groups of 32, whose low nibbles lie in 64 bytes (low halves, then high
// ones) and whose high pairs of bits share 32 bytes. Every 16 weights have a scale.
void DecodeQ6K(const uint8_t* block, float* out) {
  const uint8_t *low = block, *high = block + 128, *scales = block + 192;
  const float scale = Half(block + 208);
  for (size_t i = 0; i < 256; ++i) {
    const size_t half = i / 128, group = i / 32 % 4, within = i % 32;
    const uint8_t nibbles = low[half * 64 + group % 2 * 32 + within];
    const int nibble = group < 2 ? nibbles & 15 : nibbles >> 4;
    const int pair = high[half * 32 + within] >> (2 * group) & 3;
    const float d = scale * static_cast<float>(static_cast<int8_t>(scales[i / 16]));
    out[i] = d * static_cast<float>((nibble | pair << 4) - 32);
  }
}

template <size_t kElements, size_t kBytes, void (*kDecode)(const uint8_t*, float*)>
void ReadBlocks(const TensorView& view, size_t begin, size_t count, float* out) {
  float whole[kBlockMax];
  for (size_t end = begin + count; begin < end;) {
    const size_t within = begin % kElements, taken = std::min(kElements - within, end - begin);
    const uint8_t* block = view.data.data() + begin / kElements * kBytes;
    kDecode(block, taken == kElements ? out : whole);
    if (taken < kElements) std::copy_n(whole + within, taken, out);
    begin += taken;
    out += taken;
  }
}

}  // namespace

const GgufType* FindGgufType(uint32_t id) {
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [id](const GgufType& each) { return each.id == id; });
  return type == std::end(kTypes) ? nullptr : type;
}

ReadElements GgufBlockReader(std::string_view dtype) {
  if (dtype == "Q8_0") return &ReadBlocks<32, 34, &DecodeQ8>;
  if (dtype == "Q4_0") return &ReadBlocks<32, 18, &DecodeQ4>;
  if (dtype == "Q4_K") return &ReadBlocks<256, 144, &DecodeQ4K>;
  if (dtype == "Q6_K") return &ReadBlocks<256, 210, &DecodeQ6K>;
  return nullptr;
}

}  // namespace model_core
