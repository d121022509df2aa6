// A conversation with a model of every family, from messages to the message that comes back.
#include "model_core/chat.h"

#include <gmock/gmock.h>

#include "model_core/chat/reply_builder.h"
#include "model_core/chat_template.h"
#include "tests/unit/model_core/chat_folder.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;
using Kind = OutputEvent::Kind;

// What the events of a reply say, joined.
struct Heard {
  std::string reasoning, text;
  std::vector<ChatToolCall> calls;  // with the arguments as they streamed
  size_t complete = 0, failed = 0;

  void operator()(const OutputEvent& event) {
    if (event.kind == Kind::kReasoning) reasoning += event.text;
    if (event.kind == Kind::kAnswer) text += event.text;
    if (event.kind == Kind::kCallStarted) calls.push_back({event.id, event.name, ""});
    if (event.kind == Kind::kCallArguments) calls.back().arguments += event.text;
    if (event.kind == Kind::kCallComplete) ++complete;
    if (event.kind == Kind::kCallFailed) ++failed;
  }
};

class ChatOf : public testing::TestWithParam<const char*> {
 protected:
  ChatReply Reply(ChatRequest request) {
    heard_ = {};
    request.on_event = [this](const OutputEvent& event) { heard_(event); };
    auto reply = model_->Reply(request);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *std::move(reply) : ChatReply();
  }
  const ChatFormat& Format() const {
    const Json config = *base::ParseJson(folder_.Read("config.json"), "config.json");
    return **FindChatFormat(config.at("model_type").get<std::string>());
  }
  bool has_ids() const { return std::string_view(GetParam()) == "solar_open"; }

  const ChatFolder folder_{GetParam()};
  const std::unique_ptr<ChatModel> model_ = folder_.Load();
  const std::unique_ptr<Tokenizer> tokenizer_ =
      *Tokenizer::Load(folder_.path() + "/tokenizer.json");
  Heard heard_;
};

TEST_P(ChatOf, PutsThePromptOfTheTemplateBeforeTheModel) {
  const Json names = *base::ParseJson(folder_.Read("tokenizer_config.json"), "names");
  Json context = {{"messages",
                   {{{"role", "system"}, {"content", "짧게 답한다."}},
                    {{"role", "user"}, {"content", "<think> 몇 시?"}}}},
                  {"add_generation_prompt", true},
                  {"bos_token", names.at("bos_token")},
                  {"eos_token", names.at("eos_token")},
                  {"now", "2026-11-26"}};
  for (bool on : {true, false}) {
    ChatRequest request = Asks("<think> 몇 시?");
    request.thinking.on = on;
    const auto wanted =
        MakeChatPrompt(*tokenizer_, Format(), ChatTemplate(GetParam()), context, on);
    const auto prompt = model_->Prompt(request);
    ASSERT_TRUE(prompt.ok()) << prompt.status();
    EXPECT_EQ(prompt->text, wanted->text);
    EXPECT_EQ(prompt->tokens, wanted->tokens);
    EXPECT_THAT(prompt->text, HasSubstr("<think> 몇 시?"));
    EXPECT_EQ(Reply(request).usage.prompt_tokens, wanted->tokens.size());
  }
}

// The engine alone, given the same prompt; its text parsed in one piece.
TEST_P(ChatOf, SaysWhatTheEngineSays) {
  const auto engine = *MakeEngine(folder_.path());
  for (const Thinking& thinking : {Thinking{true, {}}, Thinking{true, 7}, Thinking{false, {}}}) {
    ChatRequest request = Asks("전세와 월세");
    request.thinking = thinking;
    const ChatPrompt prompt = *model_->Prompt(request);
    const auto constraint =
        *MakeThinkingConstraint(*tokenizer_, Format(), thinking, prompt.reasoning_open, nullptr);
    const GenerateResult said = *engine->Generate(Alone(folder_, prompt, constraint.get()));
    const std::function<void(const OutputEvent&)> nobody;
    ReplyBuilder builder(MakeOutputParser(Format(), prompt.reasoning_open), 0, nobody);
    builder.Add(said.text);
    const ChatReply wanted = builder.Finish(), reply = Reply(request);
    EXPECT_EQ(reply.message.reasoning, wanted.message.reasoning);
    EXPECT_EQ(TextOf(reply.message), TextOf(wanted.message));
    EXPECT_EQ(reply.usage.completion_tokens, said.tokens.size());
    EXPECT_EQ(heard_.reasoning, reply.message.reasoning);
    EXPECT_EQ(heard_.text, TextOf(reply.message));
    EXPECT_FALSE(heard_.reasoning.empty() && heard_.text.empty());
  }
}

