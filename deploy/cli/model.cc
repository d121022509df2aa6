// maru model: what a model folder is, whether the engine computes it right, how fast, and what it
// says. Needs no server.
#include "deploy/cli/command.h"
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
  std::string directory, golden, weights, kv, device, kernels;
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

// Exit code 1 for a model that the engine does not support; the report says why.
absl::StatusOr<ExitCode> Info(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Json info, model_core::DescribeModel(options.directory));
  const ExitCode code = base::BoolOr(info, "supported", true) ? ExitCode::kOk : ExitCode::kOther;
  if (session.json) {
    session.PrintJson(info);
    return code;
  }
  std::vector<std::pair<std::string, std::string>> fields;
  Json shown = info;
  if (const auto korean = shown.find("reason_ko"); korean != shown.end()) {
    if (session.language == base::Language::kKorean) shown["reason"] = *korean;
    shown.erase("reason_ko");
  }
  Flatten(shown, "", fields);
  Page page = session.NewPage();
  page.Fields(fields, 0);
  session.Print(page.Take());
  return code;
}

absl::StatusOr<ExitCode> Check(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Json report,
                   model_core::CheckModel(options.directory, options.golden, options.weights,
                                          options.kv, options.device, options.kernels));
  session.PrintJson(report);
  return base::BoolOr(report, "ok", false) ? ExitCode::kOk : ExitCode::kVerificationFailed;
}

}  // namespace

void AddModel(CLI::App& app, Menu& menu) {
  CLI::App& group =
      menu.Group(app, "model", "models: info, check, bench, chat", "모델: 정보, 점검, 속도, 대화");
  const auto options = std::make_shared<Options>();
  const std::string directory =
      menu.Say("folder with config.json and weights", "config.json과 가중치가 있는 폴더");
  menu.Command(group, "info",
               "family, layers, parameters, memory; exit code 1 if it is not supported",
               "계열, 층, 매개변수, 메모리 (지원하지 않으면 종료 코드 1)", options, Info)
      .add_option("directory", options->directory, directory)
      ->required();
  CLI::App& check = menu.Command(
      group, "check", "compare with reference outputs; prints JSON, exit code 4 if they differ",
      "기준 출력과 비교해 JSON으로 출력 (다르면 종료 코드 4)", options, Check);
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
  AddKernels(check, menu, options->kernels);
}

}  // namespace deploy::cli
