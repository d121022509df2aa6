// Required tool calls of every family: whatever the grammar lets through is read as a call whose
// arguments obey the tool's schema.
#include "model_core/chat/call_grammar.h"

#include <gmock/gmock.h>

#include <random>

#include "model_core/base/strings.h"
#include "model_core/chat_template.h"
#include "model_core/grammar.h"
#include "model_core/text/chat_format.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

constexpr size_t kHaste = 60;  // tokens after which a walk makes for the end
constexpr size_t kTokensMax = 400;

Json ToolOf(const Json& parameters) {
  return Json::array(
      {{{"type", "function"}, {"function", {{"name", "f"}, {"parameters", parameters}}}}});
}

// A tool with one required argument "a" of `schema`.
Json ToolWith(const Json& schema, const Json& definitions = Json::object()) {
  return ToolOf({{"type", "object"},
                 {"properties", {{"a", schema}}},
                 {"required", {"a"}},
                 {"additionalProperties", false},
                 {"$defs", definitions}});
}

struct Family {
  const char *folder, *model_type, *end;
};

class CallGrammarOf : public testing::TestWithParam<Family> {
 protected:
  CallGrammarOf() {
    for (const char* mark : {"</arg_value>", "</tool_call>", "<tool_end>", "<|tool_call:end|>"})
      Hasten(tokenizer_->TokenId(mark));
    for (const char* text : {"\"", "}", "]"}) Hasten(tokenizer_->Encode(text)->at(0));
  }

  // Tokens that text cannot spell.
  std::vector<std::string> Control() const {
    std::vector<std::string> control;
    for (int32_t id = 0; id < static_cast<int32_t>(tokenizer_->vocabulary_size()); ++id) {
      const std::string text = *tokenizer_->Bytes({&id, 1});
      const bool marker = text.size() > 2 && (text.front() == '<' || text.front() == '[');
      if (marker && *tokenizer_->Encode(text) != std::vector<int32_t>{id}) control.push_back(text);
    }
    return control;
  }
  void Hasten(int32_t token) {
    if (token >= 0) hasty_.push_back(token);
  }
  int32_t Next(std::span<const uint32_t> mask, size_t step, std::mt19937& random) const {
    const auto allowed = [mask](int32_t token) {
      return (mask[static_cast<size_t>(token) / 32] >> (token % 32) & 1) != 0;
    };
    for (const int32_t token : hasty_) {
      if (step > kHaste && allowed(token)) return token;
    }
    const auto count = static_cast<int32_t>(tokenizer_->vocabulary_size());
    std::vector<int32_t> all;
    for (int32_t token = 0; token < count; ++token) {
      if (token != eos_ && allowed(token)) all.push_back(token);
    }
    return all.empty() ? eos_ : all[random() % all.size()];
  }

  // A call as a model without any sense would write it.
  std::string Walk(const std::string& grammar, std::mt19937& random) {
    const auto made = factory_->Make(GrammarFactory::Kind::kLark, grammar);
    EXPECT_TRUE(made.ok()) << made.status() << grammar;
    std::string text;
    std::vector<uint32_t> mask((tokenizer_->vocabulary_size() + 31) / 32);
    for (size_t step = 0; made.ok() && step < kTokensMax && !(*made)->Done(); ++step) {
      const absl::Status masked = (*made)->ComputeMask(mask);
      EXPECT_TRUE(masked.ok()) << masked << " after " << text;
      if (!masked.ok()) return text;
      const int32_t token = Next(mask, step, random);
      EXPECT_TRUE((*made)->Accept(token).ok());
      if (token != eos_) text += *tokenizer_->Bytes({&token, 1});
    }
    return text;
  }

  // The arguments as they are read.
  Json Read(const Json& tools, const std::string& text) const {
    const auto parser = MakeOutputParser(format_, false, tools);
    std::vector<OutputEvent> events = parser->Add(text);
    for (OutputEvent& event : parser->Finish()) events.push_back(std::move(event));
    for (const OutputEvent& event : events) {
      if (event.kind != OutputEvent::Kind::kCallComplete) continue;
      return base::ParseJson(event.text, "arguments").value_or(nullptr);
    }
    return nullptr;
  }

