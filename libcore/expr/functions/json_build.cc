// JSON made of values: to_json, json_build_object, json_build_array.
#include <string>
#include <vector>

#include "libcore/base/utf8.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/joining.h"
#include "libcore/expr/functions/json_path.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// How an argument becomes JSON.
enum class JsonForm : uint8_t { kValue, kJson, kName };

// Appends values as JSON; one for each call of a kernel.
class JsonAppender {
 public:
  explicit JsonAppender(const KernelCall& call) : call_(call) {}

  void append(const Operand& operand, int64_t i, JsonForm form, std::string& out) {
    const int64_t row = operand.constant ? 0 : i;
    if (operand.column->is_null(row)) {
      if (form == JsonForm::kName) call_.fail("the name of a member is null");
      out += "null";
    } else if (form == JsonForm::kJson) {
      const std::string_view json = operand.column->bytes_at(row);
      std::string_view kind;
      if (reader_.type_of(json, kind) == JsonFind::kInvalid) {
        call_.fail("'" + printable(json) + "' " + reader_.problem());
      }
      out += json;
    } else {
      append_json(out, *operand.column, row);
    }
  }

 private:
  const KernelCall& call_;
  JsonReader reader_;
};

// Text is JSON where a function of JSON gives it, or a cast to json says so.
bool is_json(const Syntax& syntax) {
  if (syntax.kind == Syntax::Kind::kCast) return is_json_type(syntax.type);
  if (syntax.kind != Syntax::Kind::kCall) return false;
  for (const Function& function : functions()) {
    if (function.name == syntax.text) return function.gives_json;
  }
  return false;
}

Bound as_typed(Binder& binder, const Bound& value) {
  const bool untyped =
      value.literal == Bound::Literal::kNull || value.literal == Bound::Literal::kText;
  return untyped ? binder.coerce(value, utf8_type(), "the value") : value;
}

Bound bind_json(Binder& binder, const Syntax& call, std::vector<Bound> arguments,
                const std::vector<JsonForm>& forms, char open, char close) {
  return binder.call(
      utf8_type(), arguments,
      [=](const KernelCall& k) {
        MutableBuffer offsets((k.rows + 1) * 4);
        offsets.as<int32_t>()[0] = 0;
        TextOut out;
        std::string made;
        JsonAppender appender(k);
        for (int64_t i = 0; i < k.rows; ++i) {
          made.assign(open == '\0' ? 0 : 1, open);
          for (size_t at = 0; at < k.arguments.size(); ++at) {
            if (at > 0) made += forms[at - 1] == JsonForm::kName ? ':' : ',';
            appender.append(k.arguments[at], i, forms[at], made);
          }
          if (close != '\0') made += close;
          out.append(made);
          if (out.size() > kMaxTextBytes) k.fail("over 2 GiB of text in one batch");
          offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(out.size());
        }
        return make_bytes_column(utf8_type(), k.rows, offsets.freeze(), out.freeze(), {});
      },
      {.can_fail = true, .strict = false}, call.location);
}

Bound bind_build_object(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  if (arguments.size() % 2 != 0) {
    binder.fail(call.location, "json_build_object takes names and values by turns");
  }
  std::vector<JsonForm> forms;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool name = i % 2 == 0;
    arguments[i] = name ? bind_as_text(binder, arguments[i]) : as_typed(binder, arguments[i]);
    forms.push_back(name                     ? JsonForm::kName
                    : is_json(*call.args[i]) ? JsonForm::kJson
                                             : JsonForm::kValue);
  }
  return bind_json(binder, call, std::move(arguments), forms, '{', '}');
}

Bound bind_build_array(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  std::vector<JsonForm> forms;
  for (size_t i = 0; i < arguments.size(); ++i) {
    arguments[i] = as_typed(binder, arguments[i]);
    forms.push_back(is_json(*call.args[i]) ? JsonForm::kJson : JsonForm::kValue);
  }
  return bind_json(binder, call, std::move(arguments), forms, '[', ']');
}

// Strict: a null gives null, not JSON's.
Bound bind_to_json(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Bound value = as_typed(binder, arguments[0]);
  const JsonForm form = is_json(*call.args[0]) ? JsonForm::kJson : JsonForm::kValue;
  return binder.call(
      utf8_type(), {&value, 1},
      [form](const KernelCall& k) {
        JsonAppender appender(k);
        MutableBuffer offsets((k.rows + 1) * 4);
        offsets.as<int32_t>()[0] = 0;
        TextOut out;
        std::string made;
        for (int64_t i = 0; i < k.rows; ++i) {
          made.clear();
          if (k.is_valid(i)) appender.append(k.arguments[0], i, form, made);
          out.append(made);
          if (out.size() > kMaxTextBytes) k.fail("over 2 GiB of text in one batch");
          offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(out.size());
        }
        return make_bytes_column(utf8_type(), k.rows, offsets.freeze(), out.freeze(), k.validity);
      },
      {.can_fail = true}, call.location);
}

constexpr Function kJsonBuilders[] = {
    {.name = "to_json",
     .signature = "(any) -> text",
     .summary = "a value as JSON; lists and structs nest",
     .example = "to_json(array['a', null]) → '[\"a\",null]'",
     .bind = bind_to_json,
     .gives_json = true},
    {.name = "json_build_object",
     .signature = "(any, any…) -> text",
     .summary = "a JSON object of names and values by turns; what functions of JSON give nests, "
                "other text is a string, x::json says that a text is JSON",
     .example = "json_build_object('a', 1, 'b', json_build_array('x')) → '{\"a\":1,\"b\":[\"x\"]}'",
     .nulls = "a null value is JSON's; never null",
     .bind = bind_build_object,
     .gives_json = true},
    {.name = "json_build_array",
     .signature = "(any, any…) -> text",
     .summary = "a JSON array of values",
     .example = "json_build_array(1, 'a', null) → '[1,\"a\",null]'",
     .nulls = "a null is JSON's; never null",
     .bind = bind_build_array,
     .gives_json = true},
};

}  // namespace

std::span<const Function> json_build_functions() {
  return kJsonBuilders;
}

}  // namespace penstock
