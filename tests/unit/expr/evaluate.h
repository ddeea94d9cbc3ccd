// Tables written as text, and expressions run over them to text: what the tests of this room share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// One column: a name, a type as users write it, and rows as text; "null" is null.
struct TestColumn {
  std::string name;
  std::string type;
  std::vector<std::string> rows;
};

Batch make_batch(const std::vector<TestColumn>& columns);
ColumnPtr make_test_column(const TypePtr& type, const std::vector<std::string>& rows);

// Rows as text with spaces between, nulls as "null", texts in quotes: "1 null 'a b'".
std::string show(const Column& column);

// One expression over a batch: what show() says, or the first line of the Error.
std::string eval(std::string_view expression, const Batch& batch);
// Over a batch of one row without columns.
std::string eval(std::string_view expression);
// "int64: 3", or the first line of the Error.
std::string typed(std::string_view expression, const Batch& batch);
std::string typed(std::string_view expression);
// All lines of the Error, or "no error".
std::string error_of(std::string_view expression, const Batch& batch);

}  // namespace penstock
