#include "connectors/administration/register.h"

#include <pqxx/pqxx>

#include "connectors/administration/register_schema.h"
#include "connectors/sql/pqxx_errors.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;

constexpr char kColumns[] =
    "number, version, coalesce(kind, '') AS kind, title, dated, media_type, sha256, "
    "coalesce(label::text, '') AS label, "
    "portions::text AS portions, binding, coalesce(key, '') AS key, made_by";

// To those who ask, ResourceExhausted is a limit of theirs: a full disk is a register that is away.
absl::Status Failed(const std::exception& error) {
  const absl::Status status = FromPqxx(error, "document register", "문서 등록부");
  if (!absl::IsResourceExhausted(status)) return status;
  return base::Error(absl::StatusCode::kUnavailable, std::string(status.message()),
                     base::Message(status, base::Language::kKorean));
}

// The connection broke while the transaction was being committed: it may stand, or not.
absl::Status CommitLost(const std::exception& error) {
  const absl::Status status = Failed(error);
  if (!absl::IsUnavailable(status)) return status;
  return base::Error(
      absl::StatusCode::kUnknown, std::string(status.message()),
      StrCat(base::Message(status, base::Language::kKorean), ". 저장되었는지 알 수 없습니다"));
}

std::string LabelsText(const std::vector<policies::Label>& labels) {
  Json out = Json::array();
  for (const policies::Label& label : labels) out.push_back(policies::ToJson(label));
  return base::DumpJson(out);
}

absl::StatusOr<policies::Label> LabelFrom(std::string_view text) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, "label of a document"));
  return policies::ParseLabel(json);
}

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
                   base::ParseJson(row["portions"].c_str(), "portions of a document"));
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

// Made once by whoever comes first; a role without that right finds them made.
void MakeTables(pqxx::connection& connection) {
  pqxx::work work(connection);
  work.exec("SELECT pg_advisory_xact_lock(7420)");
  const auto found = work.exec1(
      "SELECT to_regclass('documents') IS NOT NULL AND to_regclass('document_labels') IS NOT NULL");
  if (!found[0].as<bool>()) work.exec(kRegisterSchema);
  work.commit();
}

// How texts are compared where spacing differs from writer to writer.
std::string Squeezed(std::string_view expression) {
  return StrCat("translate(lower(", expression, "), E' \\t\\r\\n\u00A0·ㆍ・‧∙', '')");
}

constexpr char kUnread[] =
    R"((content_sha256 IS DISTINCT FROM sha256 OR btrim(coalesce(content, ''), E' \t\r\n') = ''))";

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

template <typename Body>
absl::Status Register::Run(absl::Time deadline, Body body) {
  const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
  if (left <= 0) {
    return base::Error(absl::StatusCode::kDeadlineExceeded, "document register: no time left",
                       "문서 등록부: 제한 시간이 지났습니다");
  }
  bool committing = false;
  try {
    const int64_t seconds = std::max<int64_t>(2, left / 1000);  // libpq waits at least two
    pqxx::connection connection(StrCat(dsn_, " connect_timeout=", seconds,
                                       " options='-c statement_timeout=", left,
                                       " -c timezone=Asia/Seoul -c client_min_messages=warning'"));
    {
      const std::scoped_lock lock(mutex_);
      if (!tables_made_) MakeTables(connection);
      tables_made_ = true;
    }
    pqxx::work work(connection);
    RETURN_IF_ERROR(body(work));
    committing = true;
    work.commit();
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return committing ? CommitLost(error) : Failed(error);
  }
}

absl::StatusOr<Document> Register::Get(const std::string& id, absl::Time deadline) {
  const auto number = DocumentNumber(id);
  if (!number) return NoDocument(id);
  absl::StatusOr<Document> document = NoDocument(id);
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) {
    const auto rows = work.exec_params(
        StrCat("SELECT bytes, ", kColumns, " FROM documents WHERE number = $1"), *number);
    if (!rows.empty()) document = WithBytes(rows[0]);
    return absl::OkStatus();
  }));
  return document;
}

