// maru model: what a model folder is, whether the engine computes it right, how fast, and what it
// says. Needs no server.
#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "deploy/cli/model_bench.h"
#include "deploy/cli/model_chat.h"
#include "deploy/cli/plan_view.h"
#include "model_core/base/strings.h"
#include "model_core/model_report.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

struct Options {
  std::string directory, golden, weights, kv, device;
};

// Fields of an object, the nested ones named by path.
void Flatten(const Json& json, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& fields) {
  for (const auto& [name, value] : json.items()) {
    const std::string path = prefix.empty() ? name : StrCat(prefix, ".", name);
    if (value.is_object()) {
      Flatten(value, path, fields);
    } else {
      fields.emplace_back(path, ValueText(value));
    }
  }
}

absl::StatusOr<ExitCode> Info(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Json info, model_core::DescribeModel(options.directory));
  if (session.json) {
    session.PrintJson(info);
    return ExitCode::kOk;
  }
  std::vector<std::pair<std::string, std::string>> fields;
  Flatten(info, "", fields);
  Page page = session.NewPage();
  page.Fields(fields, 0);
  session.Print(page.Take());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Check(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Json report, model_core::CheckModel(options.directory, options.golden,
                                                             options.weights, options.kv,
                                                             options.device));
  const bool good = base::BoolOr(report, "ok", false);
  if (session.json) {
    session.PrintJson(report);
    return good ? ExitCode::kOk : ExitCode::kVerificationFailed;
  }
  std::vector<std::vector<Cell>> rows;
  for (const Json& prompt : Items(report, "prompts")) {
    const std::string error = StringOr(prompt, "error", "");
    const bool match = error.empty() && base::BoolOr(prompt, "greedy_match", false);
    rows.push_back({{StringOr(prompt, "name", "")},
                    {match ? "✓" : "✗", match ? Tone::kGood : Tone::kBad},
                    {error.empty() ? base::DumpJson(Member(prompt, "nmse")) : ""},
                    {error, Tone::kBad}});
  }
  Page page = session.NewPage();
  page.Table({session.Say("prompt", "입력"), session.Say("tokens equal", "토큰 일치"), "NMSE", ""},
             rows);
  page.Line(good ? session.Say("the engine computes this model as its makers do",
                               "엔진의 계산이 기준과 같습니다")
                 : session.Say("the engine does not compute this model as its makers do",
                               "엔진의 계산이 기준과 다릅니다"),
            0, good ? Tone::kGood : Tone::kBad);
  session.Print(page.Take());
  return good ? ExitCode::kOk : ExitCode::kVerificationFailed;
}

}  // namespace

void AddModel(CLI::App& app, Menu& menu) {
  CLI::App& group =
      menu.Group(app, "model", "models: info, check, bench, chat", "모델: 정보, 점검, 속도, 대화");
  const auto options = std::make_shared<Options>();
  const std::string directory =
      menu.Say("folder with config.json and weights", "config.json과 가중치가 있는 폴더");
  menu.Command(group, "info", "family, layers, parameters, memory", "계열, 층, 매개변수, 메모리",
               options, Info)
      .add_option("directory", options->directory, directory)
      ->required();
  CLI::App& check =
      menu.Command(group, "check", "compare with reference outputs; exit code 4 if they differ",
                   "기준 출력과 비교 (다르면 종료 코드 4)", options, Check);
  check.add_option("directory", options->directory, directory)->required();
  check
      .add_option("--golden", options->golden,
                  menu.Say("golden.json of the reference", "기준 출력 golden.json"))
      ->required();
  AddModelBench(group, menu);
  AddModelChat(group, menu);
  check.add_option("--weights", options->weights,
                   menu.Say("q8 or q4: packed as it is loaded, with limits of their own",
                            "q8 또는 q4: 적재하며 압축, 허용 오차가 따로 있음"));
  check.add_option("--kv", options->kv,
                   menu.Say("f16 or q8: keys and values kept so, with limits of their own",
                            "f16 또는 q8: 키와 값을 이 형식으로, 허용 오차가 따로 있음"));
  check.add_option("--device", options->device,
                   menu.Say("run on the device of this module (default: this CPU)",
                            "이 모듈의 장치에서 실행 (기본: 이 CPU)"));
}

}  // namespace deploy::cli
