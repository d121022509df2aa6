#include "deploy/cli/model_bench.h"

#include <optional>

#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/model_bench.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::NumberOr;
using base::StrCat;
using base::StringOr;
using model_core::BenchOptions;

constexpr double kGibibyte = 1 << 30;
constexpr double kMebibyte = 1 << 20;

// As given on the command line; empty or 0: not given.
struct Options {
  std::string directory, shape, kernels, device, kv, prefill, depths;
  std::optional<std::string> types;
  size_t threads = 0, repeats = 0;
  double memory_gib = 0, seconds = 0;
  bool quick = false;
};

// "512,2048"; "none" is an empty list.
absl::StatusOr<std::vector<size_t>> Sizes(std::string_view option, std::string_view text) {
  std::vector<size_t> sizes;
  if (text == "none") return sizes;
  for (const std::string_view piece : base::StrSplit(text, ',')) {
    int64_t size = 0;
    if (!base::ParseInt(piece, size) || size < 0) {
      return base::Error(
          absl::StatusCode::kInvalidArgument,
          StrCat(option, ": '", piece, "' is not a number of tokens"),
          StrCat(option, ": '", piece, "'", base::Particle(piece, "은"), " 토큰 수가 아닙니다"));
    }
    sizes.push_back(static_cast<size_t>(size));
  }
  return sizes;
}

absl::StatusOr<BenchOptions> Complete(const Options& given) {
  BenchOptions options;
  options.model = given.directory;
  options.shape = given.shape;
  options.kernels = given.kernels;
  options.device = given.device;
  options.threads = given.threads;
  if (given.quick) options = Quick(std::move(options));
  if (given.repeats > 0) options.repeats = given.repeats;
  if (given.seconds > 0) options.seconds_max = given.seconds;
  options.memory_bytes_max = static_cast<size_t>(given.memory_gib * kGibibyte);
  if (!given.kv.empty()) options.kv = given.kv;
  if (given.types.has_value()) {
    options.types.clear();
    for (const std::string_view type : base::StrSplit(*given.types, ','))
      options.types.emplace_back(type);
  }
  if (!given.prefill.empty()) {
    ASSIGN_OR_RETURN(options.prefill, Sizes("--prefill", given.prefill));
  }
  if (!given.depths.empty()) {
    ASSIGN_OR_RETURN(options.depths, Sizes("--depth", given.depths));
  }
  return options;
}

std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

// Three significant digits where there are fewer before the point.
std::string Rate(double value) { return Fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0); }

std::string LimitText(const Session& session, const Json& line) {
  const std::string bound = StringOr(line, "bound", "");
  return bound == "memory" ? session.Say("memory", "메모리")
                           : session.Say(bound + " products", bound + " 곱셈");
}

std::vector<Cell> Row(const Session& session, const Json& line) {
  const std::string test = StringOr(line, "test", "");
  const int64_t size = base::IntOr(line, test == "prefill" ? "tokens" : "depth", 0);
  std::string what = StrCat(test == "prefill" ? session.Say("prefill ", "입력 ")
                                              : session.Say("decode at ", "생성, 깊이 "),
                            size);
  const int64_t measured = base::IntOr(line, "measured_tokens", 0);
  if (test == "prefill" && measured < size)
    what += session.Say(StrCat(" (first ", measured, ")"), StrCat(" (앞 ", measured, ")"));
  return {{StringOr(line, "type", "")},
          {what},
          {Rate(NumberOr(line, "tokens_s", 0)), Tone::kStrong},
          {StrCat(Rate(NumberOr(line, "tokens_s_least", 0)), "–",
                  Rate(NumberOr(line, "tokens_s_most", 0)))},
          {StrCat(base::IntOr(line, "repeats", 0))},
          {Rate(NumberOr(line, "gb_s", 0))},
          {Rate(NumberOr(line, "gop_s", 0))},
          {StrCat(Fixed(100 * NumberOr(line, "roofline", 0), 0), " %")},
          {LimitText(session, line), Tone::kQuiet}};
}

