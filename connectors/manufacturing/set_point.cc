// setpoint.write: one listed set point, within its limits, read before and after.
#include <algorithm>
#include <thread>

#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/set_point_checks.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using tools::ToolError;

constexpr absl::Duration kSettling = absl::Seconds(2);  // a controller may take a value on late
constexpr absl::Duration kPause = absl::Milliseconds(200);
constexpr absl::Duration kWriting = absl::Seconds(1);  // with less left, nothing is begun

bool Confirms(const Sample& after, const Written& written) {
  return after.quality == "good" && after.value == written.value;
}

// The value once it is what was written, else what it was after kSettling.
Fallible<Sample> ReadBack(Plant& plant, const Change& change, const Written& written,
                          const tools::CallContext& context) {
  const absl::Time until = std::min(absl::Now() + kSettling, context.deadline - 2 * kPause);
  for (;;) {
    ASSIGN_OR_FAIL(const std::vector<Sample> read, plant.opcua.Read({change.point.node}, context));
    if (Confirms(read.front(), written) || absl::Now() + kPause > until) return read.front();
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(kPause));
  }
}

tools::ToolOutcome Outcome(Plant& plant, const Change& change, const Sample& before,
                           const Sample& after, bool read_back) {
  Json value{{"tag", change.tag.tag},
             {"before", *before.value},
             {"after", after.value ? Json(*after.value) : Json()},
             {"read_back", read_back}};
  const auto origin = MakeOrigin(kOpcUaSystem, change.tag.tag, base::TimeText(after.time),
                                 plant.clock.Now(), base::DumpJson(value));
  return tools::ToolResult{std::move(value), PlantLabel(), {origin}};
}

// With the set point's turn held.
tools::ToolOutcome Write(Plant& plant, const Change& change, const tools::CallContext& context) {
  const auto read = plant.opcua.Read({change.point.node}, context);
  if (!read.ok()) return NothingWritten(change.tag, read.error());
  const Sample before = read->front();
  if (auto error = CheckStep(change, before)) return *error;
  if (auto error = CheckInterlock(plant, change, context)) return *error;
  if (context.deadline - absl::Now() < kWriting) {
    return Refused(change.tag, "unreachable", "too little time is left to write and to read back",
                   "쓰고 되읽을 시간이 남지 않았습니다");
  }
  const auto written = plant.opcua.Write(change.point.node, change.value, context);
  if (!written.ok()) {
    const ToolError& error = written.error();
    return error.in_doubt ? InDoubt(change, error.message_en, error.message_ko)
                          : NothingWritten(change.tag, error);
  }
  if (auto error = CheckWritten(change, *written)) return *error;
  const auto after = ReadBack(plant, change, *written, context);
  if (!after.ok()) return InDoubt(change, after.error().message_en, after.error().message_ko);
  return Outcome(plant, change, before, *after, Confirms(*after, *written));
}

}  // namespace

tools::ToolOutcome WriteSetPoint(Plant& plant, const tools::ToolCall& call,
                                 const tools::CallContext& context) {
  const Json& arguments = call.arguments();
  ASSIGN_OR_FAIL(const TagEntry* tag, plant.tags.Find(arguments.at("tag").get<std::string>()));
  const SetPoint* point = plant.set_points.Find(tag->tag);
  if (point == nullptr) {
    return Refused(*tag, "not_allow_listed",
                   "its set point is not on the list of those that may be written",
                   "쓰기가 허용된 설정값 목록에 없습니다");
  }
  const Change change{*tag, *point, arguments.at("value").get<double>()};
  if (auto error = CheckUnit(change, arguments)) return *error;
  if (auto error = CheckLimits(change)) return *error;
  const std::unique_lock turn(*point->turn, absl::ToChronoTime(context.deadline));
  if (!turn.owns_lock()) {
    return Refused(*tag, "unreachable", "another change of it has not come to its end",
                   "앞선 설정값 변경이 아직 끝나지 않았습니다");
  }
  return Write(plant, change, context);
}

}  // namespace connectors::manufacturing
