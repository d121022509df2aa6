// Prompts of every family: tools, results, thinking on and off; and what people say stays text. The
// templates are ours, after the published descriptions of the formats.
#include "model_core/chat_prompt.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model_core/chat_template.h"
#include "model_core/thinking.h"
#include "tests/unit/model_core/chat_templates.h"

namespace model_core {
namespace {

using base::Json;

struct Family {
  const char* folder;
  const char* model_type;
  const char* on;  // how the prompt for kQuestion ends
  const char* off;
};

const Family kFamilies[] = {
    {"k_exaone", "exaone_moe", "<|user|>\n몇 시?<|endofturn|>\n<|assistant|>\n<think>\n",
     "<|user|>\n몇 시?<|endofturn|>\n<|assistant|>\n<think>\n\n</think>\n\n"},
    {"ax_k1", "AXK1", "<|im_start|>user\n몇 시?<|im_end|>\n<|im_start|>assistant\n",
     "<|im_start|>user\n몇 시?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"},
    {"hyperclova_x", "hyperclovax",
     "<|im_start|>user\n몇 시?<|im_end|>\n<|im_start|>assistant\n<think>\n",
     "<|im_start|>user\n몇 시?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"},
    {"vaetki", "vaetki",
     "<|START|><|role_start|>user<|role_end|>몇 시?<|END|><|role_start|>assistant<|role_end|>",
     "<|START|><|role_start|>user<|role_end|>몇 시?<|END|><|role_start|>assistant<|role_end|>"
     "<think>\n\n</think>\n"},
    {"solar_open", "solar_open",
     "<|begin|>system<|content|>Today is 2026-11-26.<|end|><|begin|>user<|content|>몇 시?<|end|>"
     "<|begin|>assistant",
     "<|begin|>system<|content|>Today is 2026-11-26.<|end|><|begin|>user<|content|>몇 시?<|end|>"
     "<|begin|>assistant<|think|><|end|><|begin|>assistant"},
};

Json Context(const Json& messages) {
  return {{"messages", messages},
          {"add_generation_prompt", true},
          {"bos_token", "<|START|>"},
          {"eos_token", "<|END|>"},
          {"now", "2026-11-26"}};
}

Json Says(std::string_view text) { return Json::array({{{"role", "user"}, {"content", text}}}); }

class PromptOf : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    auto loaded = Tokenizer::Load(GoldenDirectory(GetParam().folder) + "/tokenizer.json");
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    tokenizer_ = *std::move(loaded);
  }
  ChatPrompt Make(const Json& context, bool thinking) {
    auto prompt = MakeChatPrompt(*tokenizer_, **FindChatFormat(GetParam().model_type),
                                 ChatTemplate(GetParam().folder), context, thinking);
    EXPECT_TRUE(prompt.ok()) << prompt.status();
    return prompt.ok() ? *std::move(prompt) : ChatPrompt();
  }
  std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_P(PromptOf, ThinksOrNot) {
  const ChatPrompt on = Make(Context(Says("몇 시?")), true);
  EXPECT_EQ(on.text, GetParam().on);
  EXPECT_EQ(on.reasoning_open, on.text.ends_with("<think>\n"));
  EXPECT_EQ(on.tokens, *tokenizer_->EncodeControl(on.text));
  const ChatPrompt off = Make(Context(Says("몇 시?")), false);
  EXPECT_EQ(off.text, GetParam().off);
  EXPECT_FALSE(off.reasoning_open);
}

// Every control token, spelled by a user: the prompt has as many of each as without.
TEST_P(PromptOf, TakesWhatPeopleSayForText) {
  const ChatPrompt plain = Make(Context(Says("가 나")), true);
  const Json spec = [&] {
    std::stringstream text;
    text << std::ifstream(GoldenDirectory(GetParam().folder) + "/tokenizer.json").rdbuf();
    return *base::ParseJson(text.str(), "tokenizer.json");
  }();
  for (const Json& token : spec.at("added_tokens")) {
    const std::string spelled = token.at("content");
    for (const std::string& said :
         {spelled, "<" + spelled + spelled, "[" + spelled + "\xEF\xB7\x90>"}) {
      const ChatPrompt prompt = Make(Context(Says("가 " + said + " 나")), true);
      const int32_t id = token.at("id");
      EXPECT_EQ(std::count(prompt.tokens.begin(), prompt.tokens.end(), id),
                std::count(plain.tokens.begin(), plain.tokens.end(), id))
          << said;
      EXPECT_EQ(*tokenizer_->Bytes(prompt.tokens), prompt.text);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, PromptOf, testing::ValuesIn(kFamilies),
                         [](const auto& info) { return std::string(info.param.folder); });

Json Calls(const Json& arguments) {
  return Json::array({{{"function", {{"name", "law.search"}, {"arguments", arguments}}}}});
}

std::string Rendered(std::string_view chat_template, Json context) {
  const auto text = RenderChat(chat_template, context);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

TEST(ChatPrompt, WritesToolsCallsAndResultsAsExaoneReadsThem) {
  Json context = Context({{{"role", "user"}, {"content", "찾아 줘"}},
                          {{"role", "assistant"},
                           {"content", "<think>\n음\n</think>\n\n네."},
                           {"tool_calls", Calls({{"query", "전세"}, {"n", 2}})}},
                          {{"role", "tool"}, {"content", "없음"}}});
  context["tools"] = {{{"name", "law.search"}, {"설명", "법령 <검색>"}}};
  EXPECT_EQ(Rendered(ChatTemplate("k_exaone"), context),
            "<|tool_declare|>\n# Tools\n<tool>{\"name\": \"law.search\", \"설명\": \"법령 <검색>\"}"
            "</tool>\n<|endofturn|>\n<|user|>\n찾아 줘<|endofturn|>\n<|assistant|>\n네."
            "<tool_call>{\"name\": \"law.search\", \"arguments\": {\"query\": \"전세\", \"n\": 2}}"
            "</tool_call><|endofturn|>\n<|tool|>\n<tool_result>없음</tool_result><|endofturn|>\n"
            "<|assistant|>\n<think>\n");
}

TEST(ChatPrompt, WritesArgumentsAndPicturesAsHyperClovaReadsThem) {
  const Json parts = {{{"type", "image_url"}}, {{"type", "text"}, {"text", "무엇?"}}};
  const Json messages = {{{"role", "user"}, {"content", parts}},
                         {{"role", "assistant"},
                          {"content", ""},
                          {"tool_calls", Calls({{"query", "전세"}, {"n", {1, nullptr}}})}},
                         {{"role", "tool"}, {"name", "law.search"}, {"content", "가"}},
                         {{"role", "tool"}, {"name", "now"}, {"content", "나"}}};
  EXPECT_EQ(Rendered(ChatTemplate("hyperclova_x"), Context(messages)),
            "<|im_start|>user\n<|mime_start|>{\"id\": \"image_00\"}<|mime_end|>\n"
            "<|image_start|><|IMAGE_PAD|><|image_end|>무엇?<|im_end|>\n"
            "<|im_start|>assistant\n<tool_call>law.search\n<arg_key>query</arg_key>\n"
            "<arg_value>전세</arg_value>\n<arg_key>n</arg_key>\n<arg_value>[1, null]</arg_value>\n"
            "</tool_call><|im_end|>\n<|im_start|>tool\n<tool_response>law.search\n가\n"
            "</tool_response>\n<tool_response>now\n나\n</tool_response><|im_end|>\n"
            "<|im_start|>assistant\n<think>\n\n</think>\n\n");
}

TEST(ChatPrompt, LeavesAPromptAloneThatTheTemplateHasClosed) {
  Json context = Context(Says("가"));
  context["tools"] = Json::array({{{"name", "f"}}});
  const std::string text = Rendered(ChatTemplate("vaetki"), context);
  EXPECT_THAT(text, testing::EndsWith("<|role_end|><think>\n\n</think>\n"));
  EXPECT_EQ(SettleThinking(**FindChatFormat("vaetki"), false, text), text);
}

TEST(ChatPrompt, PassesOnWhatTheTemplateRaises) {
  const auto tokenizer = Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
  const auto prompt = MakeChatPrompt(**tokenizer, **FindChatFormat("exaone_moe"),
                                     "{{ raise_exception('no') }}", Context(Says("가")), true);
  EXPECT_EQ(prompt.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace model_core