void ShowHead(const Session& session, const Json& report, Page& page) {
  const Json& machine = Member(report, "machine");
  const Json& memory = Member(report, "memory");
  page.Heading(StringOr(report, "model", ""));
  page.Fields({{session.Say("family", "계열"), StringOr(report, "family", "")},
               {session.Say("kernels", "커널"), StringOr(report, "kernels", "")},
               {session.Say("device", "장치"), StringOr(report, "device", "")},
               {session.Say("threads", "스레드"), StrCat(base::IntOr(report, "threads", 0))},
               {session.Say("machine", "장비"),
                StrCat(session.Say("reads ", "읽기 "), Rate(NumberOr(machine, "read_gb_s", 0)),
                       " GB/s · int8 ", Rate(NumberOr(machine, "int8_gop_s", 0)), " GOP/s · f32 ",
                       Rate(NumberOr(machine, "f32_gop_s", 0)), " GOP/s")},
               {session.Say("memory", "메모리"),
                StrCat(session.Say("up to ", "최대 "),
                       Fixed(NumberOr(memory, "needed_bytes", 0) / kMebibyte, 0), " MiB / ",
                       Fixed(NumberOr(memory, "limit_bytes", 0) / kMebibyte, 0), " MiB")}},
              0);
}

// What a depth costs, and what windows save of it.
std::string AttentionText(const Session& session, const Json& line) {
  const auto number = [](const Json& from, const char* key) { return NumberOr(from, key, 0); };
  const auto percent = [](double share) { return StrCat(Fixed(100 * share, 0), " %"); };
  const std::string depth = StrCat(base::IntOr(line, "depth", 0));
  if (!line.contains("roofline"))
    return session.Say(StrCat("attention at ", depth, ": lost in the noise"),
                       StrCat("어텐션, 깊이 ", depth, ": 잡음에 묻혀 잴 수 없습니다"));
  const std::string milliseconds = Fixed(1e3 * number(line, "seconds"), 2);
  const std::string rates =
      StrCat(Rate(number(line, "gb_s")), " GB/s, ", Rate(number(line, "gop_s")), " GOP/s");
  const std::string share = percent(number(line, "roofline")), limit = LimitText(session, line);
  std::string text = session.Say(StrCat("attention at ", depth, ": ", milliseconds, " ms a token, ",
                                        rates, ", ", share, " of the roofline (", limit, ")"),
                                 StrCat("어텐션, 깊이 ", depth, ": 토큰당 ", milliseconds, " ms, ",
                                        rates, ", 한계 대비 ", share, " (", limit, ")"));
  if (!line.contains("full_twin") || !Member(line, "full_twin").contains("saved_seconds"))
    return text;
  const Json& twin = Member(line, "full_twin");
  const std::string time = percent(number(twin, "saved_seconds"));
  const std::string bytes = percent(number(twin, "saved_bytes"));
  text +=
      session.Say(StrCat("; windows save ", time, " of its time, ", bytes, " of keys and values"),
                  StrCat(". 윈도가 시간의 ", time, ", 키와 값의 ", bytes, "를 아낍니다"));
  return text;
}

void Show(const Session& session, const Json& report) {
  Page page = session.NewPage();
  ShowHead(session, report, page);
  page.Line("");
  std::vector<std::vector<Cell>> rows;
  for (const Json& line : Items(report, "lines")) rows.push_back(Row(session, line));
  page.Table(
      {session.Say("type", "형식"), session.Say("test", "측정"), session.Say("tokens/s", "토큰/초"),
       session.Say("range", "범위"), session.Say("repeats", "반복"), "GB/s", "GOP/s",
       session.Say("of the roofline", "한계 대비"), session.Say("bound by", "한계 요인")},
      rows);
  page.Line(session.Say("each line is the median of its repetitions",
                        "각 줄은 반복 측정의 중앙값입니다"));
  for (const Json& line : Items(report, "attention")) page.Line(AttentionText(session, line));
  for (const Json& left : Items(report, "left_out"))
    page.Line(session.Say(StrCat("left out, beyond the model's context: ", left.get<std::string>()),
                          StrCat("문맥 길이를 넘어 제외: ", left.get<std::string>())));
  session.Print(page.Take());
}

