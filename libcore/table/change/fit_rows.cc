#include "libcore/table/change/fit_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/node.h"
#include "libcore/expr/types.h"
#include "libcore/table/schema_text.h"

namespace penstock {
namespace {

// Below this one, and above its opposite, all whole numbers are floats of the type.
int64_t first_inexact(const Type& type) {
  return int64_t{1} << (type.id == TypeId::kFloat64 ? 53 : 24);
}

bool is_timed(TypeId id) {
  return id == TypeId::kTimestamp || id == TypeId::kTime32 || id == TypeId::kTime64;
}

// Whether a cast changes no value, or fails for one that would change.
bool keeps_values(const Type& from, const Type& to) {
  if (is_integer(from.id)) {
    return is_integer(to.id) || to.id == TypeId::kDecimal128 || to.id == TypeId::kFloat32 ||
           to.id == TypeId::kFloat64;
  }
  if (from.id == TypeId::kDecimal128) {
    return to.id == TypeId::kDecimal128 && to.scale >= from.scale;
  }
  if (from.id == TypeId::kFloat32) return to.id == TypeId::kFloat64;
  // The same bytes, with offsets of another width.
  if (is_text(from.id) || is_bytes(from.id)) {
    return is_text(from.id) == is_text(to.id) && is_bytes(from.id) == is_bytes(to.id);
  }
  if (!is_timed(from.id) || !is_timed(to.id) || from.zone.empty() != to.zone.empty()) return false;
  const bool same_kind = (from.id == TypeId::kTimestamp) == (to.id == TypeId::kTimestamp);
  return same_kind && units_per_second(to.unit) >= units_per_second(from.unit);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "'" : ", '") + printable(name) + "'";
  return text;
}

std::string columns_named(const std::vector<std::string>& names) {
  return (names.size() == 1 ? "column " : "columns ") + joined(names);
}

// A column of the table, of one of the input.
struct FittedColumn {
  std::optional<size_t> place;  // in the input; empty for none
  NodePtr cast;                 // over the input's batch; null where the type is the table's
  bool checks_float = false;    // of a whole number that becomes a float
};

FittedColumn fitted_column(const Field& field, const Schema& input) {
  FittedColumn column;
  column.place = input.find(field.name);
  if (!column.place) return column;
  const TypePtr from = plain(input[*column.place].type);
  if (equals(*from, *field.type)) return column;
  if (from->id == TypeId::kNull) {
    column.place.reset();
    return column;
  }
  Cast cast;
  if (keeps_values(*from, *field.type)) cast = find_cast(from, field.type);
  if (!cast.kernel) {
    throw Error(fmt::format(
        "column '{}' is {}, and {} in the table; cast it with pproject, as in "
        "x::{}",
        printable(field.name), type_name(*from), type_name(*field.type), type_name(*field.type)));
  }
  const auto source = std::make_shared<const Source>("\"" + field.name + "\"");
  column.checks_float = is_integer(from->id) && is_float(field.type->id);
  column.cast = make_call_node(field.type, {std::make_shared<ColumnNode>(*column.place, from)},
                               cast.kernel, {.can_fail = cast.can_fail}, source, 0);
  return column;
}

class FittedRows : public Operator {
 public:
  FittedRows(Operator& input, SchemaPtr schema) : input_(input), schema_(std::move(schema)) {
    const SchemaPtr from = input_.schema();
    for (const Field& field : schema_->fields())
      columns_.push_back(fitted_column(field, *from));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_.next();
    if (!batch) return std::nullopt;
    Batch fitted{schema_, batch->rows, {}};
    for (size_t i = 0; i < columns_.size(); ++i)
      fitted.columns.push_back(column_of(i, *batch));
    return fitted;
  }

 private:
  ColumnPtr column_of(size_t i, const Batch& batch) const {
    const FittedColumn& column = columns_[i];
    const Field& field = (*schema_)[i];
    if (!column.place) return make_null_column(field.type, batch.rows);
    if (column.cast == nullptr) return plain(batch.columns[*column.place]);
    try {
      ColumnPtr cast = column.cast->evaluate(batch);
      if (column.checks_float) require_exact(*cast, field);
      return cast;
    } catch (const Error& error) {
      throw Error(fmt::format("column '{}': {}", printable(field.name), error.line()));
    }
  }

  void require_exact(const Column& column, const Field& field) const {
    const auto limit = static_cast<double>(first_inexact(*field.type));
    for (int64_t row = 0; row < column.length; ++row) {
      if (!column.is_valid(row)) continue;
      const double value = field.type->id == TypeId::kFloat64
                               ? column.data<double>()[row]
                               : static_cast<double>(column.data<float>()[row]);
      if (std::abs(value) < limit) continue;
      throw Error(fmt::format("{} has more digits than {} holds", value, type_name(*field.type)));
    }
  }

  Operator& input_;
  SchemaPtr schema_;
  std::vector<FittedColumn> columns_;
};

}  // namespace

SchemaPtr fitted_schema(const Schema& table, const Schema& input, const FitOptions& options) {
  std::vector<Field> added;
  std::vector<std::string> unknown;
  std::set<std::string> names;
  for (const Field& field : input.fields()) {
    if (!names.insert(field.name).second) {
      throw Error("the input has " + columns_named({field.name}) +
                  " twice; rename one with pproject");
    }
    if (table.find(field.name)) continue;
    unknown.push_back(field.name);
    added.push_back({field.name, plain(field.type), true, {}});
  }
  std::vector<std::string> missing;
  for (const Field& field : table.fields()) {
    if (!names.contains(field.name)) missing.push_back(field.name);
  }
  if (!options.adds_columns && !missing.empty()) {
    throw Error("the input has no " + columns_named(missing) +
                "; name columns as the table does with pproject, or make them null with "
                "--add-columns");
  }
  if (!options.adds_columns && !unknown.empty()) {
    throw Error("the table has no " + columns_named(unknown) +
                "; leave them out with pproject, or add them to the table with --add-columns");
  }
  if (options.is_delta && !added.empty()) added = delta_schema(Schema(added))->fields();
  std::vector<Field> fields = table.fields();
  fields.insert(fields.end(), added.begin(), added.end());
  return make_schema(std::move(fields));
}

OperatorPtr fit_rows(Operator& input, SchemaPtr table) {
  return std::make_unique<FittedRows>(input, std::move(table));
}

}  // namespace penstock
