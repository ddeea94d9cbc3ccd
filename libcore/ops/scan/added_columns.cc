// The rows of one of several inputs in the form of all: with a column of its name, and with the
// columns that only others have.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/filter.h"
#include "libcore/ops/project.h"
#include "libcore/ops/scan/input.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/ops/select_columns.h"

namespace penstock {
namespace {

Field file_field(const std::string& name) {
  return {name, utf8_type(), false, {}};
}

ColumnPtr constant_text(const std::string& text, int64_t rows) {
  BytesBuilder builder;
  for (int64_t i = 0; i < rows; ++i)
    builder.append(text);
  return builder.finish(utf8_type());
}

// The schema with the column of the input's name. Throws Error when the input has it already.
SchemaPtr with_file(const Schema& schema, const std::string& column) {
  std::vector<Field> fields = schema.fields();
  for (const Field& field : fields) {
    if (field.name != column) continue;
    throw Error::usage("--file-name: the input has a column '" + column +
                       "' of its own; choose another name");
  }
  fields.push_back(file_field(column));
  return make_schema(std::move(fields), schema.metadata());
}

// Rows of the columns of `schema`, and of the input's name behind them.
class AddColumns : public Operator {
 public:
  // `schema` has the types of the columns that the input has. An empty `column` adds none.
  AddColumns(OperatorPtr input, SchemaPtr schema, const std::string& column, std::string name)
      : input_(std::move(input)), schema_(std::move(schema)), name_(std::move(name)) {
    const Schema& from = *input_->schema();
    for (const Field& field : schema_->fields()) {
      const auto found = std::ranges::find(from.fields(), field.name, &Field::name);
      const bool is_there = found != from.fields().end();
      places_.push_back(is_there ? found - from.fields().begin() : -1);
    }
    has_name_ = !column.empty();
    if (has_name_) schema_ = with_file(*schema_, column);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    Batch out{schema_, batch->rows, {}, std::move(batch->metadata)};
    for (size_t i = 0; i < places_.size(); ++i) {
      const std::ptrdiff_t place = places_[i];
      out.columns.push_back(place < 0 ? make_null_column((*schema_)[i].type, batch->rows)
                                      : batch->columns[static_cast<size_t>(place)]);
    }
    if (has_name_) out.columns.push_back(names_of(batch->rows));
    return out;
  }

 private:
  ColumnPtr names_of(int64_t rows) {
    if (names_ == nullptr || names_->length < rows) names_ = constant_text(name_, rows);
    return names_->length == rows ? names_ : slice(names_, 0, rows);
  }

