// Bytes as text and back: digests, hex, base64, character sets, and what URLs do to text.
#include <array>
#include <optional>

#include "libcore/base/base64.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/functions/digest.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/url.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr CallTraits kMayFail = {.can_fail = true};

template <typename Out>
void append_hex_bytes(Out& out, std::string_view bytes) {
  char* to = out.extend(2 * bytes.size());
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *to++ = kHexDigits[byte >> 4];
    *to++ = kHexDigits[byte & 15];
  }
}

template <size_t kSize>
std::string_view view_of(const std::array<uint8_t, kSize>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), kSize};
}

ColumnPtr md5(const KernelCall& call) {
  return map_text<std::string_view>(call, [](std::string_view bytes, TextOut& out) {
    append_hex_bytes(out, view_of(md5_of(bytes)));
  });
}

ColumnPtr sha256(const KernelCall& call) {
  return map_text<std::string_view>(
      call, [](std::string_view bytes, TextOut& out) { out.append(view_of(sha256_of(bytes))); });
}

// The value of a digit of hex; -1 for other bytes.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr size_t kBase64Line = 76;  // characters, after which PostgreSQL begins a line

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool append_from_hex(std::string_view text, TextOut& out) {
  int high = -1;
  for (char c : text) {
    if (is_white(c) && high < 0) continue;
    const int value = hex_value(c);
    if (value < 0) return false;
    if (high >= 0) out.push(static_cast<char>(high << 4 | value));
    high = high < 0 ? value : -1;
  }
  return high < 0;
}

enum class ByteForm : uint8_t { kHex, kBase64 };

ByteForm byte_form(const KernelCall& call, std::string_view name) {
  if (name == "hex") return ByteForm::kHex;
  if (name == "base64") return ByteForm::kBase64;
  call.fail("'" + printable(name) + "' is not a form of bytes; there are hex and base64");
}

ColumnPtr encode(const KernelCall& call) {
  using Text = std::string_view;
  std::string text;
  return map_text<Text, Text>(call, [&](Text bytes, Text form, TextOut& out) {
    if (byte_form(call, form) == ByteForm::kHex) return append_hex_bytes(out, bytes);
    text.clear();
    append_base64(text, bytes, kBase64Line);
    out.append(text);
  });
}

ColumnPtr decode(const KernelCall& call) {
  using Text = std::string_view;
  std::string bytes;
  return map_text<Text, Text>(call, [&](Text text, Text form, TextOut& out) {
    const bool is_hex = byte_form(call, form) == ByteForm::kHex;
    bytes.clear();
    const bool is_read = is_hex ? append_from_hex(text, out) : append_from_base64(bytes, text);
    if (!is_read) call.fail("'" + printable(text) + "' is not " + std::string(form));
    out.append(bytes);
  });
}

ColumnPtr to_hex(const KernelCall& call) {
  return map_text<int64_t>(call, [](int64_t value, TextOut& out) {
    auto bits = static_cast<uint64_t>(value);
    char digits[16];
    char* begin = digits + sizeof digits;
    do {
      *--begin = kHexDigits[bits & 15];
      bits >>= 4;
    } while (bits != 0);
    out.append({begin, static_cast<size_t>(digits + sizeof digits - begin)});
  });
}

// What Windows-1252 has where Latin-1 has control characters; 0 for bytes without a character.
constexpr std::array<uint16_t, 32> kOfWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

enum class CharacterSet : uint8_t { kUtf8, kLatin1, kWindows1252 };

CharacterSet character_set(const KernelCall& call, std::string_view name) {
  std::string known;
  for (char c : name) {
    if (c != '-' && c != '_') known += c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  }
  if (known == "UTF8") return CharacterSet::kUtf8;
  if (known == "LATIN1" || known == "ISO88591") return CharacterSet::kLatin1;
  if (known == "WIN1252" || known == "WINDOWS1252") return CharacterSet::kWindows1252;
  call.fail("'" + printable(name) +
            "' is not a known character set; there are UTF8, LATIN1 and WIN1252");
}

