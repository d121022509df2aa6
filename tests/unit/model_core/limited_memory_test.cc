// The engine in a control group whose memory is really limited: what it takes for requests follows
// the group's limit, and no storm makes the kernel end it. Where no group can be made, the test is
// skipped and says why.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model_core/base/json.h"
#include "tests/unit/model_core/golden.h"
#include "tests/unit/model_core/limited_group.h"
#include "tests/unit/model_core/resident.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kLimit = 40 * kMiB;

struct Ended {
  int status = 0;  // as waitpid gives it
  Json said;       // null: nothing
};

class LimitedMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers take memory of their own";
    Limit(kLimit);
    if (IsSkipped()) return;
    const Ended greedy = Run({"take", std::to_string(2 * kLimit)});
    if (greedy.said.contains("taken")) GTEST_SKIP() << "this machine keeps no limit of a group";
    ASSERT_TRUE(WIFSIGNALED(greedy.status) && WTERMSIG(greedy.status) == SIGKILL);
    ASSERT_EQ(group_->killed(), 1U);
    Limit(kLimit);
  }

  void Limit(size_t bytes) {
    group_.reset();
    auto group = LimitedGroup::Make(bytes);
    if (!group.ok()) GTEST_SKIP() << group.status().message();
    group_ = *std::move(group);
  }

  // The worker, which is in the group before it is loaded.
  Ended Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), MARU_BINARY_DIR "/tests/limited_worker");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    int go[2], said[2];
    EXPECT_EQ(pipe(go) | pipe(said), 0);
    const pid_t child = fork();
    if (child == 0) Become(pointers, go, said);
    close(go[0]);
    close(said[1]);
    EXPECT_TRUE(group_->Take(child).ok());
    close(go[1]);
    Ended ended;
    ended.said = Read(said[0]);
    EXPECT_EQ(waitpid(child, &ended.status, 0), child);
    return ended;
  }

  Json Serve(int callers, size_t bytes_max = 0) {
    const Ended ended = Run({"serve", GoldenDirectory("hyperclova_x"), std::to_string(callers),
                             std::to_string(bytes_max)});
    EXPECT_TRUE(WIFEXITED(ended.status)) << "killed by signal " << WTERMSIG(ended.status);
    EXPECT_EQ(group_->killed(), 0U);
    return ended.said;
  }

  std::unique_ptr<LimitedGroup> group_;

 private:
  // In the child: waits for the end of `go`.
  [[noreturn]] static void Become(const std::vector<char*>& arguments, int* go, int* said) {
    char nothing = 0;
    close(go[1]);
    while (read(go[0], &nothing, 1) > 0) {
    }
    dup2(said[1], STDOUT_FILENO);
    close(said[0]);
    execv(arguments[0], arguments.data());
    _exit(127);
  }

  static Json Read(int from) {
    std::string text;
    char part[512];
    for (ssize_t bytes = 0; (bytes = read(from, part, sizeof(part))) > 0;) text.append(part, bytes);
    close(from);
    return text.empty() ? Json() : base::ParseJson(text, "said").value_or(Json());
  }
};

TEST_F(LimitedMemory, AStormFillsTheBudgetAndNobodyIsKilled) {
  constexpr int kCallers = 60;
  const Json said = Serve(kCallers);
  ASSERT_TRUE(said.contains("budget")) << said.dump();
  const auto bytes = [&](const char* name) { return said.at(name).get<size_t>(); };
  EXPECT_EQ(said.at("whole"), kCallers);
  EXPECT_LT(bytes("budget") + bytes("besides"), kLimit);
  EXPECT_LE(bytes("promised_most"), bytes("budget"));
  EXPECT_GE(bytes("promised_most") + kMiB, bytes("budget"));  // there was no room for one more
  EXPECT_GE(bytes("used_most") + 2 * kMiB, bytes("budget"));
  RecordProperty("budget_bytes", static_cast<int64_t>(bytes("budget")));
  RecordProperty("used_most_bytes", static_cast<int64_t>(bytes("used_most")));
  RecordProperty("group_most_bytes", static_cast<int64_t>(group_->bytes_most()));
}

TEST_F(LimitedMemory, TheBudgetFollowsTheLimit) {
  const Json small = Serve(0);
  ASSERT_TRUE(small.contains("budget")) << small.dump();
  Limit(kLimit + 128 * kMiB);
  ASSERT_NE(group_, nullptr);
  const Json large = Serve(0);
  ASSERT_TRUE(large.contains("budget")) << large.dump();
  const double more = large.at("budget").get<double>() - small.at("budget").get<double>();
  EXPECT_NEAR(more / kMiB, 128 * 7 / 8, 4);  // an eighth is kept in reserve
}

TEST_F(LimitedMemory, MoreThanTheGroupHasIsRefusedByItsName) {
  const Json said = Serve(0, kLimit);
  ASSERT_TRUE(said.contains("error")) << said.dump();
  EXPECT_THAT(said.at("error").get<std::string>(),
              HasSubstr("MiB available by " + group_->folder() + ", less "));
}

}  // namespace
}  // namespace model_core
