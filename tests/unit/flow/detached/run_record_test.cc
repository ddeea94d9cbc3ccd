#include "libcore/flow/detached/run_record.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

RunRecord example_record() {
  return {*RunId::parse("abcd2345"),
          "0.1",
          "pscan a.csv\n| pagg 'count(*)'",
          8,
          {"here", "h1"},
          "/data",
          1'790'000'000,
          {RunPlace::Kind::kProcess, {"here", "boot", 4026531836, 77, 18446744073709551615U}}};
}

RunEnd example_end() {
  return {RunState::kFailed, 137, "stage 1: \"x\"\n  caret", 1'790'000'001, 0, 10, 3};
}

// Text with one occurrence of `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal_when(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(RunRecordTest, WhatIsWrittenIsRead) {
  const RunRecord record = example_record();
  const RunRecord read = decode_run_record(encode(record));
  EXPECT_EQ(read.id, record.id);
  EXPECT_EQ(read.penstock, record.penstock);
  EXPECT_EQ(read.flow, record.flow);
  EXPECT_EQ(read.workers, record.workers);
  EXPECT_EQ(read.hosts, record.hosts);
  EXPECT_EQ(read.directory, record.directory);
  EXPECT_EQ(read.began, record.began);
  EXPECT_EQ(read.place.process, record.place.process);

  const RunEnd end = decode_run_end(encode(example_end()));
  EXPECT_EQ(end.state, RunState::kFailed);
  EXPECT_EQ(end.status, 137);
  EXPECT_EQ(end.message, example_end().message);
  EXPECT_EQ(end.ended, 1'790'000'001);
  EXPECT_EQ(end.rows_in, 10);
  EXPECT_EQ(end.rows_out, 3);

  const RunProgress progress = decode_run_progress(
      encode({2.5, {{1, 2, 100, 50, 4000, 1.25, 30, 90}, {2, 1, 50, 7, 80, 1.0}}}));
  EXPECT_EQ(progress.elapsed, 2.5);
  ASSERT_EQ(progress.fragments.size(), 2U);
  EXPECT_EQ(progress.fragments[0].skew, 1.25);
  EXPECT_EQ(progress.fragments[0].bytes_in, 30);
  EXPECT_EQ(progress.fragments[0].input_bytes, 90);
  EXPECT_EQ(progress.fragments[1].input_bytes, -1);
  EXPECT_EQ(progress.rows_in(), 100);
  EXPECT_EQ(progress.rows_out(), 7);
  EXPECT_EQ(decode_run_progress(encode(RunProgress())).rows_out(), 0);
}

// Paths and words of a shell may hold any bytes.
TEST(RunRecordTest, TextThatIsNotUtf8IsKeptAsItIsShown) {
  RunRecord record = example_record();
  record.directory = "/d\xff";
  record.flow = "pscan \xfe.csv\n| pprint";
  const RunRecord read = decode_run_record(encode(record));
  EXPECT_EQ(read.directory, "/d\\xff");
  EXPECT_EQ(read.flow, "pscan \\xfe.csv\n| pprint");
}

TEST(RunRecordTest, AnotherVersionIsRefusedWhateverItsMembersAre) {
  EXPECT_EQ(refusal_when([] { decode_run_end(R"({"penstock_run":2,"more":[]})"); }),
            "is of version 2 of its format, and this program reads version 1");
}

TEST(RunRecordTest, WhatIsNotARecordIsRefused) {
  const std::string good = encode(example_record());
  auto refusal = [](const std::string& json) {
    return refusal_when([&] { decode_run_record(json); });
  };
  for (const std::string& json : {std::string(), std::string("{"), std::string("[]"),
                                  std::string("{}"), std::string("\xff\x00", 2), good + "x"}) {
    EXPECT_NE(refusal(json).find("is not what was written of a run: "), std::string::npos) << json;
  }
  for (size_t size = 0; size + 2 < good.size(); ++size)
    EXPECT_NE(refusal(good.substr(0, size)), "") << size;
  EXPECT_EQ(refusal(with(good, "\"began\"", "\"began_\"")), "'began_' is not known");
  EXPECT_EQ(refusal(with(good, "\"workers\":8,", "")), "'workers' is missing");
  EXPECT_EQ(refusal(with(good, "\"workers\":8,", "\"workers\":8,\"workers\":8,")),
            "'workers' stands there twice");
  EXPECT_EQ(refusal(with(good, "\"workers\":8", "\"workers\":-8")), "'workers' is negative");
  EXPECT_NE(refusal(with(good, "\"workers\":8", "\"workers\":\"8\"")).find("'workers': "),
            std::string::npos);
  EXPECT_EQ(refusal(with(good, "abcd2345", "../../..")), "'id' is not the ID of a run");
  EXPECT_EQ(refusal(with(good, "\"process\"", "\"moon\"")), "a place of a kind that is not known");
  EXPECT_EQ(refusal(with(good, "\"pid\":77", "\"pid\":0")), "'pid' is not the number of a process");
  EXPECT_EQ(refusal(with(good, "\"pid\":77", "\"pid\":4294967297")),
            "'pid' is not the number of a process");
}

TEST(RunRecordTest, WhatIsNotAnEndIsRefused) {
  const std::string good = encode(example_end());
  for (const char* state : {"running", "lost", "over"}) {
    EXPECT_EQ(refusal_when([&] { decode_run_end(with(good, "failed", state)); }),
              "'state' is not one in which a run ends");
  }
  EXPECT_EQ(refusal_when([&] { decode_run_end(with(good, "137", "256")); }),
            "'status' is not the exit status of a process");
}

TEST(RunIdTest, IsOfEightCharactersAndBeginsWithALetter) {
  for (int i = 0; i < 1000; ++i) {
    RunId id = RunId::make();
    EXPECT_EQ(RunId::parse(id.text()), id);
  }
  EXPECT_NE(RunId::make(), RunId::make());
  for (const char* text : {"", "abcdefg", "abcdefghj", "2bcdefgh", "abcdefgi", "abcdefgO",
                           "abcdefg/", "../../..", "-abcdefg"}) {
    EXPECT_FALSE(RunId::parse(text)) << text;
  }
}

}  // namespace
}  // namespace penstock
