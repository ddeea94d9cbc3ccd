#include "libcore/cli/columns_on_line.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "libcore/stage/scan.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using Words = std::vector<std::string>;

TEST(UnquotedWord, IsWhatAShellReads) {
  EXPECT_EQ(unquoted_word("a.csv"), "a.csv");
  EXPECT_EQ(unquoted_word("'my file'\\ 2\".csv\""), "my file 2.csv");
  EXPECT_EQ(unquoted_word("'a\\b'"), "a\\b");
  EXPECT_EQ(unquoted_word("'not closed"), "not closed");
  const char* home = std::getenv("HOME");
  EXPECT_EQ(unquoted_word("~/f"), std::string(home == nullptr ? "~" : home) + "/f");
  EXPECT_EQ(unquoted_word("a~/f"), "a~/f");
}

class ColumnsOnLineTest : public FolderTest {
 protected:
  static Words columns(const Words& words) { return columns_on_line(scan_kind(), words); }
};

TEST_F(ColumnsOnLineTest, EachNameOfTheFilesOnce) {
  const std::string one = write("one.csv", "id,city\n1,Bern\n");
  const std::string other = write("an other.csv", "city,price\nBern,2\n");
  EXPECT_EQ(columns({one}), (Words{"id", "city"}));
  EXPECT_EQ(columns({one, "'" + other + "'"}), (Words{"id", "city", "price"}));
  EXPECT_EQ(columns({}), Words{});
}

TEST_F(ColumnsOnLineTest, AsTheOptionsOfTheLineReadThem) {
  const std::string file = write("one.csv", "id;city\n1;Bern\n");
  EXPECT_EQ(columns({"-d", "';'", file}), (Words{"id", "city"}));
  EXPECT_EQ(columns({"--delimiter=\\;", "--no-header", file}), (Words{"c1", "c2"}));
  EXPECT_EQ(columns({"-c", "city", "-w", "no such column", "-d", ";", file}),
            (Words{"id", "city"}));
  // A line that cannot be parsed yet.
  EXPECT_EQ(columns({write("two.csv", "id,city\n1,Bern\n"), "-t"}), (Words{"id", "city"}));
}

TEST_F(ColumnsOnLineTest, NothingButARegularFileIsOpened) {
  const std::string file = write("one.csv", "id\n1\n");
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(columns({pipe, folder_, folder_ / "missing", "/dev/zero", "-", file}), (Words{"id"}));
  EXPECT_EQ(columns({write("bad.csv", "a,\"b"), write("bad.gz", "\x1f\x8b\x08 no")}), Words{});
}

}  // namespace
}  // namespace penstock
