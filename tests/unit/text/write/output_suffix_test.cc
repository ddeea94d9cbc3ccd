#include "libcore/text/write/output_suffix.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/text/text_format.h"

namespace penstock {
namespace {

TEST(OutputSuffix, ThoseThatAreWrittenAndNoneAreAccepted) {
  for (const char* path : {"a.csv", "a", "/dev/fd/3", "-", ".hidden", "a.", "v1.2", "a.b_c",
                           "sales.csv.gz", "a.gz", "a.zst", "dir.parquet/part"}) {
    EXPECT_NO_THROW(refuse_foreign_suffix(path)) << path;
  }
  for (const char* suffix : {".csv", ".tsv", ".ndjson", ".txt", ".md", ".arrow", ".parquet"}) {
    EXPECT_TRUE(format_of_suffix(std::string("a") + suffix)) << suffix;
  }
}

TEST(OutputSuffix, OthersAreRefused) {
  for (const char* path : {"a.avro", "d/a.xlsx", "a.orc.zst", "a.bz2"}) {
    EXPECT_THROW(refuse_foreign_suffix(path), Error) << path;
  }
}

}  // namespace
}  // namespace penstock
