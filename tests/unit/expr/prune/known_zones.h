// Zones whose bounds are known, and what conditions select.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/prune/may_match.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock::testing {

// A digit for each zone: 1 where rows may match.
inline std::string matches(const std::string& condition, const Schema& schema, const Zones& zones) {
  std::string text;
  for (bool may : may_match(*bind_predicate(condition, schema), zones))
    text += may ? '1' : '0';
  return text;
}

inline ColumnPtr numbers(const std::vector<std::string>& rows) {
  return make_test_column(int64_type(), rows);
}

// Zones of ten rows: of an int32 from 1 to 5, of 7 alone, from 10 on with nulls, of nulls alone,
// and of what is not known.
class KnownZones : public ::testing::Test {
 protected:
  std::string operator()(const std::string& condition) const {
    return matches(condition, schema, zones);
  }

  Schema schema{{{"x", int32_type(), true, {}}, {"t", utf8_type(), true, {}}}, {}};
  Zones zones{5,
              numbers({"10", "10", "10", "10", "10"}),
              {{make_test_column(int32_type(), {"1", "7", "10", "null", "null"}),
                make_test_column(int32_type(), {"5", "7", "null", "null", "null"}),
                numbers({"0", "0", "3", "10", "null"})},
               {make_test_column(utf8_type(), {"abc", "b", "", "null", "null"}),
                make_test_column(utf8_type(), {"abd", "b", "zz", "null", "null"}),
                numbers({"0", "0", "1", "10", "null"})}}};
};

// The rows that a condition selects; all when it fails, for then a zone may be skipped or not.
inline std::vector<RowIndex> selected(const Expression& condition, const Batch& rows) {
  try {
    return select_rows(condition, rows);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace penstock::testing
