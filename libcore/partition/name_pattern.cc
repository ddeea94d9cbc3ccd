#include "libcore/partition/name_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/base/utf8.h"
#include "libcore/data/hash.h"
#include "libcore/data/value_text.h"

namespace penstock {
namespace {

[[noreturn]] void fail(const std::string& text, const std::string& what) {
  throw Error::usage("'" + printable(text) + "' " + what);
}

bool is_plain_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7F && c != '/' && c != '%';
}

void require_short_parts(const std::string& name) {
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    if (end - begin > kMostNameBytes) {
      throw Error(fmt::format("the name of a file would have {} bytes, more than {}: '{}'",
                              end - begin, kMostNameBytes,
                              printable(name.substr(begin, kMostNameBytes))));
    }
    begin = end + 1;
  }
}

}  // namespace

void append_value_name(std::string& out, std::string_view value) {
  if (value.empty()) {
    out += kEmptyName;
    return;
  }
  std::string escaped;
  for (char c : value) {
    const bool is_plain = is_plain_byte(c) && !(c == '.' && escaped.empty());
    const size_t before = escaped.size();
    if (is_plain) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    if (escaped.size() <= kMostValueBytes) continue;
    // Not within a character.
    size_t end = before;
    while (is_plain && end > 0 && (static_cast<unsigned char>(c) & 0xC0) == 0x80 &&
           (static_cast<unsigned char>(escaped[end]) & 0xC0) == 0x80)
      --end;
    escaped.resize(end);
    escaped += fmt::format("%{:016x}", hash_bytes(value.data(), value.size()));
    break;
  }
  out += escaped;
}

NamePattern::NamePattern(const std::string& text, const std::vector<std::string>& places,
                         std::string_view alone) {
  std::vector<bool> used(places.size());
  pieces_.emplace_back();
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_brace = c == '{' || c == '}';
    if (!is_brace || (at + 1 < text.size() && text[at + 1] == c)) {
      at += is_brace ? 1 : 0;
      pieces_.back().text += c;
      continue;
    }
    const size_t end = c == '{' ? text.find('}', at) : std::string::npos;
    if (end == std::string::npos)
      fail(text, fmt::format("has a {} without its other; {}{} is one", c, c, c));
    const std::string name = text.substr(at + 1, end - at - 1);
    auto place = std::find(places.begin(), places.end(), name);
    if (place == places.end() && places.size() == 1 && name == alone) place = places.begin();
    if (place == places.end()) {
      fail(text, "has a {" + name + "}, which is not among the keys" + did_you_mean(name, places));
    }
    const auto number = place - places.begin();
    used[static_cast<size_t>(number)] = true;
    pieces_.back().place = static_cast<int>(number);
    pieces_.emplace_back();
    at = end;
  }
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string& name = places.size() == 1 && !alone.empty() ? std::string(alone) : places[i];
    if (!used[i]) fail(text, "has no {" + name + "}, so that files would have the same name");
  }
  if (text.ends_with('/')) fail(text, "is a folder; the name of a file is missing");
}

std::string NamePattern::name(std::span<const std::string> values) const {
  std::string name;
  for (const Piece& piece : pieces_) {
    name += piece.text;
    if (piece.place >= 0) name += values[static_cast<size_t>(piece.place)];
  }
  require_short_parts(name);
  return name;
}

std::string NamePattern::folder() const {
  const std::string& text = pieces_.front().text;
  const size_t slash = text.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : text.substr(0, slash);
}

std::vector<std::string> value_names(std::span<const ColumnPtr> columns, int64_t row) {
  std::vector<std::string> names;
  std::string text;
  for (const ColumnPtr& column : columns) {
    std::string& name = names.emplace_back();
    if (column->is_null(row)) {
      name = kNullName;
      continue;
    }
    text.clear();
    append_text(text, *column, row);
    append_value_name(name, text);
  }
  return names;
}

}  // namespace penstock
