#include "connectors/postgres/migrate.h"

#include "connectors/postgres/migrations/embedded.h"
#include "connectors/postgres/pool.h"
#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

constexpr char kBootstrap[] = R"(
  SELECT pg_advisory_xact_lock(7320191);
  CREATE TABLE IF NOT EXISTS schema_migrations (
    number int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now());
  DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'maru_app') THEN
      CREATE ROLE maru_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
  END $$;
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  GRANT USAGE ON SCHEMA public TO maru_app;
)";

// Nobody keeps anything here but in Maru's tables: neither temporary tables, which need the
// database's owner to forbid them, nor large objects, whose functions are a superuser's.
constexpr char kNothingBesides[] = R"(
  DO $$ BEGIN
    IF (SELECT pg_has_role(datdba, 'MEMBER') FROM pg_database
        WHERE datname = current_database()) THEN
      EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO maru_app', current_database());
    END IF;
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      REVOKE EXECUTE ON FUNCTION lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea),
        lo_import(text), lo_import(text, oid) FROM PUBLIC;
    END IF;
  END $$;
)";

absl::Status Newer(int number) {
  return base::Error(
      absl::StatusCode::kFailedPrecondition,
      base::StrCat("the database is at migration ", number, ", this Maru knows ",
                   kMigrations.size(),
                   ": it was migrated by a newer version; start that version, or restore a backup"),
      base::StrCat("데이터베이스가 더 새로운 마루(이행 번호 ", number,
                   ")로 바뀌어 있습니다. 이 버전은 ", kMigrations.size(),
                   "까지 압니다. 새 버전으로 시작하거나 백업을 복원하십시오"));
}

absl::Status Apply(pqxx::work& work, int number, const Migration& migration) {
  const std::string sha256 = base::Sha256Hex(migration.sql);
  const auto done =
      work.exec_params("SELECT sha256 FROM schema_migrations WHERE number = $1", number);
  if (!done.empty()) {
    if (done[0][0].as<std::string>() == sha256) return absl::OkStatus();
    return base::Error(
        absl::StatusCode::kFailedPrecondition,
        base::StrCat("migration ", migration.name, " ran in another form than this program holds"),
        base::StrCat("이행 ", migration.name, base::Particle(migration.name, "이"),
                     " 이 프로그램과 다른 내용으로 적용되어 있습니다"));
  }
  work.exec(std::string(migration.sql));
  work.exec_params("INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)",
                   number, std::string(migration.name), sha256);
  base::LogInfo("store.migrated", {{"migration", std::string(migration.name)}});
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(const std::string& owner_dsn) {
  Pool pool(owner_dsn, 1);
  RETURN_IF_ERROR(pool.Transact([](pqxx::work& work) -> absl::Status {
    work.exec(kBootstrap);
    work.exec(kNothingBesides);
    const auto newest = work.exec("SELECT coalesce(max(number), 0) FROM schema_migrations");
    const int number = newest[0][0].as<int>();
    return number > static_cast<int>(kMigrations.size()) ? Newer(number) : absl::OkStatus();
  }));
  for (size_t i = 0; i < kMigrations.size(); ++i) {
    RETURN_IF_ERROR(pool.Transact([&](pqxx::work& work) -> absl::Status {
      work.exec("SELECT pg_advisory_xact_lock(7320191)");
      return Apply(work, static_cast<int>(i) + 1, kMigrations[i]);
    }));
  }
  return absl::OkStatus();
}

}  // namespace connectors
