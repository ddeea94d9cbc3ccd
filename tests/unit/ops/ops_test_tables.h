// Tables for tests of operators: made from text or at random, and looked at as text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/batch.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"

namespace penstock::testing {

// An operator over batches at hand.
class BatchSource : public Operator {
 public:
  BatchSource(SchemaPtr schema, std::vector<Batch> batches)
      : schema_(std::move(schema)), batches_(std::move(batches)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    if (at_ == batches_.size()) return std::nullopt;
    return batches_[at_++];
  }

 private:
  SchemaPtr schema_;
  std::vector<Batch> batches_;
  size_t at_ = 0;
};

inline OperatorPtr source(SchemaPtr schema, std::vector<Batch> batches) {
  return std::make_unique<BatchSource>(std::move(schema), std::move(batches));
}
// A table, handed on in batches of `rows`.
inline OperatorPtr source(const Batch& table, int64_t rows = 7) {
  std::vector<Batch> batches;
  for (int64_t at = 0; at < table.rows; at += rows) {
    batches.push_back(slice(table, at, std::min(rows, table.rows - at)));
  }
  return source(table.schema, std::move(batches));
}

// A column from values as text; "null" is null.
inline ColumnPtr column(const TypePtr& type, const std::vector<std::string>& values) {
  if (type->id == TypeId::kUtf8 || type->id == TypeId::kBinary) {
    BytesBuilder builder;
    for (const std::string& value : values) {
      if (value == "null") {
        builder.append_null();
      } else {
        builder.append(value);
      }
    }
    return builder.finish(type);
  }
  if (type->id == TypeId::kBool) {
    BoolBuilder builder;
    for (const std::string& value : values) {
      if (value == "null") {
        builder.append_null();
      } else {
        builder.append(value == "true");
      }
    }
    return builder.finish();
  }
  MutableBuffer bytes;
  ValidityBuilder validity;
  for (const std::string& value : values) {
    if (value != "null" && !append_parsed(bytes, *type, value)) throw Error("test: " + value);
    if (value == "null") bytes.resize_zeroed(bytes.size() + fixed_width(*type));
    validity.append(value != "null");
  }
  auto rows = static_cast<int64_t>(values.size());
  return make_column(type, rows, bytes.freeze(), validity.finish());
}

struct NamedColumn {
  std::string name;
  ColumnPtr column;
};

inline Batch table(const std::vector<NamedColumn>& columns, Metadata metadata = {}) {
  std::vector<Field> fields;
  Batch batch;
  for (const NamedColumn& named : columns) {
    fields.push_back({named.name, named.column->type, true, {}});
    batch.columns.push_back(named.column);
    batch.rows = named.column->length;
  }
  batch.schema = make_schema(std::move(fields), std::move(metadata));
  return batch;
}

// All rows, each as "a|b|c"; null as "null".
inline std::vector<std::string> rows_of(const Batch& batch) {
  std::vector<std::string> rows;
  for (int64_t i = 0; i < batch.rows; ++i) {
    std::string row;
    for (const ColumnPtr& values : batch.columns) {
      if (values != batch.columns[0]) row += '|';
      if (values->is_null(i)) row += "null";
      append_text(row, *values, i);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

struct Result {
  std::vector<std::string> rows;
  int64_t largest_batch = 0;
};
inline Result run(Operator& input) {
  Result result;
  while (std::optional<Batch> batch = input.next()) {
    EXPECT_GT(batch->rows, 0);
    EXPECT_EQ(batch->columns.size(), input.schema()->size());
    for (size_t c = 0; c < batch->columns.size(); ++c) {
      EXPECT_EQ(batch->columns[c]->length, batch->rows);
      EXPECT_TRUE(equals(*batch->columns[c]->type, *(*input.schema())[c].type));
      validate(*batch->columns[c]);
    }
    std::vector<std::string> rows = rows_of(*batch);
    result.rows.insert(result.rows.end(), rows.begin(), rows.end());
    result.largest_batch = std::max(result.largest_batch, batch->rows);
  }
  EXPECT_FALSE(input.next().has_value());
  return result;
}

inline std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

using Random = std::mt19937_64;

// Types that keys and aggregates are tried with.
inline std::vector<TypePtr> tried_types() {
  return {bool_type(),
          make_type(TypeId::kInt8),
          make_type(TypeId::kInt16),
          int32_type(),
          int64_type(),
          make_type(TypeId::kUint8),
          make_type(TypeId::kUint32),
          uint64_type(),
          make_type(TypeId::kFloat32),
          float64_type(),
          decimal_type(20, 2),
          date_type(),
          time_type(TimeUnit::kMicro),
          timestamp_type(TimeUnit::kMilli),
          utf8_type(),
          binary_type()};
}

// A random value as text: of few or of many different ones, with the extremes among them.
inline std::string random_value(Random& random, const Type& type, int64_t domain) {
  auto number = static_cast<int64_t>(random() % static_cast<uint64_t>(domain));
  auto pick = [&](std::vector<std::string> values) { return values[random() % values.size()]; };
  bool extreme = random() % 8 == 0;
  switch (type.id) {
    case TypeId::kBool:
      return number % 2 == 0 ? "true" : "false";
    case TypeId::kInt8:
      return extreme ? pick({"-128", "127"}) : std::to_string(number % 100 - 50);
    case TypeId::kInt16:
      return std::to_string(number % 30000 - 200);
    case TypeId::kInt32:
      return extreme ? "-2147483648" : std::to_string(number - 5);
    case TypeId::kInt64:
      return extreme ? pick({"-9223372036854775808", "9223372036854775807"})
                     : std::to_string(number - 5);
    case TypeId::kUint8:
      return std::to_string(number % 256);
    case TypeId::kUint32:
      return extreme ? "4294967295" : std::to_string(number);
    case TypeId::kUint64:
      return extreme ? "18446744073709551615" : std::to_string(number);
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return extreme ? pick({"nan", "-nan", "inf", "-inf", "0", "-0", "1e-30", "-1e30"})
                     : std::to_string(number - 5) + (random() % 2 == 0 ? ".5" : "");
    case TypeId::kDecimal128:
      return extreme ? pick({"-999999999999999999.99", "999999999999999999.99"})
                     : std::to_string(number - 5) + ".25";
    case TypeId::kDate32:
      return extreme ? "0001-01-01" : "19" + std::to_string(number % 90 + 10) + "-02-03";
    case TypeId::kTime64:
      return "12:00:" + std::to_string(number % 50 + 10);
    case TypeId::kTimestamp:
      return "20" + std::to_string(number % 90 + 10) + "-02-03T01:02:03.5";
    case TypeId::kUtf8:
    case TypeId::kBinary: {
      std::string text = extreme ? pick({"", std::string(1, '\0'), std::string("a\0b", 3), "a",
                                         std::string("a\0", 2), "\xC3\xA4", std::string(100, 'x')})
                                 : "value " + std::to_string(number);
      return number % 3 == 0 ? text.substr(0, 6) : text;
    }
    default:
      return "null";
  }
}

inline ColumnPtr random_column(Random& random, const TypePtr& type, int64_t rows, int64_t domain,
                               int null_percent) {
  std::vector<std::string> values;
  for (int64_t i = 0; i < rows; ++i) {
    bool is_null = static_cast<int>(random() % 100) < null_percent;
    values.push_back(is_null ? "null" : random_value(random, *type, domain));
  }
  return column(type, values);
}

}  // namespace penstock::testing
