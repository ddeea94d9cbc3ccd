// The items of a list that stand for several columns, and the names of those without one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "libcore/expr/bind.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// Returns the items, with one item for each column in the place of an item over columns('regex')
// or columns(*); it has the name of its column in of_column, and as its alias the item's, with \0
// for the matched part of the column's name and \1 … \9 for groups. Throws Error where no column
// matches, where an item has two different calls, and for an alias that would be that of several
// columns.
std::vector<ItemSyntax> expand_columns(Binder& binder, std::vector<ItemSyntax> items);

// Returns the columns of the binder's schema that are written in columns(…), those that it leaves
// out included. REQUIRES is_columns_call(call).
std::vector<size_t> columns_written(Binder& binder, const Syntax& call);

// A column that a star stands for.
struct StarColumn {
  size_t column = 0;
  const StarChanges::Column* name = nullptr;  // instead of the column's own; null for that
  const Syntax* value = nullptr;              // instead of the column's; null for that
};
// Returns the columns of a star, with its changes. The pointers are valid as long as the star.
// Throws Error for a name that is not that of a column, and for a column that is changed twice.
std::vector<StarColumn> star_columns(const Binder& binder, const Syntax& star);

// Returns the names of items: the alias, or else the default (default_name()). A call that would
// have the name of another item, or one of `taken`, gets its column's name behind its own, as in
// sum_price. They may still repeat. Of a star the name is empty.
std::vector<std::string> item_names(std::span<const ItemSyntax> items,
                                    std::span<const std::string> taken);

}  // namespace penstock
