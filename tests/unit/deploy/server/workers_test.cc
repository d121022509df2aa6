// The threads of marud: how they stop, and what they say of failures.
#include "deploy/server/workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/strings.h"
#include "tests/fakes/faulty_store.h"
#include "tests/fakes/test_store.h"

namespace deploy {
namespace {

using testing::HasSubstr;

// How often `what` stands in `text`.
size_t Times(const std::string& text, const std::string& what) {
  size_t times = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++times;
  return times;
}

// Advances as it is told; people do nothing to its runs.
class FakeLoop : public agents::RunLoop {
 public:
  using Answer = std::function<absl::StatusOr<bool>(const std::function<bool()>& stopping)>;
  explicit FakeLoop(Answer answer) : answer_(std::move(answer)) {}

  absl::StatusOr<bool> Advance(const std::string&, const std::function<bool()>& stopping) override {
    return answer_(stopping);
  }
  absl::Status Reply(const std::string&, const std::string&, const std::string&,
                     const std::string&) override {
    return absl::UnimplementedError("");
  }
  absl::Status Confirm(const std::string&, const std::string&, const std::string&, bool) override {
    return absl::UnimplementedError("");
  }
  absl::Status Cancel(const std::string&, const std::string&) override {
    return absl::UnimplementedError("");
  }
  absl::Status Decide(const std::string&, const std::string&, bool, const std::string&,
                      const std::string&) override {
    return absl::UnimplementedError("");
  }
  absl::Status OnceMore(const std::string&, const std::string&, const std::string&,
                        const std::string&) override {
    return absl::UnimplementedError("");
  }

 private:
  const Answer answer_;
};

class WorkersTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { store_ = fakes::OpenTestStore(fakes::MakeTestDatabase()); }
  static void TearDownTestSuite() { store_.reset(); }
  static inline std::unique_ptr<agents::RunStore> store_;
};

TEST_F(WorkersTest, AreToldToStopWithoutBeingWaitedFor) {
  std::atomic<int> at_work{0}, left{0};
  FakeLoop loop([&](const std::function<bool()>& stopping) {
    ++at_work;
    while (!stopping()) absl::SleepFor(absl::Milliseconds(1));
    ++left;
    return true;
  });
  Workers workers(loop, *store_, base::SystemClock(), 2);
  const auto both = [](const std::atomic<int>& count) {
    for (int i = 0; i < 20000 && count < 2; ++i) absl::SleepFor(absl::Milliseconds(1));
  };
  both(at_work);
  testing::internal::CaptureStderr();
  workers.Stop();
  workers.Stop();
  both(left);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(left, 2) << "while the workers still stand";
  EXPECT_EQ(Times(log, "info workers.stopping workers=2"), 1u) << log;
}

TEST_F(WorkersTest, SayAFailureOnceHoweverOftenTheyMeetIt) {
  std::atomic<int> failed{0};
  FakeLoop loop([&](const std::function<bool()>&) -> absl::StatusOr<bool> {
    return absl::UnavailableError(base::StrCat("the database does not answer: try ", ++failed));
  });
  fakes::FaultyStore dead(*store_);
  dead.Die();
  testing::internal::CaptureStderr();
  {
    Workers workers(loop, dead, base::SystemClock(), 4);
    for (int i = 0; i < 20000 && failed < 12; ++i) absl::SleepFor(absl::Milliseconds(1));
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_GE(failed, 12);
  EXPECT_EQ(Times(log, "worker.failed"), 1u) << log;
  EXPECT_THAT(log, HasSubstr("reason=the database does not answer: try "));
}

// A system that is up and down as the test says, and counts how often it is asked.
class Switch : public tools::Connector {
 public:
  Switch(std::atomic<State>& state, std::atomic<int>& asked) : state_(state), asked_(asked) {}
  const std::string& name() const override { return name_; }
  const std::string& domain() const override { return name_; }
  std::vector<tools::Tool*> tools() override { return {}; }
  Health Check(absl::Time) override {
    ++asked_;
    return {state_, "as told", "지시대로"};
  }

 private:
  const std::string name_ = "legal.drf";
  std::atomic<State>& state_;
  std::atomic<int>& asked_;
};

void WaitUntilAskedAgain(const std::atomic<int>& asked) {
  const int before = asked;
  for (int i = 0; i < 20000 && asked < before + 5; ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_GE(asked, before + 5);
}

TEST(HealthWatch, SaysWhenAConnectorGoesDownAndComesUpAgain) {
  using State = tools::Connector::State;
  std::atomic<State> state{State::kConnected};
  std::atomic<int> asked{0};
  std::vector<std::unique_ptr<tools::Connector>> connectors;
  connectors.push_back(std::make_unique<Switch>(state, asked));
  tools::ToolRegistry registry(tools::Catalogue::BuiltIn(), std::move(connectors));
  testing::internal::CaptureStderr();
  {
    const HealthWatch watch(registry, base::SystemClock(), absl::Milliseconds(5));
    for (const State next : {State::kDown, State::kConnected}) {
      WaitUntilAskedAgain(asked);  // many times, and told once
      state = next;
    }
    WaitUntilAskedAgain(asked);
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(Times(log, "info connector.up connector=legal.drf"), 2u) << log;
  EXPECT_EQ(Times(log, "warning connector.down connector=legal.drf detail=as told"), 1u) << log;
}

}  // namespace
}  // namespace deploy
