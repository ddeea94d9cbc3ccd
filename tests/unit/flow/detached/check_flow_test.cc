#include "libcore/flow/detached/check_flow.h"

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class CheckFlowTest : public FolderTest {
 protected:
  void SetUp() override { csv_ = write("a.csv", "k,v\n1,2\n"); }

  static ReadsInput check(const std::string& text) {
    Flow flow = parse_flow(text, [](const std::string&) { return std::nullopt; });
    return check_flow(flow, stage_registry());
  }
  static std::string refusal(const std::string& text) {
    try {
      check(text);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  std::string csv_;
};

TEST_F(CheckFlowTest, KnowsWhetherStandardInputIsRead) {
  EXPECT_EQ(check("pscan " + csv_), ReadsInput::kNo);
  EXPECT_EQ(check("pscan " + csv_ + " | pfilter 'k > 1' -"), ReadsInput::kNo);
  EXPECT_EQ(check("pscan"), ReadsInput::kYes);
  EXPECT_EQ(check("pscan -"), ReadsInput::kYes);
  EXPECT_EQ(check("psort -k k /dev/stdin"), ReadsInput::kYes);
  EXPECT_EQ(check("pjoin -k k " + csv_ + " -"), ReadsInput::kYes);
  EXPECT_EQ(check("cat | pscan"), ReadsInput::kPerhaps);
  EXPECT_EQ(check("pscan " + csv_ + " > x && cat | pscan"), ReadsInput::kPerhaps);
  EXPECT_EQ(check("pscan > x && pscan " + csv_), ReadsInput::kYes);
}

TEST_F(CheckFlowTest, AFileMustBeThereOrBeWrittenBefore) {
  const std::string none = folder_ / "none.csv";
  EXPECT_EQ(refusal("pscan " + none), "pscan: " + none + ": No such file or directory");
  EXPECT_EQ(refusal("pjoin -k k " + csv_ + " <(pscan " + none + ")"),
            "pscan: " + none + ": No such file or directory");
  EXPECT_EQ(refusal("pscan " + csv_ + " > " + none + " && pscan " + none), "");
  EXPECT_NE(refusal("pscan " + none + " > x && pscan " + csv_ + " > " + none), "");
  // Where a program runs, and what it makes of its words, is not known.
  EXPECT_EQ(refusal("cat " + none + " | pscan"), "");
}

TEST_F(CheckFlowTest, AFileOfAnotherHostIsNotLookedForHere) {
  EXPECT_EQ(refusal("pscan h1:/none.csv"), "");
}

TEST_F(CheckFlowTest, OtherDescriptorsAreNotKept) {
  EXPECT_NE(refusal("pjoin -k k " + csv_ + " /dev/fd/63").find("/dev/fd/63: a detached run keeps"),
            std::string::npos);
  EXPECT_NE(refusal("cat /dev/fd/3 | pscan").find("cat: /dev/fd/3: "), std::string::npos);
  EXPECT_EQ(refusal("tee /dev/fd/2 | pscan"), "");
  EXPECT_EQ(check("pscan /dev/fd/0"), ReadsInput::kYes);
}

TEST_F(CheckFlowTest, AllStatementsAreRead) {
  EXPECT_NE(refusal("pscan " + csv_ + " > x && pscan --no-such " + csv_).find("unknown option"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock
