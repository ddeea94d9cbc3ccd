#include "libcore/flow/probe/measures.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include "libcore/flow/agent/listening.h"
#include "libcore/net/endpoint.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class Measures : public FolderTest {
 protected:
  void SetUp() override {
    if (const char* set = std::getenv("TMPDIR")) before_ = set;
    setenv("TMPDIR", folder_.c_str(), 1);
  }
  void TearDown() override {
    if (before_) {
      setenv("TMPDIR", before_->c_str(), 1);
    } else {
      unsetenv("TMPDIR");
    }
  }

  std::optional<std::string> before_;
};

TEST_F(Measures, OfThisHostAreAllThere) {
  const HostMeasures measures = measure_host();
  EXPECT_EQ(measures.disk_refusal, "");
  for (int64_t number : {measures.first_cache_ps, measures.second_cache_ps, measures.third_cache_ps,
                         measures.memory_ps, measures.memory_rate, measures.disk_write_rate,
                         measures.disk_read_rate, measures.disk_read_ns, measures.disk_sync_ns})
    EXPECT_GT(number, 0);
}

TEST_F(Measures, WithoutADiskTheRestIsThere) {
  setenv("TMPDIR", (folder_ / "missing").c_str(), 1);
  const HostMeasures measures = measure_host();
  EXPECT_GT(measures.memory_ps, 0);
  EXPECT_EQ(measures.disk_sync_ns, 0);
  EXPECT_NE(measures.disk_refusal, "");
}

TEST_F(Measures, OfAConnection) {
  ListeningSocket listening = listen_at("127.0.0.1");
  const std::string endpoint = tcp_endpoint("127.0.0.1", listening.port);
  const KeyPair keys = make_key_pair();
  std::thread other([&] { answer_link(listening.socket.release(), endpoint, keys); });
  const LinkMeasures measures = measure_link(endpoint, keys);
  other.join();
  EXPECT_EQ(measures.refusal, "");
  EXPECT_GT(measures.round_trip_ns, 0);
  EXPECT_GT(measures.sent_rate, 0);
  EXPECT_GT(measures.received_rate, 0);
}

}  // namespace
}  // namespace penstock
