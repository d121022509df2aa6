#include "policies/named_record.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace policies {
namespace {

using base::Json;

bool Below(const Label& a, const Label& b) { return a.n2sf < b.n2sf || a.mil < b.mil; }

absl::Status Malformed(std::string_view what) {
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      base::StrCat("records of a call: ", what, " is missing or malformed"),
      base::StrCat("호출이 가리키는 기록의 '", what, "' 항목이 없거나 잘못되었습니다"));
}

absl::StatusOr<NamedRecord> ParseNamedRecord(const Json& json) {
  NamedRecord record;
  if (!json.is_object()) return Malformed("record");
  record.system = base::StringOr(json, "system", "");
  record.id = base::StringOr(json, "id", "");
  record.title = base::StringOr(json, "title", "");
  if (record.system.empty() || record.id.empty()) return Malformed("id");
  ASSIGN_OR_RETURN(record.label, ParseLabel(json.value("label", Json())));
  if (!json.contains("becomes")) return record;
  ASSIGN_OR_RETURN(record.becomes, ParseLabel(json["becomes"]));
  return record;
}

}  // namespace

Label WithRecords(Label input, const NamedRecords& records) {
  for (const NamedRecord& record : records)
    input = Join(input, WithIntegrity(record.label, Integrity::kTrusted));
  return input;
}

bool Lowers(const NamedRecords& records) {
  return std::any_of(records.begin(), records.end(), [](const NamedRecord& record) {
    return record.becomes && Below(*record.becomes, record.label);
  });
}

std::string DescribeGrade(const NamedRecord& record, base::Language language) {
  const std::string now = Describe(record.label, language);
  return record.becomes ? base::StrCat(now, " → ", Describe(*record.becomes, language)) : now;
}

Json WithoutTitles(const NamedRecords& records) {
  Json list = Json::array();
  for (const NamedRecord& record : records) {
    Json json = {{"system", record.system}, {"id", record.id}, {"label", ToJson(record.label)}};
    if (record.becomes) json["becomes"] = ToJson(*record.becomes);
    list.push_back(std::move(json));
  }
  return list;
}

Json ToJson(const NamedRecords& records) {
  Json list = WithoutTitles(records);
  for (size_t i = 0; i < records.size(); ++i) list[i]["title"] = records[i].title;
  return list;
}

absl::StatusOr<NamedRecords> ParseNamedRecords(const Json& json) {
  NamedRecords records;
  if (json.is_null()) return records;
  if (!json.is_array()) return Malformed("list");
  for (const Json& item : json) {
    ASSIGN_OR_RETURN(NamedRecord record, ParseNamedRecord(item));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace policies
