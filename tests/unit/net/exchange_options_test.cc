#include "libcore/net/exchange_options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"

namespace penstock {
namespace {

ExchangeOptions parse(std::vector<const char*> words) {
  ExchangeOptions options;
  Command command({"pexchange", "", "move rows"});
  add_exchange_options(command, options);
  words.insert(words.begin(), "pexchange");
  command.parse(static_cast<int>(words.size()), words.data());
  return options;
}

// What the options are refused for.
std::string refusal(const std::vector<const char*>& words) {
  try {
    ExchangeOptions options = parse(words);
    route_of(options);
    require_one_end(options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "";
}

TEST(ExchangeOptions, OneRoute) {
  EXPECT_EQ(route_of(parse({})), std::nullopt);
  auto hash = route_of(parse({"--hash", "-k", "a,b:desc"}));
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->kind, PartitionKind::kHash);
  EXPECT_EQ(to_string(hash->keys), "a,b:desc");
  EXPECT_EQ(to_string(route_of(parse({"--range", "-k", "a:desc"}))->keys), "a:desc");
  auto grid = route_of(parse({"--grid", "2x3", "--second-input"}));
  ASSERT_TRUE(grid);
  EXPECT_EQ(grid->kind, PartitionKind::kGrid);
  EXPECT_EQ(grid->grid_rows, 2);
  EXPECT_EQ(grid->grid_columns, 3);
  EXPECT_EQ(grid->partitions, 6);
  EXPECT_TRUE(grid->is_second_input);
  EXPECT_TRUE(route_of(parse({"--broadcast", "-k", "a"}))->keys.empty());
  EXPECT_TRUE(route_of(parse({"--hash", "-k", "a", "--spread", "f"}))->spreads_heavy);
}

TEST(ExchangeOptions, WhatContradictsItselfIsRefused) {
  EXPECT_EQ(refusal({"--hash", "--single", "-k", "a"}),
            "rows can be partitioned in one way only; name one");
  EXPECT_EQ(refusal({"--hash"}), "--hash needs keys; use -k");
  EXPECT_EQ(refusal({"--range"}), "--range needs keys; use -k");
  EXPECT_EQ(refusal({"--second-input", "--hash", "-k", "a"}),
            "--second-input is for --grid and --spread");
  EXPECT_EQ(refusal({"--spread", "f", "--single"}), "--spread is for --hash");
  EXPECT_NE(refusal({"--grid", "2x"}), "");
  EXPECT_NE(refusal({"--grid", "0x2"}), "");
}

TEST(ExchangeOptions, EndsAreWholeAndOne) {
  EXPECT_EQ(refusal({"--receive", "ipc:///tmp/a"}), "--receive needs --senders");
  EXPECT_EQ(refusal({"--senders", "2"}), "--senders is for --receive");
  EXPECT_EQ(refusal({"--receive", "ipc:///tmp/a", "--senders", "2"}), "");
  EXPECT_EQ(refusal({"--receive", "ipc:///tmp/a", "--senders", "2", "--merge"}),
            "--merge needs keys; use -k");
  EXPECT_EQ(refusal({"--send", "ipc:///tmp/a"}),
            "how to partition is missing; use --hash, --range, --round-robin, --broadcast, "
            "--single or --grid");
  EXPECT_EQ(refusal({"--single", "--send", "ipc:///tmp/a", "--receive", "ipc:///tmp/b", "--senders",
                     "1"}),
            "--send and --receive are two ends; name one");
  EXPECT_EQ(refusal({"--worker", "1"}), "--worker is for --send");
  EXPECT_EQ(refusal({"--receive", "ipc:///tmp/a", "--senders", "2", "--in-turn"}), "");
  EXPECT_EQ(refusal({"--in-turn", "--single", "--send", "ipc:///tmp/a"}),
            "--in-turn is for --receive");
  EXPECT_EQ(refusal({"--in-turn", "--merge", "-k", "a"}),
            "--in-turn and --merge exclude each other");
  EXPECT_NE(refusal({"--worker", "0", "--single", "--send", "ipc:///tmp/a"}), "");
}

TEST(ExchangeOptions, FilesAreTwoFurtherEnds) {
  EXPECT_EQ(refusal({"--hash", "-k", "a", "--write", "d", "--partitions", "4", "--turn", "3"}), "");
  EXPECT_EQ(refusal({"--single", "--write", "d"}), "");
  EXPECT_EQ(refusal({"--grid", "2x3", "--write", "d", "--partitions", "6"}), "");
  EXPECT_EQ(refusal({"--read", "list", "--merge", "-k", "a"}), "");
  EXPECT_EQ(refusal({"--write", "d", "--partitions", "4"}),
            "how to partition is missing; use --hash, --range, --round-robin, --broadcast, "
            "--single or --grid");
  EXPECT_EQ(refusal({"--broadcast", "--write", "d"}), "--write needs --partitions");
  EXPECT_EQ(refusal({"--grid", "2x3", "--write", "d", "--partitions", "5"}),
            "--partitions must be the number of places of the grid, 6");
  EXPECT_EQ(refusal({"--single", "--write", "d", "--read", "l"}),
            "--write and --read are two ends; name one");
  EXPECT_EQ(refusal({"--single", "--write", "d", "--send", "ipc:///tmp/a"}),
            "--send and --write are two ends; name one");
  EXPECT_EQ(refusal({"--partitions", "4"}), "--partitions is for --write");
  EXPECT_EQ(refusal({"--read", "l", "--turn", "4"}), "--turn is for --write");
  EXPECT_EQ(refusal({"--single", "--write", "d", "--merge", "-k", "a"}),
            "--merge is for --receive and --read");
  EXPECT_EQ(refusal({"--read", "l", "--in-turn"}), "--in-turn is for --receive");
  EXPECT_EQ(refusal({"--hash", "-k", "a", "--spread", "f", "--write", "d", "--partitions", "2"}),
            "--spread is for --send and --receive");
  EXPECT_EQ(refusal({"--read", "l", "--keys", "k", "--timeout", "5"}), "");
  EXPECT_EQ(refusal({"--single", "--write", "d", "--keys", "k"}),
            "--keys is for --send, --receive, --serve and --read");
  EXPECT_EQ(refusal({"--read", "-", "--keys", "-"}), "--keys and --read are both standard input");
  EXPECT_NE(refusal({"--single", "--write", ""}), "");
  EXPECT_NE(refusal({"--read", ""}), "");
}

TEST(ExchangeOptions, FilesArePartitionedAsTheySay) {
  PartitionOptions how =
      file_route_of(parse({"--round-robin", "--write", "d", "--partitions", "4", "--turn", "9"}));
  EXPECT_EQ(how.kind, PartitionKind::kRoundRobin);
  EXPECT_EQ(how.partitions, 4);
  EXPECT_EQ(how.start, 9);
  how = file_route_of(parse({"--grid", "2x3", "--second-input", "--write", "d"}));
  EXPECT_EQ(how.partitions, 6);
  EXPECT_EQ(how.start, 0);
  EXPECT_TRUE(how.is_second_input);
  EXPECT_EQ(file_route_of(parse({"--single", "--write", "d"})).partitions, 1);
}

TEST(ExchangeOptions, KeysOpenOtherHosts) {
  const std::vector<const char*> send = {"--single", "--send", "ipc:///tmp/a,tcp://10.0.0.1:5"};
  const std::vector<const char*> receive = {"--receive", "tcp://n1:5", "--senders", "1"};
  for (std::vector<const char*> words : {send, receive}) {
    EXPECT_NE(refusal(words).find("is not a loopback address; without --keys only"),
              std::string::npos);
    words.insert(words.end(), {"--keys", "k"});
    EXPECT_EQ(refusal(words), "");
  }
  EXPECT_EQ(refusal({"--receive", "tcp://127.0.0.1:5", "--senders", "1", "--keys", "k"}), "");
  EXPECT_EQ(refusal({"--single", "--keys", "k"}),
            "--keys is for --send, --receive, --serve and --read");
  EXPECT_EQ(refusal({"--make-keys"}), "");
  for (std::vector<const char*> words : {send, receive, {"--single"}, {"--keys", "k"}}) {
    words.push_back("--make-keys");
    EXPECT_EQ(refusal(words), "--make-keys does nothing else; use it alone or with -o");
  }
}

TEST(ExchangeOptions, AnInheritedSocketIsOfTcp) {
  EXPECT_EQ(refusal({"--receive", "tcp://[::1]:5", "--senders", "1", "--listen-fd", "5"}), "");
  EXPECT_EQ(refusal({"--receive", "ipc:///tmp/a", "--senders", "1", "--listen-fd", "5"}),
            "--listen-fd is for --receive and --serve at a tcp endpoint");
  EXPECT_EQ(refusal({"--listen-fd", "5"}),
            "--listen-fd is for --receive and --serve at a tcp endpoint");
  EXPECT_NE(refusal({"--listen-fd", "-1"}), "");
  EXPECT_NE(refusal({"--listen-fd", "x"}), "");
}

TEST(ExchangeOptions, ServingIsAnEndWithItsEndpoint) {
  EXPECT_EQ(refusal({"--serve", "d", "--endpoint", "ipc:///tmp/a"}), "");
  EXPECT_EQ(
      refusal({"--serve", "d", "--endpoint", "tcp://n1:5", "--keys", "k", "--listen-fd", "5"}), "");
  EXPECT_NE(refusal({"--serve", "d", "--endpoint", "tcp://n1:5"})
                .find("is not a loopback address; without --keys only"),
            std::string::npos);
  EXPECT_EQ(refusal({"--serve", "d"}), "--serve needs --endpoint");
  EXPECT_EQ(refusal({"--read", "l", "--endpoint", "ipc:///tmp/a"}), "--endpoint is for --serve");
  EXPECT_EQ(refusal({"--serve", "d", "--endpoint", "ipc:///tmp/a", "--read", "l"}),
            "--read and --serve are two ends; name one");
  EXPECT_EQ(refusal({"--serve", "d", "--endpoint", "ipc:///tmp/a", "--merge", "-k", "a"}),
            "--merge is for --receive and --read");
  EXPECT_NE(refusal({"--serve", ""}), "");
  EXPECT_EQ(refusal({"--read", "l", "--as-is"}), "");
  EXPECT_EQ(refusal({"--single", "--as-is"}), "--as-is is for --read");
  EXPECT_EQ(refusal({"--read", "l", "--as-is", "--merge", "-k", "a"}),
            "--as-is and --merge exclude each other");
  EXPECT_NE(refusal({"--serve", "d", "--endpoint", "d"}), "");
}

TEST(ExchangeOptions, EachRouteIsItsOwn) {
  EXPECT_EQ(route_of(parse({"--round-robin"}))->kind, PartitionKind::kRoundRobin);
  EXPECT_EQ(route_of(parse({"--broadcast"}))->kind, PartitionKind::kBroadcast);
  EXPECT_EQ(route_of(parse({"--single"}))->kind, PartitionKind::kSingle);
  EXPECT_EQ(route_of(parse({"--range", "-k", "a"}))->kind, PartitionKind::kRange);
  EXPECT_EQ(refusal({"--merge", "-k", "a", "--single", "--send", "ipc:///tmp/a"}),
            "--merge is for --receive and --read");
}

TEST(ExchangeOptions, LimitsHoldAtAndPastThem) {
  auto takes = [](const char* option, const std::string& value) {
    try {
      parse({option, value.c_str()});
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  const std::string name(static_cast<size_t>(kMaxNameBytes), 'n');
  EXPECT_TRUE(takes("--name", name));
  EXPECT_FALSE(takes("--name", name + "n"));
  EXPECT_TRUE(takes("--timeout", std::to_string(kMostTimeoutSeconds)));
  EXPECT_FALSE(takes("--timeout", std::to_string(kMostTimeoutSeconds + 1)));
  EXPECT_TRUE(takes("--partitions", std::to_string(kMaxPartitions)));
  EXPECT_FALSE(takes("--partitions", std::to_string(kMaxPartitions + 1)));
  EXPECT_FALSE(takes("--partitions", "0"));
  EXPECT_TRUE(takes("--turn", "0"));
  EXPECT_TRUE(takes("--turn", "1000000000"));
  EXPECT_FALSE(takes("--turn", "1000000001"));
  EXPECT_FALSE(takes("--turn", "-1"));
  EXPECT_TRUE(takes("--grid", "1x" + std::to_string(kMaxPeers)));
  EXPECT_TRUE(takes("--grid", std::to_string(kMaxPeers) + "x1"));
  EXPECT_FALSE(takes("--grid", "1x" + std::to_string(kMaxPeers + 1)));
  EXPECT_FALSE(takes("--grid", std::to_string(kMaxPeers + 1) + "x1"));
  for (const char* option : {"--senders", "--worker"}) {
    EXPECT_TRUE(takes(option, std::to_string(kMaxPeers)));
    EXPECT_FALSE(takes(option, std::to_string(kMaxPeers + 1)));
  }
}

// What a planner asks of a line that need not be right: the first route that stands in the table.
TEST(ExchangeOptions, FirstRoute) {
  EXPECT_EQ(first_route(parse({})), std::nullopt);
  EXPECT_EQ(first_route(parse({"--range"})), PartitionKind::kRange);
  EXPECT_EQ(first_route(parse({"--round-robin", "--range"})), PartitionKind::kRange);
  EXPECT_EQ(first_route(parse({"--grid", "1x2"})), PartitionKind::kGrid);
  EXPECT_EQ(first_route(parse({"--broadcast"})), PartitionKind::kBroadcast);
}

}  // namespace
}  // namespace penstock
