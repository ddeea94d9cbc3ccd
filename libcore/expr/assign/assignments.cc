#include "libcore/expr/assign/assignments.h"

#include <memory>
#include <set>
#include <utility>

#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/syntax/scan.h"

namespace penstock {
namespace {

class AssignmentBinder {
 public:
  AssignmentBinder(const ExpressionText& text, const Schema& schema)
      : source_(std::make_shared<const Source>(text)),
        tokens_(scan(source_->text())),
        schema_(schema),
        binder_(source_, schema) {}

  std::vector<Assignment> bind() {
    if (tokens_.empty()) fail(0);
    size_t begin = 0;
    int64_t depth = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const char first = source_->text()[tokens_[i].begin];
      if (first == '(' || first == '[') ++depth;
      if (first == ')' || first == ']') --depth;
      if (first != ',' || depth != 0) continue;
      add(begin, i);
      begin = i + 1;
    }
    add(begin, tokens_.size());
    return std::move(assignments_);
  }

 private:
  // The tokens of one assignment.
  void add(size_t begin, size_t end) {
    if (end < begin + 3) fail(begin);
    const Token& name = tokens_[begin];
    const bool is_name = name.kind == Token::Kind::kWord || name.kind == Token::Kind::kQuotedName;
    if (!is_name || spelled(begin + 1) != "=") fail(begin);
    const std::string& text = source_->text();
    const size_t column =
        binder_.find_column({spelled_name(text, name), name.kind == Token::Kind::kQuotedName},
                            static_cast<int64_t>(name.begin));
    if (!set_.insert(column).second) {
      binder_.fail(static_cast<int64_t>(name.begin), "a column that is set twice");
    }
    const SyntaxPtr value =
        parse_expression_part(*source_, tokens_[begin + 2].begin, tokens_[end - 1].end);
    assignments_.push_back({column, make_expression(assigned(binder_.bind(*value), column).node)});
  }

  // The value as one of the column.
  Bound assigned(const Bound& value, size_t column) const {
    const TypePtr to = plain(schema_[column].type);
    const bool are_numbers = is_numeric(value.type().id) && is_numeric(to->id);
    if (are_numbers && !equals(value.type(), *to)) return binder_.cast(value, to, value.location);
    return binder_.coerce(value, to,
                          "the value of column '" + printable(schema_[column].name) + "'");
  }

  std::string spelled(size_t i) const {
    return source_->text().substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
  }

  // At a token, or at the end of the text.
  [[noreturn]] void fail(size_t token) const {
    const size_t at =
        token < tokens_.size() ? size_t{tokens_[token].begin} : source_->text().size();
    binder_.fail(static_cast<int64_t>(at),
                 "an assignment is expected here, NAME = EXPR, as in price = price * 2");
  }

  SourcePtr source_;
  std::vector<Token> tokens_;
  const Schema& schema_;
  Binder binder_;
  std::set<size_t> set_;
  std::vector<Assignment> assignments_;
};

}  // namespace

std::vector<Assignment> bind_assignments(const ExpressionText& text, const Schema& schema) {
  return AssignmentBinder(text, schema).bind();
}

}  // namespace penstock
