#include "libcore/flow/file_pattern.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libcore/flow/flow_text.h"

namespace penstock {
namespace {

class FilePattern : public testing::Test {
 protected:
  FilePattern() {
    char name[] = "/tmp/file_pattern_XXXXXX";
    folder_ = mkdtemp(name);
    for (const char* file : {"b.csv", "a.csv", ".hidden.csv", "a[1].csv", "c.txt", "a*"})
      std::ofstream(folder_ + "/" + file) << "x";
  }
  ~FilePattern() override { std::filesystem::remove_all(folder_); }

  // The operands of `a`, without the folder.
  std::vector<std::string> operands_of(const std::string& word) {
    Flow flow = parse_flow("a " + word, [&](const std::string& name) {
      return name == "d" ? std::make_optional(folder_) : std::nullopt;
    });
    std::vector<std::string> operands;
    for (const FlowWord& operand : flow.statements[0].pipeline.stages[0].words) {
      const bool is_in = operand.text.starts_with(folder_);
      operands.push_back(is_in ? operand.text.substr(folder_.size() + 1) : operand.text);
    }
    operands.erase(operands.begin());
    return operands;
  }

  std::string folder_;
};

using Names = std::vector<std::string>;

TEST_F(FilePattern, BecomesTheFilesInOrder) {
  setenv("LC_ALL", "C", 1);
  EXPECT_EQ(operands_of("$d/*.csv"), (Names{"a.csv", "a[1].csv", "b.csv"}));
  EXPECT_EQ(operands_of("$d/[bc].* last"), (Names{"b.csv", "c.txt", "last"}));
  EXPECT_EQ(operands_of("$d/?.csv"), (Names{"a.csv", "b.csv"}));
  EXPECT_EQ(operands_of("$d/.*.csv"), Names{".hidden.csv"});
}

TEST_F(FilePattern, StaysWhereNothingMatches) {
  EXPECT_EQ(operands_of("$d/*.tsv"), Names{"*.tsv"});
  EXPECT_EQ(operands_of("--types=*=text ["), (Names{"--types=*=text", "["}));
}

TEST_F(FilePattern, IsNotOneInQuotes) {
  EXPECT_EQ(operands_of("\"$d/*.csv\""), Names{"*.csv"});
  EXPECT_EQ(operands_of("'*.csv'"), Names{"*.csv"});
  EXPECT_EQ(operands_of("$d/a'*'"), Names{"a*"});
  EXPECT_EQ(operands_of("$d/a\\**"), Names{"a*"});
  EXPECT_EQ(operands_of("$d/a'[1]'*"), Names{"a[1].csv"});
}

}  // namespace
}  // namespace penstock
