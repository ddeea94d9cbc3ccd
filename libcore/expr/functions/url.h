// The parts of a URL (RFC 3986), and what stands encoded in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

enum class UrlPart : uint8_t { kScheme, kUser, kHost, kPort, kPath, kQuery, kFragment };

// Empty for a name that is not a part's.
std::optional<UrlPart> find_url_part(std::string_view name);

// Returns the part as it stands in `url`, whose bytes it views; empty where there is none. A text
// without a scheme or // is a path. The host of http://[::1]:80 is [::1].
std::optional<std::string_view> part_of_url(std::string_view url, UrlPart part);

// Appends the decoded value of the first parameter `name`, as in a=1&b=2. Returns false when there
// is none. A parameter that is not well encoded is appended as it stands.
bool append_parameter(std::string& out, std::string_view query, std::string_view name);

// Appends the text with %41 as A and + as a blank. Returns false when a % has no two hex digits
// behind it, and when the result is not UTF-8.
bool append_url_decoded(std::string& out, std::string_view text);

// Appends the text with all bytes but letters, digits and -._~ as % and two hex digits.
void append_url_encoded(std::string& out, std::string_view text);

}  // namespace penstock
