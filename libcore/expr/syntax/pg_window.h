// Reads `over (…)` and `window w as (…)` from the tree of PostgreSQL's parser.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/expr/syntax/pg_element.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

using ReadSyntax = std::function<SyntaxPtr(simdjson::dom::element)>;

// Returns one key of an `order by`. Throws Error for `using`.
SortSyntax read_sort_key(simdjson::dom::element wrapped, const Source& source,
                         const ReadSyntax& read);

// Reads the windows of one list. As in PostgreSQL, `(w …)` has the partition and the order of the
// window w, to which it may add an order, where w has none, and a frame, and only where w has none.
// The source and the tree must outlive it.
class WindowReader {
 public:
  // `read` reads the expressions in windows.
  WindowReader(const Source& source, ReadSyntax read) : source_(source), read_(std::move(read)) {}

  // Reads `window a as (…), b as (a …)`; each may extend those before it. Throws Error for a name
  // that is there twice, and as read_over().
  void define(const std::vector<simdjson::dom::element>& definitions);
  // Returns the window of a call, `over w` or `over (…)`. Throws Error for a name that no window
  // has, and for a window that cannot be extended.
  std::shared_ptr<const WindowSyntax> read_over(simdjson::dom::element over);
  // Returns the windows that were defined.
  std::vector<NamedWindow> take_named();

 private:
  // What other windows can take over: the parts as they stand in the tree, from which each window
  // reads its own.
  struct Definition {
    NamedWindow named;
    std::vector<simdjson::dom::element> partition;
    std::vector<simdjson::dom::element> order;
    bool has_frame = false;
  };

  Definition read(simdjson::dom::element window);
  void extend(const Definition& base, simdjson::dom::element window, Definition& extended) const;
  const Definition& find(const std::string& name, int64_t location) const;

  const Source& source_;
  ReadSyntax read_;
  std::vector<Definition> defined_;
};

}  // namespace penstock
