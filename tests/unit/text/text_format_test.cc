#include "libcore/text/text_format.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string refusal(const std::string& word) {
  try {
    parse_format(word);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "no error";
}

TEST(TextFormat, Words) {
  EXPECT_EQ(parse_format("csv"), Format::kCsv);
  EXPECT_EQ(parse_format("markdown"), Format::kMarkdown);
  EXPECT_EQ(refusal("ndjsn"), "unknown format 'ndjsn'; did you mean 'ndjson'?");
  EXPECT_EQ(
      refusal("avro"),
      "unknown format 'avro'; formats are arrow, parquet, csv, tsv, ndjson, json, lines, table, "
      "vertical, "
      "markdown, html, clf, combined, logfmt");
  for (Format format :
       {Format::kArrow, Format::kParquet, Format::kJson, Format::kVertical, Format::kHtml})
    EXPECT_EQ(parse_format(std::string(name_of(format))), format);
}

TEST(TextFormat, JsonIsReadAsNdjsonIs) {
  EXPECT_EQ(format_to_read(Format::kJson), Format::kNdjson);
  EXPECT_EQ(format_to_read(Format::kCsv), Format::kCsv);
}

TEST(TextFormat, WhatPeopleReadIsNotReadBack) {
  EXPECT_TRUE(is_for_people(Format::kVertical));
  EXPECT_FALSE(is_for_people(Format::kJson));
  for (const std::string& suffix : readable_suffixes())
    EXPECT_FALSE(is_for_people(*format_of_suffix("a" + suffix))) << suffix;
}

TEST(TextFormat, Suffixes) {
  EXPECT_EQ(format_of_suffix("a/b.csv"), Format::kCsv);
  EXPECT_EQ(format_of_suffix("a.tsv.gz"), Format::kTsv);
  EXPECT_EQ(format_of_suffix("a.jsonl.zst"), Format::kNdjson);
  EXPECT_EQ(format_of_suffix("a.arrows"), Format::kArrow);
  EXPECT_EQ(format_of_suffix("a.json.gz"), Format::kJson);
  EXPECT_EQ(format_of_suffix("a.html"), Format::kHtml);
  for (const char* compressed : {".bz2", ".xz", ".lz4", ".zip"}) {
    EXPECT_EQ(format_of_suffix(std::string("a.tsv") + compressed), Format::kTsv) << compressed;
    EXPECT_EQ(without_compression(std::string("a.x") + compressed).size(), 3U);
  }
  EXPECT_EQ(without_compression("a.csv"), "a.csv");
  EXPECT_EQ(format_of_suffix("a.gz"), std::nullopt);
  EXPECT_EQ(format_of_suffix("csv"), std::nullopt);
  EXPECT_EQ(format_of_suffix("-"), std::nullopt);
}

}  // namespace
}  // namespace penstock
