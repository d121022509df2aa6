#include "model_core/vision/resample.h"

#include <algorithm>
#include <cmath>

namespace model_core {
namespace {

constexpr double kSupport = 2;  // of the bicubic, in pixels of the coarser picture
constexpr int kPrecisionMost = 22;

double Bicubic(double x) {
  constexpr double a = -0.5;
  x = std::fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

// Of one line: which pixels make pixel i of the result, and by what share.
struct Taps {
  struct Span {
    size_t first, count;
  };
  std::vector<Span> spans;
  std::vector<int16_t> weights;  // [spans, most], in parts of 2^precision
  size_t most = 0;
  int precision = 0;

  Taps(size_t from, size_t to);
  std::vector<double> Shares(size_t from, size_t to);

  // out and in: pixels `stride` bytes apart.
  void Apply(const uint8_t* in, uint8_t* out, size_t stride) const;
};

std::vector<double> Taps::Shares(size_t from, size_t to) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double support = scale >= 1 ? kSupport * scale : kSupport;
  const double inverse = scale >= 1 ? 1 / scale : 1;
  most = static_cast<size_t>(std::ceil(support)) * 2 + 1;
  std::vector<double> shares(to * most);
  for (size_t i = 0; i < to; ++i) {
    const double centre = scale * (static_cast<double>(i) + 0.5);
    const auto first = std::max<int64_t>(static_cast<int64_t>(centre - support + 0.5), 0);
    const auto end =
        std::min(static_cast<int64_t>(centre + support + 0.5), static_cast<int64_t>(from));
    const auto count = static_cast<size_t>(std::max<int64_t>(end - first, 0));
    double sum = 0;
    double* share = &shares[i * most];
    for (size_t j = 0; j < count; ++j) {
      share[j] =
          Bicubic((static_cast<double>(j) + static_cast<double>(first) - centre + 0.5) * inverse);
      sum += share[j];
    }
    for (size_t j = 0; j < count && sum != 0; ++j) share[j] /= sum;
    spans.push_back({static_cast<size_t>(first), count});
  }
  return shares;
}

// The largest share decides how many bits there are behind the point.
Taps::Taps(size_t from, size_t to) {
  const std::vector<double> shares = Shares(from, to);
  const double largest = *std::max_element(shares.begin(), shares.end());
  while (precision < kPrecisionMost &&
         static_cast<int>(0.5 + largest * (1 << (precision + 1))) < (1 << 15))
    ++precision;
  for (double share : shares) {
    const double scaled = share * (1 << precision);
    weights.push_back(static_cast<int16_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5));
  }
}

void Taps::Apply(const uint8_t* in, uint8_t* out, size_t stride) const {
  for (size_t i = 0; i < spans.size(); ++i) {
    const int16_t* weight = &weights[i * most];
    const uint8_t* from = in + spans[i].first * stride;
    int sum = 1 << (precision - 1);
    for (size_t j = 0; j < spans[i].count; ++j) sum += weight[j] * from[j * stride];
    out[i * stride] = static_cast<uint8_t>(std::clamp(sum >> precision, 0, 255));
  }
}

constexpr size_t kChannels = 3;

Picture ToWidth(const Picture& picture, size_t width) {
  const Taps taps(picture.width, width);
  Picture out{width, picture.height, std::vector<uint8_t>(width * picture.height * kChannels)};
  for (size_t y = 0; y < picture.height; ++y) {
    for (size_t c = 0; c < kChannels; ++c) {
      taps.Apply(&picture.rgb[y * picture.width * kChannels + c],
                 &out.rgb[y * width * kChannels + c], kChannels);
    }
  }
  return out;
}

Picture ToHeight(const Picture& picture, size_t height) {
  const Taps taps(picture.height, height);
  const size_t row = picture.width * kChannels;
  Picture out{picture.width, height, std::vector<uint8_t>(row * height)};
  for (size_t x = 0; x < row; ++x) taps.Apply(&picture.rgb[x], &out.rgb[x], row);
  return out;
}

}  // namespace

Picture Resample(const Picture& picture, size_t width, size_t height) {
  Picture wide = picture.width == width ? picture : ToWidth(picture, width);
  return picture.height == height ? wide : ToHeight(wide, height);
}

}  // namespace model_core
