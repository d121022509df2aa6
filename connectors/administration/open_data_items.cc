#include "connectors/administration/open_data_items.h"

#include "connectors/administration/open_data_words.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "tools/part.h"

namespace connectors::administration {

using base::Json;
using base::StrCat;
using base::StringOr;

Gathered::Gathered(const tools::ToolCall& call) : language_(call.language) {
  const absl::CivilDay today = absl::ToCivilDay(call.now, base::Seoul());
  from_ = absl::FromCivil(today, base::Seoul());
  to_ = absl::FromCivil(today + 1, base::Seoul());
  const Json period = call.arguments().value("period", Json::object());
  absl::CivilDay day;
  const std::string from = StringOr(period, "from", ""), to = StringOr(period, "to", "");
  if (absl::ParseCivilTime(from, &day))
    from_ = absl::FromCivil(day, base::Seoul());
  else if (const auto time = base::ParseTimeText(from); time.ok())
    from_ = *time;
  if (absl::ParseCivilTime(to, &day))
    to_ = absl::FromCivil(day + 1, base::Seoul());
  else if (const auto time = base::ParseTimeText(to); time.ok())
    to_ = *time + absl::Seconds(1);
}

void Gathered::Read(const DataPortal::Page& page, bool list_goes_on) {
  pages_.push_back(page.origin);
  open_ |= list_goes_on;
}

void Gathered::Add(absl::Time at, std::string name, std::string value, std::string_view unit) {
  if (++total_ > kItemsMax) return;
  origins_.push_back(pages_.back());
  items_.push_back({{"at", base::TimeText(at)},
                    {"name", std::move(name)},
                    {"value", std::move(value)},
                    {"unit", unit}});
}

tools::ToolResult Gathered::Take() {
  Json value = {{"items", std::move(items_)}};
  tools::MarkPart(value, open_ ? std::nullopt : std::optional(total_));
  const bool one_each = pages_.size() > 1 && !origins_.empty();
  return {std::move(value),
          policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted),
          std::move(one_each ? origins_ : pages_)};
}

std::optional<tools::ToolError> AddForecast(const Json& row, Gathered& out) {
  absl::Time at;
  if (!absl::ParseTime("%E4Y%m%d %H%M",
                       StrCat(DataField(row, "fcstDate"), " ", DataField(row, "fcstTime")),
                       base::Seoul(), &at, nullptr)) {
    return MalformedData("a forecast without its time", "예보에 시각이 없습니다");
  }
  if (!out.Holds(at)) return std::nullopt;
  const std::string category = DataField(row, "category");
  for (const Element& element : ForecastElements()) {
    if (category == element.code)
      out.Add(at, element.name.In(out.language()),
              ForecastValue(category, DataField(row, "fcstValue"), out.language()), element.unit);
  }
  return std::nullopt;
}

std::optional<tools::ToolError> AddAir(const Json& row, Gathered& out) {
  absl::Time at;
  std::string time = DataField(row, "dataTime");
  const bool midnight = time.ends_with(" 24:00");  // the network calls midnight 24 o'clock
  if (midnight) time.replace(time.size() - 5, 5, "00:00");
  if (!absl::ParseTime("%Y-%m-%d %H:%M", time, base::Seoul(), &at, nullptr))
    return MalformedData("a measurement without its time", "측정값에 시각이 없습니다");
  if (midnight) at += absl::Hours(24);
  if (!out.Holds(at)) return std::nullopt;
  for (const Element& element : AirElements()) {
    const std::string value = DataField(row, element.code);
    if (!value.empty() && value != "-")
      out.Add(at, element.name.In(out.language()), value, element.unit);
  }
  return std::nullopt;
}

std::optional<tools::ToolError> AddDay(const Json& row, Gathered& out) {
  absl::Time at;
  if (!absl::ParseTime("%E4Y%m%d", DataField(row, "locdate"), base::Seoul(), &at, nullptr))
    return MalformedData("a holiday without its day", "특일에 날짜가 없습니다");
  if (!out.Holds(at)) return std::nullopt;
  const Words kind = DayKind(DataField(row, "isHoliday") == "Y");
  out.Add(at, DataField(row, "dateName"), kind.In(out.language()), "");
  return std::nullopt;
}

}  // namespace connectors::administration
