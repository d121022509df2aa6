// Reasoning, answers and tool calls of every family, in every cut.
#include "model_core/chat_output.h"

#include <gmock/gmock.h>

#include <random>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/text/chat_format.h"
#include "tests/unit/model_core/cases.h"

namespace model_core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = OutputEvent::Kind;

const ChatFormat& Format(std::string_view model_type) {
  const auto format = FindChatFormat(model_type);
  EXPECT_TRUE(format.ok()) << format.status();
  return **format;
}

// An event as one line, to compare and to read.
std::string Line(const OutputEvent& event) {
  switch (event.kind) {
    case Kind::kReasoning:
      return base::StrCat("think ", event.text);
    case Kind::kAnswer:
      return base::StrCat("say ", event.text);
    case Kind::kCallStarted:
      return base::StrCat(event.call, " call ", event.name, event.id.empty() ? "" : " #", event.id);
    case Kind::kCallArguments:
      return base::StrCat(event.call, " with ", event.text);
    case Kind::kCallComplete:
      return base::StrCat(event.call, " done ", event.name, " ", event.text);
    case Kind::kCallFailed:
      return base::StrCat(event.call, " failed ", event.text);
  }
  return "";
}

struct Input {
  std::string model_type;
  std::string text;
  bool reasoning_open = false;
  base::Json tools = nullptr;
};

// The events of `input` cut into `pieces`, with neighbours of a kind joined.
std::vector<std::string> Read(const Input& input, const std::vector<std::string>& pieces) {
  const auto parser = MakeOutputParser(Format(input.model_type), input.reasoning_open, input.tools);
  std::vector<OutputEvent> all;
  const auto take = [&](const std::vector<OutputEvent>& events) {
    for (const OutputEvent& event : events) {
      EXPECT_EQ(base::FirstInvalidUtf8(event.text), std::string::npos);
      const bool more = !all.empty() && all.back().kind == event.kind &&
                        all.back().call == event.call && event.kind != Kind::kCallFailed;
      if (more) {
        all.back().text += event.text;
      } else {
        all.push_back(event);
      }
    }
  };
  for (const std::string& piece : pieces) take(parser->Add(piece));
  take(parser->Finish());
  std::vector<std::string> lines;
  for (const OutputEvent& event : all) lines.push_back(Line(event));
  return lines;
}

std::vector<std::string> Read(const Input& input) { return Read(input, {input.text}); }

// Every family's way of the same turn: a thought, a word, two calls.
std::vector<Input> Turns() {
  const std::string json =
      "길을 찾자.\n</think>\n\n찾아 볼게요.\n"
      "<tool_call>{\"name\": \"law.search\", \"arguments\": {\"query\": \"전세 </tool_call> "
      "\\\"보증금\\\"\", "
      "\"n\": [1, {\"a\": null}]}}</tool_call>\n"
      "<tool_call>\n{\"arguments\": {}, \"name\": \"now\"}\n</tool_call>";
  const std::string tagged =
      "길을 찾자.\n</think>\n\n찾아 볼게요.\n<tool_call>law.search\n<arg_key>query</arg_key>\n"
      "<arg_value>전세 </tool_call> \"보증금\"</arg_value>\n<arg_key>n</arg_key>\n"
      "<arg_value>[1, {\"a\": null}]</arg_value>\n</tool_call>\n<tool_call>now\n</tool_call>";
  const std::string channels =
      "<|think|>길을 찾자.<|end|><|begin|>assistant<|content|>찾아 볼게요.<|end|><|begin|>assistant"
      "<|tool_calls|><|tool_call:begin|>a1b2c3d4e5<|tool_call:name|>law.search<|tool_call:args|>"
      "{\"query\": \"전세 </tool_call> \\\"보증금\\\"\", \"n\": [1, {\"a\": "
      "null}]}<|tool_call:end|>"
      "<|tool_call:begin|>z9y8x7w6v5<|tool_call:name|>now<|tool_call:args|>{}<|tool_call:end|>"
      "<|calls|>";
  std::string vaetki = "<think>\n " + base::ReplaceAll(json, "<tool_call>", "<tool_start>");
  vaetki = base::ReplaceAll(vaetki, "\n</tool_call>", "\n<tool_end>");
  vaetki = base::ReplaceAll(vaetki, "}}</tool_call>", "}}<tool_end>");
  const std::string whole =
      "길을 찾자.\n</think>\n\n찾아 볼게요.\n<tool_call>law.search\n<arguments> {\"query\": "
      "\"전세 </tool_call> \\\"보증금\\\"\", \"n\": [1, {\"a\": null}]}</arguments>\n"
      "</tool_call>\n<tool_call>now\n<arguments>{}</arguments>\n</tool_call>";
  return {{"hyperclovax_vision_v2", whole, true},
          {"exaone_moe", json, true},
          {"exaone4", json, true},
          {"axk1", json, true},
          {"AXK1", json, true},
          {"hyperclovax", tagged, true},
          {"vlm", tagged, true},
          {"vaetki", vaetki, false},
          {"solar_open", channels, false}};
}

