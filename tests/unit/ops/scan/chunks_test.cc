// Scans that take their input chunk by chunk, side by side with others.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "libcore/ops/scan/scan.h"
#include "libcore/os/chunks/ledger.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::error_of;
using Rows = std::vector<std::string>;

class ScanChunks : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "chunksXXXXXX";
    folder_ = mkdtemp(pattern.data());
    options_.chunks = folder_ + "/ledger";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // A CSV file of numbered rows, some of them with a newline in quotes; its path.
  std::string file(const std::string& name, int64_t rows) {
    std::string path = folder_ + "/" + name;
    std::ofstream out(path, std::ios::binary);
    out << "n,t\n";
    for (int64_t i = 0; i < rows; ++i)
      out << i << (i % 5 == 0 ? ",\"two\nlines\"\n" : ",plain\n");
    return path;
  }
  void make_ledger(int64_t total, const std::vector<std::string>& paths) {
    std::vector<int64_t> sizes;
    for (const std::string& path : paths)
      sizes.push_back(static_cast<int64_t>(std::filesystem::file_size(path)));
    make_chunk_ledger(options_.chunks, total, sizes);
  }

  std::string folder_;
  ScanOptions options_;
};

TEST_F(ScanChunks, OneScanAloneGivesAllRowsInOrder) {
  std::string path = file("a.csv", 500);
  ScanOptions whole;
  Rows expected = testing::run(*open_scan(path, whole)).rows;
  ASSERT_EQ(expected.size(), 500U);
  for (int64_t total : {1, 2, 7, 40}) {
    make_ledger(total, {path});
    EXPECT_EQ(testing::run(*open_chunks({path}, options_)).rows, expected) << total << " chunks";
    // All chunks were taken: for a later scan there is nothing.
    EXPECT_EQ(testing::run(*open_chunks({path}, options_)).rows, Rows{});
  }
}

TEST_F(ScanChunks, ScansSideBySideShareTheRows) {
  std::string path = file("a.csv", 2000);
  Rows expected = testing::run(*open_scan(path, ScanOptions{})).rows;
  make_ledger(23, {path});
  std::vector<Rows> parts(3);
  std::vector<std::thread> threads;
  for (Rows& part : parts)
    threads.emplace_back([&] { part = testing::run(*open_chunks({path}, options_)).rows; });
  for (std::thread& thread : threads)
    thread.join();
  Rows all;
  for (const Rows& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(all, expected);
}

TEST_F(ScanChunks, ColumnsAndConditionsHoldInEveryChunk) {
  std::string path = file("a.csv", 300);
  make_ledger(9, {path});
  options_.where = "n % 100 = 0";
  options_.text.columns = {"n"};
  EXPECT_EQ(testing::run(*open_chunks({path}, options_)).rows, (Rows{"0", "100", "200"}));
}

TEST_F(ScanChunks, WhatDoesNotGoTogetherIsSaid) {
  std::string one = file("a.csv", 20);
  std::string two = file("b.csv", 20);
  make_ledger(4, {one, two});
  EXPECT_NE(error_of([&] {
              testing::run(*open_chunks({one, two}, options_));
            }).find("--schema"),
            std::string::npos);
  options_.text.partitions = 2;
  make_ledger(4, {one});
  EXPECT_NE(error_of([&] { open_chunks({one}, options_); }).find("exclude each other"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock
