// Random rows of the types that are pruned by, and random conditions over them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock::testing {

// A column with the few values that its rows and the constants beside it have.
struct RandomColumn {
  std::string name;
  std::string type;
  std::vector<std::string> rows;       // as cells of a batch
  std::vector<std::string> constants;  // as they stand in a condition
  std::vector<std::string> like_it;    // expressions that compare with the same constants
};

inline const std::vector<RandomColumn>& random_columns() {
  static const std::vector<std::string> kIntegers = {"-4", "-1", "0", "1", "2", "5", "null"};
  static const std::vector<std::string> kNumbers = {"-1", "0", "1", "2", "3", "1.5", "-0.25"};
  static const std::vector<RandomColumn> kColumns = {
      {"tiny", "int8", kIntegers, kNumbers, {"tiny", "tiny + 1", "tiny::int16", "i32"}},
      {"i32", "int32", kIntegers, kNumbers, {"i32", "2 + i32", "i32::float64", "i64", "tiny"}},
      {"i64", "int64", kIntegers, kNumbers, {"i64", "i64 - 3", "i64::int8", "3 - i64", "f64"}},
      {"u64", "uint64", {"0", "1", "2", "7", "null"}, kNumbers, {"u64", "u64 + 1", "u64 - 1"}},
      {"f32", "float32", {"-1.5", "0", "1", "nan", "inf", "null"}, kNumbers, {"f32", "f64"}},
      {"f64",
       "float64",
       {"-1.5", "-0", "0", "2.5", "nan", "-inf", "inf", "null"},
       {"0", "1", "2.5", "-2", "'nan'", "'inf'", "'-inf'"},
       {"f64", "f64 + 1", "f64 - 1.5", "f64 + 'inf'::float64", "i64"}},
      {"dec",
       "decimal128(9,2)",
       {"-1.25", "0.00", "0.75", "1.50", "2.00", "null"},
       {"-1", "0", "0.75", "1.5", "1.505", "2"},
       {"dec", "dec + 1", "dec::decimal(12,1)", "dec::int64", "dec::float64", "i32"}},
      {"name",
       "utf8",
       {"", "a", "ab", "abc", "abd", "b", "ba", "\xC3\xA9", "null"},
       {"''", "'a'", "'ab'", "'abc'", "'b'", "'\xC3\xA9'"},
       {"name", "lower(name)", "name || ''"}},
      {"flag", "bool", {"true", "false", "null"}, {"true", "false"}, {"flag", "not flag"}},
      {"day",
       "date32",
       {"2023-12-31", "2024-01-01", "2024-01-15", "2024-02-01", "null"},
       {"'2023-12-31'", "'2024-01-01'", "'2024-01-20'", "timestamp '2024-01-15 12:00:00'"},
       {"day", "date_trunc('month', day)", "day + 1", "at"}},
      {"at",
       "timestamp[us]",
       {"2023-12-31 23:59:59", "2024-01-01 00:00:00", "2024-01-15 12:00:00", "null"},
       {"'2024-01-01 00:00:00'", "date '2024-01-15'", "date '2023-12-31'"},
       {"at", "date_trunc('day', at)", "at::date", "day"}},
      {"zoned",
       "timestamp[ms, Europe/Berlin]",
       {"2024-01-01 00:00:00Z", "2024-01-01 12:00:00Z", "2024-03-01 00:00:00Z", "null"},
       {"'2024-01-01 00:00:00Z'", "'2024-01-15 00:00:00Z'"},
       {"zoned", "date_trunc('month', zoned)"}},
      {"clock",
       "time64[us]",
       {"00:00:00", "08:30:00", "12:00:00", "null"},
       {"'08:30:00'", "'09:00:00'"},
       {"clock"}}};
  return kColumns;
}

class ConditionMaker {
 public:
  explicit ConditionMaker(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t n) { return random_() % n; }
  const std::string& one_of(const std::vector<std::string>& list) {
    return list[below(list.size())];
  }

  // Rows of which each column has few different values, for else no zone could be skipped.
  Batch make_rows(int64_t count) {
    std::vector<TestColumn> columns;
    for (const RandomColumn& column : random_columns()) {
      const std::string usual = one_of(column.rows);
      TestColumn made{column.name, column.type, {}};
      for (int64_t i = 0; i < count; ++i)
        made.rows.push_back(below(3) == 0 ? one_of(column.rows) : usual);
      columns.push_back(std::move(made));
    }
    return make_batch(columns);
  }

  std::string make(int depth) {
    switch (depth == 0 ? 0 : below(8)) {
      case 1:
        return "not (" + make(depth - 1) + ")";
      case 2:
      case 3:
        return "(" + make(depth - 1) + " and " + make(depth - 1) + ")";
      case 4:
        return "(" + make(depth - 1) + " or " + make(depth - 1) + ")";
      case 5:
        return "(" + make(depth - 1) + ")" +
               one_of({" is true", " is not true", " is false", " is not false", " is unknown",
                       " is not unknown"});
      case 6:
        return "(" + make(depth - 1) + ") = (" + make(depth - 1) + ")";
      default:
        return make_test();
    }
  }

  std::string make_equality(size_t number) {
    const RandomColumn& column = random_columns()[number];
    const std::string value = below(2) == 0 ? column.name : one_of(column.like_it);
    if (below(2) == 0) return value + " = " + one_of(column.constants);
    return value + " in (" + one_of(column.constants) + ", " + one_of(column.constants) + ")";
  }

 private:
  std::string make_test() {
    const RandomColumn& column = random_columns()[below(random_columns().size())];
    const std::string value = below(2) == 0 ? column.name : one_of(column.like_it);
    const std::string constant = one_of(column.constants);
    const std::string comparison = one_of({" = ", " <> ", " < ", " <= ", " > ", " >= "});
    const std::string negated = one_of({" ", " not "});
    switch (below(9)) {
      case 0:
        return constant + comparison + value;
      case 1:
        return value + negated + one_of({"between ", "between symmetric "}) + constant + " and " +
               one_of(column.constants);
      case 2:
        return value + negated + "in (" + constant + ", " + one_of(column.constants) + ", " +
               (below(4) == 0 ? "null" : one_of(column.constants)) + ")";
      case 3:
        return value + " is" + negated + "null";
      case 4:
        return value + " is" + negated + "distinct from " +
               (below(4) == 0 ? "null" : one_of({constant, column.name}));
      case 5:
        if (column.name == "flag") return "flag";
        if (column.name == "day") return "extract(year from day) = 2023";
        if (column.name != "name") return value + comparison + one_of(column.like_it);
        return value + negated + "like " +
               one_of({"'a%'", "'ab%'", "'ab'", "'a_c'", "'%b'", "'b%a'", "''", "'%'"});
      default:
        return value + comparison + constant;
    }
  }

  std::mt19937_64 random_;
};

}  // namespace penstock::testing
