#include "libcore/ops/scan/rejects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

class RejectsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "rejectsXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  static std::string content(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::string folder_;
};

Reject reject(Reject::Fate fate, int64_t lines) {
  return {
      "a.csv", 7,    fate == Reject::Fate::kNull ? "price" : "", "is not a number", "x,\"12\",y",
      fate,    lines};
}

TEST_F(RejectsTest, AreCountedByWhatBecameOfThem) {
  Rejects rejects;
  EXPECT_EQ(refused_note(rejects.counts()), "");
  rejects.add(reject(Reject::Fate::kNull, 1));
  EXPECT_EQ(refused_note(rejects.counts()), "1 value became null");
  rejects.add(reject(Reject::Fate::kNull, 1));
  rejects.add(reject(Reject::Fate::kLeftOut, 3));
  rejects.add(reject(Reject::Fate::kLeftOut, 0));
  rejects.add(reject(Reject::Fate::kAsIs, 1));
  EXPECT_EQ(refused_note(rejects.counts()),
            "2 values became null; 3 lines were left out; 1 record was left out; "
            "1 header was taken as it stands");
  rejects.finish();
}

TEST_F(RejectsTest, AreWrittenByTheSuffixOnceTheyAreFinished) {
  for (const char* name : {"r.csv", "r.tsv", "r.ndjson", "r"}) {
    {
      Rejects unfinished(path(name));
      unfinished.add(reject(Reject::Fate::kNull, 1));
    }
    EXPECT_FALSE(std::filesystem::exists(path(name))) << name;
    Rejects rejects(path(name));
    rejects.add(reject(Reject::Fate::kNull, 1));
    rejects.add(reject(Reject::Fate::kLeftOut, 1));
    rejects.finish();
  }
  std::string csv =
      "file,line,column,reason,record\n"
      "a.csv,7,price,is not a number,\"x,\"\"12\"\",y\"\n"
      "a.csv,7,,is not a number,\"x,\"\"12\"\",y\"\n";
  EXPECT_EQ(content(path("r.csv")), csv);
  EXPECT_EQ(content(path("r")), csv);
  EXPECT_EQ(content(path("r.tsv")).substr(0, 34), "file\tline\tcolumn\treason\trecord\na.c");
  EXPECT_EQ(content(path("r.ndjson")).substr(0, 33), "{\"file\":\"a.csv\",\"line\":7,\"column\"");
  EXPECT_NE(testing::error_of([&] { Rejects arrow(path("r.arrow")); }).find("csv, tsv or ndjson"),
            std::string::npos);
}

TEST_F(RejectsTest, ManyAreWrittenInPieces) {
  Rejects rejects(path("many.csv"));
  constexpr int64_t kMany = 30000;
  for (int64_t i = 0; i < kMany; ++i)
    rejects.add(reject(Reject::Fate::kLeftOut, 1));
  rejects.finish();
  std::string text = content(path("many.csv"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), kMany + 1);
  EXPECT_EQ(rejects.counts().lines, kMany);
}

}  // namespace
}  // namespace penstock
