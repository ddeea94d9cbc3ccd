#include "libcore/flow/plan/input_size.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/stage/scan.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using Bytes = std::optional<int64_t>;

class InputSizeTest : public FolderTest {
 protected:
  static std::unique_ptr<Stage> scan_of(const std::vector<std::string>& files) {
    std::unique_ptr<Stage> scan = make_scan_stage({files[0]});
    std::vector<StageInput> inputs;
    for (const std::string& file : files)
      inputs.push_back({file});
    scan->set_all_inputs(std::move(inputs));
    return scan;
  }
  static PlanFragment fragment_of(std::unique_ptr<Stage> scan, int64_t workers = 1,
                                  Division division = Division::kNone) {
    PlanFragment fragment;
    fragment.workers = workers;
    fragment.division = division;
    fragment.stages.emplace_back().stage = std::move(scan);
    return fragment;
  }
};

TEST_F(InputSizeTest, AllFilesOfTheFirstStage) {
  const std::string a = write("a.csv", "x\n1\n");
  const std::string b = write("b.csv.gz", "1234567890");
  EXPECT_EQ(input_bytes(fragment_of(scan_of({a, b}))), Bytes(14));
  EXPECT_EQ(input_bytes(fragment_of(scan_of({a}), 3)), Bytes(12)) << "each worker reads all";
  EXPECT_EQ(input_bytes(fragment_of(scan_of({a}), 3, Division::kParts)), Bytes(4));
  PlanFragment chunks = fragment_of(scan_of({"on another host"}), 2, Division::kChunks);
  chunks.sizes = {100, 11};
  EXPECT_EQ(input_bytes(chunks), Bytes(111));
}

TEST_F(InputSizeTest, NothingIsKnownOfOtherInputs) {
  const std::string a = write("a.csv", "x\n1\n");
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& other : {pipe, folder_.string(), (folder_ / "missing").string()})
    EXPECT_EQ(input_bytes(fragment_of(scan_of({a, other}))), Bytes()) << other;
  std::unique_ptr<Stage> followed = scan_of({a});
  followed->reading().scan.follow = true;
  EXPECT_EQ(input_bytes(fragment_of(std::move(followed))), Bytes());
  std::unique_ptr<Stage> elsewhere = scan_of({a});
  elsewhere->place_input(0, 1, "/there");
  EXPECT_EQ(input_bytes(fragment_of(std::move(elsewhere))), Bytes());
  PlanFragment later = fragment_of(scan_of({a}));
  later.edge.emplace();
  EXPECT_EQ(input_bytes(later), Bytes());
  PlanFragment other_program;
  other_program.stages.emplace_back();
  EXPECT_EQ(input_bytes(other_program), Bytes());
}

TEST_F(InputSizeTest, ByTheNumbersOfFragments) {
  const PlanFragment scan = fragment_of(scan_of({write("a.csv", "x\n1\n")}));
  PlanFragment later;
  later.edge.emplace();
  EXPECT_EQ(input_bytes({&later, &scan}), (std::map<int64_t, int64_t>{{2, 4}}));
}

}  // namespace
}  // namespace penstock
