// What marud --help says, in either language.
#include "deploy/server/marud_options.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "deploy/server/config.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::Language;
using testing::HasSubstr;
using testing::Not;

bool HasHangul(const std::string& text) {
  const std::u32string points = base::CodePoints(text);
  return std::ranges::any_of(points, base::IsHangulSyllable);
}

TEST(MarudOptions, HelpIsInOneLanguageThroughout) {
  CLI::App korean, english;
  MarudOptions options, others;
  AddMarudOptions(korean, options, Language::kKorean);
  AddMarudOptions(english, others, Language::kEnglish);
  for (const CLI::Option* option : korean.get_options())
    EXPECT_TRUE(HasHangul(option->get_description())) << option->get_name();
  EXPECT_FALSE(HasHangul(english.help())) << english.help();
  EXPECT_THAT(english.help(), HasSubstr("Exit codes: 0 stopped as asked"));
  EXPECT_THAT(korean.help(), HasSubstr("종료 코드: 0 요청대로 멈춤"));
  for (const char* heading : {"Usage:", "Options:", "Print this help"})
    EXPECT_THAT(korean.help(), Not(HasSubstr(heading)));
}

TEST(MarudOptions, AreReadAndHaveDefaults) {
  CLI::App app;
  MarudOptions options;
  AddMarudOptions(app, options, Language::kEnglish);
  EXPECT_EQ(options.home, DefaultHome());
  const char* const arguments[] = {"marud",  "--home", "/srv/maru", "--config",
                                   "m.yaml", "--lang", "en",        "--check-config"};
  app.parse(static_cast<int>(std::size(arguments)), arguments);
  EXPECT_EQ(options.home, "/srv/maru");
  EXPECT_EQ(options.config, "m.yaml");
  EXPECT_EQ(options.language, "en");
  EXPECT_TRUE(options.check);
}

TEST(MarudOptions, ALanguageThatIsNoneIsRefused) {
  CLI::App app;
  MarudOptions options;
  AddMarudOptions(app, options, Language::kEnglish);
  const char* const arguments[] = {"marud", "--lang", "kr"};
  EXPECT_THROW(app.parse(static_cast<int>(std::size(arguments)), arguments), CLI::ValidationError);
}

TEST(MarudOptions, TheLanguageIsKnownBeforeTheParserIsDone) {
  const auto of = [](std::vector<const char*> arguments) {
    return MarudLanguage(static_cast<int>(arguments.size()), arguments.data());
  };
  EXPECT_EQ(of({"marud"}), Language::kKorean);
  EXPECT_EQ(of({"marud", "--bogus", "--lang", "en"}), Language::kEnglish);
  EXPECT_EQ(of({"marud", "--lang=en", "--help"}), Language::kEnglish);
  EXPECT_EQ(of({"marud", "--lang"}), Language::kKorean);
}

}  // namespace
}  // namespace deploy
