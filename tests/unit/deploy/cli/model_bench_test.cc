// maru model bench: its help, its output and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deploy/cli/captured.h"

namespace deploy::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kModel = MARU_SOURCE_DIR "/tests/golden/k_exaone";

TEST(ModelBench, DocumentsItsOptionsAndShapesInBothLanguages) {
  const std::string english = RunMaru({"--lang", "en", "model", "bench", "--help"}).out;
  const std::string korean = RunMaru({"--lang", "ko", "model", "bench", "--help"}).out;
  for (const char* text :
       {"--shape", "--types", "--prefill", "--depth", "--threads", "--kernels", "--device",
        "--seconds", "--repeat", "--memory", "--quick", "k-exaone-mini", "vaetki-mini"}) {
    EXPECT_THAT(english, HasSubstr(text));
    EXPECT_THAT(korean, HasSubstr(text));
  }
  EXPECT_THAT(english, HasSubstr("repetitions, whose median counts"));
  EXPECT_THAT(korean, HasSubstr("중앙값"));
}

TEST(ModelBench, PrintsATableAndJson) {
  const Captured table = RunMaru({"--lang", "ko", "model", "bench", kModel, "--quick", "--threads",
                                  "1", "--types", "bf16,q4", "--prefill", "16", "--depth", "64"});
  EXPECT_EQ(table.code, 0) << table.err;
  for (const char* text :
       {"토큰/초", "한계 대비", "입력 16", "생성, 깊이 64", "q4", "GB/s", "반복", "중앙값", "장치"})
    EXPECT_THAT(table.out, HasSubstr(text));
  const Captured captured =
      RunMaru({"model", "bench", kModel, "--quick", "--prefill", "none", "--json"});
  const auto json = base::ParseJson(captured.out, "out");
  ASSERT_TRUE(json.ok()) << captured.out << captured.err;
  ASSERT_EQ((*json)["lines"].size(), 1U);  // depth 4096 is beyond the context
  EXPECT_EQ((*json)["lines"][0]["test"], "decode");
  EXPECT_EQ((*json)["left_out"].size(), 1U);
  EXPECT_GT((*json)["machine"]["read_gb_s"], 0.0);
}

TEST(ModelBench, RefusesBadArgumentsInTheLanguageAskedFor) {
  const auto refused = [](std::vector<const char*> more, const char* what) {
    std::vector<const char*> arguments = {"--lang", "ko", "model", "bench"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Captured captured = RunMaru(arguments);
    EXPECT_EQ(captured.code, 2) << captured.err;
    EXPECT_THAT(captured.err, HasSubstr(what));
  };
  refused({}, "하나만 지정");
  refused({kModel, "--shape", "k-exaone-mini"}, "하나만 지정");
  refused({"--shape", "mega"}, "모델 형태 'mega'");
  refused({kModel, "--prefill", "12x"}, "'12x'");
  refused({kModel, "--depth", "-5"}, "'-5'");
  refused({kModel, "--types", "q8,q7"}, "'q7'");
  refused({kModel, "--types", ""}, "가중치 형식 ''");
  refused({kModel, "--types", "q8,"}, "가중치 형식 ''");
  refused({kModel, "--kernels", "mmx"}, "scalar");
  refused({kModel, "--seconds", "0"}, "--seconds");
  refused({kModel, "--repeat", "0"}, "--repeat");
}

TEST(ModelBench, SaysHowMuchMemoryIsMissing) {
  const Captured captured =
      RunMaru({"--lang", "en", "model", "bench", "--shape", "k-exaone-mini", "--memory", "1"});
  EXPECT_NE(captured.code, 0);
  EXPECT_THAT(captured.err, HasSubstr("limit 1073741824"));
}

}  // namespace
}  // namespace deploy::cli
