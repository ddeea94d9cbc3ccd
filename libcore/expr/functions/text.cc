// Functions on text, by characters (code points) as PostgreSQL counts them.
#include <algorithm>

#include "libcore/base/utf8.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/rows.h"

namespace penstock {
namespace {

using Text = std::string_view;

int64_t length_of(Text text) {
  return static_cast<int64_t>(utf8_length(text));
}

// The byte offset of character n; the end for those beyond, the beginning for negative ones.
size_t offset_of(Text text, int64_t n) {
  if (n <= 0) return 0;
  // A text has at most as many characters as bytes: this answers without counting any.
  if (n >= static_cast<int64_t>(text.size())) return text.size();
  return utf8_offset(text, static_cast<size_t>(n));
}

void check_size(const KernelCall& call, int64_t bytes) {
  if (bytes > kMaxTextBytes) call.fail("over 2 GiB of text in one value");
}

// Where all texts of a column are ASCII, as most are, the offsets say their lengths.
ColumnPtr char_length(const KernelCall& call) {
  const Operand& texts = call.arguments[0];
  const auto* offsets = texts.column->offsets.as<int32_t>();
  if (!texts.constant && call.rows > 0 &&
      is_ascii({reinterpret_cast<const char*>(texts.column->values.data()) + offsets[0],
                static_cast<size_t>(offsets[call.rows] - offsets[0])})) {
    MutableBuffer lengths(call.rows * static_cast<int64_t>(sizeof(int64_t)));
    auto* out = lengths.as<int64_t>();
    for (int64_t i = 0; i < call.rows; ++i)
      out[i] = offsets[i + 1] - offsets[i];
    return fixed_result(call, std::move(lengths));
  }
  return map_rows<int64_t, Text>(call, length_of);
}

ColumnPtr octet_length(const KernelCall& call) {
  return map_rows<int64_t, Text>(call, [](Text text) { return static_cast<int64_t>(text.size()); });
}

template <auto kAppend>
ColumnPtr map_case(const KernelCall& call) {
  // One buffer for all rows: letter case may change a text's length, so the result cannot be sized
  // before.
  std::string mapped;
  return map_text<Text>(call, [&](Text text, TextOut& out) {
    mapped.clear();
    kAppend(mapped, text);
    out.append(mapped);
  });
}

// Returns whether the character of `text` at [begin, end) is one of `set`. Searching bytes finds
// whole characters only: in UTF-8 the first byte of one never occurs within another.
bool is_one_of(Text text, size_t begin, size_t end, Text set) {
  return set.find(text.substr(begin, end - begin)) != Text::npos;
}

Text trim_left(Text text, Text set) {
  size_t at = 0;
  while (at < text.size()) {
    size_t next = at + offset_of(text.substr(at), 1);
    if (!is_one_of(text, at, next, set)) break;
    at = next;
  }
  return text.substr(at);
}

Text trim_right(Text text, Text set) {
  size_t end = text.size();
  while (end > 0) {
    size_t begin = end - 1;
    // Backwards over continuation bytes (10xxxxxx) to the character's first.
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80)
      --begin;
    if (!is_one_of(text, begin, end, set)) break;
    end = begin;
  }
  return text.substr(0, end);
}

template <bool kLeft, bool kRight>
ColumnPtr trim(const KernelCall& call) {
  auto trimmed = [](Text text, Text set) {
    if (kLeft) text = trim_left(text, set);
    return kRight ? trim_right(text, set) : text;
  };
  if (call.arguments.size() == 1) {
    return map_text<Text>(call, [&](Text text, TextOut& out) { out.append(trimmed(text, " ")); });
  }
  return map_text<Text, Text>(
      call, [&](Text text, Text set, TextOut& out) { out.append(trimmed(text, set)); });
}

ColumnPtr replace(const KernelCall& call) {
  return map_text<Text, Text, Text>(call, [&](Text text, Text from, Text to, TextOut& out) {
    size_t at = 0;
    // An empty `from` would be found everywhere and never end.
    for (size_t found; !from.empty() && (found = text.find(from, at)) != Text::npos;) {
      out.append(text.substr(at, found - at));
      out.append(to);
      check_size(call, out.size());
      at = found + from.size();
    }
    out.append(text.substr(at));
  });
}

// Replaces each character of `from` by the one at its place in `to`; drops those without one.
ColumnPtr translate(const KernelCall& call) {
  return map_text<Text, Text, Text>(call, [](Text text, Text from, Text to, TextOut& out) {
    for (size_t at = 0; at < text.size();) {
      size_t next = at + offset_of(text.substr(at), 1);
      Text character = text.substr(at, next - at);
      at = next;
      size_t found = from.find(character);
      if (found == Text::npos) {
        out.append(character);
        continue;
      }
      size_t place = offset_of(to, length_of(from.substr(0, found)));
      out.append(to.substr(place, offset_of(to.substr(place), 1)));
    }
  });
}

// Piece n (from 1, or from the end for negative n); empty when there are fewer.
Text piece_of(Text text, Text delimiter, int64_t n) {
  // PostgreSQL's rule: without a delimiter the whole text is the one piece.
  if (delimiter.empty()) return n == 1 || n == -1 ? text : Text();
  // Two passes forward in place of one from the end: of overlapping delimiters ("aaa" in "aaaa")
  // both ways must find the same ones.
  if (n < 0) {
    int64_t pieces = 1;
    for (size_t at = 0; (at = text.find(delimiter, at)) != Text::npos; at += delimiter.size()) {
      ++pieces;
    }
    n += pieces + 1;
    if (n < 1) return {};
  }
  size_t at = 0;
  for (; n > 1; --n) {
    size_t found = text.find(delimiter, at);
    if (found == Text::npos) return {};
    at = found + delimiter.size();
  }
  return text.substr(at, std::min(text.find(delimiter, at), text.size()) - at);
}

ColumnPtr split_part(const KernelCall& call) {
  return map_text<Text, Text, int64_t>(
      call, [&](Text text, Text delimiter, int64_t n, TextOut& out) {
        if (n == 0) call.fail("pieces are counted from 1, or from the end from -1");
        out.append(piece_of(text, delimiter, n));
      });
}

// The first n characters; all but the last -n for negative n.
ColumnPtr left(const KernelCall& call) {
  return map_text<Text, int64_t>(call, [](Text text, int64_t n, TextOut& out) {
    // Bounded before it is added: n may be the least int64. No text has more characters than
    // kMaxTextBytes.
    if (n < 0) n = std::max<int64_t>(length_of(text) + std::max(n, -kMaxTextBytes), 0);
    out.append(text.substr(0, offset_of(text, n)));
  });
}

ColumnPtr right(const KernelCall& call) {
  return map_text<Text, int64_t>(call, [](Text text, int64_t n, TextOut& out) {
    int64_t skipped =
        n < 0 ? -std::max(n, -kMaxTextBytes) : length_of(text) - std::min(n, kMaxTextBytes);
    out.append(text.substr(offset_of(text, skipped)));
  });
}

void append_padding(Text fill, int64_t characters, TextOut& out) {
  int64_t width = length_of(fill);
  for (; characters >= width; characters -= width)
    out.append(fill);
  out.append(fill.substr(0, offset_of(fill, characters)));
}

template <bool kLeft>
ColumnPtr pad(const KernelCall& call) {
  auto padded = [&](Text text, int64_t wanted, Text fill, TextOut& out) {
    int64_t length = length_of(text);
    // Also when `wanted` is negative: nothing of the text is left then.
    if (wanted <= length) return out.append(text.substr(0, offset_of(text, wanted)));
    if (fill.empty()) return out.append(text);
    check_size(call, wanted);
    int64_t missing = wanted - length;
    // The product cannot overflow: `missing` is at most kMaxTextBytes by the line before, and a
    // character has at most 4 bytes.
    check_size(call, missing / length_of(fill) * static_cast<int64_t>(fill.size()));
    if (kLeft) append_padding(fill, missing, out);
    out.append(text);
    if (!kLeft) append_padding(fill, missing, out);
  };
  if (call.arguments.size() == 2) {
    return map_text<Text, int64_t>(
        call, [&](Text text, int64_t wanted, TextOut& out) { padded(text, wanted, " ", out); });
  }
  return map_text<Text, int64_t, Text>(call, padded);
}

// From 1; 0 when it is not there.
ColumnPtr position(const KernelCall& call) {
  return map_rows<int64_t, Text, Text>(call, [](Text text, Text wanted) {
    size_t at = text.find(wanted);
    return at == Text::npos ? int64_t{0} : length_of(text.substr(0, at)) + 1;
  });
}

ColumnPtr starts_with(const KernelCall& call) {
  return test_rows<Text, Text>(call, [](Text text, Text begin) { return text.starts_with(begin); });
}

ColumnPtr ends_with(const KernelCall& call) {
  return test_rows<Text, Text>(call, [](Text text, Text end) { return text.ends_with(end); });
}

// Characters [begin, begin + count), counted from 1; what lies before 1 uses up the count.
ColumnPtr substring(const KernelCall& call) {
  if (call.arguments.size() == 2) {
    return map_text<Text, int64_t>(call, [](Text text, int64_t begin, TextOut& out) {
      out.append(text.substr(offset_of(text, std::max<int64_t>(begin, 1) - 1)));
    });
  }
  return map_text<Text, int64_t, int64_t>(
      call, [&](Text text, int64_t begin, int64_t count, TextOut& out) {
        if (count < 0) call.fail("the length of a substring must not be negative");
        int64_t end = 0;
        if (__builtin_add_overflow(begin, count, &end)) end = INT64_MAX;
        begin = std::max<int64_t>(begin, 1);
        if (end <= begin) return;
        size_t from = offset_of(text, begin - 1);
        out.append(text.substr(from, offset_of(text.substr(from), end - begin)));
      });
}

ColumnPtr overlay(const KernelCall& call) {
  auto put = [&](Text text, Text with, int64_t begin, int64_t count, TextOut& out) {
    if (begin < 1 || count < 0)
      call.fail("overlay must begin at 1 or later, and its length must not be negative");
    size_t from = offset_of(text, begin - 1);
    out.append(text.substr(0, from));
    out.append(with);
    out.append(text.substr(from + offset_of(text.substr(from), count)));
  };
  if (call.arguments.size() == 4) return map_text<Text, Text, int64_t, int64_t>(call, put);
  return map_text<Text, Text, int64_t>(call,
                                       [&](Text text, Text with, int64_t begin, TextOut& out) {
                                         put(text, with, begin, length_of(with), out);
                                       });
}

ColumnPtr reverse(const KernelCall& call) {
  return map_text<Text>(call, [](Text text, TextOut& out) {
    // Reversed text has the same bytes, so that it is written from its end without a copy.
    char* to = out.extend(text.size()) + text.size();
    for (size_t at = 0; at < text.size();) {
      size_t next = at + offset_of(text.substr(at), 1);
      to -= next - at;
      std::copy(text.begin() + static_cast<std::ptrdiff_t>(at),
                text.begin() + static_cast<std::ptrdiff_t>(next), to);
      at = next;
    }
  });
}

ColumnPtr repeat(const KernelCall& call) {
  return map_text<Text, int64_t>(call, [&](Text text, int64_t count, TextOut& out) {
    int64_t bytes = 0;
    count = std::max<int64_t>(count, 0);
    // Refused before a byte is written: repeat('x', 1e15) must not fill the memory first.
    if (__builtin_mul_overflow(static_cast<int64_t>(text.size()), count, &bytes)) bytes = INT64_MAX;
    check_size(call, bytes);
    if (bytes == 0) return;
    for (int64_t i = 0; i < count; ++i)
      out.append(text);
  });
}

ColumnPtr chr(const KernelCall& call) {
  return map_text<int64_t>(call, [&](int64_t code, TextOut& out) {
    bool surrogate = code >= 0xD800 && code < 0xE000;
    if (code < 1 || code > 0x10FFFF || surrogate) {
      call.fail(std::to_string(code) + " is not a character");
    }
    std::string character;
    append_utf8(character, static_cast<uint32_t>(code));
    out.append(character);
  });
}

ColumnPtr ascii(const KernelCall& call) {
  return map_rows<int64_t, Text>(call, [](Text text) {
    size_t at = 0;
    return text.empty() ? int64_t{0} : int64_t{next_code_point(text, at)};
  });
}

constexpr Function kTextFunctions[] = {
    {.name = "length",
     .signature = "(text) -> int64",
     .summary = "characters",
     .example = "length('žluť') → 4",
     .kernel = char_length},
    {.name = "char_length",
     .signature = "(text) -> int64",
     .summary = "characters",
     .example = "char_length('žluť') → 4",
     .kernel = char_length},
    {.name = "character_length",
     .signature = "(text) -> int64",
     .summary = "characters",
     .example = "character_length('žluť') → 4",
     .kernel = char_length},
    {.name = "octet_length",
     .signature = "(text) -> int64",
     .summary = "bytes",
     .example = "octet_length('žluť') → 6",
     .kernel = octet_length},
    {.name = "octet_length",
     .signature = "(binary) -> int64",
     .summary = "bytes",
     .example = "octet_length('žluť'::binary) → 6",
     .kernel = octet_length},
    {.name = "upper",
     .signature = "(text) -> text",
     .summary = "in upper case",
     .example = "upper('žluť') → 'ŽLUŤ'",
     .kernel = map_case<append_upper>},
    {.name = "lower",
     .signature = "(text) -> text",
     .summary = "in lower case",
     .example = "lower('Abc') → 'abc'",
     .kernel = map_case<append_lower>},
    {.name = "initcap",
     .signature = "(text) -> text",
     .summary = "the first letter of each word in upper case, the rest in lower",
     .example = "initcap('new YORK') → 'New York'",
     .kernel = map_case<append_initcap>},
    {.name = "btrim",
     .signature = "(text[, text]) -> text",
     .summary = "without spaces (or the characters given) at both ends; also trim(…)",
     .example = "btrim('  a b ') → 'a b'",
     .kernel = trim<true, true>},
    {.name = "ltrim",
     .signature = "(text[, text]) -> text",
     .summary = "the same on the left",
     .example = "ltrim('007', '0') → '7'",
     .kernel = trim<true, false>},
    {.name = "rtrim",
     .signature = "(text[, text]) -> text",
     .summary = "the same on the right",
     .example = "rtrim('a...', '.') → 'a'",
     .kernel = trim<false, true>},
    {.name = "replace",
     .signature = "(text, text, text) -> text",
     .summary = "every occurrence of the second replaced by the third",
     .example = "replace('a-b-c', '-', '+') → 'a+b+c'",
     .kernel = replace,
     .traits = {.can_fail = true}},
    {.name = "translate",
     .signature = "(text, text, text) -> text",
     .summary = "characters of the second as those at their place in the third",
     .example = "translate('a.b,c', '.,', '-') → 'a-bc'",
     .kernel = translate},
    {.name = "split_part",
     .signature = "(text, text, int64) -> text",
     .summary = "piece n between delimiters, from 1, or from the end from -1",
     .example = "split_part('a,b,c', ',', -1) → 'c'",
     .kernel = split_part,
     .traits = {.can_fail = true}},
    {.name = "left",
     .signature = "(text, int64) -> text",
     .summary = "the first n characters; all but the last -n",
     .example = "left('abcde', 2) → 'ab'",
     .kernel = left},
    {.name = "right",
     .signature = "(text, int64) -> text",
     .summary = "the last n characters; all but the first -n",
     .example = "right('abcde', 2) → 'de'",
     .kernel = right},
    {.name = "lpad",
     .signature = "(text, int64[, text]) -> text",
     .summary = "filled on the left to n characters, cut when longer",
     .example = "lpad('7', 3, '0') → '007'",
     .kernel = pad<true>,
     .traits = {.can_fail = true}},
    {.name = "rpad",
     .signature = "(text, int64[, text]) -> text",
     .summary = "filled on the right to n characters, cut when longer",
     .example = "rpad('ab', 4, '.') → 'ab..'",
     .kernel = pad<false>,
     .traits = {.can_fail = true}},
    {.name = "strpos",
     .signature = "(text, text) -> int64",
     .summary = "where the second begins, from 1; 0 if nowhere",
     .example = "strpos('abc', 'c') → 3",
     .kernel = position},
    {.name = "position",
     .signature = "(text, text) -> int64",
     .summary = "position(a in b): where a begins in b, from 1; 0 if nowhere",
     .example = "position('c' in 'abc') → 3",
     .kernel = position},
    {.name = "starts_with",
     .signature = "(text, text) -> bool",
     .summary = "whether it begins with the second",
     .example = "starts_with('abc', 'ab') → true",
     .kernel = starts_with},
    {.name = "ends_with",
     .signature = "(text, text) -> bool",
     .summary = "whether it ends in the second",
     .example = "ends_with('abc', 'bc') → true",
     .kernel = ends_with},
    {.name = "substr",
     .signature = "(text, int64[, int64]) -> text",
     .summary = "from character n on, or so many of them",
     .example = "substr('abcdef', 3, 2) → 'cd'",
     .kernel = substring,
     .traits = {.can_fail = true}},
    {.name = "overlay",
     .signature = "(text, text, int64[, int64]) -> text",
     .summary = "overlay(a placing b from n [for m]): b in place of m characters of a",
     .example = "overlay('abcdef' placing 'XY' from 2 for 3) → 'aXYef'",
     .kernel = overlay,
     .traits = {.can_fail = true}},
    {.name = "reverse",
     .signature = "(text) -> text",
     .summary = "characters in reverse",
     .example = "reverse('abc') → 'cba'",
     .kernel = reverse},
    {.name = "repeat",
     .signature = "(text, int64) -> text",
     .summary = "n times over",
     .example = "repeat('ab', 3) → 'ababab'",
     .kernel = repeat,
     .traits = {.can_fail = true}},
    {.name = "chr",
     .signature = "(int64) -> text",
     .summary = "the character of a code point",
     .example = "chr(382) → 'ž'",
     .kernel = chr,
     .traits = {.can_fail = true}},
    {.name = "ascii",
     .signature = "(text) -> int64",
     .summary = "the first character's code point, 0 for none",
     .example = "ascii('A') → 65",
     .kernel = ascii},
    {.name = "substring",
     .signature = "(text, int64[, int64]) -> text",
     .summary = "as substr; also substring(x from n for m)",
     .example = "substring('abcdef' from 3 for 2) → 'cd'",
     .kernel = substring,
     .traits = {.can_fail = true}},
};

}  // namespace

std::span<const Function> text_functions() {
  return kTextFunctions;
}

}  // namespace penstock