  OperatorPtr input_;
  SchemaPtr schema_;
  std::string name_;
  std::vector<std::ptrdiff_t> places_;  // of each column in the input; negative for none
  bool has_name_ = false;
  ColumnPtr names_;  // of as many rows as the largest batch had
};

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (char c : name)
    text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

// Rows whose columns have the types that `schema` gives them. Throws Error where that is not exact.
OperatorPtr cast_columns(OperatorPtr rows, const std::string& input, const Schema& schema) {
  std::string list;
  bool is_changed = false;
  for (const Field& field : rows->schema()->fields()) {
    list += (list.empty() ? "" : ", ") + quoted(field.name);
    const auto found = std::ranges::find(schema.fields(), field.name, &Field::name);
    if (found == schema.fields().end() || equals(*found->type, *field.type)) continue;
    const bool is_number = is_float(found->type->id) || is_decimal(found->type->id) ||
                           found->type->id == TypeId::kInt64;
    if (!is_number) {
      throw Error(input + ": column '" + field.name + "' is " + field.type->to_string() + ", but " +
                  found->type->to_string() +
                  " with the other inputs; give it one type with --types or pproject");
    }
    list += "::" + found->type->to_string() + " as " + quoted(field.name);
    is_changed = true;
  }
  return is_changed ? make_project(std::move(rows), {list, {}}) : std::move(rows);
}

// What is read of the columns of all inputs, and what of that is given.
struct Choice {
  std::vector<std::string> read;   // in the order of `all`
  std::vector<std::string> given;  // in the order that was asked for
};

Choice choose(const ScanOptions& options, const Schema& all) {
  Choice choice;
  const std::vector<std::string> names = all.names();
  choice.given = names;
  if (options.text.columns) {
    choice.given = options.text.columns->choose(names);
  } else if (options.text.choose_columns) {
    choice.given = options.text.choose_columns(all).value_or(names);
  }
  std::set<std::string> used(choice.given.begin(), choice.given.end());
  if (!options.where.empty()) {
    bind_predicate(options.where, all);
    for (std::string& name : referenced_columns(options.where, all))
      used.insert(std::move(name));
  }
  std::ranges::copy_if(names, std::back_inserter(choice.read),
                       [&](const std::string& name) { return used.count(name) != 0; });
  return choice;
}

std::vector<std::string> those_there(const std::vector<std::string>& names, const Schema& schema) {
  std::vector<std::string> there;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(schema.fields(), name, &Field::name);
    if (found != schema.fields().end()) there.push_back(name);
  }
  return there;
}

// The columns that are read of `all`, without that of the input's name.
SchemaPtr schema_to_read(const Schema& all, const Choice& choice, const std::string& column) {
  std::vector<Field> fields;
  for (const std::string& name : choice.read) {
    if (name != column) fields.push_back(all[all.index_of(name)]);
  }
  return make_schema(std::move(fields), all.metadata());
}

OperatorPtr finish(OperatorPtr rows, const std::string& name, const Schema& all,
                   const Choice& choice, const ScanOptions& options) {
  const std::string& column = options.file_column;
  const bool is_named = std::ranges::find(choice.read, column) != choice.read.end();
  SchemaPtr schema = schema_to_read(all, choice, column);
  rows = cast_columns(std::move(rows), name, *schema);
  rows = std::make_unique<AddColumns>(std::move(rows), std::move(schema),
                                      is_named ? column : std::string(), name);
  if (!options.where.empty()) return make_filter(std::move(rows), options.where, choice.given);
  if (choice.given == choice.read) return rows;
  return select_columns(std::move(rows), choice.given);
}

}  // namespace

SchemaPtr with_added_columns(const Schema& own, const ScanOptions& options) {
  std::vector<Field> fields = options.united != nullptr ? options.united->fields() : own.fields();
  if (options.united != nullptr && !options.text.mark_inferred) {
    for (Field& field : fields)
      field.metadata.clear();
  }
  Schema all(std::move(fields), options.united != nullptr ? Metadata() : own.metadata());
  if (options.file_column.empty()) return std::make_shared<const Schema>(std::move(all));
  return with_file(all, options.file_column);
}

bool adds_columns(const ScanOptions& options) {
  return !options.file_column.empty() || options.united != nullptr;
}

OperatorPtr add_columns(OperatorPtr rows, const std::string& name, const ScanOptions& options) {
  const SchemaPtr all = with_added_columns(*rows->schema(), options);
  return finish(std::move(rows), name, *all, choose(options, *all), options);
}

OperatorPtr open_with_columns(ScanInput input, const ScanOptions& options) {
  const std::string name = input.name;
  const bool is_text = !has_types(input.format);
  ScanOptions own = options;
  own.file_column.clear();
  own.united = nullptr;
  own.where = {};
  own.text.filter = nullptr;
  own.text.columns.reset();
  own.text.choose_columns = nullptr;
  if (!is_text) return add_columns(open_recognized(std::move(input), own), name, options);
  own.text.schema_by_name = options.united != nullptr && options.text.schema != nullptr;
  own.text.chosen_by_hand = options.text.columns || !options.text.choose_columns;
  SchemaPtr all;
  Choice choice;
  own.text.choose_columns = [&](const Schema& schema) {
    all = with_added_columns(schema, options);
    choice = choose(options, *all);
    return std::optional(those_there(choice.read, schema));
  };
  OperatorPtr rows = open_recognized(std::move(input), own);
  return finish(std::move(rows), name, *all, choice, options);
}

SchemaPtr without_file_column(const SchemaPtr& schema, const ScanOptions& options) {
  if (options.file_column.empty()) return schema;
  std::vector<Field> fields = schema->fields();
  std::erase_if(fields, [&](const Field& field) { return field.name == options.file_column; });
  return make_schema(std::move(fields), schema->metadata());
}

}  // namespace penstock
