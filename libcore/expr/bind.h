// Binding: turns what the user wrote (syntax.h) into nodes that compute (node.h).
//
// A Binder lives for one list of expressions, on one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/expr/node.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// A bound piece of an expression. A literal keeps its text until its type is known: '1994-12-31'
// may be a date, 0.05 a decimal or a float64.
struct Bound {
  enum class Literal : uint8_t { kNone, kNull, kText, kInteger, kNumber };

  NodePtr node;
  int64_t location = -1;
  Literal literal = Literal::kNone;
  std::string text;  // of kText, kInteger, kNumber

  const Type& type() const { return *node->type(); }
  const TypePtr& type_ptr() const { return node->type(); }
  bool is_literal() const { return literal != Literal::kNone; }
};

class Binder;

// What a scope knows beside the columns: calls that are not functions of one row (aggregates,
// row-making functions), and why a column is not available.
class ScopeHook {
 public:
  virtual ~ScopeHook() = default;
  // Returns the value that stands for the call; empty when it is not such a call.
  virtual std::optional<Bound> bind_call(Binder& binder, const Syntax& call) = 0;
  // Whether row-making functions may be called (bind_call unfolds them).
  virtual bool takes_series() const { return false; }
  // Returns the message that replaces "unknown column"; empty to keep that one.
  virtual std::string why_no_column(std::string_view) const { return {}; }
};

class Binder {
 public:
  // `schema` and `hook` (which may be null) must outlive the binder.
  Binder(SourcePtr source, const Schema& schema, ScopeHook* hook = nullptr)
      : source_(std::move(source)), schema_(schema), hook_(hook) {}

  Bound bind(const Syntax& syntax);
  // Binds a condition: bool, or null. `what` begins the message when it is not ("the condition").
  Bound bind_condition(const Syntax& syntax, std::string_view what);

  // Returns the column that a name stands for: the one with this spelling, or, unless the name is
  // quoted, the one that differs in case alone. Throws Error when there is none, or several.
  size_t find_column(const Name& name, int64_t location) const;

  // Converts a value to `to` if this cannot change it (a wider number, a literal that reads as
  // one). Otherwise throws Error: "<what> is text, not a number".
  Bound coerce(const Bound& value, const TypePtr& to, std::string_view what) const;
  // Returns whether coerce() would succeed.
  bool can_coerce(const Bound& value, const Type& to) const;
  // Converts as an explicit cast does.
  Bound cast(const Bound& value, const TypePtr& to, int64_t location) const;

  // Returns the type that all values can be coerced to. Throws Error "<what> text and int64 …" when
  // there is none.
  TypePtr common_type(std::span<const Bound> values, int64_t location, std::string_view what) const;

  // Makes a call of a kernel, which is folded when it is constant. `meaning` may be null (node.h).
  Bound call(TypePtr type, std::span<const Bound> arguments, Kernel kernel, CallTraits traits,
             int64_t location, MeaningPtr meaning = nullptr) const;

  [[noreturn]] void fail(int64_t location, std::string_view message) const {
    throw source_->error(location, message);
  }
  bool takes_series() const { return hook_ != nullptr && hook_->takes_series(); }
  const SourcePtr& source() const { return source_; }
  const Schema& schema() const { return schema_; }

 private:
  Bound bind_kind(const Syntax& syntax);
  Bound bind_column(const Syntax& syntax);
  Bound bind_constant(const Syntax& syntax) const;
  Bound bind_parameter(const Syntax& syntax) const;
  Bound bind_cast(const Syntax& syntax);
  Bound bind_call(const Syntax& syntax);
  Bound bind_logic(const Syntax& syntax);
  Bound bind_case(const Syntax& syntax);
  std::vector<Bound> bind_all(std::span<const SyntaxPtr> list);
  Bound coerce_literal(const Bound& value, const TypePtr& to) const;
  TypePtr literal_type(const Bound& literal, const TypePtr& other) const;

  SourcePtr source_;
  const Schema& schema_;
  ScopeHook* hook_;
};

// list[subscript] and value.name; defined in nested.cc.
Bound bind_subscript(const Binder& binder, const Bound& list, const Bound& subscript);
Bound bind_field(const Binder& binder, const Bound& value, const Name& name);
Bound bind_array(const Binder& binder, std::vector<Bound> values, int64_t location);
// Reads a text literal as a list of `element` in PostgreSQL's form, '{1,2}', '{}'. Throws Error
// when it is not such a list. Defined in list_literal.cc.
Bound bind_list_literal(const Binder& binder, const Bound& literal, const TypePtr& element);

// An explicit cast to interval with the fields of `type`; `value` is not a null literal. Defined in
// interval_cast.cc.
Bound bind_interval_cast(Binder& binder, const Bound& value, const TypeName& type,
                         int64_t location);

// A typed literal: one row.
NodePtr make_int64_constant(int64_t value);
NodePtr make_float64_constant(double value);
NodePtr make_text_constant(std::string_view value);
NodePtr make_bool_constant(bool value);

}  // namespace penstock