class Turn : public testing::TestWithParam<Input> {};

TEST_P(Turn, HasAThoughtAnAnswerAndTwoCalls) {
  const bool ids = GetParam().model_type == "solar_open";
  const std::string arguments =
      R"({"query": "전세 </tool_call> \"보증금\"", "n": [1, {"a": null}]})";
  EXPECT_THAT(Read(GetParam()),
              ElementsAre("think 길을 찾자.", "say 찾아 볼게요.",
                          base::StrCat("0 call law.search", ids ? " #a1b2c3d4e5" : ""),
                          "0 with " + arguments, "0 done law.search " + arguments,
                          base::StrCat("1 call now", ids ? " #z9y8x7w6v5" : ""), "1 with {}",
                          "1 done now {}"));
}

TEST_P(Turn, IsTheSameInEveryCut) {
  const Input& input = GetParam();
  const std::string& text = input.text;
  const std::vector<std::string> whole = Read(input);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Read(input, {text.substr(0, cut), text.substr(cut)}), whole) << cut;
  }
  std::vector<std::string> bytes;
  for (char byte : text) bytes.emplace_back(1, byte);
  EXPECT_EQ(Read(input, bytes), whole);
}

// What is left out at the end may fail a call; it never changes with the cut, and nothing that was
// said is lost.
TEST_P(Turn, IsTheSameInEveryCutWhereverItStops) {
  for (size_t size = 0; size < GetParam().text.size(); ++size) {
    Input input = GetParam();
    input.text.resize(size);
    std::vector<std::string> bytes;
    for (char byte : input.text) bytes.emplace_back(1, byte);
    EXPECT_EQ(Read(input, bytes), Read(input)) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, Turn, testing::ValuesIn(Turns()),
                         [](const auto& info) { return info.param.model_type; });

// Markers, JSON and bytes that are no text, thrown together.
std::string Garbage(const ChatFormat& format, std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {"{",
                                                 "}",
                                                 "[",
                                                 "\"",
                                                 "\\",
                                                 ":",
                                                 ",",
                                                 "\"name\"",
                                                 "\"arguments\"",
                                                 "null",
                                                 "\n",
                                                 "\n ",
                                                 "한",
                                                 "\xED",
                                                 "\x95",
                                                 "\x9C",
                                                 "\xF0\x9F",
                                                 "\xFF",
                                                 "x",
                                                 "{\"name\": \"f\", "};
  std::string text;
  for (int i = 0; i < 40; ++i) {
    const size_t pick = random() % (std::size(kPieces) + format.rules.size());
    text +=
        pick < std::size(kPieces) ? kPieces[pick] : format.rules[pick - std::size(kPieces)].marker;
    if (random() % 8 == 0) text.resize(text.size() - std::min<size_t>(text.size(), 2));
  }
  return text;
}

TEST(OutputParser, TakesAnyBytesInAnyCut) {
  const Cases cases = CasesFrom(/*seed=*/20261126, 3000);
  for (const char* type : {"exaone_moe", "hyperclovax", "vaetki", "solar_open"}) {
    std::mt19937 random(static_cast<uint32_t>(cases.seed));
    for (uint64_t round = 0; round < cases.count; ++round) {
      const Input input = {type, Garbage(Format(type), random), random() % 2 == 0};
      std::vector<std::string> pieces;
      for (size_t at = 0; at < input.text.size();) {
        const size_t size = random() % 7;
        pieces.push_back(input.text.substr(at, size));
        at += size;
      }
      ASSERT_EQ(Read(input, pieces), Read(input))
          << Again(cases.seed, round) << ": " << type << ": " << base::HexEncode(input.text);
    }
  }
}

TEST(OutputParser, KeepsTheWholeTextOfACallThatFails) {
  const auto failed = [](std::string type, std::string call) {
    const auto lines = Read({type, "네.\n" + call + "\n끝."});
    EXPECT_THAT(lines, testing::Contains("0 failed " + call));
    EXPECT_EQ(lines.front(), "say 네.");
    EXPECT_EQ(lines.back(), "say 끝.");
  };
  failed("exaone_moe", "<tool_call>law.search(전세)</tool_call>");
  failed("exaone_moe", "<tool_call></tool_call>");
  failed("exaone_moe", R"(<tool_call>{"name": "f", "arguments": {"a": }}</tool_call>)");
  failed("exaone_moe", R"(<tool_call>{"name": "f", "arguments": [1]}</tool_call>)");
  failed("exaone_moe", R"(<tool_call>{"name": 7, "arguments": {}}</tool_call>)");
  failed("exaone_moe", R"(<tool_call>{"arguments": {}}</tool_call>)");
  failed("exaone_moe", R"(<tool_call>{"name": "f", "arguments": {}} 그리고</tool_call>)");
  failed("exaone_moe",
         "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"두\n줄\"}}</tool_call>");
  failed("exaone_moe",
         R"(<tool_call>{"name": "f", "arguments": {"a": 1}, "arguments": {}}</tool_call>)");
  failed("vaetki", R"(<tool_start>[{"name": "f"}]<tool_end>)");
  failed("hyperclovax",
         "<tool_call>f\n무엇?<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>");
  failed("hyperclovax", "<tool_call>f\n<arg_value>1</arg_value>\n</tool_call>");
  failed("hyperclovax", "<tool_call>\n</tool_call>");
  failed("solar_open",
         "<|tool_call:begin|>a1<|tool_call:name|>f<|tool_call:args|>a=1<|tool_call:end|>");
  failed("solar_open", "<|tool_call:begin|>a1<|tool_call:end|>");
}

TEST(OutputParser, ReadsOnAfterACallWhoseJsonNeverEnds) {
  EXPECT_THAT(Read({"exaone_moe",
                    "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"1}}</tool_call>\n"
                    "<tool_call>{\"name\": \"g\"}</tool_call>끝"}),
              ElementsAre("0 call f", testing::StartsWith("0 with "),
                          "0 failed <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"1}}"
                          "</tool_call>",
                          "1 call g", "1 with {}", "1 done g {}", "say 끝"));
}

