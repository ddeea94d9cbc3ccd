// Golden files that other implementations wrote, against the JSON that says what is in them. Each
// folder below tests/data/arrow-integration is read as it comes; of a folder whose name says so,
// every file must be refused for its byte order.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "integration_json.h"
#include "ipc_testing.h"
#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock::testing {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> golden_files() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(PENSTOCK_SOURCE_DIR "/tests/data/arrow-integration")) {
    fs::path path = entry.path();
    if (path.extension() == ".stream" || path.extension() == ".arrow_file") files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string slurp(const fs::path& path) {
  std::unique_ptr<PeekableSource> source = open_unwrapped(open_source(path.string()));
  std::string text;
  char piece[65536];
  while (int64_t count = source->read(piece, sizeof piece)) {
    text.append(piece, static_cast<size_t>(count));
  }
  return text;
}

// Implementations keep the entries in orders of their own.
void expect_metadata(Metadata want, Metadata got) {
  std::sort(want.begin(), want.end());
  std::sort(got.begin(), got.end());
  EXPECT_EQ(want, got);
}

void expect_golden(const IntegrationJson& json, Operator& input) {
  Schema want = json.schema();
  const Schema& got = *input.schema();
  ASSERT_TRUE(equals(want, got));
  expect_metadata(want.metadata(), got.metadata());
  for (size_t c = 0; c < want.size(); ++c)
    expect_metadata(want[c].metadata, got[c].metadata);
  for (dom::element batch : json.batches()) {
    int64_t rows = int64_t(batch["count"]);
    std::optional<Batch> read = input.next();
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(rows, read->rows);
    for (size_t c = 0; c < want.size(); ++c) {
      dom::element column = batch["columns"].at(c);
      for (int64_t i = 0; i < rows; ++i) {
        ASSERT_EQ(json.cell(json.field(c), column, i), cell_text(*read->columns[c], i))
            << "column " << want[c].name << " row " << i;
      }
    }
  }
  EXPECT_FALSE(input.next().has_value());
  EXPECT_FALSE(input.next().has_value());
}

class Golden : public ::testing::TestWithParam<fs::path> {};

TEST_P(Golden, IsReadAsItsJsonSays) {
  fs::path path = GetParam();
  std::string bytes = slurp(path);
  if (path.parent_path().string().find("bigendian") != std::string::npos) {
    try {
      open_bytes(bytes);
      FAIL() << "accepted";
    } catch (const Error& error) {
      EXPECT_NE(error.message().find("big-endian"), std::string::npos) << error.message();
    }
    return;
  }
  IntegrationJson json(slurp(fs::path(path).replace_extension(".json.gz")));
  {
    SCOPED_TRACE("sought");
    expect_golden(json, *open_bytes(bytes));
  }
  {
    SCOPED_TRACE("piped");
    expect_golden(json, *open_piped(bytes));
  }
}

// What we write of it reads as the same: through both containers and all compressions.
TEST_P(Golden, IsWrittenAsItsJsonSays) {
  fs::path path = GetParam();
  if (path.parent_path().string().find("bigendian") != std::string::npos) return;
  std::string bytes = slurp(path);
  IntegrationJson json(slurp(fs::path(path).replace_extension(".json.gz")));
  for (const IpcWriteOptions& options : all_write_options()) {
    SCOPED_TRACE(options.file ? "file" : "stream");
    std::string written = rewrite(bytes, options);
    expect_golden(json, *open_bytes(written));
    expect_golden(json, *open_piped(written));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, ::testing::ValuesIn(golden_files()),
                         [](const ::testing::TestParamInfo<fs::path>& file) {
                           std::string name = file.param.parent_path().filename().string() + "_" +
                                              file.param.filename().string();
                           for (char& c : name) {
                             if (!isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace penstock::testing
