#include "deploy/server/marud_options.h"

#include <string_view>

#include "deploy/server/config.h"
#include "deploy/server/version.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

using base::StrCat;

constexpr char kFooterEnglish[] =
    "Stops on SIGTERM or Ctrl-C. Every key of the configuration, with its default: maru config "
    "default\n"
    "Exit codes: 0 stopped as asked, 1 something failed, 2 arguments or configuration, 3 the home, "
    "its database or a port is taken";
constexpr char kFooterKorean[] =
    "SIGTERM이나 Ctrl-C로 멈춥니다. 설정의 모든 키와 기본값: maru config default\n"
    "종료 코드: 0 요청대로 멈춤, 1 실패, 2 인자나 설정이 잘못됨, 3 홈이나 그 데이터베이스, 포트를 "
    "다른 프로그램이 쓰고 있음";

}  // namespace

base::Language MarudLanguage(int argc, const char* const* argv) {
  constexpr std::string_view kOption = "--lang";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kOption && i + 1 < argc) return base::ParseLanguage(argv[i + 1]);
    if (argument.starts_with("--lang="))
      return base::ParseLanguage(argument.substr(kOption.size() + 1));
  }
  return base::Language::kKorean;
}

void AddMarudOptions(CLI::App& app, MarudOptions& options, base::Language language) {
  const auto say = [&](const char* english, const char* korean) {
    return std::string(language == base::Language::kKorean ? korean : english);
  };
  options.home = DefaultHome();
  app.description(say("marud: the Maru server", "marud: 마루 서버"));
  app.get_formatter()->label("Usage", say("Usage", "사용법"));
  app.get_formatter()->label("OPTIONS", say("OPTIONS", "옵션"));
  app.get_formatter()->label("TEXT", say("VALUE", "값"));
  app.option_defaults()->group(say("Options", "옵션"));
  app.set_help_flag("-h,--help", say("this help", "도움말"));
  app.set_version_flag("--version", StrCat("marud ", Version()), say("the version", "버전"));
  app.add_option("--home", options.home,
                 say("directory of all data: database, credentials, keys",
                     "모든 자료(데이터베이스, 인증 정보, 키)를 두는 디렉터리"))
      ->capture_default_str();
  app.add_option("--config", options.config,
                 say("configuration file; default: HOME/maru.yaml where it exists",
                     "설정 파일. 기본값: HOME/maru.yaml이 있으면 그 파일"));
  app.add_option(
         "--lang", options.language,
         say("language of this help and of errors, ko or en", "도움말과 오류의 언어, ko 또는 en"))
      ->type_name(say("VALUE", "값"))
      ->check(CLI::IsMember({"ko", "en"}))
      ->capture_default_str();
  app.add_flag(
      "--check-config", options.check,
      say("whether marud would start, as one line of JSON (see: maru config check), "
          "and ends",
          "marud가 시작할 수 있는지를 JSON 한 줄로 알리고 끝냅니다 (maru config check 참고)"));
  app.footer(say(kFooterEnglish, kFooterKorean));
}

}  // namespace deploy
