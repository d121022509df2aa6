#include "model_core/base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/sha256.h"

namespace base {
namespace {

using testing::HasSubstr;

std::string Canonical(std::string_view text) {
  const auto value = ParseJson(text, "test");
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() ? CanonicalJson(*value) : "";
}

TEST(Json, CanonicalFormSortsKeysByUtf16AndDropsSpace) {
  EXPECT_EQ(Canonical(R"({ "b" : [1, 2, {"y": null, "x": true}], "a" : "가" })"),
            R"({"a":"가","b":[1,2,{"x":true,"y":null}]})");
  // RFC 8785 §3.2.3: U+1F600 is D83D DE00 in UTF-16 and comes before U+FB33.
  EXPECT_EQ(Canonical("{\"\xEF\xAC\xB3\":1,\"\xF0\x9F\x98\x80\":2}"),
            "{\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1}");
}

TEST(Json, CanonicalNumbersAreThoseOfEcmaScript) {  // RFC 8785 appendix B
  const std::pair<const char*, const char*> numbers[] = {
      {"0.0", "0"},
      {"-0.0", "0"},
      {"1.0", "1"},
      {"333333333.33333329", "333333333.3333333"},
      {"1E30", "1e+30"},
      {"4.50", "4.5"},
      {"2e-3", "0.002"},
      {"0.000000000000000000000000001", "1e-27"},
      {"5e-324", "5e-324"},
      {"1e21", "1e+21"},
      {"1e-7", "1e-7"},
      {"0.000001", "0.000001"},
      {"295147905179352830000.0", "295147905179352830000"},
      {"9007199254740993", "9007199254740993"},
      {"-1e20", "-100000000000000000000"},
      {"123456789012345680000.0", "123456789012345680000"},
      {"1424953923781206.2", "1424953923781206.2"}};
  for (const auto& [in, out] : numbers) EXPECT_EQ(Canonical(in), out) << in;
}

TEST(Json, CanonicalTextEscapesOnlyWhatItMust) {
  EXPECT_EQ(Canonical(R"("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/")"),
            "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  EXPECT_EQ(CanonicalJson(Json("\x7f"
                               "a\xff")),
            "\"\x7f"
            "a\uFFFD\"");
}

TEST(Json, HashesTheCanonicalForm) {
  EXPECT_EQ(HashJson(*ParseJson("{\"b\":1, \"a\":2}", "x")), Sha256Hex("{\"a\":2,\"b\":1}"));
}

TEST(Json, ParsingNamesTheThingAndThePlace) {
  const auto damaged = ParseJson("{\"a\": 1,}", "settings");
  EXPECT_EQ(damaged.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(damaged.status().message()),
              testing::AllOf(HasSubstr("settings"), HasSubstr("byte 9")));
  EXPECT_EQ(Message(damaged.status(), Language::kKorean),
            "settings: 올바른 JSON이 아닙니다 (9번째 바이트)");
  const auto named = ParseJson("{\"a\": 1,}", "settings", "설정");
  EXPECT_EQ(named.status().message(), damaged.status().message());
  EXPECT_EQ(Message(named.status(), Language::kKorean),
            "설정: 올바른 JSON이 아닙니다 (9번째 바이트)");
  for (const char* text : {"", "{", "nul", "[1 2]", "{\"a\":\"\xff\"}", "1 2"})
    EXPECT_FALSE(ParseJson(text, "x").ok()) << text;
}

TEST(Json, ANumberThatIsOutOfRangeIsCalledSo) {
  const auto huge = ParseJson("{\"a\": [1e999]}", "settings");
  EXPECT_EQ(huge.status().message(), "settings: not valid JSON: a number is out of range");
  EXPECT_EQ(Message(huge.status(), Language::kKorean),
            "settings: 올바른 JSON이 아닙니다 (범위를 벗어난 숫자가 있습니다)");
}

TEST(Json, RefusesNestingThatWouldExhaustTheStack) {
  EXPECT_TRUE(ParseJson(std::string(150, '[') + std::string(150, ']'), "x").ok());
  const auto deep = ParseJson(std::string(1 << 20, '['), "x");
  EXPECT_THAT(std::string(deep.status().message()), HasSubstr("nested deeper than 200"));
}

TEST(Json, AMemberThatIsNotThereIsNull) {
  const Json object = {{"a", {{"b", 3}}}};
  EXPECT_EQ(Member(Member(object, "a"), "b"), 3);
  EXPECT_EQ(&Member(object, "a"), &object["a"]) << "no copy";
  EXPECT_TRUE(Member(object, "c").is_null());
  const Json other[] = {Json(), Json(1), Json("a"), Json::array({object})};
  for (const Json& json : other) EXPECT_TRUE(Member(json, "a").is_null()) << json;
}

TEST(Json, MembersOfAnotherTypeGiveTheDefault) {
  const Json object = {{"s", "x"}, {"i", 3}, {"d", 0.5}, {"b", true}};
  EXPECT_EQ(StringOr(object, "s", "-"), "x");
  EXPECT_EQ(StringOr(object, "i", "-"), "-");
  EXPECT_EQ(IntOr(object, "i", 0), 3);
  EXPECT_EQ(IntOr(object, "d", 7), 7);
  EXPECT_EQ(NumberOr(object, "i", 0), 3.0);
  EXPECT_EQ(BoolOr(object, "b", false), true);
  EXPECT_EQ(BoolOr(Json(1), "b", true), true);
}

// One number, one canonical form, one hash.
TEST(Json, AWholeNumberIsOneHoweverItIsSpelt) {
  const Json object = *ParseJson(R"({"a": 10, "b": 10.0, "c": 1e1, "d": -0.0, "e": 1e300})", "x");
  EXPECT_EQ(CanonicalJson(object["a"]), CanonicalJson(object["b"]));
  for (const char* key : {"a", "b", "c"}) EXPECT_EQ(IntOr(object, key, 7), 10) << key;
  EXPECT_EQ(IntOr(object, "d", 7), 0);
  EXPECT_EQ(IntOr(object, "e", 7), 7) << "no int64_t";
}

TEST(Json, DumpReplacesInvalidText) { EXPECT_EQ(DumpJson(Json("a\xff")), "\"a\uFFFD\""); }

}  // namespace
}  // namespace base
