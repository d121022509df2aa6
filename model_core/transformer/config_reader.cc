#include "model_core/transformer/config_reader.h"

#include "model_core/base/strings.h"

namespace model_core {

using base::Json;
using base::StrCat;

namespace {
constexpr int64_t kSizeMax = 1 << 24;  // of any dimension: larger is a damaged file
}

void ConfigReader::Fail(std::string_view key, std::string_view what) {
  if (!status_.ok()) return;
  status_ = base::WithReason(
      base::Error(absl::StatusCode::kInvalidArgument, StrCat(source_, ": '", key, "' ", what),
                  StrCat(source_, ": '", key, "' 값을 처리할 수 없습니다: ", what)),
      "MODEL_CONFIG_REFUSED");
}

const Json* ConfigReader::Get(const std::string& key) {
  seen_.insert(key);
  auto it = json_.find(key);
  return it == json_.end() || it->is_null() ? nullptr : &*it;
}

size_t ConfigReader::Size(const std::string& key, int64_t fallback) {
  const Json* value = Get(key);
  if (value == nullptr) {
    if (fallback < 0) Fail(key, "is missing");
    return fallback < 0 ? 0 : static_cast<size_t>(fallback);
  }
  const bool whole = value->is_number_integer() && *value >= 0 && *value <= kSizeMax;
  if (!whole) Fail(key, StrCat("is not a whole number from 0 to ", kSizeMax));
  return whole ? value->get<size_t>() : 0;
}

double ConfigReader::Number(const std::string& key, double fallback) {
  const Json* value = Get(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) Fail(key, "is not a number");
  return value->is_number() ? value->get<double>() : fallback;
}

bool ConfigReader::Bool(const std::string& key, bool fallback) {
  const Json* value = Get(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) Fail(key, "is neither true nor false");
  return value->is_boolean() ? value->get<bool>() : fallback;
}

std::string ConfigReader::Text(const std::string& key, std::string_view fallback) {
  const Json* value = Get(key);
  if (value != nullptr && !value->is_string()) Fail(key, "is not a text");
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string(fallback);
}

void ConfigReader::Expect(const std::string& key, const Json& wanted) {
  const Json* value = Get(key);
  if (value == nullptr || *value == wanted) return;
  Fail(key,
       StrCat("is ", base::DumpJson(*value), "; this engine does only ", base::DumpJson(wanted)));
}

absl::Status ConfigReader::Finish() {
  for (const auto& [key, value] : json_.items()) {
    if (!value.is_null() && !seen_.contains(key))
      Fail(key, "is not understood, and may change the result");
  }
  return status_;
}

}  // namespace model_core
