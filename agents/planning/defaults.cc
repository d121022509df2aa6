// Defaults of optional arguments, bound at the run's own now.
#include <re2/re2.h>

#include "agents/plan.h"
#include "agents/planning/calendar.h"
#include "model_core/base/check.h"
#include "model_core/base/clock.h"

namespace agents {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using base::Json;

Json PeriodJson(const Span& span) {
  auto json = base::ParseJson(PeriodLiteral(span), "period");
  CHECK(json.ok());
  return *std::move(json);
}

// "12 months", "24 hours": that span, ending now.
Span SpanOf(const std::string& text, CivilSecond now) {
  static const re2::RE2* const shape = new re2::RE2("(\\d+) ([a-z]+)");
  int64_t count = 0;
  std::string unit;
  CHECK(re2::RE2::FullMatch(text, *shape, &count, &unit), "%s", text.c_str());
  const auto span = Recent(count, EnglishUnit(unit), now);
  CHECK(span.has_value(), "%s", text.c_str());
  return *span;
}

}  // namespace

Json BindDefault(const tools::ArgumentSpec& argument, absl::Time now) {
  const CivilSecond local = absl::ToCivilSecond(now, base::Seoul());
  const bool instant = argument.default_value == "now", today = argument.default_value == "today";
  const Span span = instant ? Span{local, local, true}
                    : today ? Day(CivilDay(local))
                            : SpanOf(argument.default_value, local);
  if (argument.Takes("period")) return PeriodJson(span);
  if (argument.Takes("time")) return ClockText(span.from);
  return DateText(CivilDay(span.to));
}

}  // namespace agents
