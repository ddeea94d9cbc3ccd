#include "libcore/expr/syntax/pg_tree.h"

#include <charconv>
#include <optional>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"
#include "libcore/expr/syntax/make.h"
#include "libcore/expr/syntax/parameter_names.h"
#include "libcore/expr/syntax/pg_element.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/syntax/pg_window.h"

namespace penstock {
namespace {

using Element = simdjson::dom::element;

// Levels of JSON for one of ours are at most five.
constexpr size_t kMaxJsonDepth = size_t{5} * (kMaxExpressionDepth + 8);

class TreeReader {
 public:
  TreeReader(const Source& source, const std::vector<Token>& tokens, FoundStars stars)
      : source_(source),
        tokens_(tokens),
        stars_(std::move(stars)),
        windows_(source, [this](Element wrapped) { return read(wrapped); }) {}

  ListSyntax read_statement(Element root);

 private:
  int64_t location(Element body) const { return user_location(int_member(body, "location", -1)); }
  [[noreturn]] void refuse(int64_t at, const std::string& what) const {
    throw source_.error(at, what + " has no place in an expression here");
  }

  SyntaxPtr read(Element wrapped);
  SyntaxPtr read_node(const PgNode& node);
  SyntaxPtr read_form(const PgNode& node);
  SyntaxPtr read_constant(Element body);
  SyntaxPtr read_column(Element body);
  SyntaxPtr read_operator(Element body);
  SyntaxPtr read_special_operator(Element body, std::string_view kind, const std::string& name);
  SyntaxPtr read_call(Element body);
  void read_aggregate_parts(Element body, Syntax& call);
  SyntaxPtr read_cast(Element body);
  SyntaxPtr read_case(Element body);
  SyntaxPtr read_indirection(Element body);
  SyntaxPtr read_value_function(Element body);
  TypeName read_type_name(Element body);
  std::string read_alias(Element target, size_t index);
  int64_t negative_or_zero(int64_t at) const;
  void read_list(const std::vector<Element>& items, std::vector<SyntaxPtr>& out) {
    for (Element item : items)
      out.push_back(read(item));
  }
  void find_item_ends(const std::vector<Element>& windows);