absl::StatusOr<ExitCode> Bench(const Session& session, const Options& given) {
  ASSIGN_OR_RETURN(const BenchOptions options, Complete(given));
  const bool watched = session.terminal.interactive && !session.json;
  ASSIGN_OR_RETURN(const Json report, BenchModel(options, [&](const std::string& what) {
                     if (watched) session.Note(what, what);
                   }));
  session.json ? session.PrintJson(report) : Show(session, report);
  return ExitCode::kOk;
}

void AddWhat(CLI::App& command, Menu& menu, Options& options) {
  const std::string shapes = base::StrJoin(model_core::BenchShapes(), ", ");
  command.add_option("directory", options.directory,
                     menu.Say("folder with config.json and weights, or a GGUF file",
                              "config.json과 가중치가 있는 폴더 또는 GGUF 파일"));
  command.add_option("--shape", options.shape,
                     menu.Say(StrCat("without a folder: made-up weights of one of ", shapes),
                              StrCat("폴더 대신 임의 가중치로 잴 모델 형태: ", shapes)));
  command.add_option("--types", options.types,
                     menu.Say("weights: bf16 (as stored), q8, q4 (default: all)",
                              "가중치 형식: bf16(저장된 그대로), q8, q4 (기본: 모두)"));
  command.add_option("--kv", options.kv,
                     menu.Say("keys and values: f32, f16, q8 (default f16)",
                              "키와 값의 형식: f32, f16, q8 (기본 f16)"));
  command.add_option("--prefill", options.prefill,
                     menu.Say("prompts of so many tokens, or none (default 512,2048)",
                              "입력 토큰 수, 없으면 none (기본 512,2048)"));
  command.add_option("--depth", options.depths,
                     menu.Say("tokens before those decoded, or none (default 0,4096,32768)",
                              "생성 앞에 놓인 토큰 수, 없으면 none (기본 0,4096,32768)"));
}

void AddHow(CLI::App& command, Menu& menu, Options& options) {
  command
      .add_option("--threads", options.threads,
                  menu.Say("threads (default: as the engine)", "스레드 수 (기본: 엔진과 같음)"))
      ->check(CLI::Range(1, 1024));
  AddKernels(command, menu, options.kernels);
  command.add_option(
      "--device", options.device,
      menu.Say("run on the device of this module (default: this CPU, which shares are of anyhow)",
               "이 모듈의 장치에서 실행 (기본: 이 CPU, 비율은 언제나 이 CPU의 한계 대비)"));
  command
      .add_option("--repeat", options.repeats,
                  menu.Say("repetitions, whose median counts (default 3)",
                           "반복 횟수, 중앙값을 씁니다 (기본 3)"))
      ->check(CLI::Range(size_t{1}, model_core::kBenchRepeatsMax));
  command
      .add_option("--seconds", options.seconds,
                  menu.Say("of a measurement: no repetition begins after them (default 15)",
                           "측정 하나의 시간 한도(초). 넘으면 더 반복하지 않습니다 (기본 15)"))
      ->check(CLI::Range(0.1, model_core::kBenchSecondsMax));
  command
      .add_option("--memory", options.memory_gib,
                  menu.Say("most memory in GiB (default 8, or three quarters of the machine's)",
                           "메모리 한도 GiB (기본 8, 장비 메모리의 3/4 이내)"))
      ->check(CLI::Range(0.01, 1048576.0));
  command.add_flag("--quick", options.quick,
                   menu.Say("a first look: q8, 128 tokens, depths 0 and 4096, once",
                            "간단히: q8, 128토큰, 깊이 0과 4096, 한 번씩"));
}

}  // namespace

void AddKernels(CLI::App& command, Menu& menu, std::string& kernels) {
  command.add_option("--kernels", kernels,
                     menu.Say("scalar, avx2, avx512, avx512vnni (default: the fastest)",
                              "scalar, avx2, avx512, avx512vnni (기본: 가장 빠른 것)"));
}

void AddModelBench(CLI::App& group, Menu& menu) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      menu.Command(group, "bench", "speed, and its share of what the machine can do; takes minutes",
                   "속도와 장비 한계 대비 비율 측정 (몇 분 걸립니다)", options, Bench);
  AddWhat(command, menu, *options);
  AddHow(command, menu, *options);
}

}  // namespace deploy::cli