absl::StatusOr<std::optional<Document>> Register::FindKey(const std::string& key,
                                                          absl::Time deadline) {
  std::optional<Document> document;
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) -> absl::Status {
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
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) {
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

absl::StatusOr<std::vector<DocumentHit>> Register::Search(const DocumentQuery& query,
                                                          absl::Time deadline) {
  Json words = Json::array();
  for (const std::string& word : query.words) words.push_back(base::LowerAscii(word));
  std::vector<DocumentHit> hits;
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows = work.exec_params(
        StrCat(
            "SELECT coalesce(content, '') AS content, ", kColumns,
            " FROM documents, "
            "LATERAL (SELECT count(*) FILTER (WHERE strpos(lower(title), word) > 0) AS in_title, "
            "count(*) FILTER (WHERE strpos(lower(title || ' ' || coalesce(content, '')), word) = "
            "0) AS missing "
            "FROM json_array_elements_text($1::json) word) matched "
            "WHERE missing = 0 AND ($2 = '' OR kind = $2) AND ($3 = '' OR dated >= nullif($3, "
            "'')::date) "
            "AND ($4 = '' OR dated <= nullif($4, '')::date) ORDER BY in_title DESC, dated DESC, "
            "number DESC LIMIT $5"),
        base::DumpJson(words), query.kind, query.from, query.to, query.limit);
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Document document, FromRow(row));
      hits.push_back({std::move(document), row["content"].c_str()});
    }
    return absl::OkStatus();
  }));
  return hits;
}

absl::StatusOr<std::vector<DocumentMention>> Register::Mentions(
    const std::vector<std::string>& words, const std::string& kind, absl::Time deadline) {
  std::vector<DocumentMention> mentions;
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows = work.exec_params(
        StrCat("SELECT * FROM (SELECT ", kColumns, ", ", kUnread,
               " AS unread, documents.kind IS NOT NULL OR documents.key IS NULL AS kept, "
               "EXISTS (SELECT FROM json_array_elements_text($1::json) word WHERE word <> '' AND "
               "strpos(",
               Squeezed("content"), ", ", Squeezed("word"),
               ") > 0) AS mentioned FROM documents WHERE $2 = '' OR kind = $2) looked "
               "WHERE mentioned OR (unread AND kept) ORDER BY number"),
        base::DumpJson(Json(words)), kind);
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Document document, FromRow(row));
      mentions.push_back({std::move(document), row["unread"].as<bool>()});
    }
    return absl::OkStatus();
  }));
  return mentions;
}

absl::StatusOr<std::vector<DocumentHit>> Register::Texts(const std::vector<int64_t>& numbers,
                                                         absl::Time deadline) {
  std::vector<DocumentHit> hits;
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows =
        work.exec_params(StrCat("SELECT coalesce(content, '') AS content, ", kColumns,
                                " FROM documents WHERE number IN (SELECT value::bigint FROM "
                                "json_array_elements_text($1::json)) ORDER BY number"),
                         base::DumpJson(Json(numbers)));
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Document document, FromRow(row));
      hits.push_back({std::move(document), row["content"].c_str()});
    }
    return absl::OkStatus();
  }));
  return hits;
}

absl::StatusOr<std::vector<Document>> Register::Unindexed(int limit, absl::Time deadline) {
  std::vector<Document> documents;
  RETURN_IF_ERROR(Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows = work.exec_params(StrCat("SELECT bytes, ", kColumns,
                                              " FROM documents WHERE content_sha256 IS DISTINCT "
                                              "FROM sha256 ORDER BY number LIMIT $1"),
                                       limit);
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Document document, WithBytes(row));
      documents.push_back(std::move(document));
    }
    return absl::OkStatus();
  }));
  return documents;
}

absl::Status Register::SetContent(const Document& document, const std::string& content,
                                  absl::Time deadline) {
  return Run(deadline, [&](pqxx::work& work) {
    work.exec_params(
        "UPDATE documents SET content = $3, content_sha256 = $2 WHERE number = $1 AND sha256 = $2",
        document.number, document.sha256, content);
    return absl::OkStatus();
  });
}

absl::Status Register::PutLabel(int64_t number, const LabelBinding& binding, absl::Time deadline) {
  const std::string text = base::DumpJson(policies::ToJson(binding.label));
  return Run(deadline, [&](pqxx::work& work) -> absl::Status {
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
  return Run(deadline, [](pqxx::work& work) {
    work.exec("SELECT 1 FROM documents LIMIT 1");
    return absl::OkStatus();
  });
}

}  // namespace connectors::administration
