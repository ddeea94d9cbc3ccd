#include "libcore/ops/scan/foreign_format.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

using std::literals::operator""sv;

// The first bytes of a kind of file, and the message about it.
struct Signature {
  std::string_view bytes;
  // Letters alone may be text: then a control character must follow soon.
  bool may_be_text;
  const char* what;
};

constexpr std::array kSignatures{
    Signature{"\x5D\0\0"sv, false, "is lzma data; decompress it with xz --format=lzma -dc"},
    Signature{"LZIP"sv, true, "is lzip data; decompress it with lzip -dc"},
    Signature{"\x02\x21\x4C\x18"sv, false,
              "is lz4 data in its legacy format; decompress it with lz4 -dc"},
    Signature{"\xFF\x06\0\0sNaPpY"sv, false, "is snappy data; decompress it with snzip -dc"},
    Signature{"\x1F\x9D"sv, false, "is compress data (.Z); decompress it with gzip -dc"},
    Signature{"PK\x07\x08"sv, false,
              "is a part of a divided zip archive; put it together with zip -s 0"},
    Signature{"7z\xBC\xAF\x27\x1C"sv, false, "is a 7z archive; unpack it with 7z x -so"},
    Signature{"PARE"sv, true, "is encrypted Parquet; convert it with the program that has its key"},
    Signature{
        "FEA1"sv, true,
        "is Feather version 1; convert it with python3 -c \"from pyarrow import feather as f; "
        "f.write_feather(f.read_table('FILE'), 'NEW.arrow')\""},
    Signature{"ORC"sv, true,
              "is ORC; convert it with python3 -c \"import sys; from pyarrow import csv, orc; "
              "csv.write_csv(orc.read_table('FILE'), sys.stdout.buffer)\""},
    Signature{"Obj\x01"sv, false, "is Avro; convert it with avro cat --format csv"},
    Signature{"SQLite format 3\0"sv, false,
              "is an SQLite database; query it with sqlite3 -csv -header FILE 'select ...'"},
    Signature{"\x89HDF\r\n\x1A\n"sv, false, "is HDF5; convert it with a program that reads it"},
    Signature{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, false,
              "is a document of Microsoft Office; save it as CSV"},
    Signature{"%PDF-"sv, true, "is a PDF; take its tables out first"},
};

// The place of the word that marks a tar archive.
constexpr size_t kTarMagicAt = 257;

// Far enough to come past the letters that a binary format begins with.
constexpr size_t kControlWithin = 16;

bool is_control(uint32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F;
}

bool has_control(std::string_view head) {
  std::string_view beginning = head.substr(0, kControlWithin);
  return std::any_of(beginning.begin(), beginning.end(),
                     [](char c) { return is_control(static_cast<unsigned char>(c)); });
}

// An encoding of text with units of several bytes.
struct Encoding {
  size_t bytes;
  bool big_endian;
  std::string_view mark;  // the byte-order mark
  const char* name;       // iconv's
  const char* what;
};

// The wider ones first: UTF-32's little-endian mark begins with UTF-16's.
constexpr std::array kEncodings{
    Encoding{4, false, "\xFF\xFE\0\0"sv, "UTF-32LE", "UTF-32 text (little-endian)"},
    Encoding{4, true, "\0\0\xFE\xFF"sv, "UTF-32BE", "UTF-32 text (big-endian)"},
    Encoding{2, false, "\xFF\xFE"sv, "UTF-16LE", "UTF-16 text (little-endian)"},
    Encoding{2, true, "\xFE\xFF"sv, "UTF-16BE", "UTF-16 text (big-endian)"},
};

// The result of reading the first bytes in an encoding.
struct Reading {
  int64_t units = 0;
  int64_t ascii = 0;
  int64_t newlines = 0;
  bool is_clean = true;  // no control character, no half of a pair, nothing beyond Unicode
};

Reading read_as(const Encoding& encoding, std::string_view head) {
  Reading reading;
  uint32_t before = 0;
  for (size_t at = 0; at + encoding.bytes <= head.size(); at += encoding.bytes) {
    uint32_t unit = 0;
    for (size_t i = 0; i < encoding.bytes; ++i) {
      size_t from = encoding.big_endian ? i : encoding.bytes - 1 - i;
      unit = unit << 8 | static_cast<unsigned char>(head[at + from]);
    }
    bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    bool was_high = encoding.bytes == 2 && before >= 0xD800 && before <= 0xDBFF;
    bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    if (is_control(unit) || unit > 0x10FFFF || is_low != was_high) reading.is_clean = false;
    if (is_high && encoding.bytes == 4) reading.is_clean = false;
    ++reading.units;
    if (unit < 0x80) ++reading.ascii;
    if (unit == '\n' || unit == '\r') ++reading.newlines;
    before = unit;
  }
  return reading;
}

// Returns whether the bytes may be UTF-8 text apart from some NULs.
bool may_be_utf8(std::string_view head) {
  return is_utf8(head) && std::none_of(head.begin(), head.end(), [](char c) {
           return c != '\0' && is_control(static_cast<unsigned char>(c));
         });
}

// Text in UTF-8 has no NUL bytes, or so few that it does not read as text in wider units. Such text
// has line ends as units of their own, and a fair part of its units is ASCII. Less is required of
// bytes that cannot be UTF-8 anyway, because the bytes of a line end may be parts of other
// characters.
bool reads_as(const Encoding& encoding, std::string_view head) {
  Reading reading = read_as(encoding, head);
  if (!reading.is_clean || reading.ascii == 0) return false;
  if (encoding.bytes == 4) return true;
  auto line_bytes =
      std::count_if(head.begin(), head.end(), [](char c) { return c == '\n' || c == '\r'; });
  if (may_be_utf8(head)) {
    return 2 * reading.newlines >= line_bytes && 4 * reading.ascii >= reading.units;
  }
  bool has_lines = reading.newlines > 0 && 4 * reading.newlines >= line_bytes;
  return (has_lines ? 20 : 8) * reading.ascii >= reading.units;
}

const Encoding* encoding_of(std::string_view head) {
  for (const Encoding& encoding : kEncodings) {
    if (head.starts_with(encoding.mark)) return &encoding;
  }
  if (head.find('\0') == head.npos) return nullptr;
  for (const Encoding& encoding : kEncodings) {
    if (reads_as(encoding, head)) return &encoding;
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> foreign_format(std::span<const uint8_t> bytes) {
  std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Signature& signature : kSignatures) {
    if (head.starts_with(signature.bytes) && (!signature.may_be_text || has_control(head))) {
      return signature.what;
    }
  }
  if (head.size() > kTarMagicAt && head.substr(kTarMagicAt).starts_with("ustar") &&
      head.find('\0') < kTarMagicAt) {
    return "is a tar archive; unpack it with tar -xOf";
  }
  if (const Encoding* encoding = encoding_of(head)) {
    return std::string("is ") + encoding->what + ", not UTF-8; use --encoding " + encoding->name;
  }
  return std::nullopt;
}

}  // namespace penstock