  const Source& source_;
  const std::vector<Token>& tokens_;
  FoundStars stars_;
  WindowReader windows_;
  std::vector<const Token*> item_ends_;  // the last token of each item of the list
  int depth_ = 0;
  int64_t nodes_ = 0;
};

SyntaxPtr TreeReader::read(Element wrapped) {
  PgNode node = unwrap(wrapped);
  if (++depth_ > kMaxExpressionDepth) {
    throw source_.error(location(node.body), "the expression is nested too deeply (more than " +
                                                 std::to_string(kMaxExpressionDepth) + " levels)");
  }
  // A simple case repeats its operand for each arm, so nested ones could grow without limit.
  if (++nodes_ > kMaxExpressionBytes) {
    throw source_.error(location(node.body), "the expression is too large");
  }
  SyntaxPtr result = read_node(node);
  --depth_;
  return result;
}

SyntaxPtr TreeReader::read_node(const PgNode& node) {
  const Element body = node.body;
  if (node.kind == "ColumnRef") return read_column(body);
  if (node.kind == "A_Const") return read_constant(body);
  if (node.kind == "A_Expr") return read_operator(body);
  if (node.kind == "FuncCall") return read_call(body);
  if (node.kind == "TypeCast") return read_cast(body);
  if (node.kind == "CaseExpr") return read_case(body);
  if (node.kind == "A_Indirection") return read_indirection(body);
  return read_form(node);
}

// Reads the forms for which PostgreSQL has nodes of their own.
SyntaxPtr TreeReader::read_form(const PgNode& node) {
  const Element body = node.body;
  int64_t at = location(body);
  if (node.kind == "BoolExpr") {
    std::string op = text_member(body, "boolop");
    SyntaxPtr result = make(op == "AND_EXPR"  ? Syntax::Kind::kAnd
                            : op == "OR_EXPR" ? Syntax::Kind::kOr
                                              : Syntax::Kind::kNot,
                            at);
    read_list(items_of(body, "args"), result->args);
    return result;
  }
  if (node.kind == "NullTest") {
    bool is_null = text_member(body, "nulltesttype") == "IS_NULL";
    return make_call(is_null ? "is null" : "is not null", at, read(*member(body, "arg")));
  }
  if (node.kind == "BooleanTest") {
    std::string test = text_member(body, "booltesttype");  // IS_NOT_TRUE
    for (char& c : test)
      c = c == '_' ? ' ' : static_cast<char>(c | 0x20);
    return make_call(test, at, read(*member(body, "arg")));
  }
  if (node.kind == "CoalesceExpr" || node.kind == "MinMaxExpr") {
    SyntaxPtr result = make_call(node.kind == "CoalesceExpr"                ? "coalesce"
                                 : text_member(body, "op") == "IS_GREATEST" ? "greatest"
                                                                            : "least",
                                 at);
    read_list(items_of(body, "args"), result->args);
    return result;
  }
  if (node.kind == "A_ArrayExpr") {
    SyntaxPtr result = make(Syntax::Kind::kArray, at);
    read_list(items_of(body, "elements"), result->args);
    return result;
  }
  if (node.kind == "CollateClause")
    throw source_.error(at, "collate is not known: text is ordered by its bytes");
  if (node.kind == "SQLValueFunction") return read_value_function(body);
  if (node.kind == "SubLink") refuse(at, "a subquery");
  if (node.kind == "ParamRef") {
    SyntaxPtr result = make(Syntax::Kind::kParameter, at);
    result->text = parameter_name_at(source_, at);
    return result;
  }
  refuse(at, node.kind == "RowExpr" ? "a row of values" : "this");
}

// libpg_query writes integers only when they are above zero (its _outInteger), so -5 and 0 look
// alike in the tree. So the sign and the digits are read from the user's text. PostgreSQL's grammar
// folds signs and brackets into the constant, as in - ( -5 ).
int64_t TreeReader::negative_or_zero(int64_t at) const {
  const Token* token = token_at(tokens_, at);
  const Token* end = tokens_.data() + tokens_.size();
  bool negative = false;
  for (; token != nullptr && token != end; ++token) {
    std::string_view text =
        std::string_view(source_.text()).substr(token->begin, token->end - token->begin);
    if (token->kind == Token::Kind::kNumber) {
      int64_t value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return negative ? -value : value;
    }
    if (text == "-") negative = !negative;
    if (text != "-" && text != "(") break;
  }
  throw source_.error(at, "this number cannot be read");
}

SyntaxPtr TreeReader::read_constant(Element body) {
  int64_t at = location(body);
  if (std::optional<Element> value = member(body, "ival")) {
    SyntaxPtr result = make(Syntax::Kind::kInteger, at);
    result->integer = int_member(*value, "ival", 0);
    if (result->integer == 0) result->integer = negative_or_zero(at);
    return result;
  }
  if (std::optional<Element> value = member(body, "fval")) {
    SyntaxPtr result = make(Syntax::Kind::kNumber, at);
    result->text = text_member(*value, "fval");
    const char* end = result->text.data() + result->text.size();
    auto parsed = std::from_chars(result->text.data(), end, result->integer);
    if (parsed.ec == std::errc() && parsed.ptr == end) result->kind = Syntax::Kind::kInteger;
    return result;
  }
  if (std::optional<Element> value = member(body, "sval")) {
    SyntaxPtr result = make(Syntax::Kind::kText, at);
    result->text = text_member(*value, "sval");
    return result;
  }
  if (std::optional<Element> value = member(body, "boolval")) {
    SyntaxPtr result = make(Syntax::Kind::kBool, at);
    result->integer = bool_member(*value, "boolval") ? 1 : 0;
    return result;
  }
  // A constant that has none of the values above is the null.
  if (member(body, "bsval")) refuse(at, "a bit string");
  return make(Syntax::Kind::kNull, at);
}

SyntaxPtr TreeReader::read_column(Element body) {
  int64_t at = location(body);
  SyntaxPtr result = make(Syntax::Kind::kColumn, at);
  const Token* token = token_at(tokens_, at);
  const Token* end = tokens_.data() + tokens_.size();
  for (Element field : items_of(body, "fields")) {
    PgNode node = unwrap(field);
    if (node.kind == "A_Star") {
      if (!result->names.empty()) refuse(at, "the * of one value");
      result->kind = Syntax::Kind::kStar;
      result->changes = stars_.take(at);
      return result;
    }
    // The tree has names in lower case and cut at 63 bytes, while columns have any name: the user's
    // own spelling is read from the tokens. A name that is not among the tokens at this place stays
    // as the tree has it.
    Name name{text_member(node.body, "sval"), false};
    if (token != nullptr && token < end &&
        (token->kind == Token::Kind::kWord || token->kind == Token::Kind::kQuotedName)) {
      name.text = spelled_name(source_.text(), *token);
      name.exact = token->kind == Token::Kind::kQuotedName;
      token += 2;  // the name and the point after it
    }
    result->names.push_back(std::move(name));
  }
  return result;
}

SyntaxPtr TreeReader::read_operator(Element body) {
  std::string kind = text_member(body, "kind");
  int64_t at = location(body);
  std::string name;
  for (Element part : items_of(body, "name"))
    name = text_member(unwrap(part).body, "sval");
  if (kind == "AEXPR_OP") {
    // An operator with one operand has it on the right: -x has no lexpr.
    std::optional<Element> left = member(body, "lexpr");
    SyntaxPtr right = read(*member(body, "rexpr"));
    if (!left) return make_call(name, at, std::move(right));
    SyntaxPtr first = read(*left);
    return make_call(name, at, std::move(first), std::move(right));
  }
  return read_special_operator(body, kind, name);
}

SyntaxPtr TreeReader::read_special_operator(Element body, std::string_view kind,
                                            const std::string& name) {
  int64_t at = location(body);
  SyntaxPtr left = read(*member(body, "lexpr"));
  Element right_element = *member(body, "rexpr");
  if (kind == "AEXPR_IN" || kind.find("BETWEEN") != std::string_view::npos) {
    // `not in` is IN with the operator <>. The table of functions has each form once.
    bool negated = kind == "AEXPR_IN" ? name == "<>" : kind.starts_with("AEXPR_NOT");
    bool symmetric = kind.ends_with("SYM");
    SyntaxPtr call = make_call(kind == "AEXPR_IN" ? "in"
                               : symmetric        ? "between symmetric"
                                                  : "between",
                               at, std::move(left));
    read_list(items_of(unwrap(right_element).body, "items"), call->args);
    return negate_if(negated, std::move(call));
  }
  SyntaxPtr right = read(right_element);
  if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE") {
    SyntaxPtr call = make_call(kind == "AEXPR_LIKE" ? "like" : "ilike", at, std::move(left));
    // `escape '#'` wraps the pattern in a call of like_escape.
    if (right->kind == Syntax::Kind::kCall && right->text == "like_escape") {
      for (SyntaxPtr& argument : right->args)
        call->args.push_back(std::move(argument));
    } else {
      call->args.push_back(std::move(right));
    }
    // The tree has `not like` as LIKE with the operator !~~.
    return negate_if(name.starts_with("!"), std::move(call));
  }
  std::string called;
  if (kind == "AEXPR_DISTINCT") called = "is distinct from";
  if (kind == "AEXPR_NOT_DISTINCT") called = "is not distinct from";
  if (kind == "AEXPR_NULLIF") called = "nullif";
  if (kind == "AEXPR_OP_ANY") called = name + " any";
  if (kind == "AEXPR_OP_ALL") called = name + " all";
  if (called.empty())
    throw source_.error(at, "similar to is not known; use ~ with a regular expression");
  return make_call(called, at, std::move(left), std::move(right));
}

SyntaxPtr TreeReader::read_call(Element body) {
  int64_t at = location(body);
  SyntaxPtr call = make_call({}, at);
  // The last part is the name: what has a syntax of its own, as trim(…), arrives as
  // pg_catalog.btrim.
  for (Element part : items_of(body, "funcname")) {
    call->text = text_member(unwrap(part).body, "sval");
  }
  if (bool_member(body, "func_variadic")) refuse(at, "variadic");
  for (Element arg : items_of(body, "args")) {
    if (unwrap(arg).kind == "NamedArgExpr") refuse(at, "an argument with a name");
    call->args.push_back(read(arg));
  }
  read_aggregate_parts(body, *call);
  return call;
}

void TreeReader::read_aggregate_parts(Element body, Syntax& call) {
  call.star = bool_member(body, "agg_star");
  // columns ( *
  const Token* name = call.star ? token_at(tokens_, call.location) : nullptr;
  if (name != nullptr && is_columns_call(call)) call.changes = stars_.take((name + 2)->begin);
  call.distinct = bool_member(body, "agg_distinct");
  call.within_group = bool_member(body, "agg_within_group");
  if (std::optional<Element> filter = member(body, "agg_filter")) call.filter = read(*filter);
  const ReadSyntax read_one = [this](Element wrapped) { return read(wrapped); };
  for (Element wrapped : items_of(body, "agg_order"))
    call.order_by.push_back(read_sort_key(wrapped, source_, read_one));
  if (std::optional<Element> over = member(body, "over")) call.over = windows_.read_over(*over);
}

TypeName TreeReader::read_type_name(Element body) {
  TypeName type;
  type.location = location(body);
  for (Element part : items_of(body, "names")) {
    std::string name = text_member(unwrap(part).body, "sval");
    if (name == "pg_catalog") {
      type.builtin = true;
    } else {
      type.name = name;
    }
  }
  for (Element modifier : items_of(body, "typmods")) {
    PgNode node = unwrap(modifier);
    std::optional<Element> value = member(node.body, "ival");
    if (node.kind != "A_Const" || !value) {
      throw source_.error(type.location,
                          "the digits of a type must be whole numbers, as in decimal(10,2)");
    }
    type.modifiers.push_back(int_member(*value, "ival", 0));
  }
  type.is_array = !items_of(body, "arrayBounds").empty();
  return type;
}

SyntaxPtr TreeReader::read_cast(Element body) {
  TypeName type = read_type_name(*member(body, "typeName"));
  SyntaxPtr value = read(*member(body, "arg"));
  int64_t at = location(body);
  SyntaxPtr result = make(Syntax::Kind::kCast, at >= 0 ? at : type.location);
  result->args.push_back(std::move(value));
  result->type = std::move(type);
  return result;
}

SyntaxPtr TreeReader::read_case(Element body) {
  SyntaxPtr result = make(Syntax::Kind::kCase, location(body));
  std::optional<Element> operand = member(body, "arg");
  for (Element wrapped : items_of(body, "args")) {
    Element when = unwrap(wrapped).body;
    SyntaxPtr condition = read(*member(when, "expr"));
    if (operand) {
      // `case x when y` becomes `case when x = y`, so that only one form is left to bind. Reading
      // the operand again is safe, because no function here has an effect.
      int64_t at = condition->location;
      condition = make_call("=", at, read(*operand), std::move(condition));
    }
    result->args.push_back(std::move(condition));
    result->args.push_back(read(*member(when, "result")));
  }
  if (std::optional<Element> otherwise = member(body, "defresult")) {
    result->args.push_back(read(*otherwise));
    result->has_else = true;
  }
  return result;
}

SyntaxPtr TreeReader::read_indirection(Element body) {
  SyntaxPtr value = read(*member(body, "arg"));
  for (Element wrapped : items_of(body, "indirection")) {
    PgNode step = unwrap(wrapped);
    if (step.kind == "A_Star") refuse(value->location, "the * of one value");
    bool is_field = step.kind == "String";
    SyntaxPtr outer =
        make(is_field ? Syntax::Kind::kField : Syntax::Kind::kSubscript, value->location);
    outer->args.push_back(std::move(value));
    if (is_field) {
      outer->names.push_back({text_member(step.body, "sval"), false});
    } else {
      // x[:3] has no lower bound, x[2:] no upper one: as far as lists can go.
      for (const char* bound : {"lidx", "uidx"}) {
        std::optional<Element> given = member(step.body, bound);
        outer->args.push_back(given ? read(*given) : make(Syntax::Kind::kInteger, -1));
        if (!given) outer->args.back()->integer = bound[0] == 'l' ? 1 : INT64_MAX;
      }
      if (!bool_member(step.body, "is_slice")) outer->args.erase(outer->args.begin() + 1);
    }
    value = std::move(outer);
    // Each step nests those before it without a call of read(), which would have counted it.
    if (++depth_ > kMaxExpressionDepth) {
      throw source_.error(value->location, "the expression is nested too deeply");
    }
  }
  depth_ -= static_cast<int>(items_of(body, "indirection").size());
  return value;
}

SyntaxPtr TreeReader::read_value_function(Element body) {
  std::string op = text_member(body, "op");
  int64_t at = location(body);
  if (op == "SVFOP_CURRENT_DATE") return make_call("current_date", at);
  if (op.starts_with("SVFOP_CURRENT_TIMESTAMP")) return make_call("now", at);
  std::string word;
  if (const Token* token = token_at(tokens_, at)) word = spelled_name(source_.text(), *token);
  throw source_.error(at, "'" + word +
                              "' is a value of the session in SQL, which does not exist "
                              "here; a column of this name is written in double quotes, \"" +
                              word + "\"");
}

// Where the commas outside all brackets are: an alias is the last token before one. The list ends
// before `window w as (`, where there is that: the place of a window is its bracket.
void TreeReader::find_item_ends(const std::vector<Element>& windows) {
  size_t end = tokens_.size();
  const Token* bracket =
      windows.empty() ? nullptr : token_at(tokens_, location(unwrap(windows[0]).body));
  if (bracket != nullptr) end = static_cast<size_t>(bracket - tokens_.data()) - 3;
  int depth = 0;
  for (size_t i = 0; i < end; ++i) {
    char first = source_.text()[tokens_[i].begin];
    if (first == '(' || first == '[') ++depth;
    if (first == ')' || first == ']') --depth;
    if (first == ',' && depth == 0 && i > 0) item_ends_.push_back(&tokens_[i - 1]);
  }
  if (end > 0) item_ends_.push_back(&tokens_[end - 1]);
}

// The name as typed: the parser folds it and cuts it after 63 bytes.
std::string TreeReader::read_alias(Element target, size_t index) {
  std::string parsed = text_member(target, "name");
  if (parsed.empty() || index >= item_ends_.size()) return parsed;
  const Token& token = *item_ends_[index];
  bool is_name = token.kind == Token::Kind::kWord || token.kind == Token::Kind::kQuotedName;
  return is_name ? spelled_name(source_.text(), token) : parsed;
}

ListSyntax TreeReader::read_statement(Element root) {
  std::vector<Element> statements = items_of(root, "stmts");
  if (statements.empty()) throw source_.error(0, "the expression is empty");
  if (statements.size() != 1) {
    // A statement begins after the ';' of the one before.
    int64_t at = user_location(int_member(statements[1], "stmt_location", -1));
    throw source_.error(at - 1, "a ';' has no place in an expression");
  }
  PgNode statement = unwrap(*member(statements[0], "stmt"));
  std::vector<Element> targets = items_of(statement.body, "targetList");
  simdjson::dom::object members;
  // The text was parsed behind `select`, so `1 from t` is a query too. Only the members that a
  // bare list sets may be there: a list of all others would miss what a later parser adds.
  bool plain = statement.kind == "SelectStmt" && statement.body.get(members) == simdjson::SUCCESS;
  for (auto field : members) {
    std::string_view key = field.key;
    std::string_view value;
    if (field.value.get(value) != simdjson::SUCCESS) value = {};
    plain = plain && (key == "targetList" || key == "windowClause" ||
                      (key == "op" && value == "SETOP_NONE") ||
                      (key == "limitOption" && value == "LIMIT_OPTION_DEFAULT"));
  }
  if (!plain) {
    throw source_.error(0,
                        "only expressions can stand here, nothing else of a query (from, where, "
                        "order by, limit, distinct, …)");
  }
  if (targets.empty()) throw source_.error(0, "the expression is empty");
  const std::vector<Element> windows = items_of(statement.body, "windowClause");
  find_item_ends(windows);
  // Calls name them.
  windows_.define(windows);
  std::vector<ItemSyntax> items;
  for (Element wrapped : targets) {
    Element target = unwrap(wrapped).body;
    ItemSyntax item;
    item.location = location(target);
    item.alias = read_alias(target, items.size());
    item.value = read(*member(target, "val"));
    items.push_back(std::move(item));
  }
  stars_.require_taken(source_);
  return {std::move(items), windows_.take_named()};
}

}  // namespace

ListSyntax read_parse_tree(std::string_view json, const Source& source,
                           const std::vector<Token>& tokens, FoundStars stars) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  // The depth is bounded before anything recurses: read() goes down as deep as the tree, and a
  // stack overflow could not be reported.
  simdjson::error_code code = parser.allocate(json.size(), kMaxJsonDepth);
  if (code == simdjson::SUCCESS) code = parser.parse(json.data(), json.size()).get(root);
  if (code == simdjson::DEPTH_ERROR) {
    throw source.error(0, "the expression is nested too deeply (more than " +
                              std::to_string(kMaxExpressionDepth) + " levels)");
  }
  if (code != simdjson::SUCCESS) throw Error("the expression is too large to read");
  return TreeReader(source, tokens, std::move(stars)).read_statement(root);
}

}  // namespace penstock
