// maru model chat: how much memory a conversation may take, how its tokens are picked, and what
// holds them.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/strings.h"
#include "tests/unit/deploy/cli/captured.h"

namespace deploy::cli {
namespace {

using testing::HasSubstr;

// A copy of a golden model with a chat template.
class ModelChat : public testing::Test {
 protected:
  ModelChat() {
    const std::filesystem::path golden = MARU_SOURCE_DIR "/tests/golden";
    std::filesystem::copy(golden / "k_exaone", folder_);
    std::filesystem::copy(golden / "chat_templates/k_exaone.jinja",
                          folder_ + "/chat_template.jinja");
  }
  ~ModelChat() override { std::filesystem::remove_all(folder_); }

  Captured Ask(const char* language, const char* gibibytes) const {
    return RunMaru({"--lang", language, "model", "chat", folder_.c_str(), "몇 시인가요?",
                    "--thinking", "off", "--tokens-max", "4", "--memory", gibibytes});
  }

  // A turn without thinking.
  Captured Turn(std::vector<const char*> more) const {
    std::vector<const char*> arguments = {"--lang",        "en",           "model",      "chat",
                                          folder_.c_str(), "몇 시인가요?", "--thinking", "off"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunMaru(arguments);
  }
  // What a turn says; of a model with random weights, letters at least.
  std::string Letters(std::vector<const char*> more) const {
    more.insert(more.end(), {"--regex", "[a-z]+", "--tokens-max", "24"});
    const Captured captured = Turn(std::move(more));
    EXPECT_EQ(captured.code, 0) << captured.err;
    return captured.out;
  }

  const std::string folder_ = base::StrCat(testing::TempDir(), "/chat_", getpid());
};

TEST_F(ModelChat, TakesTheMemoryThatItIsGiven) {
  const Captured captured = Ask("en", "0.25");
  EXPECT_EQ(captured.code, 0) << captured.err;
  EXPECT_FALSE(captured.out.empty());
}

TEST_F(ModelChat, RefusesMoreThanTheMachineHasByTheNameOfTheOption) {
  const Captured english = Ask("en", "1000000");
  EXPECT_NE(english.code, 0);
  EXPECT_THAT(english.err, HasSubstr("--memory: 1024000000 MiB configured, the machine can give "));
  EXPECT_THAT(Ask("ko", "1000000").err,
              HasSubstr("--memory: 1024000000 MiB 설정됨, 이 장비에서 쓸 수 있는 양 "));
}

TEST_F(ModelChat, RefusesWhatIsNoAmountOfMemory) {
  for (const char* amount : {"0", "-1", "much", "1e9"}) {
    const Captured captured = Ask("en", amount);
    EXPECT_EQ(captured.code, 2) << amount;
    EXPECT_THAT(captured.err, HasSubstr("--memory")) << amount;
  }
}

// However wide the draw, what leaves one token takes the likeliest.
TEST_F(ModelChat, NarrowsTheDraw) {
  const std::string likeliest = Letters({"--temperature", "0"});
  EXPECT_NE(Letters({"--temperature", "9", "--top-p", "1"}), likeliest);
  EXPECT_EQ(Letters({"--temperature", "9", "--top-k", "1"}), likeliest);
  EXPECT_EQ(Letters({"--temperature", "9", "--top-p", "1e-6"}), likeliest);
  EXPECT_EQ(Letters({"--temperature", "9", "--min-p", "1"}), likeliest);
}

TEST_F(ModelChat, SaysThatNothingIsDrawnWhereADrawIsNarrowed) {
  const auto said = [&](const char* temperature) {
    return Turn({"--tokens-max", "2", "--top-k", "3", "--min-p", "0.1", "--temperature",
                 temperature})
        .err;
  };
  EXPECT_THAT(said("0"), HasSubstr("--top-k, --min-p: nothing is drawn"));
  EXPECT_THAT(said("1"), testing::Not(HasSubstr("nothing is drawn")));
}

TEST_F(ModelChat, BiasesTokensAndPenalisesThoseThatCameBefore) {
  const std::string plain = Letters({"--temperature", "0"});
  EXPECT_EQ(Letters({"--temperature", "0", "--logit-bias", "97=100"}), std::string(24, 'r') + "\n");
  EXPECT_EQ(Letters({"--temperature", "0", "--logit-bias", "97=100", "--logit-bias", "97=-100"}),
            plain);
  EXPECT_NE(Letters({"--temperature", "0", "--repetition-penalty", "100"}), plain);
  EXPECT_NE(Letters({"--temperature", "0", "--presence-penalty", "-2"}), plain);
  const std::string rewarded = Letters({"--temperature", "0", "--frequency-penalty", "-2"});
  EXPECT_EQ(rewarded.substr(rewarded.size() - 5, 3), std::string(3, rewarded[rewarded.size() - 2]));
}

TEST_F(ModelChat, EndsAtAStop) {
  const std::string whole = Letters({"--temperature", "0"});
  const std::string stop = whole.substr(whole.size() / 2, 3);
  EXPECT_EQ(Letters({"--temperature", "0", "--stop", "끝", "--stop", stop.c_str()}),
            whole.substr(0, whole.find(stop)) + "\n");
}

TEST_F(ModelChat, HoldsTheAnswerToOneGrammar) {
  EXPECT_THAT(Turn({"--regex", "(가나|다라)마"}).out, testing::AnyOf("가나마\n", "다라마\n"));
  const std::string lark = folder_ + "/answer.lark";
  std::ofstream(lark) << "start: \"[\" (\"가\" | \"나\") \"]\"\n";
  EXPECT_THAT(Turn({"--grammar", lark.c_str()}).out, testing::AnyOf("[가]\n", "[나]\n"));
  const Captured both = Turn({"--regex", "가", "--grammar", lark.c_str()});
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("--regex"));
  EXPECT_EQ(Turn({"--regex", "(가"}).code, 2);
  EXPECT_EQ(Turn({"--grammar", "/no/such.lark"}).code, 3);
}

TEST_F(ModelChat, RefusesASamplingOptionByItsNameAndLimits) {
  const auto refused = [&](const char* option, const char* value, const char* limits,
                           const char* korean_limits) {
    SCOPED_TRACE(base::StrCat(option, " ", value));
    for (const bool korean : {false, true}) {
      const Captured captured = RunMaru(
          {"--lang", korean ? "ko" : "en", "model", "chat", "/no/such", "가", option, value});
      EXPECT_EQ(captured.code, 2);  // before the folder is looked for
      EXPECT_THAT(captured.err, HasSubstr(option));
      EXPECT_THAT(captured.err, HasSubstr(korean ? korean_limits : limits));
    }
  };
  refused("--temperature", "10.5", "0 to 10", "10.5는 허용 범위(0 ~ 10)");
  refused("--temperature", "nan", "0 to 10", "0 ~ 10");
  refused("--top-k", "-1", "0 and above", "-1은 허용 범위(0 이상)");
  refused("--top-p", "0", "above 0 to 1", "0 초과 1 이하");
  refused("--min-p", "1.5", "0 to 1", "0 ~ 1");
  refused("--repetition-penalty", "0", "0.01 to 100", "0.01 ~ 100");
  refused("--presence-penalty", "-2.5", "-2 to 2", "-2 ~ 2");
  refused("--frequency-penalty", "3", "-2 to 2", "-2 ~ 2");
  refused("--logit-bias", "7=101", "-100 to 100", "-100 ~ 100");
  refused("--logit-bias", "-7=1", "0 to 2147483647", "0 ~ 2147483647");
  refused("--logit-bias", "7", "TOKEN=BIAS", "TOKEN=BIAS");
  refused("--top-k", "many", "many", "many");
  refused("--stop", "", "1 to 256", "1 ~ 256");
  refused("--stop", std::string(257, 'a').c_str(), "257 bytes", "257바이트");
  EXPECT_THAT(Turn({"--logit-bias", "336=1"}).err, HasSubstr("0 to 335"));
  std::vector<const char*> stops;
  for (int i = 0; i < 17; ++i) stops.insert(stops.end(), {"--stop", "끝"});
  EXPECT_THAT(Turn(stops).err, HasSubstr("--stop: 17 times, limit 16"));
}

TEST_F(ModelChat, SaysSoInBothLanguages) {
  const auto help = [](const char* language) {
    return RunMaru({"--lang", language, "model", "chat", "--help"}).out;
  };
  EXPECT_THAT(help("en"), HasSubstr("memory for the conversation in GiB"));
  EXPECT_THAT(help("ko"), HasSubstr("메모리 한도 GiB"));
  for (const char* option : {"--temperature", "--top-k", "--top-p", "--min-p",
                             "--repetition-penalty", "--presence-penalty", "--frequency-penalty",
                             "--logit-bias", "--stop", "--regex", "--grammar"}) {
    for (const char* language : {"en", "ko"}) EXPECT_THAT(help(language), HasSubstr(option));
    EXPECT_THAT(RunMaru({"completion", "bash"}).out, HasSubstr(option));
  }
}

}  // namespace
}  // namespace deploy::cli
