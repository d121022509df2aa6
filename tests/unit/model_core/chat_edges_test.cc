// What a chat model takes from its folder, what it refuses, images, time and cancelling.
#include <gmock/gmock.h>

#include "model_core/base/clock.h"
#include "model_core/chat/reply_builder.h"
#include "tests/unit/model_core/chat_folder.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

std::string Refusal(const std::string& directory, absl::StatusCode code) {
  const auto model = MakeChatModel(directory);
  EXPECT_EQ(model.status().code(), code);
  EXPECT_NE(base::Message(model.status(), base::Language::kKorean), model.status().message());
  return std::string(model.status().message());
}

TEST(ChatFolder, MustBeThereAndHoldATemplateOfAKnownFamily) {
  EXPECT_THAT(Refusal("/nowhere", absl::StatusCode::kNotFound), HasSubstr("/nowhere"));
  const ModelFolder bare("k_exaone");
  EXPECT_THAT(Refusal(bare.path(), absl::StatusCode::kNotFound), HasSubstr("no chat template"));
  const ChatFolder foreign("k_exaone");
  foreign.EditConfig([](Json& config) { config["model_type"] = "gpt2"; });
  EXPECT_THAT(Refusal(foreign.path(), absl::StatusCode::kInvalidArgument), HasSubstr("'gpt2'"));
}

TEST(ChatFolder, MayHoldItsTemplateInTheTokenizersConfig) {
  const Json named = {{{"name", "other"}, {"template", "no"}},
                      {{"name", "default"}, {"template", "안녕 {{ eos_token }}"}}};
  for (const Json& given : {Json("안녕 {{ eos_token }}"), named}) {
    const ModelFolder folder("k_exaone");
    Json names = *base::ParseJson(folder.Read("tokenizer_config.json"), "names");
    names["chat_template"] = given;
    names["eos_token"] = {{"content", "<|endofturn|>"}};
    folder.Write("tokenizer_config.json", names.dump());
    const auto model = MakeChatModel(folder.path());
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_EQ((*model)->Prompt(Asks("가"))->text, "안녕 <|endofturn|>");
  }
}

TEST(ChatFolder, SaysHowItsMakersAdviseToSample) {
  const auto exaone = ChatFolder("k_exaone").Load(), hyperclova = ChatFolder("hyperclova_x").Load();
  EXPECT_FLOAT_EQ(exaone->sampling().temperature, 1.0F);
  EXPECT_FLOAT_EQ(exaone->sampling().top_p, 0.95F);
  EXPECT_FLOAT_EQ(hyperclova->sampling().temperature, 0);
}

// The token that ends a turn: made the likeliest by a bias.
TEST(Chat, StopsWhereTheFolderSaysThatAnAnswerEnds) {
  const ChatFolder folder("solar_open");
  const auto model = folder.Load();
  for (int32_t stop : {2, 24, 25}) {
    ChatRequest request = Asks("끝?");
    request.thinking.on = false;
    request.sampling.logit_bias = {{stop, 100.0F}};
    const ChatReply reply = *model->Reply(request);
    EXPECT_EQ(reply.usage.completion_tokens, 0U);
    EXPECT_EQ(reply.finish, ChatReply::Finish::kStop);
  }
}

TEST(Chat, EndsBeforeAStopStringAndAtTheMostTokens) {
  const ChatFolder folder("hyperclova_x");
  const auto model = folder.Load();
  ChatRequest request = Asks("길게");
  request.thinking.on = false;
  folder.Endless(request.sampling);
  const ChatReply whole = *model->Reply(request);
  EXPECT_EQ(whole.finish, ChatReply::Finish::kLength);
  EXPECT_EQ(whole.usage.completion_tokens, 40U);
  const std::string text = TextOf(whole.message);
  size_t at = text.size() / 2;  // of two letters
  while (at + 2 < text.size() && ((text[at] | text[at + 1]) & 0x80) != 0) ++at;
  request.stop_strings = {text.substr(at, 2)};
  const ChatReply stopped = *model->Reply(request);
  EXPECT_EQ(stopped.finish, ChatReply::Finish::kStop);
  EXPECT_EQ(TextOf(stopped.message), text.substr(0, text.find(request.stop_strings[0])));
}

class FixedClock : public base::Clock {
 public:
  absl::Time Now() override { return *base::ParseTimeText("2026-11-25T15:30:00Z"); }
};

