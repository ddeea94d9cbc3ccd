// Values inside of JSON texts: ->, ->>, #>, #>> and functions.
#include <charconv>

#include "libcore/base/utf8.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/json_path.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

[[noreturn]] void fail_json(const KernelCall& call, std::string_view json,
                            const JsonReader& reader) {
  call.fail("'" + printable(json) + "' " + reader.problem());
}

// Appends the value that a path leads to; returns false for null.
bool append_found(const KernelCall& call, JsonReader& reader, std::string_view json,
                  std::span<const JsonStep> path, bool as_text, std::string& scratch,
                  TextOut& out) {
  scratch.clear();
  JsonFind found = reader.find(json, path, as_text, scratch);
  if (found == JsonFind::kInvalid) fail_json(call, json, reader);
  out.append(scratch);
  return found == JsonFind::kFound;
}

template <bool kAsText>
ColumnPtr json_member(const KernelCall& call) {
  JsonReader reader;
  std::string scratch;
  return map_text<std::string_view, std::string_view>(
      call, [&](std::string_view json, std::string_view name, TextOut& out) {
        JsonStep step{name, 0, true, false};
        return append_found(call, reader, json, {&step, 1}, kAsText, scratch, out);
      });
}

template <bool kAsText>
ColumnPtr json_element(const KernelCall& call) {
  JsonReader reader;
  std::string scratch;
  return map_text<std::string_view, int64_t>(
      call, [&](std::string_view json, int64_t index, TextOut& out) {
        JsonStep step{{}, index, false, true};
        return append_found(call, reader, json, {&step, 1}, kAsText, scratch, out);
      });
}

// Splits '{items, 0, "a name"}'.
std::vector<std::string> split_path(std::string_view braces) {
  std::vector<std::string> steps;
  std::string_view inside = braces.substr(1, braces.size() - 2);
  while (!inside.empty()) {
    size_t comma = std::min(inside.find(','), inside.size());
    std::string_view step = inside.substr(0, comma);
    while (!step.empty() && step.front() == ' ')
      step.remove_prefix(1);
    while (!step.empty() && step.back() == ' ')
      step.remove_suffix(1);
    if (step.size() >= 2 && step.front() == '"' && step.back() == '"') {
      step = step.substr(1, step.size() - 2);
    }
    steps.emplace_back(step);
    inside.remove_prefix(std::min(comma + 1, inside.size()));
  }
  return steps;
}

// Follows a constant path from value to value: a step that is a number fits an array or an object.
ColumnPtr follow(const KernelCall& call, const std::vector<std::string>& steps, bool as_text) {
  JsonReader reader;
  std::string scratch;
  std::vector<JsonStep> path;
  for (const std::string& step : steps) {
    JsonStep next{step, 0, true, false};
    const char* end = step.data() + step.size();
    auto [stop, code] = std::from_chars(step.data(), end, next.index);
    next.is_index = code == std::errc() && stop == end;
    path.push_back(next);
  }
  return map_text<std::string_view>(call, [&](std::string_view json, TextOut& out) {
    scratch.clear();
    JsonFind found = reader.find(json, path, as_text, scratch);
    if (found == JsonFind::kInvalid) fail_json(call, json, reader);
    out.append(scratch);
    return found == JsonFind::kFound;
  });
}

Bound bind_path(Binder& binder, const Syntax& call, const Bound& json,
                std::vector<std::string> steps, bool as_text) {
  Bound value = binder.coerce(json, utf8_type(), "the JSON");
  return binder.call(
      utf8_type(), {&value, 1},
      [steps = std::move(steps), as_text](const KernelCall& k) {
        return follow(k, steps, as_text);
      },
      {.can_fail = true}, call.location);
}

Bound bind_braces(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  const std::string& path = arguments[1].text;
  bool braces = path.size() >= 2 && path.front() == '{' && path.back() == '}';
  if (arguments[1].literal != Bound::Literal::kText || !braces) {
    binder.fail(arguments[1].location, "a path must be a constant, as '{items,0,name}'");
  }
  return bind_path(binder, call, arguments[0], split_path(path), call.text == "#>>");
}

