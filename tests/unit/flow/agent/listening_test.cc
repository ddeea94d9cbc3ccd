#include "libcore/flow/agent/listening.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(Listening, AtAPortOfTheSystem) {
  ListeningSocket first = listen_at("127.0.0.1");
  ListeningSocket second = listen_at("127.0.0.1");
  EXPECT_GT(first.port, 0);
  EXPECT_NE(first.port, second.port);
  EXPECT_THROW(listen_at("localhost"), Error);
  EXPECT_THROW(listen_at("192.0.2.1"), Error);
}

TEST(Listening, TheAddressFromWhichWeWouldConnect) {
  EXPECT_EQ(own_address_towards("127.0.0.1"), "127.0.0.1");
  EXPECT_THROW(own_address_towards("localhost"), Error);
  EXPECT_THROW(own_address_towards(""), Error);
}

}  // namespace
}  // namespace penstock
