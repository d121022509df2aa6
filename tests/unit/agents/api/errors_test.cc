// What an error looks like to a caller.
#include "agents/api/grpc/errors.h"

#include <gtest/gtest.h>

#include "google/rpc/status.pb.h"

namespace agents {
namespace {

TEST(Error, IsReadableWhateverItRepeats) {
  const grpc::Status status =
      ToGrpc(absl::UnavailableError("got 'R\xFF'"), base::Language::kEnglish);
  EXPECT_EQ(status.error_message(), "got 'R\uFFFD'");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.message(), "got 'R\uFFFD'");
}

}  // namespace
}  // namespace agents
