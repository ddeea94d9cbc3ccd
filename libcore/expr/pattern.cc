// like, ilike and regular expressions.
#include "libcore/base/utf8.h"
#include "libcore/expr/functions.h"
#include "libcore/expr/letter_case.h"
#include "libcore/expr/like.h"
#include "libcore/expr/regex.h"
#include "libcore/expr/rows.h"

namespace penstock {
namespace {

constexpr std::string_view kDefaultEscape = "\\";

ColumnPtr like_constant(const KernelCall& call, const LikePattern& pattern, bool ignore_case) {
  std::string folded;
  return test_rows<std::string_view>(call, [&](std::string_view text) {
    if (!ignore_case) return pattern.matches(text);
    folded.clear();
    append_lower(folded, text);
    return pattern.matches(folded);
  });
}

// Patterns from a column: the last one is kept, for runs of equal ones.
ColumnPtr like_column(const KernelCall& call, std::string_view escape, bool ignore_case) {
  std::string last;
  std::string folded;
  LikePattern pattern({}, escape);
  auto fold = [&](std::string_view text) {
    folded.clear();
    append_lower(folded, text);
    return std::string_view(folded);
  };
  return test_rows<std::string_view, std::string_view>(
      call, [&](std::string_view text, std::string_view wanted) {
        if (last != wanted) {
          last = wanted;
          pattern = LikePattern(ignore_case ? fold(wanted) : wanted, escape);
          if (!pattern.is_valid()) call.fail("the pattern ends in its escape character");
        }
        return pattern.matches(ignore_case ? fold(text) : text);
      });
}

// x like pattern; a third argument (from like_escape below) is the escape character.
Bound bind_like(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool ignore_case = call.text == "ilike";
  std::string escape(kDefaultEscape);
  if (arguments.size() == 3) {
    escape = arguments[2].text;
    if (arguments[2].literal != Bound::Literal::kText || utf8_length(escape) > 1) {
      binder.fail(arguments[2].location, "the escape character is one character");
    }
    arguments.pop_back();
  }
  arguments[0] = binder.coerce(arguments[0], utf8_type(), "the left side of " + call.text);
  arguments[1] = binder.coerce(arguments[1], utf8_type(), "the pattern");
  ColumnPtr constant = arguments[1].node->constant();
  if (constant == nullptr || constant->null_count != 0) {
    return binder.call(
        bool_type(), arguments,
        [=](const KernelCall& k) { return like_column(k, escape, ignore_case); },
        {.can_fail = true}, call.location);
  }
  std::string pattern(constant->bytes_at(0));
  if (ignore_case) {
    std::string folded;
    append_lower(folded, pattern);
    pattern = folded;
  }
  auto compiled = std::make_shared<const LikePattern>(pattern, escape);
  if (!compiled->is_valid()) {
    binder.fail(arguments[1].location, "the pattern ends in its escape character");
  }
  return binder.call(
      bool_type(), {arguments.data(), 1},
      [=](const KernelCall& k) { return like_constant(k, *compiled, ignore_case); }, {},
      call.location);
}

// ~, ~*, !~ and !~*.
Bound bind_match(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool negated = call.text.starts_with('!');
  bool ignore_case = call.text.ends_with('*');
  arguments[0] = binder.coerce(arguments[0], utf8_type(), "the left side of " + call.text);
  RegexPtr regex = bind_regex(binder, arguments[1], ignore_case);
  return binder.call(
      bool_type(), {arguments.data(), 1},
      [=](const KernelCall& k) {
        return test_rows<std::string_view>(
            k, [&](std::string_view text) { return regex->matches(text) != negated; });
      },
      {}, call.location);
}

constexpr std::string_view kSignature = "(text, text) -> bool";

constexpr Function kFunctions[] = {
    {.name = "like",
     .signature = "(text, text[, text]) -> bool",
     .summary = "% stands for any characters, _ for one; escape '\\' unless another is named",
     .bind = bind_like,
     .is_operator = true},
    {.name = "ilike",
     .signature = "(text, text[, text]) -> bool",
     .summary = "like, letters matching in either case",
     .bind = bind_like,
     .is_operator = true},
    {.name = "~",
     .signature = kSignature,
     .summary = "a regular expression (RE2's) matches",
     .bind = bind_match,
     .is_operator = true},
    {.name = "~*",
     .signature = kSignature,
     .summary = "the same in any case",
     .bind = bind_match,
     .is_operator = true},
    {.name = "!~",
     .signature = kSignature,
     .summary = "a regular expression does not match",
     .bind = bind_match,
     .is_operator = true},
    {.name = "!~*",
     .signature = kSignature,
     .summary = "the same in any case",
     .bind = bind_match,
     .is_operator = true},
};

}  // namespace

std::span<const Function> pattern_functions() {
  return kFunctions;
}

}  // namespace penstock
