#include "deploy/server/memory_refusal.h"

#include <gmock/gmock.h>

namespace deploy {
namespace {

TEST(MemoryRefusal, NamesTheOptionInBothLanguages) {
  const absl::Status said =
      NamingMemory(base::Error(absl::StatusCode::kResourceExhausted, "memory_bytes_max: 7 MiB",
                               "memory_bytes_max: 7 MiB 설정됨"),
                   "--memory");
  EXPECT_EQ(said.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(base::Message(said, base::Language::kEnglish), "--memory: 7 MiB");
  EXPECT_EQ(base::Message(said, base::Language::kKorean), "--memory: 7 MiB 설정됨");
}

TEST(MemoryRefusal, LeavesOtherErrorsAsTheyAre) {
  const absl::Status other = absl::NotFoundError("memory_bytes_max");
  EXPECT_EQ(NamingMemory(other, "--memory"), other);
}

}  // namespace
}  // namespace deploy
