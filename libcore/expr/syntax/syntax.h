// The syntax tree of an expression: what the user wrote, before it is bound to a schema.
//
// Operators and PostgreSQL's special forms (between, in, like, is null, coalesce, extract, …) are
// all calls, with the names of functions.h, so the binder treats them alike.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/expr/window/frame.h"

namespace penstock {

struct Syntax;
using SyntaxPtr = std::unique_ptr<Syntax>;
struct StarChanges;
struct WindowSyntax;

// A type as written: `decimal(10,2)` is {decimal, [10,2]}.
struct TypeName {
  std::string name;
  bool builtin = false;  // SQL's own word (bigint): PostgreSQL's int8 is one, a plain int8 is ours
  std::vector<int64_t> modifiers;
  bool is_array = false;
  int64_t location = -1;
};

// One name of a column reference.
struct Name {
  std::string text;    // as the user wrote it, without quotes
  bool exact = false;  // was quoted: case counts
};

struct SortSyntax {
  SyntaxPtr value;
  bool descending = false;
  bool nulls_first = false;
};

struct Syntax {
  enum class Kind : uint8_t {
    kColumn,  // names: a, a.b
    kStar,    // *, perhaps with changes
    kNull,
    kBool,       // integer: 0 or 1
    kInteger,    // integer
    kNumber,     // text: digits with a point or an exponent, or beyond int64
    kText,       // text: a literal of yet unknown type
    kParameter,  // text: the name of :name
    kCall,       // text: name; args
    kAnd,
    kOr,         // args: two or more
    kNot,        // args: one
    kCast,       // args[0] as type
    kCase,       // args: condition, value, condition, value, …, and a last one if has_else
    kField,      // args[0].names[0]
    kSubscript,  // args[0][args[1]], or args[0][args[1]:args[2]]
    kArray,      // array[args]
  };
  Kind kind = Kind::kNull;
  int64_t location = -1;  // the byte in the user's text to which errors point
  std::string text;
  int64_t integer = 0;
  std::vector<Name> names;
  std::vector<SyntaxPtr> args;
  TypeName type;
  bool has_else = false;
  std::shared_ptr<const StarChanges> changes;  // of kStar, and of columns(*); null for none

  // Only for calls of aggregates:
  bool star = false;  // count(*)
  bool distinct = false;
  bool within_group = false;
  SyntaxPtr filter;
  std::vector<SortSyntax> order_by;
  std::shared_ptr<const WindowSyntax> over;  // null for none
};

// over (partition by … order by … rows between … and … exclude …), with what a window has that it
// extends by name.
struct WindowSyntax {
  std::vector<SyntaxPtr> partition_by;
  std::vector<SortSyntax> order_by;
  FrameShape frame;
  SyntaxPtr start_offset;  // of a bound that has one; else null
  SyntaxPtr end_offset;
};

// Whether it is columns('regex') or columns(*), which stands for several columns.
inline bool is_columns_call(const Syntax& syntax) {
  return syntax.kind == Syntax::Kind::kCall && syntax.text == "columns";
}

// One item of a select list.
struct ItemSyntax {
  SyntaxPtr value;
  std::string alias;  // as typed; empty for none
  int64_t location = 0;
  // The column for which this item was made, of an item over columns(…); empty for none.
  std::string of_column = {};
};

// One of `window w as (…), …` behind a list.
struct NamedWindow {
  std::string name;
  int64_t location = 0;  // of its bracket
  std::shared_ptr<const WindowSyntax> window;
};

// A list with the windows that are defined behind it, which are in the calls that name them too.
struct ListSyntax {
  std::vector<ItemSyntax> items;
  std::vector<NamedWindow> windows;
};

// What stands behind a star: `except (a, b)`, `replace (f(x) as x)`, `rename (a as b)`.
struct StarChanges {
  struct Column {
    Name name;
    int64_t location = 0;
  };
  struct Renamed {
    Column from;
    Column to;
  };
  std::vector<Column> left_out;
  std::vector<ItemSyntax> replaced;
  std::vector<Renamed> renamed;
};

}  // namespace penstock
