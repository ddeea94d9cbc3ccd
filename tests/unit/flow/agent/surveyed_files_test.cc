#include "libcore/flow/agent/surveyed_files.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class SurveyedFiles : public FolderTest {
 protected:
  // Names and types.
  static std::string columns(const SchemaPtr& schema) {
    std::string text;
    for (const Field& field : schema->fields())
      text += field.name + " " + field.type->to_string() + ", ";
    return text;
  }
};

TEST_F(SurveyedFiles, WhatAScanFinds) {
  const std::string a = write("a.csv", "x,y\n1,2020-01-01\n");
  const std::string b = write("b.ndjson", "{\"z\":1.5}\n");
  FilesSurveyed surveyed = survey_own_files({{"pscan", "h:a.csv", "h:b.ndjson"}, 5, true, {a, b}});
  ASSERT_EQ(surveyed.files.size(), 2U);
  FoundFile first = found_in(std::move(surveyed.files[0]));
  EXPECT_EQ(first.file.path, a);
  EXPECT_EQ(first.kind, FileKind::kText);
  EXPECT_EQ(first.format, Format::kCsv);
  EXPECT_EQ(columns(first.schema), "x int64, y date32, ");
  EXPECT_EQ(origin_of((*first.schema)[1]), TypeOrigin::kInferred);
  FoundFile second = found_in(std::move(surveyed.files[1]));
  EXPECT_EQ(second.format, Format::kNdjson);
  EXPECT_EQ(columns(second.schema), "z float64, ");
}

TEST_F(SurveyedFiles, TheOptionsOfTheScanCount) {
  const std::string a = write("a.csv", "x;y\n1;2\n");
  FilesSurveyed surveyed =
      survey_own_files({{"pscan", "-d;", "--types=x=text", "h:a.csv"}, 1, true, {a}});
  EXPECT_EQ(columns(found_in(std::move(surveyed.files[0])).schema), "x utf8, y int64, ");
  surveyed = survey_own_files({{"pscan", "h:a.csv"}, 1, false, {a}});
  EXPECT_EQ(found_in(std::move(surveyed.files[0])).schema, nullptr);
}

TEST_F(SurveyedFiles, WhatIsWrongIsInTheAnswer) {
  const std::string a = write("a.ndjson", "{\"x\":1}\n");
  FilesSurveyed surveyed = survey_own_files(
      {{"pscan", "--names=y", "h:a.ndjson", "h:gone"}, 1, true, {a, folder_ / "gone"}});
  EXPECT_EQ(surveyed.files[0].refusal, "h:a.ndjson: --names is for CSV, but this is JSON");
  EXPECT_TRUE(surveyed.files[0].is_usage);
  EXPECT_EQ(surveyed.files[1].seen.refusal,
            (folder_ / "gone").string() + ": No such file or directory");
  // One of several inputs may have options for others.
  surveyed = survey_own_files({{"pscan", "--names=y", "h:a.ndjson"}, 2, true, {a}});
  EXPECT_EQ(surveyed.files[0].refusal, "");
}

TEST_F(SurveyedFiles, AMessageThatIsNotAboutAScanIsRefused) {
  EXPECT_THROW(survey_own_files({{"pscan", "--what", "h:a"}, 1, true, {"/a"}}), Error);
  EXPECT_THROW(survey_own_files({{"pscan", "h:a", "h:b"}, 2, true, {"/a"}}), Error);
}

}  // namespace
}  // namespace penstock