TEST(Chat, ATemplateThatNamesTheDateGetsSeouls) {
  FixedClock clock;
  EngineOptions options;
  options.clock = &clock;
  const ChatFolder folder("solar_open");
  const auto model = folder.Load(options);
  ChatRequest request = Asks("오늘?");
  request.date.clear();
  EXPECT_THAT(model->Prompt(request)->text, HasSubstr("Today is 2026-11-26."));
  request.date = "2024-02-29";
  EXPECT_THAT(model->Prompt(request)->text, HasSubstr("Today is 2024-02-29."));
}

TEST(Chat, ATemplateThatAnswersAtOnceLeavesNoRoomToThink) {
  const ChatFolder folder("vaetki");
  const auto model = folder.Load();
  ChatRequest request = Asks("몇 시?");
  request.tools = Tools();
  EXPECT_THAT(model->Prompt(request)->text, testing::EndsWith("</think>\n"));
  EXPECT_EQ(model->Reply(request)->usage.reasoning_tokens, 0U);
  request.tool_choice.kind = ChatToolChoice::Kind::kNone;
  EXPECT_THAT(model->Prompt(request)->text, testing::EndsWith("<|role_end|>"));
  EXPECT_GT(model->Reply(request)->usage.reasoning_tokens, 0U);
}

TEST(Chat, AnImageTakesItsRowsOfThePrompt) {
  const ChatFolder folder("hyperclova_x_vision", "hyperclova_x");
  const auto model = folder.Load();
  EXPECT_TRUE(model->sees_images());
  ChatRequest request = Asks("<|IMAGE_PAD|> 무엇?");
  request.thinking.on = false;
  folder.Endless(request.sampling);
  const size_t without = model->Prompt(request)->tokens.size();
  const std::string image = folder.Read("image.png");
  request.messages[1].content.push_back({ChatPart::Kind::kImage, image, "image.png"});
  const ChatPrompt prompt = *model->Prompt(request);
  EXPECT_EQ(std::count(prompt.tokens.begin(), prompt.tokens.end(), 317), 6);
  EXPECT_GT(prompt.tokens.size(), without + 6);
  const ChatReply reply = *model->Reply(request);

  const auto tokenizer = *Tokenizer::Load(folder.path() + "/tokenizer.json");
  const auto constraint = *MakeThinkingConstraint(*tokenizer, **FindChatFormat("vlm"),
                                                  request.thinking, false, nullptr);
  GenerateRequest alone = Alone(folder, prompt, constraint.get());
  alone.images = {image};
  alone.sampling = request.sampling;
  const auto said = *(*MakeEngine(folder.path()))->Generate(alone);
  const std::function<void(const OutputEvent&)> nobody;
  ReplyBuilder builder(MakeOutputParser(**FindChatFormat("vlm"), false), 0, nobody);
  builder.Add(said.text);
  EXPECT_EQ(TextOf(reply.message), TextOf(builder.Finish().message));
  EXPECT_EQ(reply.usage.completion_tokens, said.tokens.size());
  request.messages[1].content.back().data = "no image";
  EXPECT_THAT(model->Reply(request).status().message(), HasSubstr("image 1: neither PNG nor JPEG"));
}

class Refused : public testing::Test {
 protected:
  std::string By(const ChatRequest& request) {
    const auto reply = model_->Reply(request);
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(base::Message(reply.status(), base::Language::kKorean), reply.status().message());
    return std::string(reply.status().message());
  }
  const ChatFolder folder_{"k_exaone"};
  const std::unique_ptr<ChatModel> model_ = folder_.Load();
  ChatRequest request_ = Asks("가");
};

TEST_F(Refused, MessagesThatAreNone) {
  request_.messages[1].role = "users";
  EXPECT_THAT(By(request_), HasSubstr("message 2: role 'users' is unknown"));
  request_.messages[1].role = "tool";
  request_.messages[1].tool_call_id = "call_7";
  EXPECT_THAT(By(request_), HasSubstr("no call before it has the id 'call_7'"));
  request_.messages[1] = {.role = "assistant", .tool_calls = {{"a", "now", "[1]"}}};
  EXPECT_THAT(By(request_), HasSubstr("the arguments of 'now' are no JSON object"));
  request_.messages[1] = TextMessage("user", "가\xEA\xB0");
  EXPECT_THAT(By(request_), HasSubstr("message 2: the text is not UTF-8"));
  request_.messages.clear();
  EXPECT_THAT(By(request_), HasSubstr("there are none"));
}

