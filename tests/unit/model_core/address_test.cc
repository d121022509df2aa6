#include "model_core/base/address.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Address, IsHostAndPort) {
  EXPECT_EQ(ParseAddress("127.0.0.1:7420")->host, "127.0.0.1");
  EXPECT_EQ(ParseAddress("[::1]:7420")->host, "::1");
  EXPECT_EQ(ParseAddress("maru.example:0")->port, 0);
  EXPECT_EQ(ParseAddress("maru.example:65535")->port, kPortMax);
}

TEST(Address, IsNothingElse) {
  for (const char* text :
       {"", "example", "7420", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
        "127.0.0.1:99999", "127.0.0.1:-1", ":7420", "[]:7420", "::1:80", "unix:/tmp/s"}) {
    EXPECT_FALSE(ParseAddress(text).has_value()) << text;
  }
}

TEST(Address, OfThisMachineIsLoopback) {
  for (const char* host : {"127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1",
                           "::ffff:127.0.0.1", "localhost"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
}

TEST(Address, WhoseNameOnlyLooksLikeThisMachineIsNotLoopback) {
  for (const char* host : {"127.example.com", "127.evil.com", "127.0.0.1.example.com", "127.1",
                           "localhost.example.com", "0.0.0.0", "::", "::2", "::127.0.0.1",
                           "::ffff:10.0.0.1", "128.0.0.1", "10.0.0.127", ""}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(Address, OfZerosIsEveryAddress) {
  for (const char* host : {"0.0.0.0", "::", "0:0::0", "::ffff:0.0.0.0"})
    EXPECT_TRUE(IsEveryAddress(host)) << host;
  for (const char* host : {"127.0.0.1", "::1", "localhost", "0.0.0.1", "maru.example"}) {
    EXPECT_FALSE(IsEveryAddress(host)) << host;
  }
}

}  // namespace
}  // namespace base
