#include "connectors/administration/open_data_words.h"

#include <algorithm>

namespace connectors::administration {
namespace {

constexpr Element kForecast[] = {
    {"TMP", {"기온", "temperature"}, "℃"},      {"POP", {"강수확률", "chance of rain"}, "%"},
    {"PTY", {"강수형태", "precipitation"}, ""}, {"SKY", {"하늘상태", "sky"}, ""},
    {"REH", {"습도", "humidity"}, "%"},         {"WSD", {"풍속", "wind speed"}, "m/s"},
    {"PCP", {"강수량", "amount of rain"}, ""},
};
constexpr Element kAir[] = {
    {"pm10Value", {"미세먼지(PM10)", "fine dust (PM10)"}, "㎍/㎥"},
    {"pm25Value", {"초미세먼지(PM2.5)", "ultrafine dust (PM2.5)"}, "㎍/㎥"},
    {"o3Value", {"오존", "ozone"}, "ppm"},
    {"khaiValue", {"통합대기환경지수", "comprehensive air quality index"}, ""},
};

struct Code {
  std::string_view category, value;
  Words words;
};
constexpr Code kCodes[] = {
    {"SKY", "1", {"맑음", "clear"}},    {"SKY", "3", {"구름많음", "mostly cloudy"}},
    {"SKY", "4", {"흐림", "overcast"}}, {"PTY", "0", {"없음", "none"}},
    {"PTY", "1", {"비", "rain"}},       {"PTY", "2", {"비/눈", "rain or snow"}},
    {"PTY", "3", {"눈", "snow"}},       {"PTY", "4", {"소나기", "showers"}},
};

}  // namespace

std::span<const Element> ForecastElements() { return kForecast; }
std::span<const Element> AirElements() { return kAir; }

std::string ForecastValue(std::string_view code, const std::string& value,
                          base::Language language) {
  const auto* const known = std::find_if(std::begin(kCodes), std::end(kCodes), [&](const Code& c) {
    return c.category == code && c.value == value;
  });
  return known == std::end(kCodes) ? value : known->words.In(language);
}

Words DayKind(bool holiday) {
  return holiday ? Words{"공휴일", "public holiday"} : Words{"기념일", "commemoration day"};
}

}  // namespace connectors::administration
