#include "tests/unit/expr/evaluate.h"

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/expression.h"

namespace penstock {
namespace {

std::string first_line(const Error& error) {
  return "error: " + error.message().substr(0, error.message().find('\n'));
}

ColumnPtr evaluate_one(std::string_view expression, const Batch& batch) {
  auto list = bind_select_list(expression, batch.schema);
  PENSTOCK_CHECK(list->schema()->size() == 1);
  return list->evaluate(batch).columns[0];
}

Batch one_row() {
  return Batch{make_schema({}), 1, {}};
}

}  // namespace

ColumnPtr make_test_column(const TypePtr& type, const std::vector<std::string>& rows) {
  if (type->id == TypeId::kUtf8 || type->id == TypeId::kBinary) {
    BytesBuilder builder;
    for (const std::string& row : rows) {
      if (row == "null") {
        builder.append_null();
      } else {
        builder.append(row);
      }
    }
    return builder.finish(type);
  }
  MutableBuffer values;
  ValidityBuilder validity;
  for (const std::string& row : rows) {
    if (row == "null") {
      values.resize_zeroed(values.size() + (type->id == TypeId::kBool ? 1 : fixed_width(*type)));
      validity.append_null();
    } else {
      PENSTOCK_CHECK(append_parsed(values, *type, row));
      validity.append_valid();
    }
  }
  int64_t count = static_cast<int64_t>(rows.size());
  if (type->id != TypeId::kBool) {
    return make_column(type, count, values.freeze(), validity.finish());
  }
  MutableBuffer bits = make_bitmap(count, false);
  for (int64_t i = 0; i < count; ++i)
    assign_bit(bits.data(), i, values.data()[i] != 0);
  return make_column(type, count, bits.freeze(), validity.finish());
}

Batch make_batch(const std::vector<TestColumn>& columns) {
  std::vector<Field> fields;
  Batch batch;
  for (const TestColumn& column : columns) {
    TypePtr type = parse_type(column.type);
    batch.columns.push_back(make_test_column(type, column.rows));
    batch.rows = static_cast<int64_t>(column.rows.size());
    fields.push_back({column.name, type, true, {}});
  }
  batch.schema = make_schema(std::move(fields));
  return batch;
}

std::string show(const Column& column) {
  std::string text;
  for (int64_t i = 0; i < column.length; ++i) {
    if (i > 0) text += ' ';
    bool quoted = is_variable_bytes(column.type->id) && column.is_valid(i);
    if (quoted) text += '\'';
    if (column.is_null(i)) {
      text += "null";
    } else {
      append_text(text, column, i);
    }
    if (quoted) text += '\'';
  }
  return text;
}

std::string eval(std::string_view expression, const Batch& batch) {
  try {
    ColumnPtr column = evaluate_one(expression, batch);
    validate(*column);
    return show(*column);
  } catch (const Error& error) {
    return first_line(error);
  }
}

std::string eval(std::string_view expression) {
  return eval(expression, one_row());
}

std::string typed(std::string_view expression, const Batch& batch) {
  try {
    ColumnPtr column = evaluate_one(expression, batch);
    validate(*column);
    return column->type->to_string() + ": " + show(*column);
  } catch (const Error& error) {
    return first_line(error);
  }
}

std::string typed(std::string_view expression) {
  return typed(expression, one_row());
}

std::string error_of(std::string_view expression, const Batch& batch) {
  try {
    evaluate_one(expression, batch);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

}  // namespace penstock