  const ChatFormat& format_ = **FindChatFormat(GetParam().model_type);
  const std::unique_ptr<Tokenizer> tokenizer_ =
      *Tokenizer::Load(GoldenDirectory(GetParam().folder) + "/tokenizer.json");
  const int32_t eos_ = tokenizer_->TokenId(GetParam().end);
  const std::unique_ptr<GrammarFactory> factory_ =
      *GrammarFactory::Make(*tokenizer_, eos_, Control());
  std::vector<int32_t> hasty_;
};

const Json kNullable = {{"anyOf", {{{"type", "string"}, {"maxLength", 5}}, {{"type", "null"}}}}};

// Tools, each with what a grammar may not forget.
std::vector<Json> Tools() {
  const Json text = {{"type", "string"}};
  const auto with = [](const char* key, const Json& value) {
    return Json{{"type", "string"}, {key, value}};
  };
  std::vector<Json> tools;
  for (const Json& schema :
       {text,
        with("pattern", "^P-[0-9]{4}$"),
        Json{{"type", "string"}, {"pattern", "\\d\\d|^x/y$|[|/]z$"}, {"maxLength", 9}},
        with("format", "date"),
        with("format", "date-time"),
        with("format", "uuid"),
        Json{{"type", "string"}, {"format", "email"}, {"maxLength", 30}},
        with("format", "ipv4"),
        with("maxLength", 3),
        with("minLength", 4),
        with("enum", {"가", "나 \"다\"", ""}),
        with("const", "월세"),
        Json{{"type", "string"}, {"pattern", "^[a-z가-힣 ]+$"}, {"minLength", 2}, {"maxLength", 4}},
        Json{{"type", {"string", "null"}}, {"maxLength", 5}},
        kNullable,
        Json{{"type", {"string", "integer"}}, {"minimum", 10}, {"maximum", 20}, {"maxLength", 3}},
        Json{{"type", {"null", "string"}}, {"enum", {nullptr, "null", "예"}}},
        Json{{"type", "integer"}, {"minimum", 3}, {"maximum", 7}},
        Json{{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}},
        Json{{"type", "array"}, {"items", with("maxLength", 2)}, {"minItems", 1}, {"maxItems", 2}},
        Json{{"allOf", {with("pattern", "^[0-9]+$"), with("maxLength", 4)}}}}) {
    tools.push_back(ToolWith(schema));
  }
  const Json code = with("pattern", "^[A-Z]{2}$");
  tools.push_back(ToolWith({{"$ref", "#/$defs/code"}}, {{"code", code}}));
  tools.push_back(
      ToolWith({{"anyOf", {{{"$ref", "#/$defs/code"}}, {{"type", "boolean"}}}}}, {{"code", code}}));
  return tools;
}

TEST_P(CallGrammarOf, WhatComesOutObeysTheSchema) {
  const Cases cases = CasesFrom(/*seed=*/20261127, 6);  // of each schema
  std::mt19937 random(static_cast<uint32_t>(cases.seed));
  for (const Json& tools : Tools()) {
    const auto grammar = CallGrammar(*tokenizer_, format_, tools, "f");
    ASSERT_TRUE(grammar.ok()) << grammar.status();
    const Json& schema = tools[0]["function"]["parameters"];
    for (uint64_t walk = 0; walk < cases.count; ++walk) {
      SCOPED_TRACE(base::StrCat("MARU_TEST_SEED=", cases.seed, " MARU_TEST_CASES=", cases.count));
      const std::string text = Walk(*grammar, random);
      const Json arguments = Read(tools, text);
      ASSERT_TRUE(arguments.is_object()) << text << "\n" << schema;
      EXPECT_EQ(*CheckJsonSchema(schema, arguments), "") << text << "\n" << schema;
    }
  }
}

