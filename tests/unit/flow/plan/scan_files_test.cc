#include "libcore/flow/plan/scan_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/stage/scan.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class ScanFilesTest : public FolderTest {
 protected:
  static std::unique_ptr<Stage> scan_of(const std::vector<std::string>& files,
                                        std::optional<Format> format = {}) {
    std::unique_ptr<Stage> scan = make_scan_stage({files[0]});
    scan->reading().scan.from = format;
    for (size_t i = 1; i < files.size(); ++i)
      scan->set_all_inputs({{files[0]}, {files[i]}});
    return scan;
  }

  static int64_t shareable(const std::string& file) { return shareable_bytes(*scan_of({file})); }

  // Without the folder.
  std::string obstacle(const std::string& path, std::optional<Format> format = {}) const {
    std::string text = look_at_files(*scan_of({path}, format)).obstacle;
    std::string prefix = folder_.string() + "/";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  }
};

TEST_F(ScanFilesTest, TextThatCanBeCut) {
  std::string a = write("a.csv", "x\n1\n");
  std::string b = write("b.ndjson", "{\"x\":1}\n{\"x\":2}\n");
  ScanFiles files = look_at_files(*scan_of({a, b}));
  EXPECT_EQ(files.obstacle, "");
  EXPECT_TRUE(files.is_text);
  EXPECT_EQ(files.sizes, (std::vector<int64_t>{4, 16}));
  EXPECT_EQ(files.bytes, 20);
  EXPECT_EQ(files.files.size(), 2U);
}

TEST_F(ScanFilesTest, WhatCannotBeReadInParts) {
  EXPECT_EQ(obstacle(folder_ / "none.csv"), "none.csv cannot be looked at");
  EXPECT_EQ(obstacle(folder_), folder_.string() + " is not a file");
  EXPECT_EQ(obstacle(write("a.csv.gz",
                           std::string("\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", 20))),
            "a.csv.gz is compressed");
  EXPECT_EQ(obstacle(write("empty.csv", "")), "empty.csv is empty");
  EXPECT_EQ(obstacle(write("a16.csv", std::string("\xFF\xFE\x61\0\n\0", 6))),
            "a16.csv is not in UTF-8");
  EXPECT_EQ(obstacle(write("a.json", "[{\"x\":1}]")), "a.json is JSON without a record a line");
  // What --from says goes before what the file shows.
  EXPECT_EQ(obstacle(write("b.json", "[{\"x\":1}]"), Format::kCsv), "");
}

TEST_F(ScanFilesTest, DescriptorsAreNotFiles) {
  EXPECT_TRUE(is_descriptor("/dev/stdin"));
  EXPECT_TRUE(is_descriptor("/dev/fd/0"));
  std::filesystem::create_symlink("/dev/stdin", folder_ / "link");
  EXPECT_TRUE(is_descriptor(folder_ / "link"));
  std::filesystem::create_symlink(folder_ / "loop", folder_ / "loop");
  EXPECT_FALSE(is_descriptor(folder_ / "loop"));
  EXPECT_FALSE(is_descriptor(write("a.csv", "x\n")));
  EXPECT_FALSE(is_descriptor("/nowhere/at/all"));
}

TEST_F(ScanFilesTest, CompressedFilesHoldMoreThanTheirSize) {
  EXPECT_EQ(shareable(write("a.csv", "x\n1\n")), 4);
  EXPECT_EQ(shareable(write("a.csv.gz",
                            std::string("\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", 20))),
            160);
  EXPECT_EQ(shareable("/dev/stdin"), -1);
  EXPECT_EQ(shareable(folder_ / "none"), -1);
  EXPECT_EQ(shareable(folder_), -1);
}

TEST_F(ScanFilesTest, ManyMoreChunksThanWorkers) {
  ScanFiles text;
  text.is_text = true;
  text.sizes = {100};
  text.bytes = 100;
  EXPECT_EQ(chunk_count(text, 4), 32);
  text.sizes = {int64_t{1} << 30};
  text.bytes = text.sizes[0];
  EXPECT_GE(chunk_count(text, 4), 256);  // of at most 4 MiB each
  ScanFiles arrow;
  arrow.sizes = {int64_t{1} << 30};
  arrow.bytes = arrow.sizes[0];
  EXPECT_EQ(chunk_count(arrow, 4), 64);
  arrow.bytes = 100;
  arrow.sizes = std::vector<int64_t>(50, 2);
  EXPECT_EQ(chunk_count(arrow, 4), 50);  // a file is a chunk at least
}

}  // namespace
}  // namespace penstock
