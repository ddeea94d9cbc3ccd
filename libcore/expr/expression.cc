#include "libcore/expr/expression.h"

#include <algorithm>

#include "libcore/base/ascii.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/list_items.h"
#include "libcore/expr/logic.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

void add_columns(const Syntax& syntax, Binder& binder, std::vector<bool>& used);

void add_columns(const WindowSyntax& window, Binder& binder, std::vector<bool>& used) {
  for (const SyntaxPtr& key : window.partition_by)
    add_columns(*key, binder, used);
  for (const SortSyntax& order : window.order_by)
    add_columns(*order.value, binder, used);
}

void add_columns(const Syntax& syntax, Binder& binder, std::vector<bool>& used) {
  if (is_columns_call(syntax)) {
    for (size_t column : columns_written(binder, syntax))
      used[column] = true;
    return;
  }
  if (syntax.kind == Syntax::Kind::kStar) used.assign(used.size(), true);
  if (syntax.kind == Syntax::Kind::kColumn) {
    std::string dotted = syntax.names[0].text;
    for (size_t i = 1; i < syntax.names.size(); ++i)
      dotted += "." + syntax.names[i].text;
    std::vector<std::string> names = binder.schema().names();
    bool whole = std::find(names.begin(), names.end(), dotted) != names.end();
    used[binder.find_column(whole ? Name{dotted, true} : syntax.names[0], syntax.location)] = true;
  }
  for (const SyntaxPtr& argument : syntax.args)
    add_columns(*argument, binder, used);
  if (syntax.filter != nullptr) add_columns(*syntax.filter, binder, used);
  for (const SortSyntax& order : syntax.order_by)
    add_columns(*order.value, binder, used);
  if (syntax.over != nullptr) add_columns(*syntax.over, binder, used);
}

}  // namespace

ExpressionPtr bind_predicate(const ExpressionText& text, const Schema& schema) {
  auto source = std::make_shared<const Source>(text);
  SyntaxPtr syntax = parse_expression(*source);
  Binder binder(source, schema);
  return make_expression(binder.bind_condition(*syntax, "the condition").node);
}

std::vector<int32_t> select_rows(const Expression& predicate, const Batch& batch) {
  const auto* bound = dynamic_cast<const BoundExpression*>(&predicate);
  if (bound == nullptr) return true_rows(*predicate.evaluate(batch));
  return select_true(*bound->node(), batch);
}

std::vector<std::string> referenced_columns(const ExpressionText& list, const Schema& schema) {
  auto source = std::make_shared<const Source>(list);
  Binder binder(source, schema);
  std::vector<bool> used(schema.size(), false);
  const ListSyntax written = parse_window_list(*source);
  for (const ItemSyntax& item : written.items) {
    add_columns(*item.value, binder, used);
  }
  for (const NamedWindow& named : written.windows)
    add_columns(*named.window, binder, used);
  std::vector<std::string> names;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (used[i]) names.push_back(schema[i].name);
  }
  return names;
}

std::string default_name(const Syntax& value) {
  switch (value.kind) {
    case Syntax::Kind::kColumn:
      return value.names.back().text;
    case Syntax::Kind::kField:
      return value.names[0].text;
    case Syntax::Kind::kCall: {
      bool named = std::isalpha(static_cast<unsigned char>(value.text[0])) != 0 &&
                   value.text.find(' ') == std::string::npos && value.text != "between" &&
                   value.text != "in" && value.text != "like" && value.text != "ilike";
      return named ? value.text : "?column?";
    }
    case Syntax::Kind::kCast: {
      std::string inner = default_name(*value.args[0]);
      return inner == "?column?" ? value.type.name : inner;
    }
    case Syntax::Kind::kSubscript:
      return default_name(*value.args[0]);
    case Syntax::Kind::kCase: {
      std::string inner = value.has_else ? default_name(*value.args.back()) : "?column?";
      return inner == "?column?" ? "case" : inner;
    }
    case Syntax::Kind::kArray:
      return "array";
    default:
      return "?column?";
  }
}

void OutputNames::refuse(const Binder& binder, const std::string& name, int64_t location) const {
  if (names_.count(name) == 0) return;
  const bool is_unnamed = name == "?column?";
  std::string stem = is_unnamed ? "column" : name;
  std::string other;
  for (size_t number = 2; other.empty() || names_.count(other) != 0; ++number)
    other = stem + "_" + std::to_string(number);
  bool plain = std::all_of(other.begin(), other.end(), is_name_byte) && !is_digit(other[0]);
  std::string written;
  for (char c : other)
    written += c == '"' ? "\"\"" : std::string(1, c);
  if (!plain) written = '"' + written + '"';
  binder.fail(location, (is_unnamed ? std::string("two columns have no name")
                                    : "two columns would be named '" + printable(name) + "'") +
                            "; name this one: … as " + written);
}

void OutputNames::add(const Binder& binder, const std::string& name, int64_t location) {
  refuse(binder, name, location);
  names_.insert(name);
}

void OutputNames::add(const Binder& binder, std::span<const Field> fields, int64_t location) {
  for (const Field& field : fields)
    refuse(binder, field.name, location);
  for (const Field& field : fields)
    names_.insert(field.name);
}

Field make_output_field(std::string name, const Bound& value) {
  Field field;
  field.name = std::move(name);
  field.type = value.type_ptr();
  return field;
}

}  // namespace penstock
