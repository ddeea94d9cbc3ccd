#include "libcore/partition/output_names.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using Names = std::vector<std::string>;

TEST(TakeOutputNames, TheLastOperandsAreOutputs) {
  Names operands{"in", "a", "b"};
  EXPECT_EQ(take_output_names(operands, 2, false), (Names{"a", "b"}));
  EXPECT_EQ(operands, Names{"in"});
  EXPECT_EQ(take_output_names(operands, 1, false), Names{"in"});
  EXPECT_TRUE(operands.empty());
}

TEST(TakeOutputNames, OneWithAPlaceForTheNumberStandsForAll) {
  Names operands{"in", "a%d.csv"};
  EXPECT_EQ(take_output_names(operands, 3, false), (Names{"a1.csv", "a2.csv", "a3.csv"}));
  EXPECT_EQ(operands, Names{"in"});
  operands = {"100%-%03d"};
  EXPECT_EQ(take_output_names(operands, 2, false), (Names{"100%-001", "100%-002"}));
  operands = {"%d%d"};
  EXPECT_EQ(take_output_names(operands, 1, false), Names{"1%d"});
  operands = {"50%"};
  EXPECT_EQ(take_output_names(operands, 1, false), Names{"50%"});
  operands = {"%0d"};
  EXPECT_EQ(take_output_names(operands, 1, false), Names{"%0d"});
}

TEST(TakeOutputNames, RefusesTooFewAndTheSameTwice) {
  auto refused = [](Names operands, int64_t partitions) {
    return testing::error_of([&] { take_output_names(operands, partitions, false); });
  };
  EXPECT_EQ(refused({}, 1), "an output is missing");
  EXPECT_EQ(refused({"a"}, 2),
            "2 partitions need as many outputs, or one with %d for their number; there is 1");
  EXPECT_EQ(refused({"b", "a", "b"}, 3), "output 'b' is named twice");
  EXPECT_EQ(refused({"b", "a", "b"}, 2), "no error");
}

TEST(TakeOutputNames, RefusesAFileThatMayBeAnInput) {
  std::string folder = ::testing::TempDir() + "names" + std::to_string(getpid()) + ".";
  std::string filled = folder + "filled";
  std::string empty = folder + "empty";
  std::ofstream(filled) << "x";
  std::ofstream{empty};
  Names operands{filled, empty};
  EXPECT_EQ(testing::error_of([&] { take_output_names(operands, 2, false); }),
            "'" + filled +
                "' would be an output, but it exists and is not empty; name outputs with -o, or "
                "replace them with --force");
  operands = {filled, empty};
  EXPECT_EQ(take_output_names(operands, 1, false), Names{empty});
  EXPECT_EQ(operands, Names{filled});
  operands = {filled, empty};
  EXPECT_EQ(take_output_names(operands, 2, true), (Names{filled, empty}));
  operands = {"/dev/null"};
  EXPECT_EQ(take_output_names(operands, 1, false), Names{"/dev/null"});
  std::ofstream(folder + "1") << "x";
  operands = {folder + "%d"};
  EXPECT_EQ(take_output_names(operands, 1, false), Names{folder + "1"});
  EXPECT_EQ(listed_output_names(filled, 1), Names{filled});
  for (const std::string& name : {filled, empty, folder + "1"})
    unlink(name.c_str());
}

TEST(RefuseInputsAsOutputs, NamesTheOutputHoweverItIsNamed) {
  const std::string folder = ::testing::TempDir() + "both" + std::to_string(getpid()) + ".";
  const std::string file = folder + "csv";
  const std::string linked = folder + "link";
  std::ofstream{file};
  ASSERT_EQ(symlink(file.c_str(), linked.c_str()), 0);
  auto refused = [](const Names& outputs, const Names& inputs) {
    return testing::error_of([&] { refuse_inputs_as_outputs(outputs, inputs); });
  };
  const std::string why = "' would be an output, but it is an input too; replace it with --force";
  EXPECT_EQ(refused({folder + "new", linked}, {"-", file}), "'" + linked + why);
  // An input may be named without its suffix.
  EXPECT_EQ(refused({file}, {folder.substr(0, folder.size() - 1)}), "'" + file + why);
  EXPECT_EQ(refused({file}, {}), "no error");
  EXPECT_EQ(refused({folder + "new", "/dev/null"}, {file, "/dev/null", folder + "new"}),
            "no error");
  for (const std::string& name : {file, linked})
    unlink(name.c_str());
}

TEST(ListedOutputNames, AreSeparatedByCommasOrNumbered) {
  EXPECT_EQ(listed_output_names("a,b", 2), (Names{"a", "b"}));
  EXPECT_EQ(listed_output_names("a%d", 2), (Names{"a1", "a2"}));
  EXPECT_EQ(listed_output_names("a%d,b%d", 2), (Names{"a%d", "b%d"}));
  auto refused = [](const std::string& list, int64_t partitions) {
    return testing::error_of([&] { listed_output_names(list, partitions); });
  };
  EXPECT_EQ(refused("", 1), "an output in '' has no name");
  EXPECT_EQ(refused("a,", 1), "an output in 'a,' has no name");
  EXPECT_EQ(refused("a,a", 2), "output 'a' is named twice");
  EXPECT_EQ(refused("a,b", 1),
            "1 partition needs as many outputs, or one with %d for their number; there are 2");
}

}  // namespace
}  // namespace penstock
