// What the columns and codes of open data are called where people read them, in both languages.
// Units and the names of days are as the portal writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace connectors::administration {

struct Words {
  std::string_view korean, english;
  std::string In(base::Language language) const {
    return std::string(language == base::Language::kKorean ? korean : english);
  }
};

// A category of the forecast, or a column of the air measurements, that is reported.
struct Element {
  const char* code;
  Words name;
  std::string_view unit;
};

std::span<const Element> ForecastElements();
std::span<const Element> AirElements();
// The value of a forecast category: the words of a coded one, any other as it came.
std::string ForecastValue(std::string_view code, const std::string& value, base::Language language);
// Of a special day.
Words DayKind(bool holiday);

}  // namespace connectors::administration
