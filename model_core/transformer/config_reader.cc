#include "model_core/transformer/config_reader.h"

#include "model_core/base/strings.h"

namespace model_core {

using base::Json;
using base::StrCat;

namespace {
constexpr int64_t kSizeMax = 1 << 24;  // of any dimension: larger is a damaged file
}

void ConfigReader::Fail(std::string_view key, const ConfigWords& what) {
  if (!status_.ok()) return;
  status_ = base::WithReason(base::Error(absl::StatusCode::kInvalidArgument,
                                         StrCat(source_, ": '", key, "' ", what.english),
                                         StrCat(source_, ": '", key, "' ", what.korean)),
                             "MODEL_CONFIG_REFUSED");
}

void ConfigReader::Fail(std::string_view key, const absl::Status& inner) {
  Fail(key, {std::string(inner.message()),
             StrCat("값의 문제: ", base::Message(inner, base::Language::kKorean))});
}

const Json* ConfigReader::Get(const std::string& key) {
  seen_.insert(key);
  auto it = json_.find(key);
  return it == json_.end() || it->is_null() ? nullptr : &*it;
}

size_t ConfigReader::Size(const std::string& key, int64_t fallback) {
  const Json* value = Get(key);
  if (value == nullptr) {
    if (fallback < 0) Fail(key, kIsMissing);
    return fallback < 0 ? 0 : static_cast<size_t>(fallback);
  }
  const bool whole = value->is_number_integer() && *value >= 0 && *value <= kSizeMax;
  if (!whole)
    Fail(key, {StrCat("is not a whole number from 0 to ", kSizeMax),
               StrCat("값은 0부터 ", kSizeMax, "까지의 정수여야 합니다")});
  return whole ? value->get<size_t>() : 0;
}

double ConfigReader::Number(const std::string& key, double fallback) {
  const Json* value = Get(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) Fail(key, {"is not a number", "값이 수가 아닙니다"});
  return value->is_number() ? value->get<double>() : fallback;
}

bool ConfigReader::Bool(const std::string& key, bool fallback) {
  const Json* value = Get(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean())
    Fail(key, {"is neither true nor false", "값이 true도 false도 아닙니다"});
  return value->is_boolean() ? value->get<bool>() : fallback;
}

std::string ConfigReader::Text(const std::string& key, std::string_view fallback) {
  const Json* value = Get(key);
  if (value != nullptr && !value->is_string()) Fail(key, {"is not a text", "값이 글이 아닙니다"});
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string(fallback);
}

void ConfigReader::Expect(const std::string& key, const Json& wanted) {
  const Json* value = Get(key);
  if (value == nullptr || *value == wanted) return;
  const std::string is = base::DumpJson(*value), does = base::DumpJson(wanted);
  Fail(key, {StrCat("is ", is, "; this engine does only ", does),
             StrCat("값이 ", is, "인데 이 엔진은 ", does, "만 처리합니다")});
}

absl::Status ConfigReader::Finish() {
  for (const auto& [key, value] : json_.items()) {
    if (!value.is_null() && !seen_.contains(key))
      Fail(key, {"is not understood, and may change the result",
                 "알 수 없는 키이며, 결과를 바꿀 수 있습니다"});
  }
  return status_;
}

}  // namespace model_core
