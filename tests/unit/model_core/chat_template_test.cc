#include "model_core/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/strings.h"
#include "tests/fakes/whole_korean.h"

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

// What comes out in this test and the next three is what comes out of Python's Jinja 3.1.6 in the
// environment of Hugging Face.
TEST(ChatTemplate, TakesTheArgumentsOfPythonsJson) {
  const Json context = {
      {"v", {{"b", {1, Json::object(), "é\x7f"}}, {"a", {{"d", 1}, {"c", nullptr}}}}},
      {"f", {1e-5, 1e16, 1.0, 0.1, 1e-4, -2.5e30, 1.5e-7}}};
  const std::string sorted = R"({"a": {"c": null, "d": 1}, "b": [1, {}, "é\u007f"]})";
  EXPECT_EQ(Render("{{ v | tojson(sort_keys=true) }}", context),
            base::ReplaceAll(sorted, "\\u007f", "\x7f"));
  EXPECT_EQ(Render("{{ v | tojson(true, none, none, true) }}", context),
            base::ReplaceAll(sorted, "é", "\\u00e9"));
  EXPECT_EQ(Render("{{ v.a | tojson(separators=(',', ':')) }}", context), R"({"d":1,"c":null})");
  EXPECT_EQ(Render("{{ v.a | tojson(indent=1, separators=[' ,', '=']) }}", context),
            "{\n \"d\"=1 ,\n \"c\"=null\n}");
  EXPECT_EQ(Render("{{ v.b[:2] | tojson(indent=2) }}", context), "[\n  1,\n  {}\n]");
  EXPECT_EQ(Render("{{ v.b[:1] | tojson(indent='--') }}{{ [] | tojson(indent=0) }}", context),
            "[\n--1\n][]");
  EXPECT_EQ(Render("{{ f | tojson }}", context),
            "[1e-05, 1e+16, 1.0, 0.1, 0.0001, -2.5e+30, 1.5e-07]");
  EXPECT_FALSE(RenderChat("{{ v | tojson(sorted=true) }}", context).ok());
}

TEST(ChatTemplate, LeavesOutTheTagsOfTraining) {
  EXPECT_EQ(Render("{% for m in messages %}\n  {% generation %}\n{{ loop.index }}{{ m.role }}\n"
                   "  {%- endgeneration %}\n{% endfor %}\nend"),
            "1system2userend");
  EXPECT_EQ(Render("a {%- generation -%} b {%+ endgeneration -%} c"), "ab c");
  EXPECT_EQ(
      Render("{% set x = 1 %}{% generation %}{% set x = 2 %}{{ x }}{% endgeneration %}{{ x }}"),
      "21");
  EXPECT_EQ(Render("{% raw %}{% generation %}'{% endraw %}{# {% generation %} #}"
                   "{{ '{% generation %}' }}{% set generation = 3 %}{{ generation }}"),
            "{% generation %}'{% generation %}3");
  EXPECT_FALSE(RenderChat("{% generation %}a", Conversation()).ok());
}

