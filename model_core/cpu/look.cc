#include "model_core/cpu/look.h"

#include <algorithm>
#include <limits>

namespace model_core {
namespace {

// Of several lanes at a time; numbers that are none are passed over.
float Largest(const float* x, size_t n) {
  constexpr size_t kLanes = 16;
  float most[kLanes];
  std::fill_n(most, kLanes, -std::numeric_limits<float>::infinity());
  for (; n >= kLanes; n -= kLanes, x += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) most[l] = x[l] > most[l] ? x[l] : most[l];
  }
  for (size_t l = 0; l < n; ++l) most[l] = x[l] > most[l] ? x[l] : most[l];
  return *std::max_element(most, most + kLanes);
}

// The sums of rows of `n`, each in order. Several are summed side by side, since each addition
// waits for the one before it in its row.
class RowSums {
 public:
  explicit RowSums(size_t n) : n_(n) {}
  ~RowSums() { Sum(); }

  void Add(const float* row, float* sum) {
    rows_[count_] = row;
    sums_[count_++] = sum;
    if (count_ == kSideBySide) Sum();
  }

 private:
  static constexpr size_t kSideBySide = 4;

  // Places that are left sum the first row again: that costs no time.
  void Sum() {
    if (count_ == 0) return;
    for (size_t r = count_; r < kSideBySide; ++r) rows_[r] = rows_[0];
    float sum[kSideBySide] = {};
    for (size_t i = 0; i < n_; ++i) {
      for (size_t r = 0; r < kSideBySide; ++r) sum[r] += rows_[r][i];
    }
    for (size_t r = 0; r < count_; ++r) *sums_[r] = sum[r];
    count_ = 0;
  }

  const size_t n_;
  size_t count_ = 0;
  const float* rows_[kSideBySide] = {};
  float* sums_[kSideBySide] = {};
};

void Divide(float* x, size_t n, float by) {
  for (size_t i = 0; i < n; ++i) x[i] /= by;
}

}  // namespace

// Calls see(kept, done, rows) for the keys or values of past rows, behind `done` others.
template <typename See>
void Look::VisitPast(KvPart part, Share rows, const See& see) const {
  const size_t first = FirstSeen(token_) + rows.begin;
  VisitRows(of_.table->PagesOf(of_.layer, At(token_)), shape_, kept_, part, first,
            first + rows.size(), [&](size_t kept, size_t position, const WeightMatrix& matrix) {
              see(kept, rows.begin + position - first, matrix);
            });
}

template <typename See>
void Look::ForAll(const See& see) const {
  for (size_t token = token_; token < end_; ++token) {
    for (size_t kept = kept_.begin; kept < kept_.end; ++kept) see(token, kept);
  }
}

// Those of its own pass that a token sees.
WeightMatrix Look::Fresh(size_t token, size_t kept, KvPart part) const {
  const PassToken& at = At(token);
  const size_t past = At(at.first_row).position;
  const size_t fresh = std::max(FirstSeen(token), past);
  const size_t row = at.first_row + fresh - past;
  const bool keys = part == KvPart::kKeys || shape_.value_width == 0;
  const uint8_t* data =
      keys ? of_.fresh.keys + row * shape_.keys_bytes() + kept * shape_.key_bytes
           : of_.fresh.values + row * shape_.values_bytes() + kept * shape_.value_bytes;
  const size_t width = keys ? shape_.key_width : shape_.value_width;
  return {data, shape_.kind, at.position + 1 - fresh, width,
          shape_.heads * KeptStride(shape_.kind, width)};
}

void Look::Compare(size_t token, size_t kept, size_t done, const WeightMatrix& keys) const {
  const float* queries = of_.query + FirstHead(token, kept) * shape_.key_width;
  kernels_.matmul(Scores(token, kept) + done, Seen(token), queries, heads_, keys);
}

void Look::ComparePast(Share rows) const {
  VisitPast(KvPart::kKeys, rows, [&](size_t kept, size_t done, const WeightMatrix& keys) {
    for (size_t token = token_; token < end_; ++token) Compare(token, kept, done, keys);
  });
}

void Look::CompareFresh() const {
  ForAll([&](size_t token, size_t kept) {
    Compare(token, kept, past(), Fresh(token, kept, KvPart::kKeys));
  });
}

void Look::Weigh(Share heads) const {
  for (size_t token = token_; token < end_; ++token) {
    const size_t n = Seen(token);
    RowSums sums(n);
    for (size_t kept = kept_.begin; kept < kept_.end; ++kept) {
      float* scores = Scores(token, kept);
      for (size_t head = heads.begin; head < heads.end; ++head) {
        float* row = scores + head * n;
        kernels_.exp_shifted(row, Largest(row, n), n);
        sums.Add(row, scores + heads_ * n + head);
      }
    }
  }
}

// A latent's value is the first part of its key.
void Look::Mix(Share columns) const {
  const size_t width = of_.value_width;
  const auto mix = [&](size_t token, size_t kept, size_t done, const WeightMatrix& values) {
    kernels_.accumulate(Mixed(token, kept) + columns.begin, width, Scores(token, kept) + done,
                        Seen(token), heads_, KeptColumns(values, columns.begin, columns.size()));
  };
  ForAll([&](size_t token, size_t kept) {
    for (size_t head = 0; head < heads_; ++head)
      std::fill_n(Mixed(token, kept) + head * width + columns.begin, columns.size(), 0.0F);
  });
  VisitPast(KvPart::kValues, Share(past(), 0, 1),
            [&](size_t kept, size_t done, const WeightMatrix& values) {
              for (size_t token = token_; token < end_; ++token) mix(token, kept, done, values);
            });
  ForAll([&](size_t token, size_t kept) {
    mix(token, kept, past(), Fresh(token, kept, KvPart::kValues));
    const float* sums = Scores(token, kept) + heads_ * Seen(token);
    for (size_t head = 0; head < heads_; ++head)
      Divide(Mixed(token, kept) + head * width + columns.begin, columns.size(), sums[head]);
  });
}

}  // namespace model_core
