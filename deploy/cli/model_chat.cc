#include "deploy/cli/model_chat.h"

#include <optional>

#include "deploy/cli/chat_talk.h"
#include "deploy/cli/model_bench.h"
#include "deploy/cli/model_sampling.h"
#include "deploy/server/memory_refusal.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using model_core::ChatGrammar;
using model_core::ChatPart;
using model_core::ChatRequest;
using model_core::GrammarFactory;

constexpr double kGibibyte = 1 << 30;

struct Options {
  std::string directory, system, thinking = "on", tools, schema, grammar;
  std::string weights, kv, device, kernels;
  std::optional<std::string> text, regex;
  std::vector<std::string> images, stops;
  SamplingOptions sampling;
  int tokens_max = 2048;
  double memory_gib = 0;  // 0: not given
};

absl::StatusOr<model_core::Thinking> ParseThinking(const std::string& text) {
  if (text == "on") return model_core::Thinking{.on = true, .tokens_max = {}};
  if (text == "off") return model_core::Thinking{.on = false, .tokens_max = {}};
  int64_t tokens = 0;
  if (base::ParseInt(text, tokens) && tokens >= 0)
    return model_core::Thinking{.on = true, .tokens_max = static_cast<size_t>(tokens)};
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("--thinking: '", text, "' is neither on, off nor a number of tokens"),
                     StrCat("--thinking: '", text, "'", base::Particle(text, "은"),
                            " on, off, 토큰 수 가운데 하나가 아닙니다"));
}

absl::StatusOr<Json> ReadJson(const Session& session, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(session, path));
  return base::ParseJson(text, path);
}

// What the answer is held to, of which the parser lets one be given.
absl::StatusOr<std::optional<ChatGrammar>> ReadGrammar(const Session& session,
                                                       const Options& options) {
  std::optional<ChatGrammar> answer;
  if (!options.schema.empty()) {
    ASSIGN_OR_RETURN(const Json schema, ReadJson(session, options.schema));
    answer = {GrammarFactory::Kind::kJsonSchema, base::DumpJson(schema)};
  } else if (!options.grammar.empty()) {
    ASSIGN_OR_RETURN(std::string grammar, ReadFile(session, options.grammar));
    answer = {GrammarFactory::Kind::kLark, std::move(grammar)};
  } else if (options.regex.has_value()) {
    answer = {GrammarFactory::Kind::kRegex, *options.regex};
  }
  return answer;
}

absl::Status CheckStops(const std::vector<std::string>& stops) {
  using model_core::kStopStringBytesMax, model_core::kStopStringsMax;
  if (stops.size() > kStopStringsMax) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("--stop: ", stops.size(), " times, limit ", kStopStringsMax),
                       StrCat("--stop: ", stops.size(), "번 (한도 ", kStopStringsMax, ")"));
  }
  for (const std::string& stop : stops) {
    if (!stop.empty() && stop.size() <= kStopStringBytesMax) continue;
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("--stop: a text of ", stop.size(), " bytes, permitted are 1 to ",
                              kStopStringBytesMax),
                       StrCat("--stop: 글의 길이가 ", stop.size(), "바이트입니다 (1 ~ ",
                              kStopStringBytesMax, ")"));
  }
  return absl::OkStatus();
}

// What is the same for every turn, but for what the model's makers advise.
absl::StatusOr<ChatRequest> Begin(const Session& session, const Options& options) {
  ChatRequest request;
  ASSIGN_OR_RETURN(request.thinking, ParseThinking(options.thinking));
  RETURN_IF_ERROR(CheckStops(options.stops));
  if (!options.tools.empty()) {
    ASSIGN_OR_RETURN(request.tools, ReadJson(session, options.tools));
  }
  ASSIGN_OR_RETURN(request.answer, ReadGrammar(session, options));
  request.stop_strings = options.stops;
  if (!options.system.empty())
    request.messages.push_back(model_core::TextMessage("system", options.system));
  request.tokens_max = options.tokens_max;
  return request;
}

absl::StatusOr<std::vector<ChatPart>> ReadImages(const Session& session, const Options& options) {
  std::vector<ChatPart> images;
  for (const std::string& path : options.images) {
    ASSIGN_OR_RETURN(std::string file, ReadFile(session, path));
    images.push_back({ChatPart::Kind::kImage, std::move(file), path.substr(path.rfind('/') + 1)});
  }
  return images;
}

absl::StatusOr<std::unique_ptr<model_core::ChatModel>> Load(const Options& options) {
  model_core::EngineOptions engine;
  engine.weights = options.weights;
  engine.kv = options.kv;
  engine.device = options.device;
  engine.kernels = options.kernels;
  engine.memory_bytes_max = static_cast<size_t>(options.memory_gib * kGibibyte);
  auto model = model_core::MakeChatModel(options.directory, std::move(engine));
  if (!model.ok()) return NamingMemory(model.status(), "--memory");
  return model;
}

// Some makers advise no draw, and somebody who narrows one expects it.
void NoteUnused(const Session& session, const SamplingOptions& given,
                const model_core::Sampling& sampling) {
  const std::string options = DrawOptions(given);
  if (sampling.temperature > 0 || options.empty()) return;
  session.Note(StrCat(options, ": nothing is drawn at a temperature of 0 (--temperature)"),
               StrCat(options, ": 온도가 0이면 고를 것이 없어 쓰이지 않습니다 (--temperature)"));
}

