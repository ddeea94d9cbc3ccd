#include "libcore/stage/scan.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class ScanStageTest : public FolderTest {
 protected:
  static std::unique_ptr<Stage> scan(const std::vector<std::string>& words) {
    std::vector<StageWord> line{{"pscan"}};
    for (const std::string& word : words)
      line.push_back({word});
    return parse_stage(scan_kind(), line);
  }

  // Each of the scan's inputs, found in the file of that name in our folder.
  std::vector<SurveyedInput> survey(const Stage& scan) const {
    std::vector<SurveyedInput> found;
    for (const StageInput& input : scan.inputs()) {
      found.push_back(
          survey_input_of(scan, input, scan.inputs().size(), folder_ / input.file.substr(2)));
    }
    return found;
  }
};

TEST_F(ScanStageTest, SurveyedFilesHaveTheSchemaThatTheirScanHas) {
  const std::string a = write("a.csv", "x,y\n1,\n");
  const std::string b = write("b.csv", "x,y\n1.5,2020-01-01\n");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {"--decimals"}, {"--types=x=text"}}) {
    for (bool both : {false, true}) {
      std::vector<std::string> here = options;
      std::vector<std::string> there = options;
      here.push_back(a);
      there.emplace_back("h:a.csv");
      if (both) here.push_back(b);
      if (both) there.emplace_back("h:b.csv");
      auto named = scan(there);
      SchemaPtr expected = schema_of_scan(*scan(here));
      ASSERT_NE(expected, nullptr);
      EXPECT_TRUE(equals(*schema_of_scan(*named, survey(*named)), *expected));
    }
  }
}

TEST_F(ScanStageTest, MessagesHaveTheNameThatTheScanGivesAFile) {
  write("a.csv", "x,y\n1,2\n");
  write("b.csv", "x\n1\n");
  auto both = scan({"h:a.csv", "h:b.csv"});
  try {
    schema_of_scan(*both, survey(*both));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "h:b.csv: there are 1 columns, but there are 2 in h:a.csv; inputs that are read "
              "together need the same columns");
  }
  write("c.csv", "\"x\n1,2,3\n");
  auto broken = scan({"h:c.csv"});
  try {
    survey(*broken);
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().starts_with("h:c.csv:")) << error.message();
  }
}

}  // namespace
}  // namespace penstock
