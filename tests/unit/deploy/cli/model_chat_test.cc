// maru model chat: how much memory a conversation may take.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

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
    std::filesystem::copy(golden / "chat_templates/k_exaone.jinja", folder_ + "/chat_template.jinja");
  }
  ~ModelChat() override { std::filesystem::remove_all(folder_); }

  Captured Ask(const char* language, const char* gibibytes) const {
    return RunMaru({"--lang", language, "model", "chat", folder_.c_str(), "몇 시인가요?", "--thinking", "off",
                    "--tokens-max", "4", "--memory", gibibytes});
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
  EXPECT_THAT(Ask("ko", "1000000").err, HasSubstr("--memory: 1024000000 MiB 설정됨, 이 장비에서 쓸 수 있는 양 "));
}

TEST_F(ModelChat, RefusesWhatIsNoAmountOfMemory) {
  for (const char* amount : {"0", "-1", "much", "1e9"}) {
    const Captured captured = Ask("en", amount);
    EXPECT_EQ(captured.code, 2) << amount;
    EXPECT_THAT(captured.err, HasSubstr("--memory")) << amount;
  }
}

TEST_F(ModelChat, SaysSoInBothLanguages) {
  const auto help = [](const char* language) {
    return RunMaru({"--lang", language, "model", "chat", "--help"}).out;
  };
  EXPECT_THAT(help("en"), HasSubstr("memory for the conversation in GiB"));
  EXPECT_THAT(help("ko"), HasSubstr("메모리 한도 GiB"));
}

}  // namespace
}  // namespace deploy::cli
