#include "libcore/table/upkeep/check.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/table/change/rewrite.h"
#include "libcore/table/commit.h"
#include "tests/unit/table/upkeep/upkeep_test.h"

namespace penstock {
namespace {

class CheckTest : public UpkeepTest {
 protected:
  TableCheck check(std::optional<int64_t> version = {}) {
    said_.clear();
    return check_table(log(), version, [&](const std::string& text) { said_.push_back(text); });
  }
  std::vector<std::string> said_;
};

TEST_F(CheckTest, AWholeTableIsWhole) {
  make("k\n1\n2\n3\n4\n5\n6\n", hash_of("k", 2));
  const TableCheck found = check();
  EXPECT_EQ(found.version, 0);
  EXPECT_EQ(found.files, 2);
  EXPECT_EQ(found.damaged, 0);
  EXPECT_EQ(found.unnamed, 0);
  EXPECT_EQ(found.without_checksum, 0);
  int64_t bytes = 0;
  for (const DataFile& file : log().read().files)
    bytes += file.size;
  EXPECT_EQ(found.bytes, bytes);
}

TEST_F(CheckTest, ABitThatIsTurnedIsFound) {
  make("k\n1\n2\n", {});
  const std::string name = "T/" + log().read().files[0].path;
  std::string bytes = read(name);
  bytes[bytes.size() / 2] ^= 1;
  write(name, bytes);
  EXPECT_EQ(check().damaged, 1);
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_TRUE(said_[0].starts_with(path(name) + ": has the checksum ")) << said_[0];
}

TEST_F(CheckTest, AMissingAndAShortFileAreFoundInTheVersionsThatHaveThem) {
  make("k\n1\n2\n", {});
  const std::string first = "T/" + log().read().files[0].path;
  ChangeOptions options;
  options.folder = path("T");
  options.sync = Sync::kNo;
  delete_rows({"k = 1"}, options);
  std::filesystem::remove(path(first));
  EXPECT_EQ(check().damaged, 0);
  EXPECT_EQ(check(0).damaged, 1);
  EXPECT_TRUE(said_.at(0).starts_with(path(first) + ": ")) << said_[0];
  const std::string second = "T/" + log().read().files[0].path;
  std::filesystem::resize_file(path(second), 10);
  EXPECT_EQ(check().damaged, 1);
  EXPECT_TRUE(said_.at(0).starts_with(path(second) + ": has 10 bytes, and ")) << said_[0];
}

TEST_F(CheckTest, FilesThatNoVersionNamesAreCountedAndForeignOnesHaveNoChecksum) {
  make("k\n1\n", {});
  add_foreign("other.arrow", "ARROW1");
  write("T/lost.arrow", "x");
  const TableCheck found = check();
  EXPECT_EQ(found.damaged, 0);
  EXPECT_EQ(found.without_checksum, 1);
  EXPECT_EQ(found.unnamed, 1);
  // A file of a later version is not one without a name.
  EXPECT_EQ(check(0).unnamed, 1);
}

TEST_F(CheckTest, ADamagedLogIsAnError) {
  make("k\n1\n", {});
  write("T/_delta_log/00000000000000000001.json", "{");
  EXPECT_THROW(check(), Error);
}

}  // namespace
}  // namespace penstock
