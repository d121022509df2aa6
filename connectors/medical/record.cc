#include "connectors/medical/record.h"

#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;

const Json kNull;

constexpr std::string_view kConfidentiality =
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
constexpr std::string_view kN2sf = "urn:maru:n2sf";

// Its day in Seoul, or the month or year that is all it says.
std::string DayOrLess(const std::string& date) {
  return date.size() < sizeof("2026-11-24") - 1 ? date : DayOf(date);
}

}  // namespace

const Json& First(const Json& list) {
  return list.is_array() && !list.empty() ? list.front() : kNull;
}

std::string ConceptText(const Json& concept_value) {
  if (std::string text = base::StringOr(concept_value, "text", ""); !text.empty()) return text;
  for (const Json& coding : Member(concept_value, "coding")) {
    if (std::string display = base::StringOr(coding, "display", ""); !display.empty())
      return display;
  }
  return "";
}

std::string ConceptCode(const Json& concept_value, std::string_view system) {
  for (const Json& coding : Member(concept_value, "coding")) {
    if (system.empty() || base::StringOr(coding, "system", "") == system)
      return base::StringOr(coding, "code", "");
  }
  return "";
}

std::string IdentifierValue(const Json& resource, std::string_view system) {
  for (const Json& identifier : Member(resource, "identifier")) {
    if (base::StringOr(identifier, "system", "") == system)
      return base::StringOr(identifier, "value", "");
  }
  return "";
}

std::string NoteText(const Json& resource) {
  std::vector<std::string> lines;
  for (const Json& note : Member(resource, "note"))
    lines.push_back(base::StringOr(note, "text", ""));
  return base::StrJoin(lines, "\n");
}

std::string DayOf(std::string_view date) {
  if (date.size() == 10) return std::string(date);
  if (date.size() < 10) return "";
  const auto time = base::ParseTimeText(date);
  return time.ok() ? DayOf(*time) : "";
}

std::string DayOf(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, base::Seoul()); }

bool RefersTo(const Json& reference, const std::string& wanted) {
  const std::string text = base::StringOr(reference, "reference", "");
  const std::string_view of_any_version = std::string_view(text).substr(0, text.find("/_history/"));
  return of_any_version == wanted || of_any_version.ends_with("/" + wanted);
}

bool BeginsBy(const std::string& date, const std::string& day) {
  const std::string begin = DayOrLess(date);
  return day.compare(0, begin.size(), begin) >= 0;
}

bool LastsTo(const std::string& date, const std::string& day) {
  const std::string end = DayOrLess(date);
  return end.empty() || day.compare(0, end.size(), end) <= 0;
}

bool Covers(const Json& period, const std::string& day) {
  return BeginsBy(base::StringOr(period, "start", ""), day) &&
         LastsTo(base::StringOr(period, "end", ""), day);
}

Json TextOrNull(std::string text) { return text.empty() ? Json() : Json(std::move(text)); }

policies::Label PatientLabel(const Json& resource) {
  policies::Label label{policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kSensitive,
                        policies::Integrity::kTrusted};
  for (const Json& tag : Member(Member(resource, "meta"), "security")) {
    const std::string system = base::StringOr(tag, "system", ""),
                      code = base::StringOr(tag, "code", "");
    if ((system == kConfidentiality && code == "V") || (system == kN2sf && code == "C"))
      label.n2sf = policies::N2sf::kC;
  }
  return label;
}

void Evidence::Add(const Record& record) {
  label_ = policies::Join(label_, PatientLabel(record.resource));
  origins_.push_back(record.origin);
}

tools::ToolResult Evidence::Result(Json value) const {
  return {std::move(value), label_, origins_};
}

}  // namespace connectors::medical
