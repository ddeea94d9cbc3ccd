#include "libcore/ops/diff.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/ops/print.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/text/csv/reader.h"
#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

std::string difference_of(const std::string& left, const std::string& right,
                          const DiffOptions& options) {
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  PrintOptions print_options;
  print_options.format = Format::kCsv;
  print_options.text.header = false;
  try {
    print(*make_diff(open_csv_text(left), open_csv_text(right), options), *sink, print_options);
  } catch (const Error& error) {
    return error.message();
  }
  return out;
}

DiffOptions by(std::vector<std::string> keys) {
  DiffOptions options;
  options.keys = std::move(keys);
  return options;
}

TEST(Diff, ByKeys) {
  EXPECT_EQ(difference_of("k,v,w\n2,a,x\n1,b,\n3,c,y\n", "w,k,v\nx,2,a\nz,4,d\n,3,e\n", by({"k"})),
            "removed,1,,,\nchanged,3,v,c,e\nchanged,3,w,y,\nadded,4,,,\n");
  EXPECT_EQ(difference_of("k,v\n1,a\n", "k,v\n1,a\n", by({"k"})), "");
  EXPECT_EQ(difference_of("k,v\n1,a\n,b\n", "k,v\n,c\n1,a\n", by({"k"})), "changed,,v,b,c\n");
}

TEST(Diff, OfColumns) {
  EXPECT_EQ(difference_of("k,v,w,x\n1,1,2,3\n", "k,v,w,y\n1,1.0,2.5,3\n", by({"k"})),
            "type changed,,v,int64,float64\ntype changed,,w,int64,float64\n"
            "column removed,,x,int64,\ncolumn added,,y,,int64\nchanged,1,w,2,2.5\n");
  EXPECT_EQ(difference_of("k\n1\n", "k\na\n", by({"k"})),
            "key 'k' has different types in the first input and the second input; give both the "
            "same with --types");
  EXPECT_EQ(difference_of("k\n1\n", "j\n1\n", by({"k"})),
            "key 'k' is not a column of both the first input and the second input");
  EXPECT_EQ(difference_of("k\n1\n", "j\n1\n", {}),
            "the first input and the second input have no column in common");
}

TEST(Diff, KeysThatComeTwice) {
  DiffOptions options = by({"k"});
  EXPECT_EQ(difference_of("k,v\n1,a\n1,a\n", "k,v\n1,a\n", options),
            "the first input: two rows have the key k = 1; use more keys, or --multiset");
  EXPECT_EQ(difference_of("k,v\n1,a\n", "k,v\n1,a\n2,a\n2,b\n", options),
            "the second input: two rows have the key k = 2; use more keys, or --multiset");
  options.multiset = true;
  EXPECT_EQ(difference_of("k,v\n1,b\n1,a\n1,a\n2,c\n", "k,v\n1,c\n1,a\n2,c\n2,c\n", options),
            "removed,1,,,\nremoved,1,,,\nadded,1,,,\nadded,2,,,\n");
}

TEST(Diff, AsAWhole) {
  EXPECT_EQ(difference_of("a,b\n1,x\n2,y\n1,x\n", "a,b\n2,y\n1,x\n3,x\n", {}),
            "removed,1,x,,,\nadded,3,x,,,\n");
}

TEST(Diff, InOrder) {
  DiffOptions options;
  options.ordered = true;
  EXPECT_EQ(difference_of("a\n1\n2\n", "a\n2\n2\n3\n", options), "changed,1,a,1,2\nadded,3,,,\n");
}

TEST(Diff, NumbersThatAreNear) {
  DiffOptions options = by({"k"});
  options.tolerance = 0.25;
  EXPECT_EQ(difference_of("k,v\n1,1.5\n2,1.5\n3,nan\n4,inf\n5,1.5\n",
                          "k,v\n1,1.75\n2,1.76\n3,nan\n4,inf\n5,nan\n", options),
            "changed,2,v,1.5,1.76\nchanged,5,v,1.5,nan\n");
}

TEST(Diff, NamesThatKeysHave) {
  OperatorPtr diff = make_diff(open_csv_text("left,change\n1,2\n"),
                               open_csv_text("left,change\n1,2\n"), by({"left", "change"}));
  EXPECT_EQ(diff->schema()->names(),
            (std::vector<std::string>{"change_2", "left", "change", "column", "left_2", "right"}));
}

TEST(Diff, ManyRowsOverMemory) {
  std::string left = "k,v\n";
  std::string right = "k,v\n";
  std::string wanted;
  for (int i = 0; i < 30000; ++i) {
    left += std::to_string(i * 7919 % 30011) + "," + std::to_string(i) + "\n";
    right += std::to_string(i * 7919 % 30011) + "," + std::to_string(i % 3 == 0 ? -i : i) + "\n";
  }
  DiffOptions options = by({"k"});
  options.spill.memory = int64_t{64} << 10;
  const std::string text = difference_of(left, right, options);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 9999);  // 0 is -0
}

}  // namespace
}  // namespace penstock