TEST(ChatTemplate, KnowsTheMethodsOfPythonsText) {
  EXPECT_EQ(Render(R"({{ ' </think> a</think>\n\nb '.split('</think>') }})"),
            R"([' ', ' a', '\n\nb '])");
  EXPECT_EQ(Render("{{ 'a,b,,c'.split(',', 1) }}"), "['a', 'b,,c']");
  EXPECT_EQ(Render("{{ 'a,b,,c'.split(sep=',', maxsplit=2) }}"), "['a', 'b', ',c']");
  EXPECT_EQ(Render("{{ 'a,b,,c'.rsplit(',', 1) }}"), "['a,b,', 'c']");
  EXPECT_EQ(Render("{{ ' a  b c '.split(none, 1) }}"), "['a', 'b c ']");
  EXPECT_EQ(Render("{{ ' a  b c '.rsplit(maxsplit=1) }}"), "[' a  b', 'c']");
  EXPECT_EQ(Render(R"({{ ' \x1ca\x1f '.strip() }})"), "a");
  EXPECT_EQ(Render("{{ '--a-+'.strip('+-') ~ '--a-'.lstrip('-') ~ '-a--'.rstrip('-') }}"), "aa--a");
  EXPECT_EQ(Render("{{ ['한국어'.startswith(('국', '한')), '한국어'.startswith('국', 1), "
                   "'한국어'.endswith('국', 0, -1)] }}"),
            "[True, True, True]");
  EXPECT_EQ(Render("{{ 'aaa'.replace('a', 'b', 2) ~ 'aa'.replace('a', '', 1) }}"), "bbaa");
  EXPECT_EQ(Render(R"({{ "they're ßa 3rd".title() ~ 'hELLO'.capitalize() ~ 'aB'.swapcase() }})"),
            "They'Re Ssa 3RdHelloAb");
  EXPECT_EQ(Render("{{ ['한국 한국'.find('국', 2), '한국'.find('어'), '한국 한국'.rfind('국'), "
                   "'한국'.index('국')] }}"),
            "[4, -1, 4, 1]");
  EXPECT_EQ(Render("{{ ['aaaa'.count('aa'), '한국어'.count('국', 1), '한국어'.count('')] }}"),
            "[2, 1, 4]");
  EXPECT_EQ(Render(R"({{ 'a\r\nb\x0bc\n\nd'.splitlines() }})"), "['a', 'b', 'c', '', 'd']");
  EXPECT_EQ(Render(R"({{ 'a\r\nb\n'.splitlines(keepends=true) }})"), R"(['a\r\n', 'b\n'])");
  EXPECT_EQ(
      Render(
          "{{ 'p-x'.removeprefix('p-') ~ 'x.json'.removesuffix('.json') ~ 'x'.removesuffix('') }}"),
      "xxx");
  EXPECT_EQ(Render("{{ ['k=v=w'.partition('='), 'k=v=w'.rpartition('='), 'k'.partition('='), "
                   "'k'.rpartition('=')] }}"),
            "[('k', '=', 'v=w'), ('k=v', '=', 'w'), ('k', '', ''), ('', '', 'k')]");
  EXPECT_EQ(
      Render("{{ '-7'.zfill(4) ~ 'ab'.ljust(3, '.') ~ 'ab'.rjust(3) ~ 'abc'.center(6, '*') }}"),
      "-007ab. ab*abc**");
  EXPECT_EQ(Render("{{ ['12'.isdigit(), ''.isdigit(), 'a1'.isalnum(), '\\x1c'.isspace(), "
                   "'ab'.islower()] }}"),
            "[True, False, True, True, True]");
  for (const char* refused : {"'a'.split('')", "'a'.index('b')", "'a'.partition('')",
                              "'a'.rindex('b')", "'a'.ljust(1000000000)", "'a'.nonsense()"}) {
    EXPECT_FALSE(RenderChat(base::StrCat("{{ ", refused, " }}"), Conversation()).ok()) << refused;
  }
}

TEST(ChatTemplate, KnowsTheMethodsOfPythonsListsAndMaps) {
  EXPECT_EQ(Render("{{ [[1, 'b', 1].index('b'), [1, 'b', 1].count(1), [1].copy()] }}"),
            "[1, 2, [1]]");
  EXPECT_EQ(Render("{{ {'items': 1, 'b': none}.items() | list }}"), "[('items', 1), ('b', None)]");
  EXPECT_EQ(Render("{{ [{'items': 1, 'b': none}.get('items'), {'a': 1}.get('q'), {'a': 1}.get('q', "
                   "'z')] }}"),
            "[1, None, 'z']");
  EXPECT_EQ(Render("{{ [{'a': 1}.keys() | list, {'a': 1}.values() | list, {'a': 1}.copy()] }}"),
            "[['a'], [1], {'a': 1}]");
  for (const char* refused :
       {"[1].index(2)", "[1].append(2)", "[1].pop()", "{'a': 1}.update({})", "{'a': 1}.pop('a')"}) {
    EXPECT_FALSE(RenderChat(base::StrCat("{{ ", refused, " }}"), Conversation()).ok()) << refused;
  }
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
  EXPECT_EQ(Render("a\rb\r"), "a\nb");
}

TEST(ChatTemplate, PassesOnWhatTheTemplateRaises) {
  const auto rendered = RenderChat("{{ raise_exception('roles must alternate') }}", Conversation());
  EXPECT_EQ(rendered.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(rendered.status().message()), HasSubstr("roles must alternate"));
  EXPECT_EQ(fakes::EnglishWordsIn(rendered.status()), "");
  EXPECT_THAT(base::Message(rendered.status(), base::Language::kKorean),
              HasSubstr("roles must alternate"));
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
  const absl::Status refused = CheckJsonSchema({{"type", "nonsense"}}, 1).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fakes::EnglishWordsIn(refused), "") << refused;
}

}  // namespace
}  // namespace model_core
