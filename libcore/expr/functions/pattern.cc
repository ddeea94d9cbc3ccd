// like, ilike and regular expressions.
#include "libcore/base/utf8.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/functions/like.h"
#include "libcore/expr/functions/regex.h"
#include "libcore/expr/list_result.h"
#include "libcore/expr/prune/meaning.h"
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

MeaningPtr meaning_of(const LikePattern& pattern) {
  return prefix_meaning(std::string(pattern.prefix()), pattern.is_text() ? AfterPrefix::kNothing
                                                       : pattern.is_prefix()
                                                           ? AfterPrefix::kAnything
                                                           : AfterPrefix::kSomething);
}

// x like pattern; a third argument (from like_escape below) is the escape character.
Bound bind_like(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool ignore_case = call.text == "ilike";
  std::string escape(kDefaultEscape);
  if (arguments.size() == 3) {
    escape = arguments[2].text;
    if (arguments[2].literal != Bound::Literal::kText || utf8_length(escape) > 1) {
      binder.fail(arguments[2].location, "the escape must be a single character");
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
      call.location, ignore_case ? nullptr : meaning_of(*compiled));
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

// Flags of the regexp functions: i ignores case, g replaces all.
struct Flags {
  bool ignore_case = false;
  bool all = false;
};
Flags flags_of(Binder& binder, std::span<const Bound> arguments, size_t at) {
  Flags flags;
  if (arguments.size() <= at) return flags;
  const Bound& text = arguments[at];
  if (text.literal != Bound::Literal::kText ||
      text.text.find_first_not_of("igc") != std::string::npos) {
    binder.fail(text.location, "flags are 'i' (ignore case) and 'g' (all), as a constant");
  }
  flags.ignore_case = text.text.find('i') != std::string::npos;
  flags.all = text.text.find('g') != std::string::npos;
  return flags;
}

Bound bind_regexp_replace(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Flags flags = flags_of(binder, arguments, 3);
  RegexPtr regex = bind_regex(binder, arguments[1], flags.ignore_case);
  Bound operands[] = {binder.coerce(arguments[0], utf8_type(), "the text"),
                      binder.coerce(arguments[2], utf8_type(), "the replacement")};
  return binder.call(
      utf8_type(), operands,
      [=](const KernelCall& k) {
        std::string made;
        return map_text<std::string_view, std::string_view>(
            k, [&](std::string_view text, std::string_view with, TextOut& out) {
              made.clear();
              if (!regex->replace(text, with, flags.all, kMaxTextBytes, made)) {
                k.fail("over 2 GiB of text in one value");
              }
              out.append(made);
            });
      },
      {.can_fail = true}, call.location);
}

Bound bind_regexp_like(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Flags flags = flags_of(binder, arguments, 2);
  RegexPtr regex = bind_regex(binder, arguments[1], flags.ignore_case);
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      bool_type(), {&text, 1},
      [=](const KernelCall& k) {
        return test_rows<std::string_view>(
            k, [&](std::string_view value) { return regex->matches(value); });
      },
      {}, call.location);
}

// The first match, or its first group when there is one; null without a match.
Bound bind_substring_pattern(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Flags flags = flags_of(binder, arguments, 2);
  RegexPtr regex = bind_regex(binder, arguments[1], flags.ignore_case);
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      utf8_type(), {&text, 1},
      [=](const KernelCall& k) {
        size_t group = regex->group_count() > 0 ? 1 : 0;
        return map_text<std::string_view>(k, [&](std::string_view value, TextOut& out) {
          Regex::Match match;
          std::string_view bytes;
          if (!regex->find(value, 0, group, match, bytes) || bytes.data() == nullptr) return false;
          out.append(bytes);
          return true;
        });
      },
      {}, call.location);
}

// Calls each(bytes of the group) for one match after the other; behind an empty one it goes on a
// character later.
template <typename Each>
void for_each_match(const Regex& regex, std::string_view text, size_t group, Each each) {
  Regex::Match match{0, 0};
  std::string_view bytes;
  for (size_t from = 0; regex.find(text, from, group, match, bytes);) {
    each(bytes);
    const bool empty = match.end == match.begin;
    if (empty && match.end >= text.size()) return;
    from = empty ? match.end + utf8_offset(text.substr(match.end), 1) : match.end;
  }
}

void append_groups(const std::vector<std::string_view>& groups, BytesBuilder& elements) {
  if (groups.size() == 1) return elements.append(groups[0]);
  for (size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].data() == nullptr) {
      elements.append_null();
    } else {
      elements.append(groups[i]);
    }
  }
}

Bound bind_regexp_count(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Flags flags = flags_of(binder, arguments, 2);
  RegexPtr regex = bind_regex(binder, arguments[1], flags.ignore_case);
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      int64_type(), {&text, 1},
      [=](const KernelCall& k) {
        return map_rows<int64_t, std::string_view>(k, [&](std::string_view value) {
          int64_t count = 0;
          for_each_match(*regex, value, 0, [&](std::string_view) { ++count; });
          return count;
        });
      },
      {}, call.location);
}