// The code point of a byte in a set of single bytes; empty where there is none, and for NUL, which
// is not a character of text.
std::optional<uint32_t> code_point_of(CharacterSet set, unsigned char byte) {
  uint32_t code = byte;
  if (set == CharacterSet::kWindows1252 && byte >= 0x80 && byte < 0xA0)
    code = kOfWindows1252[byte - 0x80U];
  if (code == 0) return std::nullopt;
  return code;
}

std::optional<unsigned char> byte_of(CharacterSet set, uint32_t code) {
  if (set == CharacterSet::kWindows1252) {
    for (size_t i = 0; i < kOfWindows1252.size(); ++i) {
      if (kOfWindows1252[i] == code) return static_cast<unsigned char>(0x80 + i);
    }
    if (code >= 0x80 && code < 0xA0) return std::nullopt;
  }
  if (code > 0xFF) return std::nullopt;
  return static_cast<unsigned char>(code);
}

ColumnPtr convert_from(const KernelCall& call) {
  using Text = std::string_view;
  std::string made;
  return map_text<Text, Text>(call, [&](Text bytes, Text name, TextOut& out) {
    const CharacterSet set = character_set(call, name);
    if (set == CharacterSet::kUtf8) {
      if (!is_utf8(bytes)) call.fail("'" + printable(bytes) + "' is not UTF-8");
      return out.append(bytes);
    }
    made.clear();
    for (char c : bytes) {
      std::optional<uint32_t> code = code_point_of(set, static_cast<unsigned char>(c));
      if (!code) call.fail("'" + printable({&c, 1}) + "' is not a character of " + printable(name));
      append_utf8(made, *code);
    }
    out.append(made);
  });
}

ColumnPtr convert_to(const KernelCall& call) {
  using Text = std::string_view;
  return map_text<Text, Text>(call, [&](Text text, Text name, TextOut& out) {
    const CharacterSet set = character_set(call, name);
    if (set == CharacterSet::kUtf8) return out.append(text);
    for (size_t at = 0; at < text.size();) {
      const size_t begin = at;
      std::optional<unsigned char> byte = byte_of(set, next_code_point(text, at));
      if (!byte) {
        call.fail("'" + printable(text.substr(begin, at - begin)) + "' is not a character of " +
                  printable(name));
      }
      out.push(static_cast<char>(*byte));
    }
  });
}

ColumnPtr url_decode(const KernelCall& call) {
  std::string made;
  return map_text<std::string_view>(call, [&](std::string_view text, TextOut& out) {
    made.clear();
    if (!append_url_decoded(made, text)) {
      call.fail("'" + printable(text) + "' is not the encoded form of a text in UTF-8");
    }
    out.append(made);
  });
}

ColumnPtr url_encode(const KernelCall& call) {
  std::string made;
  return map_text<std::string_view>(call, [&](std::string_view text, TextOut& out) {
    made.clear();
    append_url_encoded(made, text);
    out.append(made);
  });
}

UrlPart url_part_of(const KernelCall& call, std::string_view name) {
  if (std::optional<UrlPart> part = find_url_part(name)) return *part;
  call.fail("'" + printable(name) +
            "' is not a part of a URL; there are scheme, user, host, port, path, query and "
            "fragment");
}

// Null where the URL has no such part, or no such parameter.
ColumnPtr url_parse(const KernelCall& call) {
  using Text = std::string_view;
  if (call.arguments.size() == 2) {
    return map_text<Text, Text>(call, [&](Text url, Text part, TextOut& out) {
      std::optional<Text> found = part_of_url(url, url_part_of(call, part));
      if (found) out.append(*found);
      return found.has_value();
    });
  }
  std::string made;
  return map_text<Text, Text, Text>(call, [&](Text url, Text part, Text name, TextOut& out) {
    if (url_part_of(call, part) != UrlPart::kQuery) {
      call.fail("a third argument is the name of a parameter of the query");
    }
    std::optional<Text> query = part_of_url(url, UrlPart::kQuery);
    made.clear();
    if (!query || !append_parameter(made, *query, name)) return false;
    if (!is_utf8(made)) call.fail("the parameter of '" + printable(url) + "' is not UTF-8");
    out.append(made);
    return true;
  });
}

