#include "libcore/net/keys.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::SocketDirectory;

std::string contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string with_lines(const std::string& lines) {
  static const std::string kPair = to_text({make_key_pair(), {}, {}});
  return kPair + lines;
}

std::string parse_error(const std::string& text) {
  return error_of([&] { parse_keys(text, "k"); });
}

TEST(KeysTest, WhatIsWrittenReadsBack) {
  ExchangeKeys keys{make_key_pair(), {make_key_pair().public_key, make_key_pair().public_key}, {}};
  keys.receivers["tcp://10.0.0.1:5555"] = make_key_pair().public_key;
  keys.receivers["tcp://[fe80::1]:6"] = make_key_pair().public_key;
  ExchangeKeys read = parse_keys(to_text(keys), "k");
  EXPECT_EQ(read.own.public_key, keys.own.public_key);
  EXPECT_EQ(read.own.secret_key, keys.own.secret_key);
  EXPECT_EQ(read.peers, keys.peers);
  EXPECT_EQ(read.receivers, keys.receivers);
  EXPECT_EQ(read.allowed(), keys.peers);
  EXPECT_EQ(read.key_of("tcp://10.0.0.1:5555"), keys.receivers["tcp://10.0.0.1:5555"]);
  EXPECT_EQ(read.key_of("tcp://10.0.0.2:5555"), keys.own.public_key);
}

TEST(KeysTest, OnePairServesAllByHand) {
  ExchangeKeys keys = parse_keys(with_lines("# of the cluster\n\n"), "k");
  EXPECT_EQ(keys.allowed(), std::vector<std::string>{keys.own.public_key});
  EXPECT_EQ(keys.key_of("tcp://10.0.0.1:1"), keys.own.public_key);
}

TEST(KeysTest, EachPairIsNew) {
  EXPECT_NE(make_key_pair().secret_key, make_key_pair().secret_key);
  KeyPair pair = make_key_pair();
  EXPECT_TRUE(is_key(pair.public_key));
  EXPECT_EQ(public_key_of(pair.secret_key), pair.public_key);
}

TEST(KeysTest, WhatIsNotAKey) {
  const std::string key = make_key_pair().public_key;
  for (const std::string& bad : {std::string(), key.substr(1), key + "0", std::string(40, '#'),
                                 std::string(40, ' '), std::string(40, '\xff')}) {
    EXPECT_FALSE(is_key(bad)) << bad;
  }
}

TEST(KeysTest, FaultsNameTheirLineAndNoSecret) {
  EXPECT_EQ(parse_error("penstock-keys 2\n"),
            "k:1: not a keys file of this version, which begins with 'penstock-keys 1'");
  EXPECT_EQ(parse_error(""), parse_error("penstock-keys 2\n"));
  EXPECT_EQ(parse_error("penstock-keys 1\n"),
            "k: lacks a public or a secret key; pexchange --make-keys makes both");
  EXPECT_EQ(parse_error(with_lines("allow x\n")),
            "k:4: not a line of a keys file; pexchange --make-keys makes one");
  EXPECT_EQ(parse_error(with_lines("peer x\n")), "k:4: not a key, which has 40 characters");
  EXPECT_EQ(parse_error(with_lines("secret " + make_key_pair().secret_key)),
            "k:4: a second key of its own");
  const std::string receiver = "receiver tcp://h:1 " + make_key_pair().public_key + "\n";
  EXPECT_EQ(parse_error(with_lines(receiver + receiver)),
            "k:5: an endpoint that a line above names");
  EXPECT_EQ(parse_error(with_lines("receiver x " + make_key_pair().public_key)),
            "k:4: 'x' is not an endpoint; use ipc:///PATH or tcp://HOST:PORT");
  EXPECT_EQ(parse_error("penstock-keys 1\npublic " + make_key_pair().public_key + "\nsecret " +
                        make_key_pair().secret_key + "\n"),
            "k: its public and its secret key do not belong together");
}

TEST(KeysTest, LimitOfPeers) {
  std::string most;
  for (int64_t i = 0; i < kMaxPeers; ++i)
    most += "peer " + parse_keys(with_lines(""), "k").own.public_key + "\n";
  EXPECT_EQ(std::ssize(parse_keys(with_lines(most), "k").peers), kMaxPeers);
  EXPECT_EQ(parse_error(with_lines(most + "peer x\n")), "k:1028: more than 1024 lines of a kind");
}

TEST(KeysTest, AFileIsPrivateAndNotReplaced) {
  SocketDirectory directory;
  const std::string file = directory.path() + "/keys";
  write_new_keys(file);
  struct stat about {};
  EXPECT_EQ(stat(file.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(contents(file), to_text(read_keys(file)));
  EXPECT_EQ(error_of([&] { write_new_keys(file); }),
            file + ": exists already; keys do not replace a file");
  chmod(file.c_str(), 0640);
  EXPECT_EQ(error_of([&] { read_keys(file); }),
            file + ": other users may read these keys; use chmod 600 " + file);
  EXPECT_EQ(error_of([&] { read_keys(directory.path()); }), directory.path() + ": Is a directory");
  EXPECT_EQ(error_of([&] { read_keys(file + "x"); }), file + "x: No such file or directory");
}

TEST(KeysTest, LimitOfAFile) {
  SocketDirectory directory;
  const std::string file = directory.path() + "/keys";
  write_new_keys(file);
  std::string text = contents(file) + "#";
  text.resize(static_cast<size_t>(kMaxKeysBytes), 'x');
  std::ofstream(file) << text;
  EXPECT_EQ(error_of([&] { read_keys(file); }), "no error");
  std::ofstream(file) << text << 'x';
  EXPECT_EQ(error_of([&] { read_keys(file); }), file + ": a keys file has at most 524288 bytes");
}

TEST(KeysTest, ADescriptorIsRead) {
  const std::string text = with_lines("");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], text.data(), text.size()), std::ssize(text));
  close(ends[1]);
  EXPECT_EQ(to_text(read_keys("/dev/fd/" + std::to_string(ends[0]))), text);
  close(ends[0]);
  // A socket, which cannot be opened.
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  ASSERT_EQ(write(ends[1], text.data(), text.size()), std::ssize(text));
  close(ends[1]);
  EXPECT_EQ(to_text(read_keys("/dev/fd/" + std::to_string(ends[0]))), text);
  close(ends[0]);
  EXPECT_EQ(error_of([&] { read_keys("/dev/fd/999"); }), "/dev/fd/999: No such file or directory");
  // Memory without a name has the mode 0777, but only those who inherit it can open it.
  int memory = memfd_create("keys", 0);
  ASSERT_EQ(write(memory, text.data(), text.size()), std::ssize(text));
  for (int reader = 0; reader < 2; ++reader)
    EXPECT_EQ(to_text(read_keys("/dev/fd/" + std::to_string(memory))), text);
  close(memory);
}

}  // namespace
}  // namespace penstock
