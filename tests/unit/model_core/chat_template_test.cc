#include "model_core/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

Json Conversation() {
  return {
      {"messages",
       {{{"role", "system"}, {"content", "도우미"}}, {{"role", "user"}, {"content", " 안녕 "}}}},
      {"add_generation_prompt", true},
      {"bos_token", "[BOS]"},
      {"now", "2026-11-24"}};
}

std::string Render(std::string_view chat_template, const Json& context = Conversation()) {
  const auto rendered = RenderChat(chat_template, context);
  EXPECT_TRUE(rendered.ok()) << rendered.status();
  return rendered.ok() ? *rendered : "";
}

TEST(ChatTemplate, RendersTurnsAsHuggingFaceDoes) {
  const char* text =
      "{{ bos_token }}{% for message in messages %}\n"
      "{{ '<|' + message.role + '|>' }}{{ message['content'].strip() }}<|endofturn|>\n"
      "{% endfor %}\n"
      "{%- if add_generation_prompt %}<|assistant|>{% endif %}";
  EXPECT_EQ(Render(text),
            "[BOS]<|system|>도우미<|endofturn|>\n<|user|>안녕<|endofturn|>\n<|assistant|>");
}

TEST(ChatTemplate, WritesJsonAsPythonDoes) {
  Json context = Conversation();
  context["tools"] = {{{"name", "law.article"}, {"필수", {1, true, nullptr}}}};
  EXPECT_EQ(Render("{{ tools[0] | tojson }}", context),
            R"({"name": "law.article", "필수": [1, true, null]})");
  EXPECT_EQ(Render("{{ tools[0]['필수'] | tojson(ensure_ascii=true) }}", context),
            "[1, true, null]");
}

TEST(ChatTemplate, TakesTheDateFromTheCaller) {
  EXPECT_EQ(Render("{{ strftime_now('%Y-%m-%d') }}"), "2026-11-24");
  EXPECT_EQ(Render("{{ strftime_now('%d %b %Y, %A %%') }}"), "24 Nov 2026, Tuesday %");
  EXPECT_EQ(Render("{{ strftime_now('%Y년 %m월 %d일') }}"), "2026년 11월 24일");
}

TEST(ChatTemplate, KnowsPythonStringMethodsAndLoopControls) {
  EXPECT_EQ(Render("{% for m in messages %}{% if m.role == 'system' %}{% continue %}{% endif %}"
                   "{{ m.role.upper() }}{% endfor %}"),
            "USER");
  EXPECT_EQ(Render("{{ 'a-b-c'.split('-') | length }}{{ 'abc'.startswith('ab') }}"), "3True");
}

TEST(ChatTemplate, FormatsStringsAsPythonDoes) {
  const Json context = {{"count", 7}, {"media", {{"count", 3}, {"name", "a%b"}}}};
  EXPECT_EQ(Render("{% set id = 'image_%02d' % media.count %}{{ id }}", context), "image_03");
  EXPECT_EQ(Render("{{ '<' + 'v%d' % media['count'] + '>' ~ \"%s\" % media.name }}", context),
            "<v3>a%b");
  EXPECT_EQ(Render("{{ '%s of %03d' % (media.name.upper(), count) }}", context), "A%B of 007");
  EXPECT_EQ(
      Render("{{ count % 4 }} '%d' % 1 {# '%d' % 1 #}{% if 'x' %}{{ 'it\\'s %d' % 2 }}{% endif %}",
             context),
      "3 '%d' % 1 it's 2");
}

TEST(ChatTemplate, EndsWhereJinjaSaysThatItEnds) {
  EXPECT_EQ(Render("a\r\nb\n"), "a\nb");
  EXPECT_EQ(Render("a\n\n"), "a\n");
}

TEST(ChatTemplate, PassesOnWhatTheTemplateRaises) {
  const auto rendered = RenderChat("{{ raise_exception('roles must alternate') }}", Conversation());
  EXPECT_EQ(rendered.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(rendered.status().message()), HasSubstr("roles must alternate"));
  EXPECT_FALSE(RenderChat("{% for %}", Conversation()).ok());
}

TEST(JsonSchema, IsSilentAboutValidValuesAndNamesThePlaceOfAFault) {
  const Json schema = {{"type", "object"},
                       {"properties", {{"days", {{"type", "integer"}, {"maximum", 30}}}}},
                       {"required", {"days"}}};
  EXPECT_EQ(*CheckJsonSchema(schema, {{"days", 7}}), "");
  EXPECT_THAT(*CheckJsonSchema(schema, {{"days", 31}}), HasSubstr("/days"));
  EXPECT_THAT(*CheckJsonSchema(schema, Json::object()), HasSubstr("days"));
}

TEST(JsonSchema, RefusesASchemaThatIsNone) {
  EXPECT_EQ(CheckJsonSchema({{"type", "nonsense"}}, 1).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace model_core
