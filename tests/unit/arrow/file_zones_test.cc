#include "libcore/arrow/file_zones.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "ipc_testing.h"
#include "libcore/arrow/ipc_file.h"
#include "libcore/base/base64.h"
#include "libcore/data/builder.h"
#include "libcore/data/zones/zone_builder.h"
#include "tests/unit/data/random_column.h"

namespace penstock::testing {
namespace {

SchemaPtr numbered() {
  return make_schema({{"x", int64_type(), true, {}}, {"t", utf8_type(), true, {}}});
}

// Ten rows, x from `first` on.
Batch rows_from(int64_t first) {
  FixedBuilder<int64_t> x;
  BytesBuilder t;
  for (int64_t i = first; i < first + 10; ++i) {
    x.append(i);
    t.append("row " + std::to_string(i));
  }
  return {numbered(), 10, {x.finish(int64_type()), t.finish(utf8_type())}};
}

std::vector<Batch> five_batches() {
  std::vector<Batch> batches;
  for (int64_t first : {0, 10, 20, 30, 40})
    batches.push_back(rows_from(first));
  return batches;
}

IpcWriteOptions with_zones() {
  return {.file = true, .zones = true};
}

std::optional<std::string> zones_in(const std::string& file) {
  auto footer = find_footer({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  return footer ? footer->zones : std::nullopt;
}

// The first x of each batch that a reader gives that wants those with an x from `least` on.
std::string read_from(const std::string& file, int64_t least, IpcReadOptions options = {}) {
  std::string text;
  options.choose_batches = [least](const Schema& schema, const Zones& zones) {
    std::vector<bool> chosen;
    EXPECT_EQ(schema.size(), zones.columns.size());
    for (int64_t i = 0; i < zones.count; ++i)
      chosen.push_back(zones.columns[0].max->data<int64_t>()[i] >= least);
    return chosen;
  };
  options.on_chosen = [&text](int64_t chosen, int64_t all) {
    text += std::to_string(chosen) + " of " + std::to_string(all) + ":";
  };
  OperatorPtr input = open_bytes(file, std::move(options));
  for (const Batch& batch : read_all(*input))
    text += " " + std::to_string(batch.columns[0]->data<int64_t>()[0]);
  return text;
}

TEST(FileZones, LetAReaderSkipBatches) {
  const std::string file = write_all(numbered(), five_batches(), with_zones());
  EXPECT_EQ(read_from(file, 25), "3 of 5: 20 30 40");
  EXPECT_EQ(read_from(file, 50), "0 of 5:");
  EXPECT_EQ(read_from(file, 0), "5 of 5: 0 10 20 30 40");
  IpcReadOptions half;
  half.partitions = 2;
  EXPECT_EQ(read_from(file, 25, half), "0 of 2:");
  half.partition = 2;
  EXPECT_EQ(read_from(file, 25, half), "3 of 3: 20 30 40");
}

TEST(FileZones, CountSkippedBatchesAsReadOnes) {
  const std::string file = write_all(numbered(), five_batches(), with_zones());
  int64_t bytes = 0;
  IpcReadOptions counting;
  counting.on_block = [&bytes](int64_t size) { bytes += size; };
  read_from(file, 25, counting);
  const int64_t with_skipped = std::exchange(bytes, 0);
  read_from(file, 0, counting);
  EXPECT_EQ(with_skipped, bytes);
}

TEST(FileZones, AreOnlyInFilesThatAskForThem) {
  EXPECT_TRUE(zones_in(write_all(numbered(), five_batches(), with_zones())));
  EXPECT_FALSE(zones_in(write_all(numbered(), five_batches(), {.file = true})));
  EXPECT_EQ(write_all(numbered(), five_batches(), {.zones = true}),
            write_all(numbered(), five_batches()));
  EXPECT_EQ(read_from(write_all(numbered(), five_batches(), {.file = true}), 25), " 0 10 20 30 40");
}

// What stands between the rows is for readers of all of them.
TEST(FileZones, AreNotKeptOfBatchesThatSaySomething) {
  std::vector<Batch> batches = five_batches();
  batches[2].metadata = std::make_shared<const Metadata>(Metadata{{"key", "value"}});
  EXPECT_FALSE(zones_in(write_all(numbered(), batches, with_zones())));
  batches = five_batches();
  batches.push_back(batch_without_rows(numbered(), nullptr));
  EXPECT_FALSE(zones_in(write_all(numbered(), batches, with_zones())));
}

TEST(FileZones, AreReadThroughAPipeAsAnyFile) {
  const std::string file = write_all(numbered(), five_batches(), with_zones());
  EXPECT_EQ(read_all(*open_piped(file)).size(), 5U);
}

TEST(FileZones, AreOfTheFirstColumnsAndThoseAskedFor) {
  std::vector<Field> fields;
  Batch batch{nullptr, 1, {}};
  for (size_t k = 0; k < kZoneColumns + 3; ++k) {
    FixedBuilder<int64_t> values;
    values.append(static_cast<int64_t>(k));
    batch.columns.push_back(values.finish(int64_type()));
    fields.push_back({"c" + std::to_string(k), int64_type(), true, {}});
  }
  batch.schema = make_schema(std::move(fields));
  IpcWriteOptions options = with_zones();
  options.zone_columns = {kZoneColumns + 1, 0};
  const std::string file = write_all(batch.schema, {batch}, options);
  const Zones zones = decode_file_zones(*zones_in(file), *batch.schema, 1);
  EXPECT_NE(zones.columns[0].min, nullptr);
  EXPECT_NE(zones.columns[kZoneColumns - 1].min, nullptr);
  EXPECT_EQ(zones.columns[kZoneColumns].min, nullptr);
  EXPECT_NE(zones.columns[kZoneColumns + 1].min, nullptr);
  EXPECT_EQ(zones.columns[kZoneColumns + 2].nulls, nullptr);
}

TEST(FileZones, ReadWhatIsWrittenOfEveryType) {
  ColumnMaker maker(3);
  std::vector<Field> fields;
  for (const TypePtr& type : all_types())
    fields.push_back({type->to_string(), type, true, {}});
  const SchemaPtr schema = make_schema(std::move(fields));
  ZoneBuilder builder(schema);
  for (int zone = 0; zone < 3; ++zone) {
    Batch batch{schema, 5, {}};
    for (const Field& field : schema->fields())
      batch.columns.push_back(maker.make(field.type, 5));
    builder.add(batch);
    builder.end_zone();
  }
  const Zones zones = builder.finish();
  const Zones read = decode_file_zones(encode_file_zones(zones, *schema), *schema, 3);
  for (size_t k = 0; k < schema->size(); ++k) {
    ASSERT_EQ(zones.columns[k].min == nullptr, read.columns[k].min == nullptr);
    if (zones.columns[k].min == nullptr) continue;
    EXPECT_EQ(rows_as_json(*zones.columns[k].min), rows_as_json(*read.columns[k].min));
    EXPECT_EQ(rows_as_json(*zones.columns[k].max), rows_as_json(*read.columns[k].max));
  }
}

std::string fault_of(const std::string& text, const SchemaPtr& schema, int64_t count) {
  try {
    decode_file_zones(text, *schema, count);
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

TEST(FileZones, RefuseDamage) {
  const std::string text = *zones_in(write_all(numbered(), five_batches(), with_zones()));
  EXPECT_EQ(fault_of(text, numbered(), 5), "none");
  EXPECT_EQ(fault_of(text, numbered(), 6),
            "the footer's zones are damaged: there are 5 for 6 batches");
  EXPECT_EQ(fault_of("not base64!", numbered(), 5), "the footer's zones are not base64");
  EXPECT_EQ(fault_of(text, make_schema({{"x", int64_type(), true, {}}}), 5),
            "the footer's zones are damaged: there are 7 columns for a file of 1");
  EXPECT_EQ(
      fault_of(text, make_schema({{"x", utf8_type(), true, {}}, {"t", utf8_type(), true, {}}}), 5),
      "the footer's zones are damaged: the zones' minima of column 'x' are int64, not utf8");
  // Of every byte that changes, either the zones are refused or they fit.
  std::string bytes;
  ASSERT_TRUE(append_from_base64(bytes, text));
  int refused = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string other = bytes;
    other[i] = static_cast<char>(other[i] ^ 0x41);
    std::string changed;
    append_base64(changed, other);
    refused += fault_of(changed, numbered(), 5) == "none" ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
}

// The file with another text of zones in its footer.
std::string with_text(const std::string& file, const std::string& text) {
  const auto footer = find_footer({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  constexpr size_t kTrailer = sizeof(int32_t) + kFileMagicBytes;
  int32_t size = 0;
  std::memcpy(&size, file.data() + file.size() - kTrailer, sizeof size);
  std::string changed = file.substr(0, file.size() - kTrailer - static_cast<size_t>(size));
  const std::vector<uint8_t> made =
      encode_footer(*footer->schema.schema, footer->dictionaries, footer->batches, text);
  changed.append(made.begin(), made.end());
  size = static_cast<int32_t>(made.size());
  changed.append(reinterpret_cast<const char*>(&size), sizeof size);
  return changed.append(kFileMagic, kFileMagicBytes);
}

std::string read_fault(const std::string& file) {
  try {
    read_from(file, 0);
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

TEST(FileZones, MustFitTheBatches) {
  ZoneBuilder builder(numbered());
  for (int64_t first : {0, 10, 20, 30, 40}) {
    builder.add(rows_from(first));
    if (first == 20) builder.add(rows_from(first));
    builder.end_zone();
  }
  const std::string file = write_all(numbered(), five_batches(), with_zones());
  EXPECT_EQ(read_fault(with_text(file, *zones_in(file))), "none");
  EXPECT_EQ(read_fault(with_text(file, encode_file_zones(builder.finish(), *numbered()))),
            "bytes: batch 3: the footer's zones and the batch disagree on its rows");
  EXPECT_EQ(read_fault(with_text(file, "?")), "bytes: the footer's zones are not base64");
}

}  // namespace
}  // namespace penstock::testing