TEST_P(ChatOf, ThinksWithinABudget) {
  ChatRequest request = Asks("왜?");
  folder_.Endless(request.sampling);
  request.thinking = {.on = true, .tokens_max = 5};
  request.tokens_max = 200;
  const ChatReply reply = Reply(request);
  EXPECT_FALSE(reply.message.reasoning.empty());
  EXPECT_FALSE(TextOf(reply.message).empty());
  const size_t reasoning = reply.usage.reasoning_tokens;
  EXPECT_GE(reasoning, 5U);
  EXPECT_LT(reasoning, reply.usage.completion_tokens);
  request.thinking.on = false;
  EXPECT_EQ(Reply(request).usage.reasoning_tokens, 0U);
  EXPECT_EQ(heard_.reasoning, "");
}

TEST_P(ChatOf, ACallThatIsRequiredComesOutAsACall) {
  const Json tools = Tools();
  for (const Thinking& thinking : {Thinking{false, {}}, Thinking{true, 3}}) {
    ChatRequest request = Asks("찾아 줘");
    request.thinking = thinking;
    request.tools = tools;
    request.tool_choice = {ChatToolChoice::Kind::kRequired, "law.search"};
    request.tokens_max = 400;
    const ChatReply reply = Reply(request);
    ASSERT_EQ(reply.message.tool_calls.size(), 1U)
        << TextOf(reply.message) << (reply.failed_calls.empty() ? "" : reply.failed_calls[0].text);
    EXPECT_EQ(reply.finish, ChatReply::Finish::kToolCalls);
    const ChatToolCall& call = reply.message.tool_calls[0];
    EXPECT_EQ(call.name, "law.search");
    EXPECT_THAT(call.id, testing::MatchesRegex(has_ids() ? "[a-z0-9]{10}" : "call_0"));
    const auto arguments = base::ParseJson(call.arguments, "arguments");
    ASSERT_TRUE(arguments.ok()) << call.arguments;
    EXPECT_EQ(*CheckJsonSchema(tools[0]["function"]["parameters"], *arguments), "");
    ASSERT_EQ(heard_.calls.size(), 1U);
    EXPECT_EQ(heard_.calls[0].arguments, call.arguments);
    EXPECT_EQ(heard_.calls[0].id, call.id);
    EXPECT_EQ(heard_.complete, 1U);
    EXPECT_EQ(TextOf(reply.message), "");
  }
}

TEST_P(ChatOf, ACallOfAnyToolIsOneOfThem) {
  ChatRequest request = Asks("찾아 줘");
  request.thinking.on = false;
  request.tools = Tools();
  request.tool_choice.kind = ChatToolChoice::Kind::kRequired;
  request.tokens_max = 400;
  const ChatReply reply = Reply(request);
  ASSERT_EQ(reply.message.tool_calls.size(), 1U) << TextOf(reply.message);
  EXPECT_THAT(reply.message.tool_calls[0].name, testing::AnyOf("law.search", "now"));
}

