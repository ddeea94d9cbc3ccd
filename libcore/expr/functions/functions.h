// The table of functions and operators: names, signatures and what they do in one place. Calls are
// bound, near misses are suggested, and the documentation is tested from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/expr/bind.h"

namespace penstock {

struct Function {
  std::string_view name;
  // "(text, int64[, text]) -> text": the types to which arguments are coerced. They are Arrow's,
  // and
  //   text          utf8
  //   any           any type (bound by `bind`)
  //   …             after the last type: any number of these
  std::string_view signature;
  std::string_view summary;
  // "upper('a') → 'A'": an expression without columns, and what it gives; "→ refused" where that is
  // an Error. A test runs it.
  std::string_view example;
  // What null arguments do; empty where any of them makes the result null.
  std::string_view nulls = {};
  // Exactly one of the two. A kernel gets its arguments coerced to the types of the signature, and
  // returns its result type; `bind` does everything itself.
  ColumnPtr (*kernel)(const KernelCall&) = nullptr;
  Bound (*bind)(Binder& binder, const Syntax& call, std::vector<Bound> arguments) = nullptr;
  CallTraits traits = {};
  bool is_operator = false;
  bool gives_json = false;  // its text is JSON
};

// The functions of one subject.
struct FunctionFamily {
  std::string_view subject;
  std::span<const Function> functions;
};
std::span<const FunctionFamily> function_families();

// All functions, one family after the other. A name with several signatures occurs several times.
const std::vector<Function>& functions();

// The families, each defined in the file of its name.
std::span<const Function> arithmetic_functions();
std::span<const Function> bit_functions();   // defined in bits.cc
std::span<const Function> cast_functions();  // defined in try_cast.cc
std::span<const Function> comparison_functions();
std::span<const Function> conditional_functions();
std::span<const Function> datetime_functions();
std::span<const Function> encoding_functions();
std::span<const Function> format_functions();
std::span<const Function> joining_functions();
std::span<const Function> json_build_functions();
std::span<const Function> json_functions();
std::span<const Function> list_change_functions();
std::span<const Function> list_functions();
std::span<const Function> math_functions();
std::span<const Function> number_pattern_functions();  // defined in number/functions.cc
std::span<const Function> pattern_functions();
std::span<const Function> pattern_time_functions();  // defined in time/pattern_functions.cc
std::span<const Function> made_time_functions();     // defined in time/made_times.cc
std::span<const Function> similar_functions();
std::span<const Function> split_functions();  // defined in series.cc
std::span<const Function> text_functions();

// Throws Error for a name that is not a function's: with what it is called here where other tools
// have it, else with near misses.
void require_function(const Binder& binder, const Syntax& call);

// Binds a call whose arguments are bound. Throws Error with near misses for an unknown name, and
// with the known signatures for arguments that fit none.
Bound bind_function(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
