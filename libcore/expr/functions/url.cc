#include "libcore/expr/functions/url.h"

#include <algorithm>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr std::pair<std::string_view, UrlPart> kParts[] = {
    {"scheme", UrlPart::kScheme}, {"protocol", UrlPart::kScheme},   {"user", UrlPart::kUser},
    {"host", UrlPart::kHost},     {"port", UrlPart::kPort},         {"path", UrlPart::kPath},
    {"query", UrlPart::kQuery},   {"fragment", UrlPart::kFragment},
};

using Piece = std::optional<std::string_view>;

struct Url {
  Piece scheme, user, host, port, path, query, fragment;
};

// Cuts `text` at the first `mark`; returns what stands behind that.
Piece cut_behind(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

bool is_url_letter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z';
}

// Returns the length of a scheme at the beginning of `url`; 0 without one.
size_t scheme_length(std::string_view url) {
  const size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_url_letter(url[0])) return 0;
  const bool is_scheme = std::all_of(
      url.begin(), url.begin() + static_cast<int64_t>(colon),
      [](char c) { return is_url_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
  // host:80 is not a scheme.
  const bool port_follows = colon + 1 < url.size() && is_digit(url[colon + 1]);
  return is_scheme && !port_follows ? colon : 0;
}

void split_authority(std::string_view authority, Url& parts) {
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    parts.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (colon + 1 < authority.size()) parts.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (!authority.empty()) parts.host = authority;
}

Url split_url(std::string_view url) {
  Url parts;
  parts.fragment = cut_behind(url, '#');
  parts.query = cut_behind(url, '?');
  if (const size_t scheme = scheme_length(url); scheme > 0) {
    parts.scheme = url.substr(0, scheme);
    url.remove_prefix(scheme + 1);
  }
  if (url.starts_with("//")) {
    url.remove_prefix(2);
    const size_t slash = std::min(url.find('/'), url.size());
    split_authority(url.substr(0, slash), parts);
    url.remove_prefix(slash);
  }
  if (!url.empty()) parts.path = url;
  return parts;
}

int digit_of_hex(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Appends the decoded bytes, which may be of any kind.
bool append_decoded_bytes(std::string& out, std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? digit_of_hex(text[i + 1]) : -1;
    const int low = high >= 0 ? digit_of_hex(text[i + 2]) : -1;
    if (low < 0) return false;
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return true;
}

}  // namespace

std::optional<UrlPart> find_url_part(std::string_view name) {
  for (const auto& [known, part] : kParts) {
    if (known == name) return part;
  }
  return std::nullopt;
}

std::optional<std::string_view> part_of_url(std::string_view url, UrlPart part) {
  const Url parts = split_url(url);
  switch (part) {
    case UrlPart::kScheme:
      return parts.scheme;
    case UrlPart::kUser:
      return parts.user;
    case UrlPart::kHost:
      return parts.host;
    case UrlPart::kPort:
      return parts.port;
    case UrlPart::kPath:
      return parts.path;
    case UrlPart::kQuery:
      return parts.query;
    case UrlPart::kFragment:
      break;
  }
  return parts.fragment;
}

bool append_parameter(std::string& out, std::string_view query, std::string_view name) {
  std::string decoded;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    std::string_view key = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::string_view value = cut_behind(key, '=').value_or(std::string_view());
    decoded.clear();
    if (key != name && (!append_decoded_bytes(decoded, key) || decoded != name)) continue;
    decoded.clear();
    out += append_decoded_bytes(decoded, value) ? decoded : std::string(value);
    return true;
  }
  return false;
}

bool append_url_decoded(std::string& out, std::string_view text) {
  const size_t begin = out.size();
  return append_decoded_bytes(out, text) && is_utf8(std::string_view(out).substr(begin));
}

void append_url_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : text) {
    if (is_url_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

}  // namespace penstock
