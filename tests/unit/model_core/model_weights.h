// The tensors of a model folder that a test changes or adds to; BF16 and F32.
#pragma once

#include <cstring>
#include <map>

#include "tests/unit/model_core/model_folder.h"

namespace model_core {

class ModelWeights {
 public:
  struct Tensor {
    std::string dtype;
    std::vector<size_t> shape;
    std::string data;
  };

  explicit ModelWeights(const ModelFolder& folder) {
    const std::string file = folder.Read(kName);
    uint64_t size = 0;
    std::memcpy(&size, file.data(), sizeof(size));
    const base::Json header = *base::ParseJson(file.substr(8, size), "header");
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") continue;
      const auto at = entry["data_offsets"].get<std::vector<size_t>>();
      tensors[name] = {entry["dtype"].get<std::string>(), entry["shape"].get<std::vector<size_t>>(),
                       file.substr(8 + size + at[0], at[1] - at[0])};
    }
  }
  void WriteTo(const ModelFolder& folder) const {
    base::Json header;
    std::string data;
    for (const auto& [name, tensor] : tensors) {
      header[name] = {{"dtype", tensor.dtype},
                      {"shape", tensor.shape},
                      {"data_offsets", {data.size(), data.size() + tensor.data.size()}}};
      data += tensor.data;
    }
    folder.Write(kName, ModelFolder::Safetensors(header.dump(), data));
  }

  std::vector<float> Values(const std::string& name) const {
    const Tensor& tensor = tensors.at(name);
    const size_t width = tensor.dtype == "F32" ? 4 : 2;
    std::vector<float> values(tensor.data.size() / width);
    for (size_t i = 0; i < values.size(); ++i) {  // the upper bytes of a float are a BF16
      std::memcpy(reinterpret_cast<char*>(&values[i]) + 4 - width, &tensor.data[i * width], width);
    }
    return values;
  }
  void SetF32(const std::string& name, std::vector<size_t> shape,
              const std::vector<float>& values) {
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    tensors[name] = {"F32", std::move(shape), std::string(bytes, values.size() * sizeof(float))};
  }
  // Every tensor whose name ends so.
  void Scale(const std::string& suffix, float factor) {
    for (auto& [name, tensor] : tensors) {
      if (!name.ends_with(suffix)) continue;
      std::vector<float> values = Values(name);
      for (float& value : values) value *= factor;
      SetF32(name, tensor.shape, values);
    }
  }
  // All tensors below `from` once more below `to`.
  void Copy(const std::string& from, const std::string& to) {
    std::map<std::string, Tensor> copies;
    for (const auto& [name, tensor] : tensors) {
      if (name.starts_with(from)) copies[to + name.substr(from.size())] = tensor;
    }
    for (auto& [name, tensor] : copies) tensors[name] = std::move(tensor);
  }

  std::map<std::string, Tensor> tensors;

 private:
  static constexpr const char* kName = "model.safetensors";
};

// The folder's weights without one of them, its file whole.
inline void DropTensor(const ModelFolder& folder, const std::string& name) {
  ModelWeights weights(folder);
  weights.tensors.erase(name);
  weights.WriteTo(folder);
}

}  // namespace model_core
