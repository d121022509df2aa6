#include "connectors/administration/dataset_map.h"

#include "connectors/tool_kit.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

std::string Quoted(std::string_view identifier) {
  std::vector<std::string> parts;
  for (std::string_view part : base::StrSplit(identifier, '.')) {
    parts.push_back(StrCat('"', base::ReplaceAll(part, "\"", "\"\""), '"'));
  }
  return base::StrJoin(parts, ".");
}

absl::StatusOr<policies::Label> LabelOf(const Json& json, const policies::Label& fallback) {
  if (!json.is_object() || !json.contains("label")) return fallback;
  ASSIGN_OR_RETURN(policies::Label label,
                   policies::ParseShortLabel(base::StringOr(json, "label", "")));
  return policies::WithIntegrity(label, policies::Integrity::kTrusted);
}

absl::StatusOr<Column> ParseColumn(const Json& json, const policies::Label& fallback) {
  const std::string name =
      json.is_string() ? json.get<std::string>() : base::StringOr(json, "column", "");
  if (name.empty() || name.size() > 63 || name.find('\0') != std::string::npos) {
    return Invalid(StrCat("'", name, "' is no column"),
                   StrCat("'", name, "'", base::Particle(name, "은"), " 열 이름이 아닙니다"));
  }
  ASSIGN_OR_RETURN(policies::Label label, LabelOf(json, fallback));
  return Column{StrCat('"', base::ReplaceAll(name, "\"", "\"\""), '"'),
                policies::Join(label, fallback)};
}

absl::Status ParseLists(const Json& json, Dataset& dataset) {
  const Json groups = json.value("group_by", Json::object());
  for (const auto& [group, column] : groups.items()) {
    ASSIGN_OR_RETURN(dataset.group_by[group], ParseColumn(column, dataset.label));
  }
  for (const Json& column : json.value("filter", Json::array())) {
    ASSIGN_OR_RETURN(Column parsed, ParseColumn(column, dataset.label));
    dataset.filter.push_back(std::move(parsed));
  }
  for (const Json& name : json.value("names", Json::array())) {
    if (!name.is_string())
      return Invalid("'names' holds something that is no word",
                     "'names'에 글이 아닌 것이 있습니다");
    dataset.names.push_back(name.get<std::string>());
  }
  return absl::OkStatus();
}

absl::StatusOr<Dataset> ParseDataset(const Json& json) {
  Dataset dataset;
  const std::string table = base::StringOr(json, "table", "");
  if (table.empty()) return Invalid("no 'table'", "'table'이 없습니다");
  dataset.table = Quoted(table);
  ASSIGN_OR_RETURN(dataset.label, LabelOf(json, policies::Label{}));
  for (const auto& [name, column] :
       {std::pair{"record", &dataset.record}, {"date", &dataset.date}, {"title", &dataset.title}}) {
    ASSIGN_OR_RETURN(*column, ParseColumn(json.value(name, Json()), dataset.label));
  }
  if (json.contains("amount")) {
    ASSIGN_OR_RETURN(dataset.amount, ParseColumn(json["amount"], dataset.label));
  }
  RETURN_IF_ERROR(ParseLists(json, dataset));
  return dataset;
}

}  // namespace

absl::StatusOr<DatasetMap> DatasetMap::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"data set map", "데이터 대응표"}));
  if (!json.is_object())
    return Invalid(StrCat("data set map ", path, " is no object"),
                   StrCat("데이터 대응표 ", path, ": 객체가 아닙니다"));
  DatasetMap map;
  for (const auto& [name, entry] : json.items()) {
    auto dataset =
        entry.is_object() ? ParseDataset(entry) : Invalid("no object", "객체가 아닙니다");
    if (!dataset.ok()) {
      const absl::Status& fault = dataset.status();
      return Invalid(
          StrCat("data set map ", path, ": '", name, "': ", std::string(fault.message())),
          StrCat("데이터 대응표 ", path, ": '", name,
                 "': ", base::Message(fault, base::Language::kKorean)));
    }
    map.datasets_[name] = *std::move(dataset);
  }
  return map;
}

const Dataset* DatasetMap::Find(const std::string& name) const {
  const auto found = datasets_.find(name);
  return found == datasets_.end() ? nullptr : &found->second;
}

}  // namespace connectors::administration
