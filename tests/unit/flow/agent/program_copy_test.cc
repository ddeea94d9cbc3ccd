#include "libcore/flow/agent/program_copy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

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

TEST(OwnProgram, IsTheFileThatRuns) {
  ProgramCopy copy = own_program();
  EXPECT_EQ(copy.bytes, static_cast<int64_t>(std::filesystem::file_size("/proc/self/exe")));
  char magic[4] = {};
  EXPECT_EQ(::read(copy.file.get(), magic, 4), 4);
  EXPECT_EQ(std::string_view(magic, 4),
            "\x7f"
            "ELF");
}

}  // namespace
}  // namespace penstock
