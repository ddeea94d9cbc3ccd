#include "libcore/flow/plan/scan_shares.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

using Hosts = std::vector<size_t>;

// Hosts a (1) and b (2) of four slots each, and this one of none.
class ScanShares : public ::testing::Test {
 protected:
  // "a", "b", or "" for a file that all hosts have.
  void read(const std::vector<std::string>& hosts, const std::vector<int64_t>& sizes) {
    for (size_t i = 0; i < hosts.size(); ++i) {
      std::string path = fmt::format("/{}", i);
      StageInput input{path};
      if (!hosts[i].empty()) {
        input = {hosts[i] + ":" + path, -1, hosts[i] == "a" ? 1U : 2U, path};
      }
      inputs_.push_back(std::move(input));
    }
    sizes_ = sizes;
  }
  PlanFragment in_order(int64_t workers, bool is_whole = false) {
    PlanFragment fragment;
    share_in_order({inputs_, sizes_, hosts_, workers}, is_whole, fragment);
    return fragment;
  }
  PlanFragment in_chunks(int64_t workers) {
    PlanFragment fragment;
    share_in_chunks({inputs_, sizes_, hosts_, workers}, fragment);
    return fragment;
  }
  // "1: /0 /1 2/3", a worker's host, files and part.
  static std::vector<std::string> show(const PlanFragment& fragment) {
    std::vector<std::string> shown;
    for (size_t i = 0; i < fragment.shares.size(); ++i) {
      const ScanShare& share = fragment.shares[i];
      shown.push_back(fmt::format("{}: {} {}/{}", fragment.hosts[i], fmt::join(share.files, " "),
                                  share.part, share.parts));
    }
    EXPECT_EQ(fragment.workers, std::ssize(fragment.shares));
    return shown;
  }

  std::vector<StageInput> inputs_;
  std::vector<int64_t> sizes_;
  std::vector<PlanHost> hosts_{{":", 0}, {"a", 4}, {"b", 4}};
};

using Shown = std::vector<std::string>;

TEST_F(ScanShares, TheOrderOfTheWorkersIsThatOfTheFiles) {
  read({"b", "a", "a"}, {10, 10, 10});
  EXPECT_EQ(show(in_order(4)), (Shown{"2: /0 1/2", "2: /0 2/2", "1: /1 /2 1/2", "1: /1 /2 2/2"}));
}

TEST_F(ScanShares, FilesThatTakeTurnsHaveWorkersBySize) {
  read({"a", "b", "a"}, {30, 10, 10});
  EXPECT_EQ(show(in_order(8)), (Shown{"1: /0 1/3", "1: /0 2/3", "1: /0 3/3", "2: /1 1/4",
                                      "2: /1 2/4", "2: /1 3/4", "2: /1 4/4", "1: /2 1/1"}));
}

// Each host with files has a worker, however few were asked for, and none has more than slots.
TEST_F(ScanShares, EachHostHasAWorker) {
  read({"a", "b"}, {1, 1'000'000});
  EXPECT_EQ(show(in_order(1)), (Shown{"1: /0 1/1", "2: /1 1/1"}));
  EXPECT_EQ(in_order(100).workers, 8);
  EXPECT_EQ(in_chunks(1).hosts, (Hosts{1, 2}));
  EXPECT_EQ(in_chunks(100).hosts, (Hosts{1, 2, 1, 2, 1, 2, 1, 2}));
}

TEST_F(ScanShares, OtherHostsDoNotScan) {
  read({"b"}, {10});
  EXPECT_EQ(in_chunks(8).hosts, (Hosts{2, 2, 2, 2}));
  EXPECT_EQ(in_order(3).hosts, (Hosts{2, 2, 2}));
}

TEST_F(ScanShares, AFileOfAllHostsIsReadOnAll) {
  read({"", "b"}, {10, 10});
  EXPECT_EQ(in_chunks(4).hosts, (Hosts{1, 2, 1, 2}));
  EXPECT_EQ(in_chunks(4).homes, (std::vector<std::optional<size_t>>{std::nullopt, 2}));
  EXPECT_EQ(show(in_order(4)), (Shown{"1: /0 1/2", "2: /0 2/2", "2: /1 1/2", "2: /1 2/2"}));
}

TEST_F(ScanShares, FilesThatCannotBeCutAreReadWhole) {
  read({"a", "a", "b", ""}, {10, 10, 10, 10});
  PlanFragment fragment = in_order(8, true);
  EXPECT_EQ(show(fragment), (Shown{"1: /0 /1 1/1", "2: /2 1/1", "0: /3 1/1"}));
  EXPECT_EQ(fragment.division, Division::kNone);
}

TEST_F(ScanShares, FilesThatTakeTooManyTurns) {
  std::vector<std::string> hosts;
  for (int64_t i = 0; i < kMaxWorkers; ++i)
    hosts.emplace_back(i % 2 == 0 ? "a" : "b");
  read(hosts, std::vector<int64_t>(hosts.size(), 1));
  EXPECT_EQ(in_order(8).workers, kMaxWorkers);
  read({"a"}, std::vector<int64_t>(hosts.size() + 1, 1));
  EXPECT_THROW(in_order(8), Error);
  EXPECT_EQ(in_chunks(8).workers, 8);
}

TEST_F(ScanShares, ReasonsNameWorkersAndFiles) {
  read({"a", "a", "b", "b", "b", "b", "b"}, {9, 9, 1, 1, 1, 1, 1});
  EXPECT_EQ(shares_reason(inputs_, in_order(3)),
            "workers 1 to 2 read a:/0 a:/1, worker 3 reads b:/2 b:/3 b:/4 b:/5 and 1 more");
}

}  // namespace
}  // namespace penstock
