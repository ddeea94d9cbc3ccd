#include "libcore/flow/deploy/program_copy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "libcore/flow/deploy/program_files.h"

namespace penstock {
namespace {

uint32_t checksum_of(std::string_view bytes) {
  PosixChecksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

// What cksum(1) prints.
TEST(PosixChecksum, KnownValues) {
  EXPECT_EQ(checksum_of(""), 4294967295U);
  EXPECT_EQ(checksum_of("123456789"), 930766865U);
  EXPECT_EQ(checksum_of("hello world\n"), 3733384285U);
  EXPECT_EQ(checksum_of(std::string(1000, '\0')), 2610763910U);
}

TEST(PosixChecksum, PiecesDoNotMatter) {
  PosixChecksum checksum;
  checksum.add("1234");
  checksum.add("");
  checksum.add("56789");
  EXPECT_EQ(checksum.value(), checksum_of("123456789"));
}

// The same file on every call, in the format that tar(1) lists.
TEST(OwnProgram, IsAnArchiveOfAllItsFiles) {
  ProgramCopy copy = own_program();
  EXPECT_EQ(copy.checksum, own_program().checksum);
  FILE* listing = popen(
      fmt::format("tar -tf /proc/{}/fd/{} | LC_ALL=C sort", getpid(), copy.file.get()).c_str(),
      "r");
  ASSERT_NE(listing, nullptr);
  std::string names(1 << 16, '\0');
  names.resize(fread(names.data(), 1, names.size(), listing));
  EXPECT_EQ(pclose(listing), 0);
  std::string wanted;
  for (const ProgramFile& file : program_files())
    wanted += file.name + "\n";
  EXPECT_EQ(names, wanted);
}

}  // namespace
}  // namespace penstock
