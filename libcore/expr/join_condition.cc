#include "libcore/expr/join_condition.h"

#include <algorithm>
#include <optional>

#include "libcore/base/suggest.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/syntax/pg_parse.h"

namespace penstock {
namespace {

bool is_named(std::string_view name, const Name& by) {
  return by.exact ? name == by.text : equal_but_for_case(name, by.text);
}

// Returns how many columns of a side the name may mean: those with this spelling, or else those
// that differ in case alone.
size_t matches(const Schema& schema, const Name& name) {
  size_t exact = 0;
  size_t loose = 0;
  for (const Field& field : schema.fields()) {
    if (field.name == name.text) ++exact;
    if (is_named(field.name, name)) ++loose;
  }
  return exact != 0 ? exact : loose;
}

Name dotted(const std::vector<Name>& names) {
  Name whole{names[0].text, true};
  for (size_t i = 1; i < names.size(); ++i)
    whole.text += "." + names[i].text;
  return whole;
}

// Gives every column of an expression the name that it has in the schema of both sides, which is
// SIDE.NAME: then all the rest is as with one input.
class Resolver {
 public:
  Resolver(const Source& source, const JoinSide& left, const JoinSide& right)
      : source_(source), left_(left), right_(right) {
    add(left);
    add(right);
  }

  const std::vector<Field>& fields() const { return fields_; }

  void resolve(Syntax& syntax) const {
    if (syntax.kind == Syntax::Kind::kColumn) resolve_column(syntax);
    for (const SyntaxPtr& argument : syntax.args)
      resolve(*argument);
    if (syntax.filter != nullptr) resolve(*syntax.filter);
    for (const SortSyntax& order : syntax.order_by)
      resolve(*order.value);
  }

 private:
  void add(const JoinSide& side) {
    for (Field field : side.schema->fields()) {
      field.name = side.name + "." + field.name;
      fields_.push_back(std::move(field));
    }
  }

  void resolve_column(Syntax& syntax) const {
    std::vector<Name>& names = syntax.names;
    for (const JoinSide* side : {&left_, &right_}) {
      if (names.size() < 2 || !is_named(side->name, names[0])) continue;
      refuse_field(*side, syntax);
      names.erase(names.begin());
      names[0].text = side->name + "." + names[0].text;
      return;
    }
    // A name without its side: perhaps one with a dot in it.
    if (names.size() > 1 && find_side(dotted(names), syntax.location) != nullptr) {
      names = {dotted(names)};
    }
    const JoinSide* side = find_side(names[0], syntax.location);
    if (side == nullptr) fail_unknown(syntax);
    names[0].text = side->name + "." + names[0].text;
  }

  void refuse_field(const JoinSide& side, const Syntax& syntax) const {
    for (const JoinSide* other : {&left_, &right_}) {
      for (const Field& field : other->schema->fields()) {
        if (field.type->id != TypeId::kStruct || !is_named(field.name, syntax.names[0])) continue;
        throw source_.error(syntax.location, "'" + side.name + "' is one side of the join and '" +
                                                 field.name +
                                                 "' a column; rename the sides with --as");
      }
    }
  }

  // The side that has the column; null when neither has.
  const JoinSide* find_side(const Name& name, int64_t location) const {
    size_t left = matches(*left_.schema, name);
    size_t right = matches(*right_.schema, name);
    if (left != 0 && right != 0) {
      throw source_.error(location, "column '" + name.text + "' is in both inputs; write " +
                                        left_.name + "." + name.text + " or " + right_.name + "." +
                                        name.text);
    }
    if (left == 0 && right == 0) return nullptr;
    return left != 0 ? &left_ : &right_;
  }

  [[noreturn]] void fail_unknown(const Syntax& syntax) const {
    const std::string& name = syntax.names[0].text;
    if (syntax.names.size() > 1) {
      throw source_.error(syntax.location, "no side of the join is called '" + name +
                                               "'; the left is '" + left_.name + "', the right '" +
                                               right_.name + "' (--as renames them)");
    }
    std::vector<std::string> candidates = left_.schema->names();
    for (const Field& field : right_.schema->fields())
      candidates.push_back(field.name);
    throw source_.error(syntax.location,
                        "unknown column '" + name + "'" + column_advice(name, candidates));
  }

