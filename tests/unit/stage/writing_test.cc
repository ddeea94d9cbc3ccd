#include "libcore/stage/writing.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

Writing writing_of(std::vector<const char*> words) {
  Writing writing;
  Command command({"tool", "", ""});
  writing.add_options(command, true);
  words.insert(words.begin(), "tool");
  command.parse(static_cast<int>(words.size()), words.data());
  return writing;
}

std::string refusal_of(std::vector<const char*> words, Format format) {
  try {
    writing_of(std::move(words)).text(format);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "no error";
}

TEST(Writing, SaysHowTextIsWritten) {
  TextWriteOptions usual = writing_of({}).text(Format::kTsv);
  EXPECT_EQ(usual.delimiter, '\t');
  EXPECT_TRUE(usual.header);
  EXPECT_EQ(usual.null_text, std::nullopt);
  Writing writing = writing_of(
      {"--out-delimiter=;", "--out-no-header", "--out-null=NA", "--quote-all", "--crlf"});
  EXPECT_TRUE(writing.means_csv());
  TextWriteOptions text = writing.text(Format::kCsv);
  EXPECT_EQ(text.delimiter, ';');
  EXPECT_FALSE(text.header);
  EXPECT_EQ(text.null_text, "NA");
  EXPECT_TRUE(text.quote_all);
  EXPECT_TRUE(text.crlf);
  EXPECT_TRUE(text.quotes);
  EXPECT_FALSE(writing_of({"--out-no-header", "--out-null=x"}).means_csv());
  EXPECT_TRUE(writing_of({"--out-no-quotes"}).means_csv());
  EXPECT_FALSE(writing_of({"--out-no-quotes"}).text(Format::kCsv).quotes);
}

TEST(Writing, RefusesWhatHasNoEffect) {
  EXPECT_EQ(refusal_of({"--out-delimiter=,"}, Format::kTsv),
            "--out-delimiter is for csv, but tsv is written here");
  EXPECT_EQ(refusal_of({"--crlf"}, Format::kJson),
            "--crlf is for csv and tsv, but json is written here");
  EXPECT_EQ(refusal_of({"--quote-all"}, Format::kTable),
            "--quote-all is for csv and tsv, but table is written here");
  EXPECT_EQ(refusal_of({"--out-no-quotes"}, Format::kLines),
            "--out-no-quotes is for csv and tsv, but lines is written here");
  EXPECT_EQ(refusal_of({"--out-no-quotes", "--quote-all"}, Format::kCsv),
            "--out-no-quotes excludes --quote-all");
  EXPECT_EQ(refusal_of({"--out-no-header"}, Format::kNdjson),
            "--out-no-header is for csv, tsv, table and html, but ndjson is written here");
  EXPECT_EQ(refusal_of({"--out-null=-"}, Format::kArrow),
            "--out-null is for csv, tsv, table, vertical, markdown and html, but arrow is written "
            "here");
}

TEST(Writing, RefusesWhatCannotBeReadBack) {
  for (const char* option : {"--out-null=a,b", "--out-null=\"", "--out-null=a\n"})
    EXPECT_NE(refusal_of({option}, Format::kCsv), "no error") << option;
  EXPECT_EQ(refusal_of({"--out-null=a,b"}, Format::kTsv), "no error");
  EXPECT_EQ(refusal_of({"--out-null=a,b"}, Format::kTable), "no error");
  for (const char* option : {"--out-delimiter=", "--out-delimiter=ab", "--out-delimiter=é",
                             "--out-delimiter=\"", "--out-delimiter=\n"})
    EXPECT_NE(refusal_of({option}, Format::kCsv), "no error") << option;
}

}  // namespace
}  // namespace penstock
