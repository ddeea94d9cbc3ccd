#include "libcore/ops/scan/metered_source.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/ops/print.h"
#include "libcore/ops/scan/scan.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class MeteredSourceTest : public FolderTest {
 protected:
  // Returns how many bytes are counted while a scan reads all of a file.
  static int64_t counted(const std::string& file, const std::string& column) {
    int64_t bytes = 0;
    ScanOptions options;
    options.threads = false;
    options.text.columns = ColumnList({column});
    options.on_read = [&](int64_t read) { bytes += read; };
    OperatorPtr rows = open_scan(file, options);
    while (rows->next()) {
    }
    return bytes;
  }
};

TEST_F(MeteredSourceTest, EachReadIsCounted) {
  int64_t bytes = 0;
  ByteSourcePtr source =
      metered_source(source_from_bytes("0123456789", "ten"), [&](int64_t read) { bytes += read; });
  char out[8];
  EXPECT_EQ(source->read(out, 4), 4);
  EXPECT_EQ(bytes, 4);
  EXPECT_EQ(source->read_at(7, out, 8), 3);
  EXPECT_EQ(bytes, 7);
  EXPECT_EQ(source->read(out, 8), 6);
  EXPECT_EQ(source->read(out, 8), 0);
  EXPECT_EQ(bytes, 13);
  EXPECT_EQ(source->name(), "ten");
  EXPECT_EQ(source->size(), 10);
}

TEST_F(MeteredSourceTest, ScansCountTheirFiles) {
  std::string text = "x,y\n";
  for (int i = 0; i < 1000; ++i)
    text += "1,some text\n";
  EXPECT_EQ(counted(write("t.csv", text), "x"), std::ssize(text));
  // Of an Arrow file whole batches, however few columns of them are read.
  const std::string file = folder_ / "t.arrow";
  OperatorPtr rows = open_scan(folder_ / "t.csv", {});
  PrintOptions options;
  options.ipc.file = true;
  ByteSinkPtr sink = open_sink(file);
  print(*rows, *sink, options);
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file));
  const int64_t bytes = counted(file, "x");
  EXPECT_EQ(bytes, counted(file, "y"));
  EXPECT_GT(bytes, size * 9 / 10);
  EXPECT_LE(bytes, size);
}

}  // namespace
}  // namespace penstock