constexpr Function kEncodingFunctions[] = {
    {.name = "md5",
     .signature = "(text) -> text",
     .summary = "the MD5 digest in 32 hex digits",
     .example = "md5('abc') → '900150983cd24fb0d6963f7d28e17f72'",
     .kernel = md5},
    {.name = "md5",
     .signature = "(binary) -> text",
     .summary = "the same of bytes",
     .example = "md5('abc'::binary) → '900150983cd24fb0d6963f7d28e17f72'",
     .kernel = md5},
    {.name = "sha256",
     .signature = "(text) -> binary",
     .summary = "the SHA-256 digest in 32 bytes; encode(sha256(x), 'hex') is its text",
     .example = "left(encode(sha256('abc'), 'hex'), 12) → 'ba7816bf8f01'",
     .kernel = sha256},
    {.name = "sha256",
     .signature = "(binary) -> binary",
     .summary = "the same of bytes",
     .example = "left(encode(sha256('abc'::binary), 'hex'), 12) → 'ba7816bf8f01'",
     .kernel = sha256},
    {.name = "encode",
     .signature = "(text, text) -> text",
     .summary = "as hex or base64, with a line end after each 76 characters of base64",
     .example = "encode('abc', 'base64') → 'YWJj'",
     .kernel = encode,
     .traits = kMayFail},
    {.name = "encode",
     .signature = "(binary, text) -> text",
     .summary = "the same of bytes",
     .example = "encode('abc'::binary, 'hex') → '616263'",
     .kernel = encode,
     .traits = kMayFail},
    {.name = "decode",
     .signature = "(text, text) -> binary",
     .summary = "the bytes of hex or base64",
     .example = "decode('YWJj', 'base64')::text → 'abc'",
     .kernel = decode,
     .traits = kMayFail},
    {.name = "to_hex",
     .signature = "(int64) -> text",
     .summary = "hex digits; of a negative number those of its 64 bits",
     .example = "to_hex(255) → 'ff'",
     .kernel = to_hex},
    {.name = "convert_from",
     .signature = "(binary, text) -> text",
     .summary = "bytes of a character set (UTF8, LATIN1, WIN1252) as text",
     .example = "convert_from(decode('e96c', 'hex'), 'LATIN1') → 'él'",
     .kernel = convert_from,
     .traits = kMayFail},
    {.name = "convert_to",
     .signature = "(text, text) -> binary",
     .summary = "text as bytes of a character set",
     .example = "encode(convert_to('él', 'LATIN1'), 'hex') → 'e96c'",
     .kernel = convert_to,
     .traits = kMayFail},
    {.name = "url_decode",
     .signature = "(text) -> text",
     .summary = "with %41 as A and + as a blank",
     .example = "url_decode('a%20b+%C5%BE') → 'a b ž'",
     .kernel = url_decode,
     .traits = kMayFail},
    {.name = "url_encode",
     .signature = "(text) -> text",
     .summary = "all but letters, digits and -._~ as %20",
     .example = "url_encode('a b/ž') → 'a%20b%2F%C5%BE'",
     .kernel = url_encode},
    {.name = "url_parse",
     .signature = "(text, text[, text]) -> text",
     .summary = "a part of a URL: scheme, user, host, port, path, query, fragment; or a parameter "
                "of the query, decoded",
     .example = "url_parse('http://a.org:80/b?id=7', 'query', 'id') → '7'",
     .nulls = "null for a null argument, and where there is no such part",
     .kernel = url_parse,
     .traits = kMayFail},
};

}  // namespace

std::span<const Function> encoding_functions() {
  return kEncodingFunctions;
}

}  // namespace penstock
