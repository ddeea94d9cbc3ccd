#include "libcore/stage/column_use.h"

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"

namespace penstock {

std::vector<std::string> names_of(const std::vector<SortKey>& keys) {
  std::vector<std::string> names;
  for (const SortKey& key : keys)
    names.push_back(key.name);
  return names;
}

ColumnUse use_of(const std::vector<std::string>& names) {
  return {{{names.begin(), names.end()}}};
}

std::optional<ColumnUse> columns_in(const ExpressionText& list, const Schema& input) {
  try {
    return use_of(referenced_columns(list, input));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace penstock
