#include "libcore/flow/deploy/tar.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class Tar : public FolderTest {
 protected:
  // What a shell command prints about the archive.
  std::string of_archive(const std::string& archive, const std::string& command) {
    write("archive", archive);
    FILE* out = popen(("cd " + folder_.string() + " && " + command).c_str(), "r");
    std::string text(4096, '\0');
    text.resize(fread(text.data(), 1, text.size(), out));
    EXPECT_EQ(pclose(out), 0);
    return text;
  }
};

TEST_F(Tar, IsUnpackedAsItWasPacked) {
  std::string archive;
  for (std::string_view bytes : {"", "x", "two"}) {
    archive += tar_header("file" + std::to_string(bytes.size()), std::ssize(bytes));
    archive += bytes;
    archive += tar_padding(std::ssize(bytes));
  }
  archive += tar_end();
  EXPECT_EQ(archive.size(), 7 * kTarBlock);
  EXPECT_EQ(of_archive(archive, "tar -xf archive && cat file0 file1 file3 && stat -c %a file1"),
            "xtwo700\n");
}

TEST_F(Tar, HasNamesAndSizesUpToTheLimits) {
  const std::string name(kMostTarName, 'n');
  EXPECT_EQ(of_archive(tar_header(name, 0) + tar_end(), "tar -tf archive"), name + "\n");
  EXPECT_EQ(tar_header(name, kMostTarBytes).substr(124, 12), std::string("77777777777\0", 12));
  EXPECT_DEATH(tar_header(name + "n", 0), "kMostTarName");
  EXPECT_DEATH(tar_header("n", kMostTarBytes + 1), "kMostTarBytes");
}

TEST(TarPadding, FillsTheLastBlock) {
  EXPECT_EQ(tar_padding(0).size(), 0U);
  EXPECT_EQ(tar_padding(1).size(), 511U);
  EXPECT_EQ(tar_padding(512).size(), 0U);
  EXPECT_EQ(tar_padding(513), std::string(511, '\0'));
}

}  // namespace
}  // namespace penstock
