#include "libcore/expr/syntax/pg_window.h"

#include <string>
#include <utility>

#include "libcore/base/suggest.h"
#include "libcore/expr/syntax/pg_tree.h"

namespace penstock {
namespace {

using Element = simdjson::dom::element;
using FrameBound = FrameShape::Bound;

// PostgreSQL's bits of a frame (FRAMEOPTION_… in its parsenodes.h).
constexpr int64_t kIsWritten = 0x1;
constexpr int64_t kRows = 0x4;
constexpr int64_t kGroups = 0x8;
constexpr int64_t kStartsUnbounded = 0x20;
constexpr int64_t kEndsUnbounded = 0x100;
constexpr int64_t kStartsAtCurrentRow = 0x200;
constexpr int64_t kEndsAtCurrentRow = 0x400;
constexpr int64_t kStartsPreceding = 0x800;
constexpr int64_t kEndsPreceding = 0x1000;
constexpr int64_t kExcludesCurrentRow = 0x8000;
constexpr int64_t kExcludesGroup = 0x10000;
constexpr int64_t kExcludesTies = 0x20000;

FrameShape frame_of(int64_t bits) {
  FrameShape frame;
  if ((bits & kRows) != 0) frame.mode = FrameShape::Mode::kRows;
  if ((bits & kGroups) != 0) frame.mode = FrameShape::Mode::kGroups;
  frame.start = (bits & kStartsUnbounded) != 0      ? FrameBound::kUnboundedPreceding
                : (bits & kStartsAtCurrentRow) != 0 ? FrameBound::kCurrentRow
                : (bits & kStartsPreceding) != 0    ? FrameBound::kPreceding
                                                    : FrameBound::kFollowing;
  frame.end = (bits & kEndsUnbounded) != 0      ? FrameBound::kUnboundedFollowing
              : (bits & kEndsAtCurrentRow) != 0 ? FrameBound::kCurrentRow
              : (bits & kEndsPreceding) != 0    ? FrameBound::kPreceding
                                                : FrameBound::kFollowing;
  if ((bits & kExcludesCurrentRow) != 0) frame.exclude = FrameShape::Exclude::kCurrentRow;
  if ((bits & kExcludesGroup) != 0) frame.exclude = FrameShape::Exclude::kGroup;
  if ((bits & kExcludesTies) != 0) frame.exclude = FrameShape::Exclude::kTies;
  return frame;
}

}  // namespace

SortSyntax read_sort_key(Element wrapped, const Source& source, const ReadSyntax& read) {
  Element sort = unwrap(wrapped).body;
  SortSyntax order;
  order.value = read(*member(sort, "node"));
  const std::string direction = text_member(sort, "sortby_dir");
  if (direction == "SORTBY_USING") {
    throw source.error(order.value->location,
                       "order by … using has no place in an expression here");
  }
  order.descending = direction == "SORTBY_DESC";
  order.nulls_first = text_member(sort, "sortby_nulls") == "SORTBY_NULLS_FIRST";
  return order;
}

void WindowReader::define(const std::vector<Element>& definitions) {
  for (Element wrapped : definitions) {
    Element body = unwrap(wrapped).body;
    Definition definition = read(body);
    definition.named.name = text_member(body, "name");
    for (const Definition& other : defined_) {
      if (other.named.name != definition.named.name) continue;
      throw source_.error(definition.named.location,
                          "there are two windows '" + other.named.name + "'");
    }
    defined_.push_back(std::move(definition));
  }
}

std::shared_ptr<const WindowSyntax> WindowReader::read_over(Element over) {
  if (member(over, "name")) {
    return find(text_member(over, "name"), user_location(int_member(over, "location", -1)))
        .named.window;
  }
  return read(over).named.window;
}

std::vector<NamedWindow> WindowReader::take_named() {
  std::vector<NamedWindow> named;
  for (Definition& definition : defined_)
    named.push_back(std::move(definition.named));
  return named;
}

WindowReader::Definition WindowReader::read(Element body) {
  const int64_t frame = int_member(body, "frameOptions", kStartsUnbounded | kEndsAtCurrentRow);
  Definition definition;
  definition.named.location = user_location(int_member(body, "location", -1));
  definition.partition = items_of(body, "partitionClause");
  definition.order = items_of(body, "orderClause");
  definition.has_frame = (frame & kIsWritten) != 0;
  if (member(body, "refname"))
    extend(find(text_member(body, "refname"), definition.named.location), body, definition);
  auto window = std::make_shared<WindowSyntax>();
  for (Element key : definition.partition)
    window->partition_by.push_back(read_(key));
  for (Element key : definition.order)
    window->order_by.push_back(read_sort_key(key, source_, read_));
  window->frame = frame_of(frame);
  if (std::optional<Element> offset = member(body, "startOffset"))
    window->start_offset = read_(*offset);
  if (std::optional<Element> offset = member(body, "endOffset"))
    window->end_offset = read_(*offset);
  definition.named.window = std::move(window);
  return definition;
}

void WindowReader::extend(const Definition& base, Element body, Definition& extended) const {
  const std::string name = "the window '" + base.named.name + "'";
  const int64_t at = extended.named.location;
  if (!extended.partition.empty())
    throw source_.error(at, name + " cannot be given another partition by");
  if (!extended.order.empty() && !base.order.empty())
    throw source_.error(at, name + " has an order by, and cannot be given another");
  if (base.has_frame) {
    std::string message = name + " has a frame, and so cannot be extended";
    // The same holds for a window that is only another name for it.
    bool adds_nothing = !member(body, "name") && extended.order.empty() && !extended.has_frame;
    if (adds_nothing) message += "; write it without brackets, over " + base.named.name;
    throw source_.error(at, message);
  }
  extended.partition = base.partition;
  if (extended.order.empty()) extended.order = base.order;
}

const WindowReader::Definition& WindowReader::find(const std::string& name,
                                                   int64_t location) const {
  std::vector<std::string> names;
  for (const Definition& definition : defined_) {
    if (definition.named.name == name) return definition;
    names.push_back(definition.named.name);
  }
  std::string advice = did_you_mean(name, names);
  if (advice.empty()) {
    advice = "; define it behind the list: window " + name + " as (partition by … order by …)";
  }
  throw source_.error(location, "unknown window '" + name + "'" + advice);
}

}  // namespace penstock
