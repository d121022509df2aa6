// The register as a store: what is put into it and taken out by name.
#include "connectors/administration/register.h"

#include <pqxx/pqxx>

#include "connectors/administration/register_database.h"
#include "connectors/administration/register_rows.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;

std::string LabelsText(const std::vector<policies::Label>& labels) {
  Json out = Json::array();
  for (const policies::Label& label : labels) out.push_back(policies::ToJson(label));
  return base::DumpJson(out);
}

absl::Status NoDocument(std::string_view id) {
  return base::Error(absl::StatusCode::kNotFound, StrCat("there is no document ", id),
                     StrCat("문서 ", base::WithParticle(id, "이"), " 없습니다"));
}

}  // namespace

std::string Document::id() const { return StrCat("DOC-", number); }
policies::Label Document::effective_label() const { return label.value_or(policies::Label{}); }

std::optional<int64_t> DocumentNumber(const std::string& id) {
  int64_t number = 0;
  if (!id.starts_with("DOC-") || !base::ParseInt(std::string_view(id).substr(4), number) ||
      number <= 0)
    return std::nullopt;
  return number;
}

Register::Register(std::string dsn)
    : database_(std::make_unique<RegisterDatabase>(std::move(dsn))) {}
Register::~Register() = default;

absl::StatusOr<Document> Register::Get(const std::string& id, absl::Time deadline) {
  const auto number = DocumentNumber(id);
  if (!number) return NoDocument(id);
  absl::StatusOr<Document> document = NoDocument(id);
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) {
    const auto rows = work.exec_params(
        StrCat("SELECT bytes, ", kColumns, " FROM documents WHERE number = $1"), *number);
    if (!rows.empty()) document = WithBytes(rows[0]);
    return absl::OkStatus();
  }));
  return document;
}

absl::StatusOr<Document> Register::Describe(const std::string& id, absl::Time deadline) {
  const auto number = DocumentNumber(id);
  if (!number) return NoDocument(id);
  absl::StatusOr<Document> document = NoDocument(id);
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) {
    const auto rows =
        work.exec_params(StrCat("SELECT ", kColumns, " FROM documents WHERE number = $1"), *number);
    if (!rows.empty()) document = FromRow(rows[0]);
    return absl::OkStatus();
  }));
  return document;
}

absl::StatusOr<std::optional<Document>> Register::FindKey(const std::string& key,
                                                          absl::Time deadline) {
  std::optional<Document> document;
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows =
        work.exec_params(StrCat("SELECT bytes, ", kColumns, " FROM documents WHERE key = $1"), key);
    if (rows.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(document, WithBytes(rows[0]));
    return absl::OkStatus();
  }));
  return document;
}

absl::StatusOr<Document> Register::Add(const Document& document, const std::string& content,
                                       absl::Time deadline) {
  absl::StatusOr<Document> added = absl::InternalError("not added");
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) {
    const std::string label =
        document.label ? base::DumpJson(policies::ToJson(*document.label)) : "";
    // The index of keys is what makes it happen once, also with two callers at a time.
    work.exec_params(
        "INSERT INTO documents (kind, title, dated, media_type, bytes, label, portions, key, "
        "made_by, content, content_sha256) "
        "VALUES (nullif($1, ''), $2, coalesce(nullif($3, '')::date, current_date), $4, $5, "
        "nullif($6, '')::jsonb, $7::jsonb, "
        "$8, $9, $10, encode(sha256($5::bytea), 'hex')) ON CONFLICT (key) DO NOTHING",
        document.kind, document.title, document.dated, document.media_type,
        pqxx::binarystring(document.bytes), label, LabelsText(document.portions), document.key,
        document.made_by, content);
    added = WithBytes(work.exec_params1(
        StrCat("SELECT bytes, ", kColumns, " FROM documents WHERE key = $1"), document.key));
    return absl::OkStatus();
  }));
  return added;
}

absl::Status Register::SetContent(const Document& document, const std::string& content,
                                  absl::Time deadline) {
  return database_->Run(deadline, [&](pqxx::work& work) {
    work.exec_params(
        "UPDATE documents SET content = $3, content_sha256 = $2 WHERE number = $1 AND sha256 = $2",
        document.number, document.sha256, content);
    return absl::OkStatus();
  });
}

absl::Status Register::PutLabel(int64_t number, const LabelBinding& binding, absl::Time deadline) {
  const std::string text = base::DumpJson(policies::ToJson(binding.label));
  return database_->Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows =
        work.exec_params("SELECT sha256 FROM documents WHERE number = $1 FOR UPDATE", number);
    if (rows.empty()) return NoDocument(StrCat("DOC-", number));
    const auto done = work.exec_params(
        "INSERT INTO document_labels (key, number, sha256, label, binding, assigned_by, reason) "
        "VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7) ON CONFLICT (key) DO NOTHING",
        binding.key, number, binding.sha256, text, binding.binding, binding.assigned_by,
        binding.reason);
    if (done.affected_rows() == 0) return absl::OkStatus();
    if (rows[0][0].c_str() != binding.sha256) {
      return base::Error(absl::StatusCode::kAborted,
                         StrCat("document DOC-", number, " changed since it was read"),
                         StrCat("문서 ", base::WithParticle(StrCat("DOC-", number), "이"),
                                " 읽은 뒤에 바뀌었습니다"));
    }
    work.exec_params("UPDATE documents SET label = $2::jsonb, binding = $3 WHERE number = $1",
                     number, text, binding.binding);
    return absl::OkStatus();
  });
}

absl::Status Register::Ping(absl::Time deadline) {
  return database_->Run(deadline, [](pqxx::work& work) {
    work.exec("SELECT 1 FROM documents LIMIT 1");
    return absl::OkStatus();
  });
}

}  // namespace connectors::administration
