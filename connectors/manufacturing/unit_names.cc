#include "connectors/manufacturing/unit_names.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using Names = std::vector<std::string_view>;

// Names of one unit each, without spaces. Upper and lower case differ, as in mPa and MPa. A name
// may stand in two rows (도), a unit in one only.
const std::vector<Names>& Units() {
  static const auto* const units = new std::vector<Names>{
      {"℃", "°C", "도", "섭씨", "섭씨도", "degree", "degrees", "degC", "Celsius", "degreesCelsius"},
      {"℉", "°F", "화씨", "화씨도", "degF", "Fahrenheit", "degreesFahrenheit"},
      {"°", "도", "deg", "degree", "degrees"},
      {"%", "퍼센트", "프로", "percent"},
      {"bar", "Bar", "바"},
      {"kPa", "킬로파스칼"},
      {"MPa", "메가파스칼"},
      {"rpm", "RPM", "r/min", "알피엠"},
      {"L/min", "l/min", "ℓ/min", "lpm", "LPM", "분당리터", "리터/분"},
      {"L/h", "l/h", "ℓ/h", "시간당리터", "리터/시"},
      {"m3/h", "m³/h", "㎥/h", "시간당세제곱미터", "루베/시"},
      {"L", "l", "ℓ", "리터"},
      {"kg", "㎏", "킬로그램"},
      {"mm", "㎜", "밀리미터"},
      {"A", "암페어"},
      {"V", "볼트"},
      {"kW", "㎾", "킬로와트"},
      {"Hz", "㎐", "헤르츠"},
      {"s", "sec", "second", "seconds", "초"},
      {"min", "minute", "minutes", "분"},
  };
  return *units;
}

bool Holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool SameUnit(std::string_view said, std::string_view unit) {
  const std::string a = base::ReplaceAll(said, " ", ""), b = base::ReplaceAll(unit, " ", "");
  return a == b || std::any_of(Units().begin(), Units().end(), [&](const Names& names) {
           return Holds(names, a) && Holds(names, b);
         });
}

}  // namespace connectors::manufacturing