TEST_P(CallGrammarOf, AKeywordThatCannotBeHonouredIsRefused) {
  const auto refused = [&](const Json& tools) {
    const auto grammar = CallGrammar(*tokenizer_, format_, tools, "");
    if (!grammar.ok()) return std::string(grammar.status().message());
    const auto made = factory_->Make(GrammarFactory::Kind::kLark, *grammar);
    return made.ok() ? std::string() : std::string(made.status().message());
  };
  EXPECT_THAT(refused(ToolWith({{"type", "string"}, {"format", "iri"}})), HasSubstr("iri"));
  EXPECT_THAT(refused(ToolWith({{"type", "string"}, {"not", {{"const", "a"}}}})), HasSubstr("not"));
  EXPECT_NE(refused(ToolWith({{"type", "string"}, {"pattern", "(?=a)b"}})), "");
  EXPECT_NE(refused(ToolOf({{"type", "object"}, {"dependentRequired", {{"a", {"b"}}}}})), "");
}

INSTANTIATE_TEST_SUITE_P(Families, CallGrammarOf,
                         testing::Values(Family{"k_exaone", "exaone_moe", "<|endofturn|>"},
                                         Family{"ax_k1", "axk1", "<|im_end|>"},
                                         Family{"hyperclova_x", "hyperclovax", "<|im_end|>"},
                                         Family{"vaetki", "vaetki", "<|END|>"},
                                         Family{"solar_open", "solar_open", "<|calls|>"}),
                         [](const auto& info) { return std::string(info.param.folder); });

// What the words of a tool with arguments that are written one by one mean.
TEST(TaggedCall, StringsStandAsTheyAreAndNullIsNone) {
  const auto read = [](const Json& schema, const std::string& value) {
    const auto parser = MakeOutputParser(**FindChatFormat("vlm"), false,
                                         ToolWith(schema, {{"text", {{"type", "string"}}}}));
    const auto events = parser->Add(base::StrCat("<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>",
                                                 value, "</arg_value>\n</tool_call>"));
    return events.back().text;
  };
  const Json text = {{"type", "string"}}, null = {{"type", "null"}};
  EXPECT_EQ(read(text, "null"), R"({"a": "null"})");
  EXPECT_EQ(read(text, R"("x")"), R"({"a": "\"x\""})");
  for (const Json& nullable : {Json{{"type", {"string", "null"}}}, Json{{"anyOf", {text, null}}},
                               Json{{"oneOf", {null, {{"$ref", "#/$defs/text"}}}}}}) {
    EXPECT_EQ(read(nullable, "null"), R"({"a": null})");
    EXPECT_EQ(read(nullable, R"("x")"), R"({"a": "\"x\""})");
    EXPECT_EQ(read(nullable, "12"), R"({"a": "12"})");
  }
  EXPECT_EQ(read({{"type", {"string", "integer"}}, {"maximum", 12}}, "12"), R"({"a": 12})");
  EXPECT_EQ(read({{"type", {"string", "integer"}}, {"maximum", 12}}, "13"), R"({"a": "13"})");
  EXPECT_EQ(read({{"enum", {"1", 2}}}, "1"), R"({"a": "1"})");
  EXPECT_EQ(read({{"enum", {"1", 2}}}, "2"), R"({"a": 2})");
  EXPECT_EQ(read({{"type", "boolean"}}, "true"), R"({"a": true})");
}

TEST(TaggedCall, RefusesWhatAListOfArgumentsCannotObey) {
  const auto tokenizer = *Tokenizer::Load(GoldenDirectory("hyperclova_x") + "/tokenizer.json");
  const auto refused = [&](const Json& parameters) {
    const absl::Status status =
        CallGrammar(*tokenizer, **FindChatFormat("vlm"), ToolOf(parameters), "f").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr("도구 'f'"));
    return std::string(status.message());
  };
  EXPECT_THAT(refused({{"type", "object"}, {"minProperties", 1}}), HasSubstr("'minProperties'"));
  EXPECT_THAT(refused({{"type", "object"}, {"required", {"b"}}}),
              HasSubstr("\"b\" is no property"));
  EXPECT_THAT(refused({{"properties", {{"a", {{"type", "string"}, {"format", "iri"}}}}}}),
              HasSubstr("tool 'f': argument 'a': 'format' \"iri\" cannot be honoured"));
}

}  // namespace
}  // namespace model_core