TEST(OutputParser, FailsACallThatIsCutOff) {
  EXPECT_THAT(
      Read({"solar_open", "<|tool_call:begin|>a1<|tool_call:name|>f<|tool_call:args|>{\"a"}),
      ElementsAre("0 call f #a1", "0 with {\"a",
                  "0 failed <|tool_call:begin|>a1<|tool_call:name|>f<|tool_call:args|>{\"a"));
  const auto parser = MakeOutputParser(Format("exaone_moe"), false);
  parser->Add("<tool_call>{");
  EXPECT_THAT(parser->Finish().back().error, HasSubstr("does not end"));
}

TEST(OutputParser, TakesArgumentsAsTextOfJsonToo) {
  EXPECT_THAT(Read({"axk1", R"(<tool_call>{"name": "f", "arguments": "{\"a\": 1}"}</tool_call>)"}),
              ElementsAre("0 call f", R"(0 with {"a": 1})", R"(0 done f {"a": 1})"));
  EXPECT_THAT(Read({"axk1", R"(<tool_call>{"name": "f", "arguments": null}</tool_call>)"}),
              ElementsAre("0 call f", "0 with {}", "0 done f {}"));
  EXPECT_THAT(
      Read({"hyperclovax", "<tool_call>f\n<arguments>{\"a\": 1}</arguments>\n</tool_call>"}),
      ElementsAre("0 call f", R"(0 with {"a": 1})", R"(0 done f {"a": 1})"));
}

TEST(OutputParser, TakesTheTypesOfArgumentsFromTheTools) {
  const base::Json parameters = {{"properties",
                                  {{"code", {{"type", "string"}}},
                                   {"days", {{"type", "integer"}}},
                                   {"note", {{"type", {"string", "null"}}}}}}};
  const base::Json function = {{"name", "f"}, {"parameters", parameters}};
  const std::string text =
      "<tool_call>f\n<arg_key>code</arg_key>\n<arg_value>0042</arg_value>\n"
      "<arg_key>days</arg_key>\n<arg_value>7</arg_value>\n<arg_key>note</arg_key>\n"
      "<arg_value>12</arg_value>\n<arg_key>other</arg_key>\n<arg_value>true</arg_value>\n"
      "</tool_call>";
  const std::string done = R"(0 done f {"code": "0042", "days": 7, "note": "12", "other": true})";
  EXPECT_EQ(Read({"vlm", text, false, {{{"type", "function"}, {"function", function}}}}).back(),
            done);
  EXPECT_EQ(Read({"vlm", text, false, base::Json::array({function})}).back(), done);
  EXPECT_EQ(Read({"vlm", text}).back(),
            R"(0 done f {"code": "0042", "days": 7, "note": 12, "other": true})");
}

// Where the tool takes more than text, a marker inside of a string of JSON is part of that string.
TEST(OutputParser, EndsAnArgumentOfJsonWhereItsJsonEnds) {
  const base::Json parameters = {
      {"properties",
       {{"list", {{"type", "array"}}},
        {"map", {{"type", "object"}}},
        {"either", {{"type", {"string", "object"}}, {"required", base::Json::array({"a"})}}},
        {"text", {{"type", "string"}}}}}};
  const base::Json tools = base::Json::array({{{"name", "f"}, {"parameters", parameters}}});
  const auto call = [](std::string_view key, std::string_view value) {
    return base::StrCat("<tool_call>f\n<arg_key>", key, "</arg_key>\n<arg_value>", value,
                        "</arg_value>\n</tool_call>");
  };
  const auto done = [&](std::string_view key, std::string_view value) {
    const Input input = {"vlm", call(key, value), false, tools};
    const std::vector<std::string> whole = Read(input);
    for (size_t cut = 0; cut <= input.text.size(); ++cut)
      EXPECT_EQ(Read(input, {input.text.substr(0, cut), input.text.substr(cut)}), whole) << cut;
    return whole.back();
  };
  const std::string list = R"([{"a": "한 </arg_value> \"x\" </tool_call>"}, "<"])";
  EXPECT_EQ(done("list", list), base::StrCat("0 done f {\"list\": ", list, "}"));
  const std::string map = R"({"a": ["</arg_value>\n<arg_key>b</arg_key>"], "c": {}})";
  EXPECT_EQ(done("map", base::StrCat("\n", map, " ")),
            base::StrCat("0 done f {\"map\": ", map, "}"));
  EXPECT_EQ(done("map", "{no <json"), R"(0 done f {"map": "{no <json"})");
  EXPECT_EQ(done("map", "{\"two\nlines\""), R"(0 done f {"map": "{\"two\nlines\""})");
  EXPECT_EQ(done("text", R"({"a": "b)"), R"(0 done f {"text": "{\"a\": \"b"})");
  EXPECT_EQ(done("other", R"({"a": "b)"), R"(0 done f {"other": "{\"a\": \"b"})");
  for (const char* key : {"either", "other"}) {
    const std::string begin = base::StrCat("0 done f {\"", key, "\": ");
    EXPECT_EQ(done(key, base::StrCat(" ", map, "\n")), base::StrCat(begin, map, "}"));
    EXPECT_EQ(done(key, R"({"a": "b)"), base::StrCat(begin, R"("{\"a\": \"b"})"));
    EXPECT_EQ(done(key, R"({"a": 1} b)"), base::StrCat(begin, R"("{\"a\": 1} b"})"));
    EXPECT_EQ(done(key, "{\"a\": \"\x01\""), base::StrCat(begin, R"("{\"a\": \"\u0001\""})"));
  }
  EXPECT_EQ(done("either", R"({"b": "</arg_value>"})"),
            R"(0 done f {"either": "{\"b\": \"</arg_value>\"}"})");
}

// A text that begins as JSON does ends at its first marker, even where a later one is in the way.
TEST(OutputParser, ReadsATextAgainThatTurnsOutToBeNoJson) {
  const auto last = [](std::string_view rest) {
    const Input input = {"vlm",
                         base::StrCat("<tool_call>f\n<arg_key>a</arg_key><arg_value>", rest)};
    const std::vector<std::string> whole = Read(input);
    for (size_t cut = 0; cut <= input.text.size(); ++cut)
      EXPECT_EQ(Read(input, {input.text.substr(0, cut), input.text.substr(cut)}), whole) << cut;
    return whole.back();
  };
  EXPECT_EQ(last("{\"x</arg_value><arg_key>b</arg_key><arg_value>\"}</arg_value></tool_call>"),
            R"(0 done f {"a": "{\"x", "b": "\"}"})");
  EXPECT_EQ(last("{\"x</arg_value></tool_call>"), R"(0 done f {"a": "{\"x"})");
  EXPECT_EQ(last("[\"x</arg_value></tool_call> 끝 \"]"), "say  끝 \"]");
  EXPECT_EQ(last("{\"x</arg_value></tool_call>\n끝"), "say 끝");
  EXPECT_EQ(last("{\"x</arg_value>\"}"), base::StrCat("0 failed <tool_call>f\n<arg_key>a</arg_key>",
                                                      "<arg_value>{\"x</arg_value>\"}"));
}

TEST(OutputParser, WaitsNoLongerThanTheValueMayBeJson) {
  const auto parser = MakeOutputParser(Format("vlm"), false);
  parser->Add("<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>{\"x</arg_value>");
  EXPECT_EQ(Line(parser->Add("\n<").back()), R"(0 with {"a": "{\"x")");
}

// What is read again is bounded, however many values seem to be JSON that never ends.
TEST(OutputParser, ReadsAgainSoOftenAndNoMore) {
  std::string text = "<tool_call>f\n";
  for (int i = 0; i < 1'000; ++i) text += "<arg_key>a</arg_key><arg_value>{\\\"</arg_value>";
  EXPECT_THAT(Read({"vlm", text}).back(), testing::StartsWith("0 failed "));
}

TEST(OutputParser, GivesArgumentsOutAsTheyCome) {
  const auto parser = MakeOutputParser(Format("exaone_moe"), false);
  EXPECT_TRUE(parser->Add("<tool_call>{\"name\": \"f").empty());
  EXPECT_EQ(Line(parser->Add("\", \"arguments\": {\"a").at(0)), "0 call f");
  EXPECT_EQ(Line(parser->Add("\": \"한").at(0)), "0 with \": \"한");
  EXPECT_TRUE(parser->Add("\xEA").empty());
  EXPECT_EQ(Line(parser->Add("\xB5\xAD\"").at(0)), "0 with 국\"");
}

TEST(OutputParser, LetsMarkersOfOtherPlacesBeText) {
  EXPECT_THAT(Read({"exaone_moe", "<tool_call> 을 쓸까?</think>a < b <tool", true}),
              ElementsAre("think <tool_call> 을 쓸까?", "say a < b <tool"));
  EXPECT_THAT(Read({"exaone_moe", "그런 </think> 은 없다"}),
              ElementsAre("say 그런 </think> 은 없다"));
}

TEST(OutputParser, ShowsARoleThatIsNone) {
  EXPECT_THAT(Read({"solar_open", "<|begin|>assistant\n<|content|>가<|end|><|begin|>나<|flush|>"}),
              ElementsAre("say 가나"));
}

TEST(OutputParser, LeavesOutTheSpaceThatVaetkiWritesAfterABreak) {
  EXPECT_THAT(Read({"vaetki", " 첫 줄\n 둘째\n\n  셋째\t 끝"}),
              ElementsAre("say 첫 줄\n둘째\n\n 셋째\t끝"));
  EXPECT_THAT(Read({"exaone_moe", "a\n b"}), ElementsAre("say a\n b"));
}

TEST(ChatFormat, HasNoMarkerThatBeginsAnother) {
  for (const char* type : {"exaone_moe", "hyperclovax", "vaetki", "solar_open"}) {
    for (const MarkerRule& one : Format(type).rules) {
      for (const MarkerRule& other : Format(type).rules) {
        if (&one == &other || (one.from & other.from) == 0) continue;
        EXPECT_FALSE(other.marker.starts_with(one.marker)) << other.marker;
      }
    }
  }
}

TEST(ChatFormat, NamesTheTypesItKnows) {
  const auto none = FindChatFormat("gpt2");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("exaone_moe"));
}

}  // namespace
}  // namespace model_core
