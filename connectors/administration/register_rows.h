// Rows of the register's tables as documents.
#pragma once

#include <pqxx/pqxx>

#include "connectors/administration/register.h"

namespace connectors::administration {

// What FromRow reads, in SQL; WithBytes needs `bytes`, too.
inline constexpr char kColumns[] =
    "number, version, coalesce(kind, '') AS kind, title, dated, media_type, sha256, "
    "coalesce(label::text, '') AS label, "
    "portions::text AS portions, binding, coalesce(key, '') AS key, made_by";

absl::StatusOr<Document> FromRow(const pqxx::row& row);
absl::StatusOr<Document> WithBytes(const pqxx::row& row);

}  // namespace connectors::administration
