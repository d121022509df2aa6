// kill -9 of a process of workers, again and again at random moments: every effect happens exactly
// once.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>

#include "tests/contract/run_world.h"

namespace agents {
namespace {

constexpr int kRounds = 20;
constexpr int kRunsEachRound = 3;
constexpr int kStepsOfARun = 3;

class Process {
 public:
  explicit Process(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int out[2];
    CHECK(pipe(out) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    CHECK(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    char byte = 0;
    while (read(out[0], &byte, 1) == 1 && byte != '\n') {
    }
    close(out[0]);
  }
  ~Process() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
};

class CrashTest : public testing::Test {
 protected:
  CrashTest() { fakes::PutSamplePeople(*store_); }

  std::string Start() {
    return *store_->CreateRun(
        {"세 건", "han.clerk", "", "", "", "ko", "2026-11-24T10:00:00+09:00"});
  }

  std::map<std::string, int> Happened() const {
    std::map<std::string, int> happened;
    std::ifstream lines(effects_);
    for (std::string line; std::getline(lines, line);) ++happened[line];
    return happened;
  }

  // Asked whether something happened, people look.
  void Answer(const Approval& approval, RunLoop& people) {
    const std::string& hash = approval.call_hash;
    const bool doubt = base::StringOr(approval.shown, "question", "") == "in_doubt";
    if (doubt && !Happened().contains(StrCat(approval.run_id, "/", approval.step_id))) {
      people.OnceMore(approval.id, "seo.head", "기록에 없음", hash).IgnoreError();
    } else {
      people.Decide(approval.id, "seo.head", true, "확인함", hash).IgnoreError();
    }
  }

  // Answers what is asked; true once every run has ended.
  bool ApproveAndLook(const std::vector<std::string>& ids, RunLoop& people) {
    bool ended = true;
    const auto pending = *store_->ListApprovals("pending");
    for (const Approval& approval : pending) Answer(approval, people);
    for (const std::string& id : ids)
      ended = Terminal(Fold(id, *store_->Journal(id, 0))->state) && ended;
    return ended;
  }

  const fakes::TestDatabase database_ = fakes::MakeTestDatabase();
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(database_);
  const std::string effects_ = StrCat(fakes::TestDirectory(), "/effects");
};

TEST_F(CrashTest, EveryEffectHappensExactlyOnceThoughTheWorkersAreKilled) {
  fakes::TestSigner();
  RunWorld world;  // its loop does nothing but take people's answers
  const auto people = world.Loop(*store_);
  std::mt19937 random(20261124);
  std::vector<std::string> ids;
  for (int round = 0; round < kRounds; ++round) {
    Process workers({MARU_BINARY_DIR "/tests/contract_crash_worker", database_.owner_dsn,
                     database_.app_dsn, StrCat(fakes::TestDirectory(), "/audit.pem"), effects_});
    for (int i = 0; i < kRunsEachRound; ++i) ids.push_back(Start());
    const absl::Time death = absl::Now() + absl::Milliseconds(random() % 250);
    while (absl::Now() < death) {
      ApproveAndLook(ids, *people);
      absl::SleepFor(absl::Milliseconds(2));
    }
  }
  Process workers({MARU_BINARY_DIR "/tests/contract_crash_worker", database_.owner_dsn,
                   database_.app_dsn, StrCat(fakes::TestDirectory(), "/audit.pem"), effects_});
  for (int i = 0; i < 3000 && !ApproveAndLook(ids, *people); ++i)
    absl::SleepFor(absl::Milliseconds(20));

  std::map<std::string, int> happened = Happened();
  int settled_later = 0;
  for (const std::string& id : ids) {
    const auto run = *Fold(id, *store_->Journal(id, 0));
    for (const auto& [step, record] : run.steps)
      settled_later += record.settled_by != "call" ? 1 : 0;
    EXPECT_EQ(run.state, RunState::kCompleted) << id;
    for (int step = 1; step <= kStepsOfARun; ++step)
      EXPECT_EQ(happened[StrCat(id, "/s", step)], 1) << id << " s" << step;
  }
  EXPECT_EQ(happened.size(), ids.size() * kStepsOfARun);
  // How many effects were on their way when their worker died.
  RecordProperty("effects", static_cast<int>(happened.size()));
  RecordProperty("settled_later", settled_later);
}

}  // namespace
}  // namespace agents
