// Small text files in which the Linux kernel says something.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace model_core {

// What stands between spaces.
std::vector<std::string_view> Words(std::string_view line);

// The one number that the file holds; none where it holds a word ("max"), or does not exist.
std::optional<size_t> ReadNumber(const std::string& path);

// The number behind `name` in lines "name 12" or "name: 12 kB"; the latter in bytes.
std::optional<size_t> ReadField(const std::string& path, std::string_view name);

}  // namespace model_core
