#include "libcore/flow/plan/host_files.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/stage/scan.h"
#include "tests/unit/flow/plan/folders_of_hosts.h"
#include "tests/unit/folder_test.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class HostFilesTest : public FolderTest {
 protected:
  HostFilesTest() : hosts_(folder_, 2) {}

  static StagePtr stage(const std::vector<std::string>& words) {
    std::vector<StageWord> line;
    for (const std::string& word : words)
      line.push_back({word});
    return parse_stage(*stage_registry().find(words[0]), line);
  }
  static std::string line(const Stage& stage) {
    std::string text;
    for (const StageWord& word : stage.line())
      text += (text.empty() ? "" : " ") + word.text;
    return text;
  }
  std::string refusal(const std::vector<std::string>& words, HostFiles* hosts) {
    try {
      place_inputs(stage(words), hosts);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kUsage);
      return error.message();
    }
    return "nothing was refused";
  }

  FoldersOfHosts hosts_;
};

TEST_F(HostFilesTest, OperandsOfHostsKeepTheirLine) {
  StagePtr placed = place_inputs(stage({"pscan", "-f", "csv", "a:x.csv", "here.csv"}), &hosts_);
  EXPECT_EQ(line(*placed), "pscan -f csv a:x.csv here.csv");
  EXPECT_TRUE(has_host_files(*placed));
  EXPECT_EQ(placed->inputs()[0].host, 1U);
  EXPECT_EQ(placed->inputs()[0].path_there, folder_ / "a/x.csv");
  EXPECT_EQ(placed->inputs()[1].host, std::nullopt);
}

TEST_F(HostFilesTest, APatternBecomesItsFiles) {
  hosts_.write(2, "1.csv", "");
  hosts_.write(2, "2.csv", "");
  StagePtr placed = place_inputs(stage({"pscan", "a:x.csv", "b:*"}), &hosts_);
  const std::string b = "b:" + (folder_ / "b/").string();
  EXPECT_EQ(line(*placed), "pscan a:x.csv " + b + "1.csv " + b + "2.csv");
  EXPECT_EQ(placed->inputs()[2].host, 2U);
  hosts_.write(2, "3.csv", "");
  EXPECT_EQ(refusal({"pjoin", "-k", "x", "b:*"}, &hosts_),
            "with the files of the pattern there are 4 inputs, and there can be 2");
}

TEST_F(HostFilesTest, AnUnknownHostIsRefused) {
  EXPECT_EQ(
      refusal({"pscan", "c:x.csv"}, &hosts_),
      "'c:x.csv': 'c' is not one of the hosts of --hosts; a file of that name on this host is "
      "./c:x.csv");
  EXPECT_EQ(refusal({"pscan", "u@c:x.csv"}, nullptr),
            "'u@c:x.csv': a file of the host 'u@c' needs --hosts; a file of that name on this host "
            "is ./u@c:x.csv");
}

TEST_F(HostFilesTest, AFileThatTheFlowWritesIsOfThisHost) {
  StagePtr scan = stage({"pscan", "out-12:30.arrow"});
  EXPECT_EQ(place_inputs(scan, &hosts_, {"x", "out-12:30.arrow"}), scan);
}

TEST_F(HostFilesTest, FilesWithAColonInTheirName) {
  std::string here = write("c:x.csv", "");
  for (const std::string& name : {here, std::string("./c:x.csv"), std::string("d/c:x.csv")})
    EXPECT_EQ(refusal({"pscan", name}, &hosts_), "nothing was refused") << name;
  std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  EXPECT_EQ(refusal({"pscan", "c:x.csv"}, &hosts_), "nothing was refused");
  // A host of the list wins over a file.
  write("a:x.csv", "");
  EXPECT_TRUE(has_host_files(*place_inputs(stage({"pscan", "a:x.csv"}), &hosts_)));
  EXPECT_FALSE(has_host_files(*place_inputs(stage({"pscan", "./a:x.csv"}), &hosts_)));
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace penstock
