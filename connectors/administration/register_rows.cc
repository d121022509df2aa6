#include "connectors/administration/register_rows.h"

#include <utility>

#include "model_core/base/json.h"

namespace connectors::administration {
namespace {

using base::Json;

absl::StatusOr<policies::Label> LabelFrom(std::string_view text) {
  ASSIGN_OR_RETURN(const Json json,
                   base::ParseJson(text, "label of a document", "문서의 등급 표시"));
  return policies::ParseLabel(json);
}

}  // namespace

absl::StatusOr<Document> FromRow(const pqxx::row& row) {
  Document document;
  document.number = row["number"].as<int64_t>();
  document.version = row["version"].as<int>();
  for (const auto& [name, field] : {std::pair{"kind", &document.kind},
                                    {"title", &document.title},
                                    {"dated", &document.dated},
                                    {"media_type", &document.media_type},
                                    {"sha256", &document.sha256},
                                    {"binding", &document.binding},
                                    {"key", &document.key},
                                    {"made_by", &document.made_by}}) {
    *field = row[name].c_str();
  }
  if (const std::string label = row["label"].c_str(); !label.empty()) {
    ASSIGN_OR_RETURN(document.label, LabelFrom(label));
  }
  ASSIGN_OR_RETURN(const Json portions,
                   base::ParseJson(row["portions"].c_str(), "portions of a document",
                                   "문서의 부분별 등급 표시"));
  for (const Json& portion : portions) {
    ASSIGN_OR_RETURN(policies::Label label, policies::ParseLabel(portion));
    document.portions.push_back(label);
  }
  return document;
}

absl::StatusOr<Document> WithBytes(const pqxx::row& row) {
  ASSIGN_OR_RETURN(Document document, FromRow(row));
  document.bytes = pqxx::binarystring(row["bytes"]).str();
  return document;
}

}  // namespace connectors::administration
