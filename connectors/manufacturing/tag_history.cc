// tag.history: raw values, one aggregate over the period, or (no aggregate asked) a series of
// means.
#include <algorithm>
#include <cmath>
#include <span>

#include "connectors/manufacturing/period.h"
#include "connectors/manufacturing/plant.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr size_t kRawMax = 100'000;    // read from the server
constexpr size_t kAnswerMax = 5'000;   // given as raw
constexpr size_t kSeriesPoints = 200;  // of the series when no aggregate is asked

struct Series {
  std::vector<Sample> usable;  // good or uncertain, oldest first
  bool any_bad = false;
};

Series Usable(std::vector<Sample> samples) {
  Series series;
  for (Sample& sample : samples) {
    if (sample.quality == "bad") {
      series.any_bad = true;
    } else {
      series.usable.push_back(std::move(sample));
    }
  }
  return series;
}

Json Item(const TagEntry& entry, absl::Time time, double value, std::string_view quality) {
  return {
      {"tag", entry.tag}, {"time", base::TimeText(time)}, {"value", value}, {"quality", quality}};
}

// "good" if every value behind it is; values that the server marks bad are left out and make it
// uncertain.
std::string_view QualityOf(std::span<const Sample> samples, bool any_bad) {
  const bool good = std::all_of(samples.begin(), samples.end(),
                                [](const Sample& s) { return s.quality == "good"; });
  return good && !any_bad ? "good" : "uncertain";
}

double Mean(std::span<const Sample> samples) {
  double sum = 0;
  for (const Sample& sample : samples) sum += *sample.value;
  return std::round(sum / static_cast<double>(samples.size()) * 1e6) / 1e6;
}

// Mean weighted by how long each value stood, until the next one: sampling may be uneven.
double TimeWeightedMean(std::span<const Sample> samples) {
  double sum = 0, weights = 0;
  for (size_t i = 0; i + 1 < samples.size(); ++i) {
    const double seconds = absl::ToDoubleSeconds(samples[i + 1].time - samples[i].time);
    sum += *samples[i].value * seconds;
    weights += seconds;
  }
  return weights > 0 ? std::round(sum / weights * 1e6) / 1e6 : Mean(samples);
}

Json Aggregate(const TagEntry& entry, const Series& series, const std::string& kind) {
  const auto less = [](const Sample& a, const Sample& b) { return *a.value < *b.value; };
  const std::string_view quality = QualityOf(series.usable, series.any_bad);
  if (kind == "avg") {
    return Item(entry, series.usable.back().time, TimeWeightedMean(series.usable), quality);
  }
  const auto [low, high] = std::minmax_element(series.usable.begin(), series.usable.end(), less);
  const Sample& found = kind == "min" ? *low : *high;
  return Item(entry, found.time, *found.value, quality);
}

void AppendSeries(const TagEntry& entry, const Series& series, Json& items) {
  const size_t count = series.usable.size();
  const size_t per = (count + kSeriesPoints - 1) / kSeriesPoints;
  for (size_t at = 0; at < count; at += per) {
    const auto part = std::span(series.usable).subspan(at, std::min(per, count - at));
    items.push_back(Item(entry, part.front().time, Mean(part), QualityOf(part, false)));
  }
}

std::optional<tools::ToolError> AppendRaw(const TagEntry& entry, const std::vector<Sample>& samples,
                                          Json& items) {
  if (samples.size() > kAnswerMax) {
    return MakeToolError(
        "invalid_argument",
        StrCat("tag '", entry.tag, "' has ", samples.size(), " raw values; at most ", kAnswerMax),
        StrCat("태그 '", entry.tag, "'의 원시값이 ", samples.size(), "개로 ", kAnswerMax,
               "개를 넘습니다. 기간을 줄여 주십시오"));
  }
  for (const Sample& sample : samples) {
    Json item = Item(entry, sample.time, sample.value.value_or(0), sample.quality);
    if (!sample.value) item["value"] = nullptr;
    items.push_back(std::move(item));
  }
  return std::nullopt;
}

std::optional<tools::ToolError> Append(const TagEntry& entry, std::vector<Sample> samples,
                                       const std::string& kind, Json& items) {
  if (kind == "raw") return AppendRaw(entry, samples, items);
  if (samples.empty()) return std::nullopt;  // nothing recorded: an empty answer
  const Series series = Usable(std::move(samples));
  if (series.usable.empty()) {
    return MakeToolError("bad_quality",
                         StrCat("tag '", entry.tag, "': every value of the period is bad"),
                         StrCat("태그 '", entry.tag, "': 기간의 값이 모두 불량입니다"));
  }
  if (kind.empty()) {
    AppendSeries(entry, series, items);
  } else {
    items.push_back(Aggregate(entry, series, kind));
  }
  return std::nullopt;
}

Fallible<const TagEntry*> Historised(const Plant& plant, const std::string& tag) {
  ASSIGN_OR_FAIL(const TagEntry* entry, plant.tags.Find(tag));
  if (entry->opcua) return entry;
  return MakeToolError("not_found",
                       StrCat("tag '", tag, "' has no history: it is not read over opc ua"),
                       StrCat("태그 '", tag, "'의 이력은 저장되지 않습니다"));
}

}  // namespace

tools::ToolOutcome TagHistory(Plant& plant, const tools::ToolCall& call,
                              const tools::CallContext& context) {
  const Json& arguments = call.arguments();
  ASSIGN_OR_FAIL(const Period period, ParsePeriod(arguments.at("period")));
  const std::string kind = base::StringOr(arguments, "aggregate", "");
  tools::ToolResult result{{{"items", Json::array()}}, PlantLabel(), {}};
  Json& items = result.value["items"];
  for (const Json& tag : arguments.at("tags")) {
    ASSIGN_OR_FAIL(const TagEntry* entry, Historised(plant, tag.get<std::string>()));
    ASSIGN_OR_FAIL(std::vector<Sample> samples, plant.opcua.History(entry->opcua->node, period.from,
                                                                    period.to, kRawMax, context));
    const size_t before = items.size();
    if (auto error = Append(*entry, std::move(samples), kind, items)) return *error;
    const Json added(items.begin() + static_cast<std::ptrdiff_t>(before), items.end());
    result.origins.push_back(MakeOrigin(kOpcUaSystem, entry->tag, base::TimeText(period.to),
                                        plant.clock.Now(), base::DumpJson(added)));
  }
  return result;
}

}  // namespace connectors::manufacturing
