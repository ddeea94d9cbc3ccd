// The acid tests of csv-spectrum: each file beside the JSON that it means.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <map>

#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

using Record = std::map<std::string, std::string>;

std::vector<Record> expected_records(const fs::path& path) {
  simdjson::dom::parser parser;
  simdjson::dom::element document = parser.load(path.string());
  std::vector<Record> records;
  auto add = [&records](simdjson::dom::object object) {
    Record record;
    for (auto field : object) {
      record[std::string(field.key)] = std::string(std::string_view(field.value));
    }
    records.push_back(record);
  };
  if (document.is_object()) {
    add(document);
  } else {
    for (simdjson::dom::element element : simdjson::dom::array(document))
      add(element);
  }
  return records;
}

std::vector<Record> read_records(const fs::path& path) {
  CsvReadOptions options;
  options.types = {{"*", utf8_type()}};
  OperatorPtr reader = open_csv(open_unwrapped(open_source(path.string())), options);
  SchemaPtr schema = reader->schema();
  std::vector<Record> records;
  for (const TextRow& row : rows_of(*reader)) {
    Record record;
    for (size_t i = 0; i < row.size(); ++i)
      record[(*schema)[i].name] = row[i].value_or("");
    records.push_back(record);
  }
  return records;
}

TEST(CsvSpectrum, EveryFileReadsAsItsJson) {
  fs::path folder = fs::path(PENSTOCK_SOURCE_DIR) / "tests/data/csv-spectrum";
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder / "csvs")) {
    std::string name = entry.path().stem().string();
    std::vector<Record> expected = expected_records(folder / "json" / (name + ".json"));
    std::vector<Record> found = read_records(entry.path());
    if (name == "location_coordinates") {
      // The collection's JSON has another telephone number than its CSV.
      ASSERT_EQ(found.size(), 1U);
      EXPECT_EQ(found[0]["Contact Phone Number"], "2095257564");
      found[0]["Contact Phone Number"] = expected[0]["Contact Phone Number"];
    }
    EXPECT_EQ(found, expected) << name;
    ++files;
  }
  EXPECT_EQ(files, 12);
}

}  // namespace
}  // namespace penstock
