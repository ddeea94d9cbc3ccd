// Any text as a predicate, a select list and a list of aggregates over a fixed schema, computed on
// a small batch: it ends with columns that hold their invariants, or with an Error.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/expr/expression.h"

namespace {

using namespace penstock;

template <typename T>
ColumnPtr fixed(const TypePtr& type, std::initializer_list<T> values) {
  FixedBuilder<T> builder;
  for (T value : values)
    builder.append(value);
  builder.append_null();
  return builder.finish(type);
}

ColumnPtr texts(std::initializer_list<std::string_view> values) {
  BytesBuilder builder;
  for (std::string_view value : values)
    builder.append(value);
  builder.append_null();
  return builder.finish(utf8_type());
}

ColumnPtr lists() {
  auto list = std::make_shared<Column>();
  list->type = list_type(int64_type());
  list->length = 4;
  MutableBuffer offsets;
  for (int32_t end : {0, 2, 2, 3, 4})
    offsets.push(end);
  list->offsets = offsets.freeze();
  list->children = {fixed<int64_t>(int64_type(), {7, -8, 9})};
  return list;
}

Batch make_input() {
  BoolBuilder flags;
  flags.append(true);
  flags.append(false);
  flags.append_null();
  flags.append(true);
  Batch batch;
  batch.rows = 4;
  batch.schema = make_schema({{"i", int64_type(), true, {}},
                              {"n", int32_type(), true, {}},
                              {"x", float64_type(), true, {}},
                              {"p", decimal_type(15, 2), true, {}},
                              {"s", utf8_type(), true, {}},
                              {"d", date_type(), true, {}},
                              {"t", timestamp_type(TimeUnit::kMicro), true, {}},
                              {"z", timestamp_type(TimeUnit::kNano, "UTC"), true, {}},
                              {"b", bool_type(), true, {}},
                              {"l", list_type(int64_type()), true, {}}});
  batch.columns = {fixed<int64_t>(int64_type(), {1, INT64_MIN, INT64_MAX}),
                   fixed<int32_t>(int32_type(), {0, -5, INT32_MAX}),
                   fixed<double>(float64_type(), {0.5, -0.0, 1e300}),
                   fixed<int128_t>(decimal_type(15, 2), {100, -1, 99999999999999}),
                   texts({"", "čaj, a_b%", "{\"a\": [1, null]}"}),
                   fixed<int32_t>(date_type(), {0, -719162, 2932896}),
                   fixed<int64_t>(timestamp_type(TimeUnit::kMicro), {0, -1, INT64_MAX}),
                   fixed<int64_t>(timestamp_type(TimeUnit::kNano, "UTC"), {0, -1, INT64_MAX}),
                   flags.finish(),
                   lists()};
  return batch;
}

template <typename F>
void expect_error_only(F run) {
  try {
    run();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Batch batch = make_input();
  // Longer texts find nothing that shorter ones do not.
  if (size > 4096) return 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_error_only([&] {
    ExpressionPtr predicate = bind_predicate(text, *batch.schema);
    validate(*predicate->evaluate(batch));
    select_rows(*predicate, batch);
  });
  expect_error_only([&] {
    auto list = bind_select_list(text, batch.schema);
    // Of rows that are made the first batch: a series may have no end.
    std::optional<Batch> made;
    if (!list->is_row_by_row()) made = list->make_rows(batch)->next();
    if (!list->is_row_by_row() && !made) return;
    Batch result = made ? *made : list->evaluate(batch);
    for (const ColumnPtr& column : result.columns)
      validate(*column);
  });
  expect_error_only([&] {
    AggregateList list = bind_aggregates(text, *batch.schema, {"s", "d"});
    for (const AggregateCall& call : list.calls) {
      for (const ExpressionPtr& argument : call.arguments)
        validate(*argument->evaluate(batch));
    }
  });
  expect_error_only([&] { referenced_columns(text, *batch.schema); });
  return 0;
}
