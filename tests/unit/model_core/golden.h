// Golden data: a tiny checkpoint of each family with what the reference implementation computed
// (tests/golden).
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "model_core/base/strings.h"
#include "model_core/weights/safetensors.h"

namespace model_core {

inline std::string GoldenDirectory(std::string_view family) {
  return base::StrCat(MARU_SOURCE_DIR, "/tests/golden/", family);
}

class Golden {
 public:
  explicit Golden(std::string_view family) {
    auto file = SafetensorsFile::Open(GoldenDirectory(family) + "/golden.safetensors");
    if (!file.ok()) ADD_FAILURE() << file.status();
    file_ = *std::move(file);
  }

  bool Has(const std::string& name) const { return file_->tensors().contains(name); }
  std::vector<float> Floats(const std::string& name) const { return As<float>(name); }
  std::vector<int32_t> Ids(const std::string& name) const {
    const std::vector<int64_t> wide = As<int64_t>(name);
    return {wide.begin(), wide.end()};
  }

 private:
  template <typename T>
  std::vector<T> As(const std::string& name) const {
    auto it = file_->tensors().find(name);
    if (it == file_->tensors().end()) {
      ADD_FAILURE() << "golden.safetensors has no " << name;
      return {};
    }
    std::vector<T> values(it->second.data.size() / sizeof(T));
    std::memcpy(values.data(), it->second.data.data(), values.size() * sizeof(T));
    return values;
  }
  std::unique_ptr<SafetensorsFile> file_;
};

// Σ (a - b)² / Σ b², b being the reference: of `a`'s last rows where b has fewer.
inline double Nmse(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() < b.size() || b.empty()) return INFINITY;
  const float* tail = a.data() + (a.size() - b.size());
  double difference = 0, size = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    difference += (static_cast<double>(tail[i]) - b[i]) * (static_cast<double>(tail[i]) - b[i]);
    size += static_cast<double>(b[i]) * b[i];
  }
  return difference / size;
}

inline constexpr double kNmseMax = 1e-6;

}  // namespace model_core
