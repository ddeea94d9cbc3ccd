#include "libcore/flow/deploy/program_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "libcore/flow/stage_process.h"

namespace penstock {
namespace {

const ProgramFile* file_named(const std::vector<ProgramFile>& files, std::string_view beginning) {
  auto found = std::ranges::find_if(
      files, [&](const ProgramFile& file) { return file.name.starts_with(beginning); });
  return found == files.end() ? nullptr : &*found;
}

TEST(ProgramFiles, HaveWhatIsLinkedAndWhatIsLoadedLate) {
  const std::vector<ProgramFile> files = program_files();
  for (const char* name :
       {"penstock", kOwnLoader, "libc.so.6", "libsimdjson.so", "libzmq.so.5", "libsodium.so",
        "libcctz.so.2", "libbz2.so.1.0", "liblzma.so.5", "libzstd.so.1", "libutf8proc.so.2"}) {
    const ProgramFile* file = file_named(files, name);
    ASSERT_NE(file, nullptr) << name;
    struct stat about {};
    EXPECT_EQ(stat(file->path.c_str(), &about), 0) << file->path;
    EXPECT_TRUE(S_ISREG(about.st_mode)) << file->path;
  }
}

TEST(ProgramFiles, StandInOrderAndOnce) {
  const std::vector<ProgramFile> files = program_files();
  EXPECT_TRUE(std::ranges::is_sorted(files, {}, &ProgramFile::name));
  EXPECT_EQ(std::ranges::adjacent_find(files, {}, &ProgramFile::name), files.end());
}

}  // namespace
}  // namespace penstock
