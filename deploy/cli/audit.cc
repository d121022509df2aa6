// maru audit: evidence out of the server.
#include "deploy/cli/command.h"
#include "deploy/cli/interrupt.h"
#include "deploy/cli/members.h"
#include "deploy/cli/output_file.h"
#include "deploy/cli/run_view.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr absl::Duration kExportMax = absl::Minutes(2);

struct ExportOptions {
  std::string run, output;
};
struct TailOptions {
  int64_t from = 0;
  bool follow = false;
};

absl::StatusOr<ExitCode> Export(const Session& session, const ExportOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer, client->Call("maru.v1.AuditService/ExportRun",
                                                   {{"run_id", options.run}}, kExportMax));
  const Json bundle = Member(answer, "export");
  if (options.output.empty() || options.output == "-") {
    session.PrintJson(bundle);
    return ExitCode::kOk;
  }
  // What people asked and were told: the file is its owner's alone.
  RETURN_IF_ERROR(WriteOutputFile(options.output, StrCat(base::DumpJson(bundle), "\n")));
  const size_t records = Items(bundle, "records").size();
  if (session.json) {
    session.PrintJson({{"file", options.output}, {"records", records}});
  } else {
    session.Print(
        StrCat(session.Say(
                   StrCat(options.output, ": ", records, " records; check them with: maru verify "),
                   StrCat(options.output, ": 기록 ", records, "건. 검증: maru verify ")),
               options.output, "\n"));
  }
  return ExitCode::kOk;
}

struct KeyOptions {};

// The key alone on a line, so that it can be kept in a file; its parts are "name+id+key".
absl::StatusOr<ExitCode> Key(const Session& session, const KeyOptions&) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.AuditService/GetCheckpoint", Json::object()));
  const std::string key = StringOr(answer, "verifier_key", "");
  if (!session.json) {
    session.Print(StrCat(key, "\n"));
    return ExitCode::kOk;
  }
  const size_t id = key.find('+');
  session.PrintJson(
      {{"verifier_key", key},
       {"origin", key.substr(0, id)},
       {"key_id",
        id == std::string::npos ? "" : key.substr(id + 1, key.find('+', id + 1) - id - 1)}});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Tail(const Session& session, const TailOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  const InterruptScope interrupt;
  Page page = session.NewPage();
  const absl::Status status = client->Stream(
      "maru.v1.AuditService/TailRecords",
      {{"from_index", options.from}, {"follow", options.follow}},
      [&](const Json& record) {
        if (session.json) {
          session.PrintJson(record);
          return session.Output().ok();
        }
        page.Row({{StrCat(base::IntOr(record, "index", 0)), Tone::kQuiet},
                  {ShortTime(StringOr(record, "time", "")), Tone::kQuiet},
                  {StringOr(record, "actor", "")},
                  {StringOr(record, "type", ""), Tone::kStrong},
                  {StringOr(record, "run_id", ""), Tone::kQuiet}},
                 {7, 16, 14, 22, 0}, 0);
        session.Print(page.Take());
        return session.Output().ok();
      },
      [&] { return interrupt.interrupted(); });
  if (!status.ok() && !interrupt.interrupted()) return status;
  return ExitCode::kOk;
}

}  // namespace

void AddAudit(CLI::App& app, Menu& menu) {
  CLI::App& group =
      menu.Group(app, "audit", "evidence: export, tail, key", "증거: 내보내기, 이어 보기, 키");
  const auto exported = std::make_shared<ExportOptions>();
  CLI::App& command = menu.Command(group, "export", "everything about one run, for maru verify",
                                   "한 실행의 증거 전부 (maru verify로 검증)", exported, Export);
  command.add_option("run", exported->run, menu.Say("the run's id", "실행 번호"))->required();
  command.add_option("-o,--output", exported->output,
                     menu.Say("file; default: print it", "파일. 없으면 출력"));
  menu.Command(group, "key", "the log's key, to keep for maru verify --key",
               "감사 기록의 키 (보관해 두고 maru verify --key에 사용)",
               std::make_shared<KeyOptions>(), Key);
  const auto tail = std::make_shared<TailOptions>();
  CLI::App& tailing = menu.Command(group, "tail", "the log's records, for auditors",
                                   "감사 기록 (감사관용)", tail, Tail);
  tailing
      .add_option("--from", tail->from,
                  menu.Say("number of the first record (default 0)", "처음 볼 기록 번호 (기본 0)"))
      ->check(CLI::NonNegativeNumber);
  tailing.add_flag("--follow", tail->follow, menu.Say("go on as it grows", "늘어나는 대로 이어서"));
}

}  // namespace deploy::cli
