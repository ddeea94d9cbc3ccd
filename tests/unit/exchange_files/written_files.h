// A folder that a writer has written, and what a reader of it gets.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "libcore/exchange_files/input_files.h"
#include "libcore/exchange_files/write_partitions.h"
#include "tests/unit/folder_test.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock::testing {

class WrittenFilesTest : public FolderTest {
 protected:
  std::string path(const std::string& name) const { return folder_ / name; }

  // Writes the table, in batches of 100 rows, into the folder of that name.
  std::vector<PartitionFile> written(const Batch& table, const PartitionOptions& how,
                                     const std::string& name = "out") const {
    OperatorPtr input = source(table, 100);
    return write_partitions(*input, how, path(name), {});
  }

  // What a reader of a partition reads of a folder: its files, or that of the schema.
  std::vector<InputFile> files_of(int32_t partition, const std::string& name = "out") const {
    std::vector<InputFile> files;
    InputFile schema;
    for (const PartitionFile& file : read_partition_list(path(name))) {
      const auto& all = file.partitions;
      const InputFile input{path(name) + "/" + file.name, file.facts};
      if (std::find(all.begin(), all.end(), partition) != all.end()) files.push_back(input);
      if (file.name == kSchemaFile) schema = input;
    }
    if (files.empty()) files.push_back(schema);
    return files;
  }
};

// Rows 0 to `rows` in v, with a key k that repeats every 50 and a text.
inline Batch keyed_rows(int64_t rows) {
  std::vector<std::string> keys;
  std::vector<std::string> texts;
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < rows; ++i) {
    keys.push_back(std::to_string(i * 7 % 50));
    texts.push_back(i % 11 == 0 ? "null" : "text " + std::to_string(i));
    numbers.push_back(std::to_string(i));
  }
  return table({{"k", column(int64_type(), keys)},
                {"t", column(utf8_type(), texts)},
                {"v", column(int64_type(), numbers)}});
}

}  // namespace penstock::testing