TEST_F(Refused, AnImageForAModelThatSeesNone) {
  EXPECT_FALSE(model_->sees_images());
  request_.messages[1].content.push_back({ChatPart::Kind::kImage, "file", "a.png"});
  EXPECT_THAT(By(request_), HasSubstr("the messages hold 1, 'exaone_moe/"));
}

TEST_F(Refused, ToolsAndGrammarsThatAreNone) {
  request_.tool_choice.kind = ChatToolChoice::Kind::kRequired;
  EXPECT_THAT(By(request_), HasSubstr("there are no tools"));
  request_.tools = Tools();
  request_.tool_choice.name = "law.find";
  EXPECT_THAT(By(request_), HasSubstr("there is no tool 'law.find'"));
  request_.answer = {GrammarFactory::Kind::kRegex, "a"};
  EXPECT_THAT(By(request_), HasSubstr("a grammar for the answer given too"));
  request_.tools.push_back(request_.tools[0]);
  EXPECT_THAT(By(request_), HasSubstr("number 3 is no function with a name of its own"));
  request_.tools = {{"name", "f"}};
  EXPECT_THAT(By(request_), HasSubstr("is no list"));
}

TEST(Chat, ToolsThatTheTemplateDoesNotShowAreRefused) {
  const ChatFolder folder("k_exaone");
  folder.Write("chat_template.jinja",
               "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|endofturn|>{% endfor %}"
               "<|assistant|>\n<think>\n");
  const auto model = folder.Load();
  ChatRequest request = Asks("law.search(전세)와 now()를 쓰세요.");  // named, but by a user
  EXPECT_TRUE(model->Prompt(request).ok());
  request.tools = Tools();
  for (const auto kind : {ChatToolChoice::Kind::kAuto, ChatToolChoice::Kind::kRequired}) {
    request.tool_choice.kind = kind;
    const absl::Status status = model->Reply(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("the chat template of 'exaone_moe/"));
    EXPECT_THAT(status.message(), HasSubstr("does not show tool 'law.search'"));
    EXPECT_NE(base::Message(status, base::Language::kKorean), status.message());
  }
  request.tool_choice.kind = ChatToolChoice::Kind::kNone;
  EXPECT_TRUE(model->Prompt(request).ok());
}

// Another text, but not what it would take to call them.
TEST(Chat, ToolsThatTheTemplateShowsOnlyInPartAreRefusedByName) {
  const ChatFolder folder("k_exaone");
  const auto status_of = [&](const std::string& shown) {
    folder.Write("chat_template.jinja",
                 shown +
                     "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|endofturn|>"
                     "{% endfor %}<|assistant|>\n<think>\n");
    ChatRequest request = Asks("law.search(kind)와 now()를 쓰세요.");
    request.tools = Tools();
    return folder.Load()->Prompt(request).status();
  };
  const auto expect = [&](const std::string& shown, const char* english, const char* korean) {
    const absl::Status status = status_of(shown);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << shown;
    EXPECT_THAT(std::string(status.message()), HasSubstr(english));
    EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr(korean));
  };
  expect("{{ 'Answer at once.' if tools }}", "does not show tool 'law.search'",
         "'law.search' 도구를 모델에 보여 주지 않습니다");
  expect("{{ tools | length if tools }} tools", "does not show tool 'law.search'", "도구를");
  expect("{{ tools[0] | tojson if tools }}", "does not show tool 'now'", "'now' 도구를");
  expect("{% for t in tools or [] %}{{ t.function.name }}\n{% endfor %}",
         "does not show the parameters of tool 'law.search'", "'law.search' 도구의 매개변수를");
  EXPECT_TRUE(status_of("{% for t in tools or [] %}{{ t.function.name }}("
                        "{% for name in t.function.parameters.properties or {} %}{{ name }},"
                        "{% endfor %})\n{% endfor %}")
                  .ok());
}

TEST(Chat, EndsWhenItIsCancelledOrTooLate) {
  const ChatFolder folder("k_exaone");
  const auto model = folder.Load();
  ChatRequest request = Asks("가");
  int events = 0;
  request.on_event = [&](const OutputEvent&) { ++events; };
  request.deadline = absl::InfinitePast();
  EXPECT_EQ(model->Reply(request).status().code(), absl::StatusCode::kDeadlineExceeded);
  request.deadline = absl::InfiniteFuture();
  request.cancelled = [] { return true; };
  EXPECT_EQ(model->Reply(request).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(events, 0);
}

}  // namespace
}  // namespace model_core
