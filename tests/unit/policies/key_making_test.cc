// Several processes that start at once and find no key: one key, and all of them have it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "model_core/base/strings.h"
#include "policies/approval_seal.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::StrCat;
// Of the key at a path, made where there is none: a word that no other key gives. Empty: none.
using KeysWord = std::function<std::string(const std::string& path)>;

constexpr int kProcesses = 8, kRounds = 20;

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  int ends[2] = {-1, -1};  // read, write
};

// Waits until every writer of `start` is gone, and says one line.
[[noreturn]] void Child(const Pipe& start, const Pipe& told, const KeysWord& word,
                        const std::string& path) {
  close(start.ends[1]);
  char none = 0;
  const bool released = read(start.ends[0], &none, 1) == 0;
  const std::string line = StrCat(released ? word(path) : "", "\n");
  const bool said =
      write(told.ends[1], line.data(), line.size()) == static_cast<ssize_t>(line.size());
  _exit(said ? 0 : 1);
}

// The words of the key that so many processes, let go at once, found or made.
std::vector<std::string> WordsOfAll(const KeysWord& word, const std::string& path) {
  const Pipe start, told;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() == 0) Child(start, told, word, path);
  }
  for (const int fd : {start.ends[0], start.ends[1], told.ends[1]}) close(fd);
  std::string lines;
  char part[4096];
  for (ssize_t count = 0; (count = read(told.ends[0], part, sizeof(part))) > 0;)
    lines.append(part, static_cast<size_t>(count));
  close(told.ends[0]);
  for (const pid_t child : children) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  std::vector<std::string> words;
  for (const std::string_view line : base::StrSplit(lines, '\n')) words.emplace_back(line);
  words.pop_back();  // after the last line
  return words;
}

std::string WordOfSealer(const std::string& path) {
  const auto sealer = LoadOrMakeApprovalSealer(path);
  return sealer.ok() ? sealer->Seal({}) : "";
}

std::string WordOfSigner(const std::string& path) {
  const auto signer = LoadOrMakeSigner(path, "maru.test/log");
  return signer.ok() ? (*signer)->verifier_key() : "";
}

void ExpectOneKey(const KeysWord& word, const std::string& name) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / StrCat("maru-key-making-", name);
  for (int round = 0; round < kRounds; ++round) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const std::string path = folder / name;
    const std::vector<std::string> words = WordsOfAll(word, path);
    const std::string kept = word(path);
    ASSERT_FALSE(kept.empty());
    ASSERT_THAT(words, testing::SizeIs(kProcesses));
    ASSERT_THAT(words, testing::Each(kept)) << "round " << round;
    struct stat found {};
    ASSERT_EQ(stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1)
        << "nothing else is left";
  }
  std::filesystem::remove_all(folder);
}

TEST(KeyMaking, GivesAllWhoStartAtOnceOneApprovalsKey) {
  ExpectOneKey(WordOfSealer, "approvals.key");
}

TEST(KeyMaking, GivesAllWhoStartAtOnceOneAuditKey) { ExpectOneKey(WordOfSigner, "audit.pem"); }

}  // namespace
}  // namespace policies
