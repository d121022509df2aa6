#include "deploy/server/home_lock.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "model_core/base/strings.h"

namespace deploy {
namespace {

using ::testing::HasSubstr;

std::string NewHome(std::string_view name) {
  const std::string home = base::StrCat(::testing::TempDir(), "/maru_home_", getpid(), "_", name);
  std::filesystem::remove_all(home);
  return home;
}

TEST(HomeLock, MakesTheHomeAndKeepsASecondServerOut) {
  const std::string home = NewHome("second");
  const auto first = HomeLock::Take(home);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = HomeLock::Take(home);
  EXPECT_TRUE(absl::IsAlreadyExists(second.status()));
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr(base::StrCat("process ", getpid())));
  EXPECT_THAT(base::Message(second.status(), base::Language::kKorean), HasSubstr("다른 marud"));
}

TEST(HomeLock, LetsGoWithItsHolder) {
  const std::string home = NewHome("released");
  { ASSERT_TRUE(HomeLock::Take(home).ok()); }
  EXPECT_TRUE(HomeLock::Take(home).ok());
}

TEST(HomeLock, NamesAHomeThatCannotBeMade) {
  const auto lock = HomeLock::Take("/proc/maru");
  EXPECT_TRUE(absl::IsPermissionDenied(lock.status()));
  EXPECT_THAT(std::string(lock.status().message()), HasSubstr("'/proc/maru'"));
}

}  // namespace
}  // namespace deploy
