#include "libcore/flow/agent/own_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using OwnFiles = FolderTest;
using Paths = std::vector<std::string>;

TEST_F(OwnFiles, OnlyRegularFilesAreLookedAt) {
  SeenFile seen = look_at_own_file(write("a", "bytes"));
  EXPECT_EQ(seen.refusal, "");
  EXPECT_EQ(seen.file.size, 5);
  EXPECT_EQ(look_at_own_file(folder_).refusal, folder_.string() + ": is a directory");
  EXPECT_EQ(look_at_own_file(folder_ / "b").refusal,
            (folder_ / "b").string() + ": No such file or directory");
  // Which would be waited for.
  std::string fifo = folder_ / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(look_at_own_file(fifo).refusal, fifo + ": is not a regular file");
}

TEST_F(OwnFiles, APathIsAFileAWordWithoutItsSuffixOrAPattern) {
  std::string a = write("a.csv", "");
  std::string b = write("b.csv", "");
  std::string star = write("[x]*.csv", "");
  auto found = [&](const std::string& path) { return find_own_files(folder_, path).paths; };
  EXPECT_EQ(found("a.csv"), Paths{a});
  EXPECT_EQ(found(a), Paths{a});
  EXPECT_EQ(found("b"), Paths{b});
  EXPECT_EQ(found("?.csv"), (Paths{a, b}));
  EXPECT_EQ(found(folder_ / "[ab].csv"), (Paths{a, b}));
  EXPECT_EQ(found("[x]*.csv"), Paths{star});
  // A path that is not a pattern need not exist.
  EXPECT_EQ(found("none.csv"), Paths{folder_ / "none.csv"});
}

// The folder is taken as it is, whatever stands in its name.
TEST_F(OwnFiles, AFolderIsNotAPattern) {
  std::filesystem::path strange = folder_ / "a*[b]";
  std::filesystem::create_directory(strange);
  write("a*[b]/f1", "");
  std::filesystem::create_directory(folder_ / "axb");
  write("axb/f2", "");
  EXPECT_EQ(find_own_files(strange, "f*").paths, Paths{strange / "f1"});
}

TEST_F(OwnFiles, ATildeIsTheHomeOfTheUser) {
  std::string before = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  setenv("HOME", folder_.c_str(), 1);
  EXPECT_EQ(find_own_files("/elsewhere", "~/a.csv").paths, Paths{folder_ / "a.csv"});
  setenv("HOME", before.c_str(), 1);
}

TEST_F(OwnFiles, WhatCannotBeMeantIsRefused) {
  FilesFound none = find_own_files(folder_, "*.csv");
  EXPECT_TRUE(none.paths.empty());
  EXPECT_EQ(none.refusal, "*.csv: no file there matches the pattern");
  write("a.csv", "");
  write("a.tsv", "");
  EXPECT_NE(find_own_files(folder_, "a").refusal.find("name one of them"), std::string::npos);
}

TEST_F(OwnFiles, APatternOfTooManyFilesIsRefused) {
  for (int64_t i = 0; i <= kMaxFoundFiles; ++i)
    std::filesystem::create_symlink("x", folder_ / std::to_string(i));
  EXPECT_EQ(find_own_files(folder_, "*").refusal,
            "*: the pattern matches 65537 files; 65536 are the limit");
  std::filesystem::remove(folder_ / "0");
  EXPECT_EQ(std::ssize(find_own_files(folder_, "*").paths), kMaxFoundFiles);
}

TEST_F(OwnFiles, PathsThatMayBeSent) {
  for (const char* path : {"/a", "/a/b.csv", "/a b/...", "/-"})
    EXPECT_TRUE(is_sendable_path(path)) << path;
  for (const char* path :
       {"", "/", "a", "a/b", "/a/", "//a", "/a//b", "/.", "/a/../b", "/a/.", "/.."})
    EXPECT_FALSE(is_sendable_path(path)) << path;
  EXPECT_FALSE(is_sendable_path(std::string_view("/a\0b", 4)));
}

TEST_F(OwnFiles, PiecesOfASentFileFollowEachOther) {
  const std::string path = sent_path(folder_, "/srv/u/f");
  put_own_piece(folder_, {"/srv/u/f", 0, "some ", true});
  put_own_piece(folder_, {"/srv/u/f", 5, "bytes", true});
  EXPECT_EQ(read("sent/srv/u/f"), "some bytes");
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0700U);
  EXPECT_THROW(put_own_piece(folder_, {"/srv/u/f", 5, "again", true}), Error);
  EXPECT_THROW(put_own_piece(folder_, {"/srv/u/g", 5, "a gap", true}), Error);
  // Another one takes its place, also with other rights.
  put_own_piece(folder_, {"/srv/u/f", 0, "", false});
  EXPECT_EQ(read("sent/srv/u/f"), "");
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  // A file does not become a folder.
  EXPECT_THROW(put_own_piece(folder_, {"/srv/u/f/g", 0, "", false}), Error);
}

}  // namespace
}  // namespace penstock
