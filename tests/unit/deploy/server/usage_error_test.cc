// What marud says of wrong arguments.
#include "deploy/server/usage_error.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/fakes/whole_korean.h"

namespace deploy {
namespace {

// Of a program with an option that takes a text.
absl::Status Fault(std::vector<std::string> arguments) {
  CLI::App app;
  std::string home;
  app.add_option("--home", home, "");
  std::reverse(arguments.begin(), arguments.end());  // as the parser takes them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return UsageError(error, app, "marud");
  }
  return absl::OkStatus();
}

TEST(UsageError, NamesWhatIsUnknownOrMissingInBothLanguages) {
  const absl::Status unknown = Fault({"--home", "/srv/maru", "--bogus", "7"});
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(unknown.message(), "unknown argument: --bogus 7 (marud --help)");
  EXPECT_EQ(base::Message(unknown, base::Language::kKorean),
            "알 수 없는 인자입니다: --bogus 7 (marud --help)");
  const absl::Status missing = Fault({"--home"});
  EXPECT_EQ(missing.message(), "--home: its value is missing (marud --help)");
  EXPECT_EQ(base::Message(missing, base::Language::kKorean),
            "--home: 값이 빠졌습니다 (marud --help)");
  EXPECT_EQ(Fault({"--home", "a", "--home", "b"}).message(),
            "--home is given more than once (marud --help)");
  EXPECT_TRUE(Fault({"--home", "/srv/maru"}).ok());
}

TEST(UsageError, IsKoreanThroughout) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--home"}, {"--serve"}, {"--home", "a", "--home", "b"}})
    EXPECT_EQ(fakes::EnglishWordsIn(Fault(wrong)), "") << wrong.back();
}

}  // namespace
}  // namespace deploy
