// The forms of lines that this room knows. penstock(7) describes them for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/text/lines/splitter.h"

namespace penstock {

// A width for the rest of the line, however long it is.
inline constexpr int64_t kRestOfLine = -1;

// Parses "5,10,3" or "5,10,*" into widths in characters. Throws a usage Error.
std::vector<int64_t> parse_widths(const std::string& text);

// Fields of so many characters (code points of UTF-8), without the blanks around them; one of
// blanks alone is null. A line may end early, without blanks that would end it: fields that it does
// not reach are null. A longer line is refused. Columns are called c1, c2, ….
LineSplitterPtr make_width_splitter(const std::vector<int64_t>& widths,
                                    std::vector<std::string> names);

// Apache's and nginx's common and combined log formats: host, ident, user, time, method, path,
// protocol, status, bytes, and of a combined one referer and agent. A field that is "-" is null. A
// request that is not METHOD PATH PROTOCOL stands in `path` as a whole. Escapes in quotes, such as
// \" and \xHH, are resolved.
LineSplitterPtr make_log_splitter(bool combined);
// The form of their times, as of date_format.h.
inline constexpr const char* kLogTimeFormat = "%d/%b/%Y:%H:%M:%S %z";

// Pairs key=value, divided by `separator` (a blank: by any number of blanks and tabs). A value may
// be in double quotes, with the escapes of JSON; `key=` is null, `key=""` the empty text, and a key
// alone is true. A line that has a key twice, or one that is not among `keys`, is refused.
LineSplitterPtr make_pair_splitter(std::vector<std::string> keys, char separator);

// Adds the keys of all lines of `text` that are such pairs to `keys`, in order of first appearance.
// Stops at `most` keys.
void find_keys(std::string_view text, char separator, size_t most, std::vector<std::string>& keys);

// Resolves the escapes of a quoted field, whose contents are [begin, end) of the text: they become
// shorter, and the new end is returned, where a quote is put. An unknown escape stays as it is.
int32_t resolve_escapes(LineText& text, int32_t begin, int32_t end);

}  // namespace penstock
