// Values that an expression refers to as :name, and an expression with them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/type.h"

namespace penstock {

// A value as text, with the type that it has.
struct Parameter {
  std::string name;
  std::string value;
  TypePtr type;
  // The type was named. Else it was inferred: then a number or a text counts as if it stood in the
  // expression itself, and takes its type from what is beside it.
  bool is_declared = false;
};

class Parameters {
 public:
  // Throws a usage Error for a name that is there, and for a value that its type does not have.
  void add(Parameter parameter);
  // Returns null for none. The pointer is valid until the next add().
  const Parameter* find(std::string_view name) const;
  bool empty() const { return all_.empty(); }
  const std::vector<Parameter>& all() const { return all_; }
  std::vector<std::string> names() const;
  // "a=1, b:date=2024-05-01"; for people, and to compare.
  std::string to_string() const;

 private:
  std::vector<Parameter> all_;
};

// Whether they are the same names with the same values, in whatever order.
bool equals(const Parameters& a, const Parameters& b);

// The text of an expression or of a list, with the parameters that it may refer to.
struct ExpressionText {
  std::string text;
  Parameters parameters = {};

  ExpressionText() = default;
  // NOLINTBEGIN(google-explicit-constructor)
  ExpressionText(const char* written) : text(written) {}
  ExpressionText(std::string written) : text(std::move(written)) {}
  ExpressionText(std::string_view written) : text(written) {}
  // NOLINTEND(google-explicit-constructor)
  ExpressionText(std::string written, Parameters values)
      : text(std::move(written)), parameters(std::move(values)) {}

  bool empty() const { return text.empty(); }
};

}  // namespace penstock
