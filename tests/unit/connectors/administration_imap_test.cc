// ImapSession against servers that log in as IMAP has it and then send what they like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/administration/imap_session.h"
#include "model_core/base/strings.h"
#include "tests/fakes/line_server.h"
#include "tests/fakes/whole_korean.h"

namespace connectors::administration {
namespace {

using testing::HasSubstr;

// Answers every command after the login with `answer`, where TAG stands for the command's tag.
struct Trouble {
  explicit Trouble(const std::string& answer)
      : server("* OK ready\r\n", [answer](const std::string& line) {
          const std::string tag = line.substr(0, line.find(' '));
          const bool login = line.find("CAPABILITY") != std::string::npos ||
                             line.find("LOGIN") != std::string::npos;
          return std::optional(base::ReplaceAll(login ? "TAG OK done\r\n" : answer, "TAG", tag));
        }) {
    options.tls = MailOptions::Tls::kNone;
    options.imap_host = "127.0.0.1";
    options.imap_port = server.port();
    options.user = options.password = "clerk";
  }
  absl::Status Search() {
    const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
    auto session = ImapSession::Open(options, context);
    return session.ok() ? (*session)->Search({{"ALL", ""}}).status() : session.status();
  }
  fakes::LineServer server;
  MailOptions options;
};

std::string Times(int count, std::string_view text) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(ImapTrouble, IsNamedAndBounded) {
  const std::string news = Times(100'000, "* 1 EXISTS\r\n");
  for (const auto& [answer, words] :
       {std::pair<std::string, std::string>{news + "TAG OK done\r\n", "an answer without end"},
        {std::string(3 << 20, 'x') + "\r\nTAG OK done\r\n", "a line without end"},
        {"* SEARCH {999999999999}\r\n", "a message of 999999999999 bytes"},
        {"* SEARCH 1 -7\r\nTAG OK done\r\n", "UID -7"},
        {"* SEARCH 4294967296\r\nTAG OK done\r\n", "UID 4294967296"},
        {"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400"}}) {
    const absl::Status status = Trouble(answer).Search();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << words << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << status;
  }
}

TEST(ImapTrouble, ARefusalIsToldInTheServersOwnWords) {
  const absl::Status status = Trouble("TAG NO [CANNOT] it isn't allowed\r\n").Search();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(base::Message(status, base::Language::kKorean),
              HasSubstr("요청을 거절했습니다: \"[CANNOT] it isn't allowed\""));
}

TEST(ImapTrouble, AServerThatAnswersIsHeard) {
  EXPECT_TRUE(Trouble("* SEARCH 1 7\r\nTAG OK done\r\n").Search().ok());
}

}  // namespace
}  // namespace connectors::administration