// The model's own bytes, in every cut.
TEST_P(ChatOf, AReplyIsTheSameInEveryCut) {
  ChatRequest request = Asks("찾아 줘");
  request.thinking = {.on = true, .tokens_max = 4};
  const ChatPrompt prompt = *model_->Prompt(request);
  const auto constraint = *MakeThinkingConstraint(*tokenizer_, Format(), request.thinking,
                                                  prompt.reasoning_open, nullptr);
  const std::string text =
      model_->engine().Generate(Alone(folder_, prompt, constraint.get()))->text;
  const std::function<void(const OutputEvent&)> nobody;
  const auto read = [&](size_t cut) {
    ReplyBuilder builder(MakeOutputParser(Format(), prompt.reasoning_open), 0, nobody);
    builder.Add(std::string_view(text).substr(0, cut));
    builder.Add(std::string_view(text).substr(cut));
    return builder.Finish().message;
  };
  const ChatMessage whole = read(text.size());
  for (size_t cut = 0; cut < text.size(); ++cut) {
    EXPECT_EQ(read(cut).reasoning, whole.reasoning) << cut;
    EXPECT_EQ(TextOf(read(cut)), TextOf(whole)) << cut;
  }
}

// Though the model would rather end at once.
TEST_P(ChatOf, AnAnswerObeysItsSchema) {
  const Json properties = {{"ok", {{"type", "boolean"}}},
                           {"word", {{"type", "string"}, {"maxLength", 6}}}};
  const Json schema = {{"type", "object"},
                       {"properties", properties},
                       {"required", {"ok", "word"}},
                       {"additionalProperties", false}};
  ChatRequest request = Asks("맞나?");
  request.thinking = {.on = true, .tokens_max = 3};
  request.answer = {GrammarFactory::Kind::kJsonSchema, base::DumpJson(schema)};
  request.tokens_max = 400;
  for (int32_t stop : folder_.Stops()) request.sampling.logit_bias.emplace_back(stop, 100.0F);
  const ChatReply reply = Reply(request);
  const auto answer = base::ParseJson(TextOf(reply.message), "answer");
  ASSERT_TRUE(answer.ok()) << TextOf(reply.message);
  EXPECT_EQ(*CheckJsonSchema(schema, *answer), "");
  EXPECT_EQ(reply.finish, ChatReply::Finish::kStop);
  EXPECT_FALSE(reply.message.reasoning.empty());
}

TEST_P(ChatOf, AConversationGoesOnBehindAReply) {
  ChatRequest request = Asks("여러 곳을 찾아보고 지금 몇 시인지 알려 줘. 서두르지 않아도 된다.");
  request.thinking.on = false;
  request.tools = Tools();
  request.tool_choice = {ChatToolChoice::Kind::kRequired, "law.search"};
  request.tokens_max = 400;
  const ChatMessage first = Reply(request).message;
  ASSERT_EQ(first.tool_calls.size(), 1U);
  ChatMessage result = TextMessage("tool", "열두 시");
  result.tool_call_id = first.tool_calls[0].id;
  request.messages.insert(request.messages.end(), {first, result});
  const ChatPrompt prompt = *model_->Prompt(request);
  EXPECT_THAT(prompt.text, HasSubstr("열두 시"));
  const ChatReply next = Reply(request);
  ASSERT_EQ(next.message.tool_calls.size(), 1U);
  EXPECT_NE(next.message.tool_calls[0].id, result.tool_call_id);
  EXPECT_GT(Reply(request).usage.cached_tokens, 0U);  // its prompt is known now
}

TEST_P(ChatOf, ASeedGivesTheSameReplyAgain) {
  ChatRequest request = Asks("이야기");
  request.sampling = model_->sampling();
  request.sampling.temperature = 1.5F;
  request.sampling.seed = 11;
  const ChatMessage one = Reply(request).message, again = Reply(request).message;
  EXPECT_EQ(one.reasoning + TextOf(one), again.reasoning + TextOf(again));
  request.sampling.seed = 12;
  const ChatMessage other = Reply(request).message;
  EXPECT_NE(one.reasoning + TextOf(one), other.reasoning + TextOf(other));
}

INSTANTIATE_TEST_SUITE_P(Families, ChatOf,
                         testing::Values("k_exaone", "ax_k1", "hyperclova_x", "vaetki",
                                         "solar_open"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