Bound bind_extract_path(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  std::vector<std::string> steps;
  for (size_t k = 1; k < arguments.size(); ++k) {
    ColumnPtr step = binder.coerce(arguments[k], utf8_type(), "a step").node->constant();
    if (step == nullptr || step->null_count != 0) {
      binder.fail(arguments[k].location, "the steps of a path must be constants");
    }
    steps.emplace_back(step->bytes_at(0));
  }
  return bind_path(binder, call, arguments[0], std::move(steps), call.text.ends_with("_text"));
}

ColumnPtr array_length(const KernelCall& call) {
  JsonReader reader;
  return map_rows<int64_t, std::string_view>(call, [&](std::string_view json) {
    int64_t count = 0;
    JsonFind found = reader.count_elements(json, count);
    if (found == JsonFind::kInvalid) fail_json(call, json, reader);
    if (found != JsonFind::kFound) call.fail("'" + printable(json) + "' is not a JSON array");
    return count;
  });
}

ColumnPtr type_of(const KernelCall& call) {
  JsonReader reader;
  return map_text<std::string_view>(call, [&](std::string_view json, TextOut& out) {
    std::string_view name;
    if (reader.type_of(json, name) != JsonFind::kFound) fail_json(call, json, reader);
    out.append(name);
  });
}

constexpr CallTraits kFails = {.can_fail = true};

constexpr Function kJsonFunctions[] = {
    {.name = "->",
     .signature = "(text, int64) -> text",
     .summary = "element n of a JSON array, from 0, or from the end from -1, as JSON",
     .example = "'[1, [2]]' -> 1 → '[2]'",
     .kernel = json_element<false>,
     .traits = kFails,
     .is_operator = true,
     .gives_json = true},
    {.name = "->",
     .signature = "(text, text) -> text",
     .summary = "a member of a JSON object, as JSON",
     .example = "'{\"a\": \"b\"}' -> 'a' → '\"b\"'",
     .kernel = json_member<false>,
     .traits = kFails,
     .is_operator = true,
     .gives_json = true},
    {.name = "->>",
     .signature = "(text, int64) -> text",
     .summary = "the same as text: strings without quotes, null as null",
     .example = "'[1, \"b\"]' ->> -1 → 'b'",
     .kernel = json_element<true>,
     .traits = kFails,
     .is_operator = true},
    {.name = "->>",
     .signature = "(text, text) -> text",
     .summary = "the same as text: strings without quotes, null as null",
     .example = "'{\"a\": \"b\"}' ->> 'a' → 'b'",
     .kernel = json_member<true>,
     .traits = kFails,
     .is_operator = true},
    {.name = "#>",
     .signature = "(text, text) -> text",
     .summary = "what a path '{items,0,name}' leads to, as JSON",
     .example = "'{\"a\": [1, [2]]}' #> '{a,1}' → '[2]'",
     .bind = bind_braces,
     .is_operator = true,
     .gives_json = true},
    {.name = "#>>",
     .signature = "(text, text) -> text",
     .summary = "the same as text",
     .example = "'{\"a\": [1, \"b\"]}' #>> '{a,1}' → 'b'",
     .bind = bind_braces,
     .is_operator = true},
    {.name = "json_extract_path",
     .signature = "(text, text, text…) -> text",
     .summary = "what a path of steps leads to, as JSON",
     .example = "json_extract_path('{\"a\": [1, \"b\"]}', 'a', '1') → '\"b\"'",
     .bind = bind_extract_path,
     .gives_json = true},
    {.name = "json_extract_path_text",
     .signature = "(text, text, text…) -> text",
     .summary = "the same as text",
     .example = "json_extract_path_text('{\"a\": [1, \"b\"]}', 'a', '1') → 'b'",
     .bind = bind_extract_path},
    {.name = "json_array_length",
     .signature = "(text) -> int64",
     .summary = "elements of a JSON array",
     .example = "json_array_length('[1, [2, 3]]') → 2",
     .kernel = array_length,
     .traits = kFails},
    {.name = "json_typeof",
     .signature = "(text) -> text",
     .summary = "object, array, string, number, boolean or null",
     .example = "json_typeof('{}') → 'object'",
     .kernel = type_of,
     .traits = kFails},
};

}  // namespace

std::span<const Function> json_functions() {
  return kJsonFunctions;
}

}  // namespace penstock