  const Source& source_;
  const JoinSide& left_;
  const JoinSide& right_;
  std::vector<Field> fields_;
};

// Adds the pairs of columns that conjuncts of a condition require to be equal.
void add_equal(const Syntax& syntax, const Binder& binder, size_t left_columns,
               std::vector<std::pair<size_t, size_t>>& equal) {
  if (syntax.kind == Syntax::Kind::kAnd) {
    for (const SyntaxPtr& argument : syntax.args)
      add_equal(*argument, binder, left_columns, equal);
  }
  if (syntax.kind != Syntax::Kind::kCall || syntax.text != "=" || syntax.args.size() != 2) return;
  std::vector<size_t> columns;
  for (const SyntaxPtr& argument : syntax.args) {
    if (argument->kind != Syntax::Kind::kColumn || argument->names.size() != 1) return;
    columns.push_back(binder.find_column(argument->names[0], argument->location));
  }
  std::sort(columns.begin(), columns.end());
  if (columns[0] >= left_columns || columns[1] < left_columns) return;
  const Schema& schema = binder.schema();
  if (!equals(*plain(schema[columns[0]].type), *plain(schema[columns[1]].type))) return;
  equal.emplace_back(columns[0], columns[1] - left_columns);
}

std::vector<size_t> columns_of(const Node& node) {
  std::vector<size_t> columns;
  node.add_columns(columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

PairCondition bind_pairs(const Syntax& syntax, Binder& binder) {
  NodePtr node = binder.bind_condition(syntax, "the condition").node;
  std::vector<size_t> columns = columns_of(*node);
  return {make_expression(std::move(node)), std::move(columns)};
}

void move_conjuncts(SyntaxPtr syntax, std::vector<SyntaxPtr>& conjuncts) {
  if (syntax->kind != Syntax::Kind::kAnd) {
    conjuncts.push_back(std::move(syntax));
    return;
  }
  for (SyntaxPtr& argument : syntax->args)
    move_conjuncts(std::move(argument), conjuncts);
}

PairCondition bind_all(std::vector<SyntaxPtr> conjuncts, Binder& binder) {
  if (conjuncts.empty()) return {};
  if (conjuncts.size() == 1) return bind_pairs(*conjuncts[0], binder);
  Syntax all;
  all.kind = Syntax::Kind::kAnd;
  all.location = conjuncts[0]->location;
  all.args = std::move(conjuncts);
  return bind_pairs(all, binder);
}

}  // namespace

JoinCondition bind_join_condition(const ExpressionText& text, const JoinSide& left,
                                  const JoinSide& right) {
  auto source = std::make_shared<const Source>(text);
  SyntaxPtr syntax = parse_expression(*source);
  Resolver resolver(*source, left, right);
  resolver.resolve(*syntax);
  Schema both(resolver.fields());
  Binder binder(source, both);
  JoinCondition condition;
  condition.whole = bind_pairs(*syntax, binder);
  add_equal(*syntax, binder, left.schema->size(), condition.equal);
  std::vector<SyntaxPtr> conjuncts;
  move_conjuncts(std::move(syntax), conjuncts);
  std::vector<SyntaxPtr> of_right;
  std::vector<SyntaxPtr> of_both;
  for (SyntaxPtr& conjunct : conjuncts) {
    std::vector<size_t> columns =
        columns_of(*binder.bind_condition(*conjunct, "the condition").node);
    bool is_of_right = !columns.empty() && columns[0] >= left.schema->size();
    (is_of_right ? of_right : of_both).push_back(std::move(conjunct));
  }
  condition.of_right = bind_all(std::move(of_right), binder);
  condition.of_both = bind_all(std::move(of_both), binder);
  return condition;
}

}  // namespace penstock
