// A chat template comes from whoever made a model's folder: what it may take is limited, and the
// limit that it meets is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/strings.h"
#include "model_core/chat_template.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

std::string Refusal(std::string_view chat_template, const Json& context = Json::object()) {
  const auto rendered = RenderChat(chat_template, context);
  EXPECT_EQ(rendered.status().code(), absl::StatusCode::kInvalidArgument) << chat_template;
  return std::string(rendered.status().message());
}

TEST(TemplateLimits, WhatDoesNotEndIsRefused) {
  const std::string nested =
      "{% for a in range(90000) %}{% for b in range(90000) %}{% for c in range(90000) %}"
      "{% endfor %}{% endfor %}{% endfor %}";
  EXPECT_THAT(Refusal(nested), HasSubstr("it takes more than 83886"));
  EXPECT_THAT(Refusal("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"),
              HasSubstr("it nests deeper than 500 (limit)"));
}

TEST(TemplateLimits, WhatBuildsGigabytesIsRefused) {
  std::string doubled = "{% set x = 'x' * 1000 %}";
  for (int i = 0; i < 40; ++i) doubled += "{% set x = x ~ x %}";
  std::string added = base::ReplaceAll(doubled, "x ~ x", "x + x");
  std::string listed = "{% set ns = namespace(l=[1]) %}";
  for (int i = 0; i < 40; ++i) listed += "{% set ns.l = (ns.l + ns.l) | list %}";
  for (const std::string& text :
       {doubled, added, listed, std::string("{{ 'x' * 1000000000 }}"),
        std::string("{{ ('x' * 1000000).replace('x', 'y' * 1000000) }}"),
        std::string("{{ ('x' * 1000000).replace('', 'y' * 10000) }}"),
        std::string("{{ ('y' * 1000000).join('x' * 100000) }}"),
        std::string("{{ 'x' | indent(1000000000, true) }}"),
        std::string("{{ '%1000000000d' | format(1) }}"),
        std::string("{{ '{:>1000000000}'.format(1) }}"),
        std::string("{{ ('a,' * 1000000).split(',') | map('replace', '', 'x' * 100000) | list }}"),
        std::string("{{ [1] * 100000000 | list | tojson }}")}) {
    EXPECT_THAT(Refusal(text), testing::StartsWith("chat template: ")) << text.substr(0, 80);
  }
  EXPECT_THAT(Refusal(doubled), HasSubstr("it takes more than 83886"));
}

TEST(TemplateLimits, APromptIsNoLongerThanItsLimit) {
  const Json context = {{"text", std::string(1 << 20, 'x')}};
  EXPECT_THAT(Refusal("{% for i in range(17) %}{{ text }}{% endfor %}", context),
              HasSubstr("it writes more than 16777216 bytes (limit)"));
  EXPECT_EQ(RenderChat("{% for i in range(16) %}{{ text }}{% endfor %}", context)->size(),
            size_t{16} << 20);
  EXPECT_THAT(Refusal("{{ [text, text] | tojson(separators=('y' * 15000000, '')) }}", context),
              HasSubstr("tojson: "));
}

// Long conversations with long texts and many tools are far from the limits.
TEST(TemplateLimits, LongConversationsAreRendered) {
  Json context;
  for (int i = 0; i < 2'000; ++i)
    context["messages"].push_back({{"role", "user"}, {"content", std::string(2'000, 'x')}});
  for (int i = 0; i < 200; ++i)
    context["tools"].push_back({{"name", i}, {"about", std::string(2'000, 'x')}});
  const auto rendered = RenderChat(
      "{% set ns = namespace(all='') %}"
      "{% for tool in tools %}{% set ns.all = ns.all ~ (tool | tojson) %}{% endfor %}{{ ns.all }}"
      "{% for m in messages %}{% if m.role == 'user' %}{{ m.content.strip() | trim }}"
      "{{ m.content.split('</think>')[-1] | length }}{% endif %}{% endfor %}",
      context);
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  EXPECT_GT(rendered->size(), 4'400'000U);
}

}  // namespace
}  // namespace model_core
