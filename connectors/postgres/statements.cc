#include "connectors/postgres/statements.h"

namespace connectors {
namespace {

// The rows of events, then of audit records, in `moved`'s transaction or not at all. $1 run id, $2
// index of the first event, $3–$9 one element per event: time, actor, type, body, audit id, salt,
// payload hash.
#define MARU_JOURNAL_ROWS                                                                         \
  "batch AS (SELECT n - 1 + $2::bigint AS index, b.* FROM moved, unnest($3::text[], $4::text[], " \
  "$5::text[], "                                                                                  \
  "$6::text[], $7::text[], $8::text[], $9::text[]) WITH ORDINALITY "                              \
  "AS b(time, actor, type, body, audit_id, salt, sha256, n)), "                                   \
  "journalled AS (INSERT INTO events (run_id, index, time, actor, type, body) "                   \
  "SELECT $1, index, time, actor, type, body FROM batch), "                                       \
  "audited AS (INSERT INTO audit_records (id, run_id, time, actor, type, payload, salt, "         \
  "payload_sha256) "                                                                              \
  "SELECT audit_id, $1, time, actor, type, '{\"index\":' || index || ',\"body\":' || body || "    \
  "'}', salt, "                                                                                   \
  "sha256 FROM batch ORDER BY index) "

// $10 principal, $11 conversation, $12 message, $13 request, $14 time.
constexpr char kCreateRunSql[] =
    "WITH moved AS (INSERT INTO runs (id, principal, conversation_id, message_id, request, "
    "event_count, created, "
    "updated) VALUES ($1, $10, $11, $12, $13, 1, $14, $14) ON CONFLICT (principal, message_id) DO "
    "NOTHING "
    "RETURNING id), " MARU_JOURNAL_ROWS "SELECT count(*) FROM moved";

// $10 lease epoch or -1, $11 time, $12 state or '', $13 new count, $14 text added to the request,
// $15 the run starts anew or ends: open approvals are void; $16–$18 approvals (id, state,
// document), $19–$22 effects intended (key, step, tool, call hash), $23–$25 effects settled (key,
// ok, by whom).
constexpr char kAppendSql[] =
    "WITH moved AS (UPDATE runs SET event_count = $13::bigint, updated = $11, "
    "state = CASE WHEN $12 = '' THEN state ELSE $12 END, "
    "request = CASE WHEN $14 = '' THEN request ELSE request || $14 END, has_work = has_work OR "
    "$10::bigint < 0, "
    "queued_at = CASE WHEN $10::bigint < 0 THEN now() ELSE queued_at END "
    "WHERE id = $1 AND event_count = $2::bigint AND ($10::bigint < 0 OR lease_epoch = $10::bigint) "
    "AND updated <= $11 RETURNING id), "
    "voided AS (UPDATE approvals SET state = 'void' FROM moved "
    "WHERE $15::bool AND run_id = $1 AND state = 'pending'), "
    "asked AS (INSERT INTO approvals (id, run_id, state, document) SELECT a.id, $1, a.state, "
    "a.document "
    "FROM moved, unnest($16::text[], $17::text[], $18::text[]) AS a(id, state, document) "
    "ON CONFLICT (id) DO UPDATE SET state = excluded.state, document = excluded.document), "
    "intended AS (INSERT INTO effects (key, run_id, step_id, tool, call_hash, intended) "
    "SELECT e.key, $1, e.step, e.tool, e.hash, $11 FROM moved, unnest($19::text[], $20::text[], "
    "$21::text[], "
    "$22::text[]) AS e(key, step, tool, hash)), "
    "settled AS (INSERT INTO effect_outcomes (key, ok, settled, settled_by) SELECT o.key, "
    "o.ok::bool, $11, o.who "
    "FROM moved, unnest($23::text[], $24::text[], $25::text[]) AS o(key, ok, "
    "who)), " MARU_JOURNAL_ROWS "SELECT count(*) FROM moved";

// $1 worker, $2 milliseconds, $3 the lease's epoch, drawn at random: it names this lease and no
// other, so a claim that a crash of the server forgets can never be mistaken for a later one; $4
// whose runs are passed by that are not planned yet.
constexpr char kClaimRunSql[] =
    "UPDATE runs SET lease_epoch = $3, lease_worker = $1, has_work = false, "
    "lease_expires = now() + $2 * interval '1 millisecond' WHERE id = ("
    "SELECT id FROM runs WHERE (has_work OR lease_worker <> '') AND lease_expires < now() "
    "AND NOT (state = 'submitted' AND principal = ANY ($4::text[])) "
    "ORDER BY queued_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id";

constexpr char kRenewLeaseSql[] =
    "UPDATE runs SET lease_expires = now() + $3 * interval '1 millisecond' "
    "WHERE id = $1 AND lease_epoch = $2 RETURNING id";

// $3 whether there is work left.
constexpr char kReleaseLeaseSql[] =
    "UPDATE runs SET lease_expires = '-infinity', lease_worker = '', lease_epoch = 0, "
    "queued_at = CASE WHEN $3::bool THEN now() ELSE queued_at END, has_work = has_work OR $3::bool "
    "WHERE id = $1 AND lease_epoch = $2 RETURNING has_work";

}  // namespace

void PrepareStatements(pqxx::connection& connection) {
  connection.prepare(kCreateRun, kCreateRunSql);
  connection.prepare(kAppend, kAppendSql);
  connection.prepare(kClaimRun, kClaimRunSql);
  connection.prepare(kRenewLease, kRenewLeaseSql);
  connection.prepare(kReleaseLease, kReleaseLeaseSql);
  connection.prepare(kJournal,
                     "SELECT index, time, actor, type, body FROM events WHERE run_id = $1 AND "
                     "index >= $2 ORDER BY index");
  connection.prepare(kPrincipal, "SELECT document FROM principals WHERE id = $1");
  connection.prepare(kPrincipals, "SELECT document FROM principals ORDER BY id");
  connection.prepare(kRunHead, "SELECT event_count, lease_epoch, updated FROM runs WHERE id = $1");
}

#undef MARU_JOURNAL_ROWS

}  // namespace connectors
