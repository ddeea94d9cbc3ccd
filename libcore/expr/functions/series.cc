#include "libcore/expr/functions/series.h"

#include <algorithm>
#include <optional>

#include "libcore/base/utf8.h"
#include "libcore/expr/functions/json_path.h"
#include "libcore/expr/functions/regex.h"
#include "libcore/expr/functions/series_node.h"
#include "libcore/expr/list_result.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

using Text = std::string_view;

Bound bind_unnest(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  if (!is_list(arguments[0].type())) {
    binder.fail(call.location, "unnest takes a list, not " + type_name(arguments[0].type()));
  }
  return arguments[0];
}

// The arguments of string_to_array() in one row; null pointers for nulls.
struct Split {
  Text text;
  const Text* delimiter;
  const Text* null;
};

// An empty text has no pieces, one without delimiter is one piece, and a null delimiter gives the
// characters.
void split_text(const Split& split, BytesBuilder& pieces) {
  auto append = [&](Text piece) {
    if (split.null != nullptr && piece == *split.null) {
      pieces.append_null();
    } else {
      pieces.append(piece);
    }
  };
  const Text text = split.text;
  if (text.empty()) return;
  size_t at = 0;
  if (split.delimiter == nullptr) {
    for (size_t next = 0; at < text.size(); at = next) {
      next = at + utf8_offset(text.substr(at), 1);
      append(text.substr(at, next - at));
    }
    return;
  }
  const Text delimiter = *split.delimiter;
  if (delimiter.empty()) return append(text);
  if (delimiter.size() == 1 && split.null == nullptr) {
    return pieces.append_split(text, delimiter[0]);
  }
  for (size_t found; (found = text.find(delimiter, at)) != Text::npos;
       at = found + delimiter.size()) {
    append(text.substr(at, found - at));
  }
  append(text.substr(at));
}

// An argument's text by row.
class Texts {
 public:
  explicit Texts(const Operand& operand) : operand_(operand), texts_(operand) {}
  // Returns null, or a pointer that is valid until the next call.
  const Text* at(int64_t i) {
    if (operand_.column->is_null(operand_.constant ? 0 : i)) return nullptr;
    text_ = texts_[i];
    return &text_;
  }

 private:
  const Operand& operand_;
  Reader<Text> texts_;
  Text text_;
};

// string_to_table and string_to_array; not strict: a null is a delimiter too, and no text is it.
ColumnPtr split_rows(const KernelCall& call) {
  Texts texts(call.arguments[0]);
  Texts delimiters(call.arguments[1]);
  std::optional<Texts> nulls;
  if (call.arguments.size() > 2) nulls.emplace(call.arguments[2]);
  MutableBuffer offsets((call.rows + 1) * 4);
  offsets.as<int32_t>()[0] = 0;
  BytesBuilder pieces;
  for (int64_t i = 0; i < call.rows; ++i) {
    if (const Text* text = texts.at(i)) {
      split_text({*text, delimiters.at(i), nulls ? nulls->at(i) : nullptr}, pieces);
    }
    offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(pieces.length());
  }
  // A constant text is not null: the call was folded then.
  return make_list_column(
      call.type(), std::move(offsets), pieces.finish(utf8_type()),
      call.arguments[0].constant ? Buffer() : call.arguments[0].column->validity);
}

Bound bind_split(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  for (Bound& argument : arguments) {
    argument = binder.coerce(argument, utf8_type(), "an argument of " + call.text);
  }
  ColumnPtr text = arguments[0].node->constant();
  if (text != nullptr && text->null_count != 0) {
    Bound null;
    null.location = call.location;
    null.node = make_null_constant(list_type(utf8_type()));
    return null;
  }
  return binder.call(list_type(utf8_type()), arguments, split_rows, {.strict = false},
                     call.location);
}

// Follows PostgreSQL's rule: an empty match at the beginning or right after a match does not split.
void split_by_regex(const Regex& regex, Text text, BytesBuilder& pieces) {
  size_t piece = 0;
  size_t from = 0;
  Regex::Match match{0, 0};
  Text bytes;
  while (from < text.size() && regex.find(text, from, 0, match, bytes)) {
    if (match.end == match.begin) {
      if (match.begin >= text.size()) break;
      if (match.begin == piece) {
        from = match.end + utf8_offset(text.substr(match.end), 1);
        if (from >= text.size()) break;
        if (!regex.find(text, from, 0, match, bytes)) break;
        if (match.begin >= text.size() && match.end == match.begin) break;
      }
    }
    pieces.append(text.substr(piece, match.begin - piece));
    piece = match.end;
    from = match.end;
  }
  pieces.append(text.substr(piece));
}

Bound bind_regex_split(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool ignore_case = false;
  if (arguments.size() > 2) {
    if (arguments[2].text != "i") binder.fail(arguments[2].location, "the one flag here is 'i'");
    ignore_case = true;
  }
  RegexPtr regex = bind_regex(binder, arguments[1], ignore_case);
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      list_type(utf8_type()), {&text, 1},
      [regex](const KernelCall& k) {
        return map_text_lists<Text>(
            k, [&](Text value, BytesBuilder& pieces) { split_by_regex(*regex, value, pieces); });
      },
      {}, call.location);
}

