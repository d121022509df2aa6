// The register as an index: documents found by their words and their texts.
#include <pqxx/pqxx>

#include "connectors/administration/register.h"
#include "connectors/administration/register_database.h"
#include "connectors/administration/register_rows.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;

// How texts are compared where spacing differs from writer to writer.
std::string Squeezed(std::string_view expression) {
  return StrCat("translate(lower(", expression, "), E' \\t\\r\\n\u00A0·ㆍ・‧∙', '')");
}

constexpr char kUnread[] =
    R"((content_sha256 IS DISTINCT FROM sha256 OR btrim(coalesce(content, ''), E' \t\r\n') = ''))";

absl::Status AddHits(const pqxx::result& rows, std::vector<DocumentHit>& hits) {
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(Document document, FromRow(row));
    hits.push_back({std::move(document), row["content"].c_str()});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<DocumentHit>> Register::Search(const DocumentQuery& query,
                                                          absl::Time deadline) {
  Json words = Json::array();
  for (const std::string& word : query.words) words.push_back(base::LowerAscii(word));
  std::vector<DocumentHit> hits;
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) -> absl::Status {
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
    return AddHits(rows, hits);
  }));
  return hits;
}

absl::StatusOr<std::vector<DocumentMention>> Register::Mentions(
    const std::vector<std::string>& words, const std::string& kind, absl::Time deadline) {
  std::vector<DocumentMention> mentions;
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) -> absl::Status {
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
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) -> absl::Status {
    const auto rows =
        work.exec_params(StrCat("SELECT coalesce(content, '') AS content, ", kColumns,
                                " FROM documents WHERE number IN (SELECT value::bigint FROM "
                                "json_array_elements_text($1::json)) ORDER BY number"),
                         base::DumpJson(Json(numbers)));
    return AddHits(rows, hits);
  }));
  return hits;
}

absl::StatusOr<std::vector<Document>> Register::Unindexed(int limit, absl::Time deadline) {
  std::vector<Document> documents;
  RETURN_IF_ERROR(database_->Run(deadline, [&](pqxx::work& work) -> absl::Status {
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

}  // namespace connectors::administration
