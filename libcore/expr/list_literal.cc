#include <optional>
#include <string>
#include <vector>

#include "libcore/base/utf8.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/list_result.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Reads the elements of a list literal, '{1, "a b", null}'; empty for nulls. Returns false when the
// text is not a list, or is a list of lists.
bool read_list(std::string_view text, std::vector<std::optional<std::string>>& elements) {
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  size_t at = 0;
  auto skip_space = [&] {
    while (at < text.size() && is_space(text[at]))
      ++at;
  };
  auto accept = [&](char c) {
    skip_space();
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  };
  if (!accept('{')) return false;
  if (accept('}')) return skip_space(), at == text.size();
  do {
    std::string element;
    bool quoted = accept('"');
    size_t end = 0;  // past the last byte that is not a space
    for (; at < text.size(); ++at) {
      char c = text[at];
      if (quoted ? c == '"' : c == ',' || c == '}') break;
      if (!quoted && (c == '{' || c == '"')) return false;
      bool escaped = c == '\\';
      if (escaped && ++at == text.size()) return false;
      element += text[at];
      if (quoted || escaped || !is_space(c)) end = element.size();
    }
    element.resize(end);
    if (quoted && !accept('"')) return false;
    if (!quoted && element.empty()) return false;
    bool null = !quoted && element.size() == 4 && equal_but_for_case(element, "null");
    elements.push_back(null ? std::nullopt : std::optional(std::move(element)));
  } while (accept(','));
  return accept('}') && (skip_space(), at == text.size());
}

}  // namespace

Bound bind_list_literal(const Binder& binder, const Bound& literal, const TypePtr& element) {
  std::vector<std::optional<std::string>> elements;
  if (!read_list(literal.text, elements)) {
    binder.fail(literal.location, "'" + printable(literal.text) +
                                      "' is not a list; write it as '{1,2}' or '{a,\"b c\"}'");
  }
  // Beside a decimal, the elements are decimals with their own digits.
  TypePtr type = element;
  if (element->id == TypeId::kDecimal128) {
    for (const std::optional<std::string>& text : elements) {
      TypePtr exact = text ? decimal_of_digits(*text) : nullptr;
      if (exact != nullptr) type = common_decimal(*type, *exact);
    }
  }
  std::vector<Bound> values;
  for (const std::optional<std::string>& text : elements) {
    Bound value;
    value.location = literal.location;
    value.literal = text ? Bound::Literal::kText : Bound::Literal::kNull;
    if (text) value.text = *text;
    value.node = text ? make_text_constant(*text) : make_null_constant(null_type());
    values.push_back(binder.coerce(value, type, "an element of the list"));
  }
  if (!values.empty()) return bind_array(binder, std::move(values), literal.location);
  MutableBuffer offsets;
  offsets.push(int32_t{0});
  offsets.push(int32_t{0});
  ColumnPtr none =
      make_list_column(list_type(element), std::move(offsets), make_null_column(element, 0), {});
  Bound result;
  result.location = literal.location;
  result.node = std::make_shared<ConstantNode>(std::move(none));
  return result;
}

}  // namespace penstock