Bound bind_json_elements(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool as_text = call.text.ends_with("_text");
  Bound json = binder.coerce(arguments[0], utf8_type(), "the JSON");
  return binder.call(
      list_type(utf8_type()), {&json, 1},
      [as_text](const KernelCall& k) {
        JsonReader reader;
        return map_text_lists<Text>(k, [&](Text value, BytesBuilder& elements) {
          JsonFind found = reader.for_elements(value, as_text, [&](Text bytes, bool is_null) {
            if (is_null) {
              elements.append_null();
            } else {
              elements.append(bytes);
            }
          });
          if (found == JsonFind::kMissing) k.fail("'" + printable(value) + "' is not a JSON array");
          if (found == JsonFind::kInvalid) k.fail("'" + printable(value) + "' " + reader.problem());
        });
      },
      {.can_fail = true}, call.location);
}

Bound bind_json_names(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Bound json = binder.coerce(arguments[0], utf8_type(), "the JSON");
  return binder.call(
      list_type(utf8_type()), {&json, 1},
      [](const KernelCall& k) {
        JsonReader reader;
        return map_text_lists<Text>(k, [&](Text value, BytesBuilder& names) {
          JsonFind found = reader.for_names(value, [&](Text name) { names.append(name); });
          if (found == JsonFind::kMissing)
            k.fail("'" + printable(value) + "' is not a JSON object");
          if (found == JsonFind::kInvalid) k.fail("'" + printable(value) + "' " + reader.problem());
        });
      },
      {.can_fail = true}, call.location);
}

constexpr Function kSeriesFunctions[] = {
    {.name = "unnest",
     .signature = "(any) -> any",
     .summary = "a row for each element of a list",
     .example = "unnest(array[1, 2]) → 1 2",
     .nulls = "no rows for null",
     .bind = bind_unnest},
    {.name = "string_to_table",
     .signature = "(text, text[, text]) -> any",
     .summary = "a row for each piece between delimiters; pieces equal to the third are null",
     .example = "string_to_table('a,b', ',') → 'a' 'b'",
     .nulls = "no rows for null; a null delimiter splits at each character",
     .bind = bind_split},
    {.name = "regexp_split_to_table",
     .signature = "(text, text[, text]) -> any",
     .summary = "a row for each piece between matches of a regular expression",
     .example = "regexp_split_to_table('a1b2c', '[0-9]') → 'a' 'b' 'c'",
     .nulls = "no rows for null",
     .bind = bind_regex_split},
    {.name = "json_array_elements",
     .signature = "(text) -> any",
     .summary = "a row for each element of a JSON array, as JSON",
     .example = "json_array_elements('[1, \"b\"]') → '1' '\"b\"'",
     .nulls = "no rows for null",
     .bind = bind_json_elements},
    {.name = "json_array_elements_text",
     .signature = "(text) -> any",
     .summary = "the same as text",
     .example = "json_array_elements_text('[1, \"b\"]') → '1' 'b'",
     .nulls = "no rows for null; a JSON null is null",
     .bind = bind_json_elements},
    {.name = "json_object_keys",
     .signature = "(text) -> any",
     .summary = "a row for each name of a JSON object's members",
     .example = "json_object_keys('{\"a\": 1, \"b\": 2}') → 'a' 'b'",
     .nulls = "no rows for null",
     .bind = bind_json_names},
    {.name = "generate_series",
     .signature = "(any, any[, any]) -> any",
     .summary = "a row for each number from a to b (step 1 or the third argument), or each time "
                "at steps of an interval",
     .example = "generate_series(1, 7, 3) → 1 4 7",
     .nulls = "no rows for null",
     .bind = bind_generate_series},
};

constexpr Function kSplits[] = {
    {.name = "string_to_array",
     .signature = "(text, text[, text]) -> any",
     .summary = "the pieces between delimiters as a list",
     .example = "string_to_array('a,b', ',') → [\"a\",\"b\"]",
     .nulls = "null if the text is; a null delimiter splits at each character",
     .bind = bind_split},
    {.name = "regexp_split_to_array",
     .signature = "(text, text[, text]) -> any",
     .summary = "the pieces between matches of a regular expression as a list",
     .example = "regexp_split_to_array('a1b22c', '[0-9]+') → [\"a\",\"b\",\"c\"]",
     .bind = bind_regex_split},
};

}  // namespace

std::span<const Function> series_functions() {
  return kSeriesFunctions;
}

std::span<const Function> split_functions() {
  return kSplits;
}

bool is_series_function(std::string_view name) {
  std::span<const Function> all = series_functions();
  return std::any_of(all.begin(), all.end(),
                     [&](const Function& function) { return function.name == name; });
}

}  // namespace penstock
