// format(): values put into a text by places such as %s, as PostgreSQL has it.
#include <charconv>
#include <optional>
#include <string>

#include "libcore/base/ascii.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/joining.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

constexpr int64_t kMaxWidth = 1 << 20;  // of one value

// Whether the name stands for itself in SQL: it needs no quotes.
bool is_plain_name(const std::string& name) {
  if (name.empty() || is_digit(name[0])) return false;
  for (char c : name) {
    if (!is_name_byte(c) || (c >= 'A' && c <= 'Z')) return false;
  }
  try {
    return parse_expression(Source(name))->kind == Syntax::Kind::kColumn;
  } catch (const Error&) {
    return false;  // a reserved word
  }
}

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (char c : text) {
    if (c == quote) result += c;
    result += c;
  }
  return result + quote;
}

std::string as_literal(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return quoted(text, '\'');
  std::string escaped;
  for (char c : text) {
    if (c == '\\') escaped += c;
    escaped += c;
  }
  return "E" + quoted(escaped, '\'');
}

// One row's text being made.
class Formatter {
 public:
  Formatter(const KernelCall& call, std::span<const Reader<std::string_view>> readers, int64_t row)
      : call_(call), readers_(readers), row_(row) {}

  void run(std::string_view form, TextOut& out) {
    while (!form.empty()) {
      const size_t percent = std::min(form.find('%'), form.size());
      out.append(form.substr(0, percent));
      form.remove_prefix(percent);
      if (form.empty()) return;
      form.remove_prefix(1);
      if (form.starts_with('%')) {
        out.push('%');
        form.remove_prefix(1);
      } else {
        place(form, out);
      }
    }
  }

 private:
  using Value = std::optional<std::string_view>;  // empty for null

  // %[N$][-][WIDTH or *][s, I or L], the % behind us.
  void place(std::string_view& form, TextOut& out) {
    std::optional<int64_t> number = read_number(form);
    std::optional<int64_t> argument;
    if (number && form.starts_with('$')) {
      if (*number == 0) call_.fail("the arguments of format are counted from 1");
      argument = number;
      number.reset();
      form.remove_prefix(1);
    }
    bool left = false;
    while (!number && form.starts_with('-')) {
      left = true;
      form.remove_prefix(1);
    }
    if (!number) number = form.starts_with('*') ? read_star(form) : read_number(form);
    if (form.empty()) call_.fail("the text of format ends within a place");
    const char kind = form[0];
    form.remove_prefix(1);
    if (argument) next_ = *argument;
    const Value value = take_value();
    int64_t width = number.value_or(0);
    if (width < 0) {
      left = true;
      width = -width;
    }
    if (width > kMaxWidth) call_.fail("a place of format is at most 1,048,576 characters wide");
    append_padded(text_of(kind, value), width, left, out);
  }

  std::optional<int64_t> read_number(std::string_view& form) const {
    int64_t value = 0;
    auto [end, code] = std::from_chars(form.data(), form.data() + form.size(), value);
    if (code == std::errc::result_out_of_range) call_.fail("a number in format is out of range");
    if (code != std::errc() || form[0] == '-') return std::nullopt;
    form.remove_prefix(static_cast<size_t>(end - form.data()));
    return value;
  }

  // * or *N$: the width is an argument.
  int64_t read_star(std::string_view& form) {
    form.remove_prefix(1);
    if (std::optional<int64_t> number = read_number(form)) {
      if (!form.starts_with('$') || *number == 0) {
        call_.fail("a width from an argument is written *N$");
      }
      form.remove_prefix(1);
      next_ = *number;
    }
    const Value value = take_value();
    if (!value) return 0;
    int64_t width = 0;
    const char* end = value->data() + value->size();
    auto parsed = std::from_chars(value->data(), end, width);
    if (parsed.ec != std::errc() || parsed.ptr != end || width < -kMaxWidth) {
      call_.fail("'" + printable(*value) + "' is not a width");
    }
    return width;
  }

  Value take_value() {
    const int64_t i = next_++;
    if (i >= std::ssize(readers_)) call_.fail("format has too few arguments for its text");
    const Operand& operand = call_.arguments[static_cast<size_t>(i)];
    if (operand.column->is_null(operand.constant ? 0 : row_)) return std::nullopt;
    return readers_[static_cast<size_t>(i)][row_];
  }

  std::string_view text_of(char kind, const Value& value) {
    if (kind == 's') return value.value_or(std::string_view());
    if (kind == 'I') {
      if (!value) call_.fail("null cannot be a name (%I)");
      made_ = std::string(*value);
      if (!is_plain_name(made_)) made_ = quoted(*value, '"');
      return made_;
    }
    if (kind != 'L') call_.fail(std::string("format knows %s, %I, %L and %%, not %") + kind);
    made_ = value ? as_literal(*value) : "NULL";
    return made_;
  }

  void append_padded(std::string_view text, int64_t width, bool left, TextOut& out) const {
    const int64_t missing = width - static_cast<int64_t>(width > 0 ? utf8_length(text) : 0);
    auto fill = [&] {
      for (int64_t i = 0; i < missing; ++i)
        out.push(' ');
    };
    if (!left) fill();
    out.append(text);
    if (left) fill();
  }

  const KernelCall& call_;
  std::span<const Reader<std::string_view>> readers_;
  int64_t row_;
  int64_t next_ = 1;  // argument
  std::string made_;
};

ColumnPtr format_rows(const KernelCall& call) {
  std::vector<Reader<std::string_view>> readers(call.arguments.begin(), call.arguments.end());
  MutableBuffer offsets((call.rows + 1) * 4);
  offsets.as<int32_t>()[0] = 0;
  TextOut out;
  ValidityBits validity({}, call.rows);
  const Operand& form = call.arguments[0];
  for (int64_t i = 0; i < call.rows; ++i) {
    if (form.column->is_null(form.constant ? 0 : i)) {
      validity.set_null(i);
    } else {
      Formatter(call, readers, i).run(readers[0][i], out);
      if (out.size() > kMaxTextBytes) call.fail("over 2 GiB of text in one batch");
    }
    offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(out.size());
  }
  return make_bytes_column(utf8_type(), call.rows, offsets.freeze(), out.freeze(),
                           validity.finish());
}

Bound bind_format(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  for (Bound& argument : arguments)
    argument = bind_as_text(binder, argument);
  return binder.call(utf8_type(), arguments, format_rows, {.can_fail = true, .strict = false},
                     call.location);
}

constexpr Function kFormatFunctions[] = {
    {.name = "format",
     .signature = "(text, any…) -> text",
     .summary = "a text with %s for an argument as it prints, %L as a literal and %I as a name of "
                "SQL; %2$s is the second, %-8s is filled to 8 characters",
     .example = "format('%s is %5s', 'a', 1.5) → 'a is   1.5'",
     .nulls = "null if the first argument is; others are empty, or NULL as a literal",
     .bind = bind_format},
};

}  // namespace

std::span<const Function> format_functions() {
  return kFormatFunctions;
}

}  // namespace penstock
