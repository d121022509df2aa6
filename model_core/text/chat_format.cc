// The table. Sources: the README and examples of K-EXAONE, the chat templates of HyperCLOVA X SEED
// Think-32B and Omni-8B in OmniServe, the parsers of Upstage's vLLM branch, the README of A.X K1,
// the report and example.py of VAETKI.
//
// Not published are the tool calls of A.X K1 and VAETKI: A.X K1 is given the ChatML custom, VAETKI
// its own markers around the same JSON.
#include "model_core/text/chat_format.h"

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using enum Place;

constexpr TemplateSwitch kEnableThinking[] = {{"enable_thinking", "true", "false"}};

constexpr std::string_view kJsonTypes[] = {"exaone_moe", "exaone4", "axk1", "AXK1"};
constexpr MarkerRule kJsonRules[] = {
    {In(kAnswer), "<think>", kReasoning},
    {In(kReasoning), "</think>", kAnswer},
    {In(kAnswer), "<tool_call>", kObject},
    {In(kObject), "</tool_call>", kAnswer},
};

constexpr std::string_view kVaetkiTypes[] = {"vaetki"};
constexpr MarkerRule kVaetkiRules[] = {
    {In(kAnswer), "<think>", kReasoning},
    {In(kReasoning), "</think>", kAnswer},
    {In(kAnswer), "<tool_start>", kObject},
    {In(kObject), "<tool_end>", kAnswer},
};

constexpr std::string_view kHyperClovaTypes[] = {"hyperclovax", "hyperclovax_vision_v2", "vlm"};
constexpr TemplateSwitch kHyperClovaSwitches[] = {
    {"thinking", "true", "false"},        // Think-32B
    {"skip_reasoning", "false", "true"},  // Omni-8B
};
constexpr MarkerRule kHyperClovaRules[] = {
    {In(kAnswer), "<think>", kReasoning},
    {In(kReasoning), "</think>", kAnswer},
    {In(kAnswer), "<tool_call>", kName},
    {In(kName), "\n", kGap},
    {In(kName, kGap), "<arg_key>", kKey},
    {In(kKey), "</arg_key>", kGap},
    {In(kGap), "<arg_value>", kValue},
    {In(kValue), "</arg_value>", kGap},
    {In(kName, kGap), "<arguments>", kArguments},
    {In(kArguments), "</arguments>", kGap},
    {In(kName, kGap), "</tool_call>", kAnswer},
};

constexpr std::string_view kSolarTypes[] = {"solar_open"};
constexpr TemplateSwitch kSolarSwitches[] = {{"reasoning_effort", R"("high")", R"("minimal")"}};
constexpr uint32_t kSolarText = In(kAnswer, kReasoning, kHeader);
constexpr MarkerRule kSolarRules[] = {
    {In(kAnswer, kHeader), "<|think|>", kReasoning},
    {kSolarText, "<|content|>", kAnswer},
    {kSolarText, "<|tool_calls|>", kAnswer},
    {kSolarText, "<|begin|>", kHeader},
    {kSolarText, "<|end|>", kAnswer},
    {kSolarText, "<|flush|>", kAnswer},
    {kSolarText, "<|calls|>", kAnswer},
    {In(kAnswer, kHeader), "<|tool_call:begin|>", kCallId},
    {In(kCallId), "<|tool_call:name|>", kName},
    {In(kName), "<|tool_call:args|>", kArguments},
    {In(kCallId, kName, kArguments), "<|tool_call:end|>", kAnswer},
};

constexpr ChatFormat kFormats[] = {
    {.model_types = kJsonTypes,
     .rules = kJsonRules,
     .call = {.begin = "<tool_call>{\"name\": \"",
              .id_end = "",
              .name_end = "\", \"arguments\": ",
              .end = "}</tool_call>",
              .json = true},
     .call_end = "</tool_call>",
     .think_begin = "<think>",
     .think_end = "</think>",
     .switches = kEnableThinking,
     .after_begin = "\n",
     .cut_short = "\n",
     .after_end = "\n\n",
     .answer_begin = "",
     .opens_in_output = false,
     .space_after_break = false},
    {.model_types = kHyperClovaTypes,
     .rules = kHyperClovaRules,
     .call = {.begin = "<tool_call>",
              .id_end = "",
              .name_end = "\n",
              .end = "</tool_call>",
              .tagged = true},
     .call_end = "</tool_call>",
     .think_begin = "<think>",
     .think_end = "</think>",
     .switches = kHyperClovaSwitches,
     .after_begin = "\n",
     .cut_short = " Now formulate the answer.",  // as OmniServe's README sets it
     .after_end = "\n\n",
     .answer_begin = "",
     .opens_in_output = false,
     .space_after_break = false},
    {.model_types = kVaetkiTypes,
     .rules = kVaetkiRules,
     .call = {.begin = "<tool_start>{\"name\": \"",
              .id_end = "",
              .name_end = "\", \"arguments\": ",
              .end = "}<tool_end>",
              .json = true},
     .call_end = "<tool_end>",
     .think_begin = "<think>",
     .think_end = "</think>",
     .switches = kEnableThinking,
     .after_begin = "\n",
     .cut_short = "\n\nConsidering the limited time by the user, I have to give the solution based "
                  "on the thinking directly now.\n",  // as example.py does
     .after_end = "\n",
     .answer_begin = "",
     .opens_in_output = true,
     .space_after_break = true},
    {.model_types = kSolarTypes,
     .rules = kSolarRules,
     .call = {.begin = "<|tool_calls|><|tool_call:begin|>",
              .id_end = "<|tool_call:name|>",
              .name_end = "<|tool_call:args|>",
              .end = "<|tool_call:end|>"},
     .call_end = "<|tool_call:end|>",
     .think_begin = "<|think|>",
     .think_end = "<|end|>",
     .switches = kSolarSwitches,
     .after_begin = "",
     .cut_short = "",
     .after_end = "<|begin|>assistant",
     .answer_begin = "<|content|>",
     .opens_in_output = false,
     .space_after_break = false},
};

}  // namespace

absl::StatusOr<const ChatFormat*> FindChatFormat(std::string_view model_type) {
  std::vector<std::string_view> known;
  for (const ChatFormat& format : kFormats) {
    for (std::string_view type : format.model_types) {
      if (type == model_type) return &format;
      known.push_back(type);
    }
  }
  const std::string list = base::StrJoin(known, ", ");
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      base::StrCat("model type '", model_type, "' has no chat format; known: ", list),
      base::StrCat("모델 종류 '", model_type, "'의 대화 형식을 모릅니다. 아는 종류: ", list));
}

}  // namespace model_core
