// Inputs that end too early, at every byte, and inputs with bytes changed.
#include <gtest/gtest.h>

#include "ipc_testing.h"
#include "random_columns.h"

namespace penstock::testing {
namespace {

std::string bytes_of(const std::vector<TypePtr>& types, const IpcWriteOptions& options,
                     size_t batch_count) {
  std::vector<Field> fields;
  for (const TypePtr& type : types) {
    fields.push_back({"c" + std::to_string(fields.size()), type, true, {{"k", "v"}}});
  }
  SchemaPtr schema = make_schema(std::move(fields), {{"key", "value"}});
  Random random(5);
  std::vector<ColumnPtr> columns;
  for (const Field& field : schema->fields()) {
    columns.push_back(random_column(random, field.type, 5));
  }
  return write_all(schema, std::vector<Batch>(batch_count, Batch{schema, 5, columns}), options);
}

std::string mixed_bytes(const IpcWriteOptions& options, size_t batch_count) {
  return bytes_of(every_type(), options, batch_count);
}

// Short enough for a test at every byte.
std::string short_bytes(const IpcWriteOptions& options, size_t batch_count) {
  return bytes_of({int64_type(), list_type(dictionary_type(int32_type(), utf8_type()))}, options,
                  batch_count);
}

void use(Operator& input) {
  for (const Batch& batch : read_all(input)) {
    for (const ColumnPtr& column : batch.columns) {
      for (int64_t i = 0; i < batch.rows; ++i)
        cell_text(*column, i);
    }
  }
}

TEST(Cut, AStreamIsRefusedAtEveryByte) {
  std::string bytes = short_bytes({}, 2);
  for (size_t size = 1; size < bytes.size(); ++size) {
    std::string error = error_of([&] { use(*open_piped(bytes.substr(0, size), 4096)); });
    ASSERT_NE(error.find("pipe: input ended before end-of-stream (after "), std::string::npos)
        << size << ": " << error;
  }
  EXPECT_EQ(error_of([] { open_piped(""); }),
            "pipe: input ended before end-of-stream (after 0 rows)");
}

TEST(Cut, RowsThatCameAreCounted) {
  std::string bytes = mixed_bytes({}, 3);
  OperatorPtr input = open_piped(bytes.substr(0, bytes.size() - 8));
  EXPECT_EQ(error_of([&] { use(*input); }),
            "pipe: input ended before end-of-stream (after 15 rows)");
}

TEST(Cut, AFileIsRefusedAtEveryByteHoweverItIsRead) {
  std::string bytes = short_bytes({true, BodyCompression::kNone}, 1);
  for (size_t size = 6; size < bytes.size(); ++size) {
    std::string cut = bytes.substr(0, size);
    error_of([&] { use(*open_bytes(cut)); });
    error_of([&] { use(*open_piped(cut, 4096)); });
  }
}

TEST(Cut, MoreAfterTheEndIsRefused) {
  std::string bytes = mixed_bytes({}, 1);
  EXPECT_NE(
      error_of([&] { use(*open_piped(bytes + bytes)); }).find("data follows the stream's end"),
      std::string::npos);
  std::string file = mixed_bytes({true, BodyCompression::kNone}, 1);
  error_of([&] { use(*open_piped(file + " ")); });
  error_of([&] { use(*open_bytes(file + " ")); });
}

// Whatever a change of some bytes does, reading ends with batches or an Error. Sanitizers see the
// rest.
TEST(Mutation, NeverCrashes) {
  Random random(42);
  for (const IpcWriteOptions& options : all_write_options()) {
    std::string bytes = mixed_bytes(options, 1);
    for (int round = 0; round < 1700; ++round) {
      std::string changed = bytes;
      for (int64_t n = 1 + below(random, 4); n > 0; --n) {
        auto at = static_cast<size_t>(below(random, static_cast<int64_t>(bytes.size())));
        constexpr char kTelling[] = {0, 1, 0x7F, -128, -1};
        changed[at] =
            below(random, 2) == 0 ? kTelling[below(random, 5)] : static_cast<char>(random());
      }
      try {
        use(below(random, 2) == 0 ? *open_bytes(changed) : *open_piped(changed, 4096));
      } catch (const Error&) {
      }
    }
  }
}

}  // namespace
}  // namespace penstock::testing
