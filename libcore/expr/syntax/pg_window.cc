#include "libcore/expr/syntax/pg_window.h"

#include <string>
#include <utility>

namespace penstock {
namespace {

using Element = simdjson::dom::element;
using FrameBound = FrameShape::Bound;

// PostgreSQL's bits of a frame (FRAMEOPTION_… in its parsenodes.h).
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

std::shared_ptr<const WindowSyntax> read_window(Element over, int64_t location,
                                                const Source& source, const ReadSyntax& read) {
  if (member(over, "name") || member(over, "refname")) {
    throw source.error(location,
                       "windows have no names here; write each out, as over (partition by …)");
  }
  auto window = std::make_shared<WindowSyntax>();
  for (Element key : items_of(over, "partitionClause"))
    window->partition_by.push_back(read(key));
  for (Element key : items_of(over, "orderClause"))
    window->order_by.push_back(read_sort_key(key, source, read));
  window->frame = frame_of(int_member(over, "frameOptions", kStartsUnbounded | kEndsAtCurrentRow));
  if (std::optional<Element> offset = member(over, "startOffset"))
    window->start_offset = read(*offset);
  if (std::optional<Element> offset = member(over, "endOffset")) window->end_offset = read(*offset);
  return window;
}

}  // namespace penstock