// The groups of the first match, or the match itself where there are none; null without a match.
Bound bind_regexp_match(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Flags flags = flags_of(binder, arguments, 2);
  RegexPtr regex = bind_regex(binder, arguments[1], flags.ignore_case);
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      list_type(utf8_type()), {&text, 1},
      [=](const KernelCall& k) {
        std::vector<std::string_view> groups;
        ValidityBits validity(k.validity, k.rows);
        Reader<std::string_view> texts(k.arguments[0]);
        MutableBuffer offsets((k.rows + 1) * 4);
        offsets.as<int32_t>()[0] = 0;
        BytesBuilder elements;
        for (int64_t row = 0; row < k.rows; ++row) {
          if (k.is_valid(row) && !regex->find_groups(texts[row], 0, groups)) {
            validity.set_null(row);
          } else if (k.is_valid(row)) {
            append_groups(groups, elements);
          }
          offsets.as<int32_t>()[row + 1] = static_cast<int32_t>(elements.length());
        }
        return make_list_column(k.type(), std::move(offsets), elements.finish(utf8_type()),
                                validity.finish());
      },
      {}, call.location);
}

// All matches, or a group of them, by its number.
Bound bind_extract_all(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  RegexPtr regex = bind_regex(binder, arguments[1], false);
  size_t group = regex->group_count() > 0 ? 1 : 0;
  if (arguments.size() > 2) {
    ColumnPtr number =
        binder.coerce(arguments[2], int64_type(), "the number of a group").node->constant();
    const bool known =
        number != nullptr && number->null_count == 0 && *number->data<int64_t>() >= 0;
    if (!known || *number->data<int64_t>() > static_cast<int64_t>(regex->group_count())) {
      binder.fail(arguments[2].location, "the expression has no group of this number");
    }
    group = static_cast<size_t>(*number->data<int64_t>());
  }
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      list_type(utf8_type()), {&text, 1},
      [=](const KernelCall& k) {
        return map_text_lists<std::string_view>(
            k, [&](std::string_view value, BytesBuilder& elements) {
              for_each_match(*regex, value, group, [&](std::string_view bytes) {
                if (bytes.data() == nullptr) return elements.append_null();
                elements.append(bytes);
              });
            });
      },
      {}, call.location);
}

constexpr std::string_view kSignature = "(text, text) -> bool";

constexpr Function kPatternFunctions[] = {
    {.name = "like",
     .signature = "(text, text[, text]) -> bool",
     .summary = "% stands for any characters, _ for one; escape '\\' unless another is named",
     .example = "'abc' like 'a%' → true",
     .bind = bind_like,
     .is_operator = true},
    {.name = "ilike",
     .signature = "(text, text[, text]) -> bool",
     .summary = "like, letters matching in either case",
     .example = "'ABC' ilike '_b_' → true",
     .bind = bind_like,
     .is_operator = true},
    {.name = "~",
     .signature = kSignature,
     .summary = "a regular expression (RE2's) matches",
     .example = "'abc' ~ '^a.c$' → true",
     .bind = bind_match,
     .is_operator = true},
    {.name = "~*",
     .signature = kSignature,
     .summary = "the same in any case",
     .example = "'ABC' ~* 'b' → true",
     .bind = bind_match,
     .is_operator = true},
    {.name = "!~",
     .signature = kSignature,
     .summary = "a regular expression does not match",
     .example = "'abc' !~ '[0-9]' → true",
     .bind = bind_match,
     .is_operator = true},
    {.name = "!~*",
     .signature = kSignature,
     .summary = "the same in any case",
     .example = "'ABC' !~* 'b' → false",
     .bind = bind_match,
     .is_operator = true},
    {.name = "regexp_like",
     .signature = "(text, text[, text]) -> bool",
     .summary = "whether a regular expression matches; flag 'i' for any case",
     .example = "regexp_like('ABC', 'b', 'i') → true",
     .bind = bind_regexp_like},
    {.name = "regexp_replace",
     .signature = "(text, text, text[, text]) -> text",
     .summary = "the first match replaced, all with flag 'g'; \\1 to \\9 and \\& are groups "
                "and the match",
     .example = "regexp_replace('a1b22', '([0-9]+)', '<\\1>', 'g') → 'a<1>b<22>'",
     .bind = bind_regexp_replace},
    {.name = "regexp_substr",
     .signature = "(text, text[, text]) -> text",
     .summary = "the first match, or its first group",
     .example = "regexp_substr('id 42', '[0-9]+') → '42'",
     .bind = bind_substring_pattern},
    {.name = "substring",
     .signature = "(text, text) -> text",
     .summary = "substring(x from '[0-9]+'): as regexp_substr",
     .example = "substring('id 42' from '[0-9]+') → '42'",
     .bind = bind_substring_pattern},
    {.name = "regexp_count",
     .signature = "(text, text[, text]) -> int64",
     .summary = "how many matches there are",
     .example = "regexp_count('banana', 'an') → 2",
     .bind = bind_regexp_count},
    {.name = "regexp_match",
     .signature = "(text, text[, text]) -> any",
     .summary = "the groups of the first match as a list, or the match where there are no groups",
     .example = "regexp_match('k=v; x=y', '([a-z])=([a-z])') → [\"k\",\"v\"]",
     .nulls = "null for a null argument, and without a match",
     .bind = bind_regexp_match},
    {.name = "regexp_extract_all",
     .signature = "(text, text[, int64]) -> any",
     .summary = "all matches as a list; their first group, or that of a number (0 is the match)",
     .example = "regexp_extract_all('k=v; x=y', '([a-z])=([a-z])', 2) → [\"v\",\"y\"]",
     .bind = bind_extract_all},
};

}  // namespace

std::span<const Function> pattern_functions() {
  return kPatternFunctions;
}

}  // namespace penstock
