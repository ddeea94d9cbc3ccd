#include "libcore/ops/print.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/scan/rejects.h"

namespace penstock {
namespace {

// One batch of one row, then the end or an Error; notes what had been written when it was pulled.
class OneRow : public Operator {
 public:
  OneRow(const std::string& written, bool fails) : written_(written), fails_(fails) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    if (pulled_++ == 0) {
      before_ = written_;
      FixedBuilder<int64_t> values;
      values.append(7);
      return Batch{schema_, 1, {values.finish(int64_type())}};
    }
    if (fails_) throw Error("broken");
    return std::nullopt;
  }
  std::string before_;

 private:
  const std::string& written_;
  bool fails_;
  int pulled_ = 0;
  SchemaPtr schema_ = make_schema({{"a", int64_type(), true, {}}});
};

TEST(Print, OnlyArrowsSchemaComesBeforeTheFirstBatch) {
  for (Format format : {Format::kCsv, Format::kTsv, Format::kArrow}) {
    std::string out;
    ByteSinkPtr sink = sink_to_string(out);
    OneRow input(out, false);
    PrintOptions options;
    options.format = format;
    EXPECT_EQ(print(input, *sink, options), 1);
    EXPECT_EQ(input.before_.empty(), format != Format::kArrow);
  }
}

TEST(Print, AFailedInputLeavesNoEnd) {
  std::string whole;
  std::string cut;
  OneRow good(whole, false);
  print(good, *sink_to_string(whole), {});
  OneRow bad(cut, true);
  EXPECT_THROW(print(bad, *sink_to_string(cut), {}), Error);
  ASSERT_LT(cut.size(), whole.size());
  EXPECT_EQ(whole.substr(0, cut.size()), cut);
}

TEST(Rejects, CountsWithoutAFile) {
  Rejects rejects;
  EXPECT_EQ(refused_note(rejects.counts()), "");
  rejects.add({"f", 1, "a", "why", "record", Reject::Fate::kNull, 1});
  EXPECT_EQ(refused_note(rejects.counts()), "1 value became null");
  rejects.add({"f", 2, "", "why", "record", Reject::Fate::kLeftOut, 2});
  rejects.add({"f", 5, "b", "why", "record", Reject::Fate::kNull, 1});
  rejects.finish();
  EXPECT_EQ(refused_note(rejects.counts()), "2 values became null; 2 lines were left out");
  rejects.add({"f", 6, "", "why", "record", Reject::Fate::kLeftOut, 0});
  EXPECT_EQ(refused_note(rejects.counts()),
            "2 values became null; 2 lines were left out; 1 record was left out");
}

}  // namespace
}  // namespace penstock
