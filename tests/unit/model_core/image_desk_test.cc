// Who comes to the desk where images lie before they are seen.
#include "model_core/engine/image_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace model_core {
namespace {

using testing::ElementsAre;

// Requests that come one after the other while somebody has the whole desk; what they are called in
// the order in which they then get it.
class Desk {
 public:
  explicit Desk(size_t bytes) : desk_(bytes) {}
  ~Desk() {
    for (std::thread& caller : callers_) caller.join();
  }

  std::unique_ptr<ImageDesk::Place> Now(const std::string& tenant, size_t bytes) {
    return *desk_.Take(bytes, Of(tenant), base::SystemClock());
  }
  void Wait(const std::string& tenant, size_t bytes) {
    const size_t before = desk_.waiting();
    callers_.emplace_back([this, tenant, bytes] {
      const GenerateRequest request = Of(tenant);
      const auto place = desk_.Take(bytes, request, base::SystemClock());
      ASSERT_TRUE(place.ok());
      const std::lock_guard lock(mutex_);
      order_.push_back(tenant);
    });
    while (desk_.waiting() == before) std::this_thread::yield();
  }
  std::vector<std::string> Order() {
    for (std::thread& caller : callers_) caller.join();
    callers_.clear();
    return order_;
  }
  ImageDesk& desk() { return desk_; }

  static GenerateRequest Of(const std::string& tenant) {
    GenerateRequest request;
    request.tenant = tenant;
    return request;
  }

 private:
  ImageDesk desk_;
  std::mutex mutex_;
  std::vector<std::string> order_;
  std::vector<std::thread> callers_;
};

TEST(ImageDesk, ManyImagesOfOneTenantHoldUpNobodyElses) {
  Desk desk(100);
  auto whole = desk.Now("many", 100);
  for (int i = 0; i < 5; ++i) desk.Wait("many", 100);
  desk.Wait("one", 100);
  desk.Wait("other", 100);
  whole.reset();
  // Who came anew stands level with the first, and was behind it in the queue.
  EXPECT_THAT(desk.Order(), ElementsAre("many", "one", "other", "many", "many", "many", "many"));
}

TEST(ImageDesk, NobodyGoesPastWhoseTurnItIs) {
  Desk desk(100);
  auto half = desk.Now("a", 60);
  auto rest = desk.Now("a", 40);
  desk.Wait("b", 100);
  desk.Wait("b", 10);
  rest.reset();  // would do for the second
  EXPECT_EQ(desk.desk().waiting(), 2U);
  half.reset();
  EXPECT_THAT(desk.Order(), ElementsAre("b", "b"));
  EXPECT_NE(desk.Now("c", 1'000), nullptr);  // all there is
}

TEST(ImageDesk, WhoIsCancelledLeavesTheQueue) {
  Desk desk(100);
  auto whole = desk.Now("a", 100);
  GenerateRequest request = Desk::Of("b");
  request.cancelled = [] { return true; };
  EXPECT_EQ(desk.desk().Take(1, request, base::SystemClock()).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(desk.desk().waiting(), 0U);
  whole.reset();
  EXPECT_NE(desk.Now("b", 100), nullptr);
}

}  // namespace
}  // namespace model_core
