// Paths of data files: as the log has them, and in the table's directory.
#pragma once

#include <string>
#include <string_view>

namespace penstock {

// Bytes of a path in the log.
inline constexpr size_t kMaxDataPathBytes = 64 << 10;

// Returns the path as the log has it: relative, and with '%' and two hexadecimal digits for all
// bytes but letters, digits, '/', and "-_.~=+,:@".
std::string encode_data_path(std::string_view path);

// Reads what the log has. Throws Error for a path that is absolute or an address of another place
// ("s3://…"), has a part "." or "..", or an empty one, a byte 0, or an escape that is not one, and
// for one of more than kMaxDataPathBytes bytes: each would leave the table's directory, or name no
// file in it.
std::string decode_data_path(std::string_view text);

// Returns a name that no other file has: 32 hexadecimal digits of the system's random source.
// Throws Error when there is none.
std::string unique_name();

// Returns a new identity of a table, in the form of a UUID of version 4.
std::string new_table_id();

}  // namespace penstock
