// A copy of a golden folder that a test may damage.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "model_core/base/json.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {

class ModelFolder {
 public:
  explicit ModelFolder(std::string_view family)
      : path_(base::StrCat(testing::TempDir(), "/model_", getpid(), "_", count_++)) {
    std::filesystem::copy(GoldenDirectory(family), path_);
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      std::filesystem::permissions(entry, std::filesystem::perms::owner_all);
    }
  }
  ~ModelFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  std::string Read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(path_ + "/" + name, std::ios::binary).rdbuf();
    return text.str();
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary | std::ios::trunc) << text;
  }
  void EditConfig(const std::function<void(base::Json&)>& edit) const {
    base::Json config = *base::ParseJson(Read("config.json"), "config.json");
    edit(config);
    Write("config.json", config.dump());
  }
  // Changes the header of model.safetensors; the data stay where they are.
  void EditHeader(const std::function<void(base::Json&)>& edit) const {
    const std::string file = Read("model.safetensors");
    uint64_t size = 0;
    std::memcpy(&size, file.data(), sizeof(size));
    base::Json header = *base::ParseJson(file.substr(8, size), "header");
    edit(header);
    Write("model.safetensors", Safetensors(header.dump(), file.substr(8 + size)));
  }
  static std::string Safetensors(const std::string& header, const std::string& data) {
    const uint64_t size = header.size();
    return std::string(reinterpret_cast<const char*>(&size), sizeof(size)) + header + data;
  }

 private:
  static inline int count_ = 0;
  const std::string path_;
};

}  // namespace model_core
