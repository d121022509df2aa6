// lab.trend: laboratory values over time.
#include <algorithm>

#include "connectors/medical/care.h"
#include "connectors/medical/lab_tests.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/part.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

struct Span {
  absl::Time from, to;
};

// A period of days (ends included) or of times. InvalidArgument for anything else.
absl::StatusOr<Span> ReadPeriod(const tools::ToolCall& call) {
  const Json& period = Member(call.arguments(), "period");
  if (!period.is_object()) return Span{call.now - absl::Hours(24 * 365), call.now};
  const std::string from = base::StringOr(period, "from", ""),
                    to = base::StringOr(period, "to", "");
  ASSIGN_OR_RETURN(const absl::Time begin,
                   base::ParseTimeText(from.size() == 10 ? from + "T00:00:00+09:00" : from));
  ASSIGN_OR_RETURN(const absl::Time end,
                   base::ParseTimeText(to.size() == 10 ? to + "T23:59:59+09:00" : to));
  return Span{begin, end};
}

struct Value {
  absl::Time time;
  size_t order;  // of its test in the call
  Json item;
  Record record;
};

std::string Comment(const Json& observation) {
  const std::string comparator =
      base::StringOr(Member(observation, "valueQuantity"), "comparator", "");
  const std::string note = NoteText(observation);
  return comparator.empty() ? note : StrCat(comparator, note.empty() ? "" : "\n", note);
}

// There is no result: it was withdrawn, or is not there yet.
bool HasNoResult(const Json& observation) {
  const std::string status = base::StringOr(observation, "status", "");
  return status == "entered-in-error" || status == "cancelled" || status == "registered";
}

// A moment; of a day alone: all of it.
absl::StatusOr<Span> Taken(const Json& observation) {
  std::string text = base::StringOr(observation, "effectiveDateTime", "");
  if (text.empty()) text = base::StringOr(observation, "effectiveInstant", "");
  if (text.empty()) text = base::StringOr(Member(observation, "effectivePeriod"), "start", "");
  const bool day = text.size() == 10;
  ASSIGN_OR_RETURN(const absl::Time from,
                   base::ParseTimeText(day ? text + "T00:00:00+09:00" : text));
  return Span{from, day ? from + absl::Hours(24) - absl::Nanoseconds(1) : from};
}

Json Item(const Json& observation, absl::Time time) {
  const Json& quantity = Member(observation, "valueQuantity");
  return {{"test", ConceptText(Member(observation, "code"))},
          {"time", base::TimeText(time)},
          {"value", Member(quantity, "value")},
          {"unit", TextOrNull(base::StringOr(quantity, "unit", ""))},
          {"comment", TextOrNull(Comment(observation))}};
}

// Adds those of the span; how many are left out, which say no number or not when.
size_t AddValues(const Records& found, size_t order, const Span& span, std::vector<Value>& values) {
  size_t left_out = 0;
  for (const Record& record : found) {
    const Json& observation = record.resource;
    const auto taken = Taken(observation);
    const bool outside = taken.ok() && (taken->to < span.from || taken->from > span.to);
    if (HasNoResult(observation) || outside) continue;
    const bool number = Member(Member(observation, "valueQuantity"), "value").is_number();
    if (taken.ok() && number)
      values.push_back({taken->from, order, Item(observation, taken->from), record});
    else
      ++left_out;
  }
  return left_out;
}

tools::ToolError UnknownTest(const std::string& test) {
  return MakeToolError(
      "unknown_test", StrCat("'", test, "' is no laboratory test that is known here"),
      StrCat("'", test, "'", base::Particle(test, "이라"), "는 검사를 알 수 없습니다"));
}

bool IsNamed(const Json& observation, const std::string& key) {
  const Json& code = Member(observation, "code");
  if (TestKey(ConceptText(code)) == key) return true;
  const Json& codings = Member(code, "coding");
  return std::any_of(codings.begin(), codings.end(), [&](const Json& coding) {
    return TestKey(base::StringOr(coding, "display", "")) == key ||
           TestKey(base::StringOr(coding, "code", "")) == key;
  });
}

// A name that is in no list may still be one that this hospital's laboratory prints: then the
// patient's own records have it.
Fallible<Records> SearchByName(const Fhir& fhir, const std::string& patient_id,
                               const std::string& test, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Records found, fhir.SearchPatient("Observation", patient_id,
                                                   {{"category", "laboratory"}}, context));
  const std::string key = TestKey(test);
  std::erase_if(found, [&](const Record& record) { return !IsNamed(record.resource, key); });
  if (found.empty()) return UnknownTest(test);
  return found;
}

bool HasCode(const Json& observation, const std::vector<std::string>& codes) {
  const Json& codings = Member(Member(observation, "code"), "coding");
  return std::any_of(codings.begin(), codings.end(), [&](const Json& coding) {
    return base::StringOr(coding, "system", "") == kLoinc &&
           std::find(codes.begin(), codes.end(), base::StringOr(coding, "code", "")) != codes.end();
  });
}

Fallible<Records> SearchTest(const Fhir& fhir, const std::string& patient_id,
                             const std::string& test, const Span& span,
                             const tools::CallContext& context) {
  const std::vector<std::string> codes = LoincCodes(test);
  if (codes.empty()) return SearchByName(fhir, patient_id, test, context);
  std::vector<std::string> tokens;
  for (const std::string& code : codes) tokens.push_back(StrCat(kLoinc, "|", code));
  // A day more at both ends: the server may read a date in another time zone. The exact span is
  // applied here.
  const Parameters asked{{"code", base::StrJoin(tokens, ",")},
                         {"date", StrCat("ge", DayOf(span.from - absl::Hours(24)))},
                         {"date", StrCat("le", DayOf(span.to + absl::Hours(24)))}};
  ASSIGN_OR_FAIL(Records found, fhir.SearchPatient("Observation", patient_id, asked, context));
  // A server may heed no filter.
  std::erase_if(found, [&](const Record& record) { return !HasCode(record.resource, codes); });
  return found;
}

}  // namespace

ToolOutcome LabTrend(const Systems& systems, const tools::ToolCall& call,
                     const tools::CallContext& context) {
  const auto span = ReadPeriod(call);
  if (!span.ok())
    return MakeToolError("invalid_argument", base::Message(span.status(), base::Language::kEnglish),
                         base::Message(span.status(), base::Language::kKorean));
  ASSIGN_OR_FAIL(Record patient, PatientOf(systems.fhir, call, context));
  std::vector<Value> values;
  size_t left_out = 0;
  Evidence evidence;
  const Json& tests = Member(call.arguments(), "tests");
  for (size_t i = 0; i < tests.size(); ++i) {
    const std::string test = tests[i].is_string() ? tests[i].get<std::string>() : "";
    ASSIGN_OR_FAIL(Records found,
                   SearchTest(systems.fhir, LogicalId(patient), test, *span, context));
    left_out += AddValues(found, i, *span, values);
  }
  std::stable_sort(values.begin(), values.end(), [](const Value& a, const Value& b) {
    return std::tie(a.order, a.time) < std::tie(b.order, b.time);
  });
  Json items = Json::array();
  for (Value& value : values) {
    evidence.Add(value.record);
    items.push_back(std::move(value.item));
  }
  if (values.empty()) evidence.Add(patient);
  tools::ToolResult result = evidence.Result({{"items", std::move(items)}});
  tools::MarkLeftOut(result.value, static_cast<int64_t>(left_out));
  return result;
}

}  // namespace connectors::medical