// Nothing is loaded before all that the arguments name is there.
absl::StatusOr<ExitCode> Chat(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ChatRequest request, Begin(session, options));
  std::string text = options.text.value_or("");
  if (options.text.has_value() && base::Trim(text).empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument, "the message is empty",
                       "메시지가 비어 있습니다");
  }
  if (text == "-") {
    ASSIGN_OR_RETURN(text, ReadFile(session, "-"));
  }
  ASSIGN_OR_RETURN(std::vector<ChatPart> images, ReadImages(session, options));
  ASSIGN_OR_RETURN(const auto model, Load(options));
  request.sampling = Chosen(options.sampling, model->sampling());
  NoteUnused(session, options.sampling, request.sampling);
  ChatTalk talk(session, *model, std::move(request), std::move(images));
  RETURN_IF_ERROR(options.text.has_value() ? talk.Turn(text) : talk.Lines());
  return ExitCode::kOk;
}

void AddWhat(CLI::App& command, Menu& menu, Options& options) {
  command
      .add_option("directory", options.directory,
                  menu.Say("folder with config.json, weights, tokenizer.json and chat template",
                           "config.json, 가중치, tokenizer.json, 대화 템플릿이 있는 폴더"))
      ->required();
  command.add_option("text", options.text,
                     menu.Say("the message, or '-' to read it; none: one a line of the input",
                              "보낼 메시지. '-'이면 표준 입력 전체, 없으면 표준 입력의 한 줄씩"));
  command.add_option("--system", options.system, menu.Say("system message", "시스템 메시지"));
  command
      .add_option("--image", options.images,
                  menu.Say("PNG or JPEG file before the first message; repeatable",
                           "첫 메시지 앞에 놓을 PNG·JPEG 파일 (여러 번 가능)"))
      ->allow_extra_args(false);
  command.add_option("--tools", options.tools,
                     menu.Say("file with a JSON list of tools, whose calls are shown and not made",
                              "도구 목록 JSON 파일. 호출은 보여 주기만 합니다"));
}

// One of them: a request holds its answer to one grammar.
void AddGrammar(CLI::App& command, Menu& menu, Options& options) {
  CLI::Option* schema = command.add_option(
      "--schema", options.schema,
      menu.Say("file with a JSON Schema that the answer obeys", "답변이 따를 JSON Schema 파일"));
  CLI::Option* regex =
      command.add_option("--regex", options.regex,
                         menu.Say("regular expression that the whole answer matches",
                                  "답변 전체가 맞아야 할 정규 표현식"));
  CLI::Option* grammar = command.add_option(
      "--grammar", options.grammar,
      menu.Say("file with a grammar (Lark, as llguidance reads it) that the answer obeys",
               "답변이 따를 문법 파일 (llguidance가 읽는 Lark)"));
  schema->excludes(regex)->excludes(grammar);
  regex->excludes(grammar);
}

void AddHow(CLI::App& command, Menu& menu, Options& options) {
  command.add_option("--thinking", options.thinking,
                     menu.Say("on, off, or the most tokens of it (default on)",
                              "생각: on, off 또는 최대 토큰 수 (기본 on)"));
  AddSampling(command, menu, options.sampling);
  command
      .add_option(
          "--stop", options.stops,
          menu.Say("text that ends the reply and is not shown, wherever it comes; repeatable",
                   "나오면 답변을 끝내는 글, 보이지 않습니다 (여러 번 가능)"))
      ->allow_extra_args(false);
  command
      .add_option(
          "--tokens-max", options.tokens_max,
          menu.Say("most tokens of a reply (default 2048)", "답변의 최대 토큰 수 (기본 2048)"))
      ->check(CLI::Range(1, 1 << 24));
  command.add_option("--weights", options.weights,
                     menu.Say("q8 or q4: packed as it is loaded", "q8 또는 q4: 적재하며 압축"));
  command.add_option("--kv", options.kv,
                     menu.Say("f16 or q8: keys and values kept so", "f16 또는 q8: 키와 값의 형식"));
  command
      .add_option(
          "--memory", options.memory_gib,
          menu.Say("memory for the conversation in GiB (default: what the machine can give)",
                   "대화에 쓸 메모리 한도 GiB (기본: 이 장비에서 쓸 수 있는 만큼)"))
      ->check(CLI::Range(0.01, 1048576.0));
  command.add_option("--device", options.device,
                     menu.Say("run on the device of this module (default: this CPU)",
                              "이 모듈의 장치에서 실행 (기본: 이 CPU)"));
  AddKernels(command, menu, options.kernels);
}

}  // namespace

void AddModelChat(CLI::App& group, Menu& menu) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = menu.Command(group, "chat", "talk with a model, here and without a server",
                                   "서버 없이 이 장비에서 모델과 대화", options, Chat);
  AddWhat(command, menu, *options);
  AddGrammar(command, menu, *options);
  AddHow(command, menu, *options);
}

}  // namespace deploy::cli
