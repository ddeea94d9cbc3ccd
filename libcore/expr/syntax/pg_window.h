// Reads `over (…)` from the tree of PostgreSQL's parser.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "libcore/expr/syntax/pg_element.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

using ReadSyntax = std::function<SyntaxPtr(simdjson::dom::element)>;

// Returns one key of an `order by`. Throws Error for `using`.
SortSyntax read_sort_key(simdjson::dom::element wrapped, const Source& source,
                         const ReadSyntax& read);

// Returns the window of a call at `location`; `read` reads the expressions in it. Throws Error for
// a window that is named and not written out.
std::shared_ptr<const WindowSyntax> read_window(simdjson::dom::element over, int64_t location,
                                                const Source& source, const ReadSyntax& read);

}  // namespace penstock
