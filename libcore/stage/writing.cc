#include "libcore/stage/writing.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr Format kDelimited[] = {Format::kCsv, Format::kTsv};
constexpr Format kWithHeader[] = {Format::kCsv, Format::kTsv, Format::kTable, Format::kHtml};
constexpr Format kWithNull[] = {Format::kCsv,      Format::kTsv,      Format::kTable,
                                Format::kVertical, Format::kMarkdown, Format::kHtml};

// "csv, tsv and table"
std::string listed(std::span<const Format> formats) {
  std::string text;
  for (const Format& format : formats) {
    if (&format != &formats.front()) text += &format == &formats.back() ? " and " : ", ";
    text += name_of(format);
  }
  return text;
}

void require_one_of(const Option& option, Format format, std::span<const Format> formats) {
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return;
  throw Error::usage(fmt::format("--{} is for {}, but {} is written here", option.name,
                                 listed(formats), name_of(format)));
}

bool is_special(char c) {
  return c == '"' || c == '\n' || c == '\r';
}

char parse_out_delimiter(const std::string& text) {
  if (text == "\\t") return '\t';
  const bool usable = text.size() == 1 && !is_special(text[0]) && text[0] > 0;
  if (!usable) {
    throw Error::usage("'" + printable(text) + "' is not one ASCII character (\\t for a tab)");
  }
  return text[0];
}

}  // namespace

void Writing::add_options(Command& command, bool with_output) {
  command.group(OptionGroup::kWriting);
  command.add(option::kTo, [this](const std::string& v) {
    to = parse_format(v);
    if (!is_written(*to)) throw Error::usage("'" + v + "' is read, not written");
  });
  if (with_output) command.add(option::kOutput, [this](const std::string& v) { output = v; });
  command.add(option::kOutDelimiter,
              [this](const std::string& v) { delimiter = parse_out_delimiter(v); });
  command.add(option::kOutNoHeader, no_header);
  command.add(option::kOutNull, [this](const std::string& v) { null_text = v; });
  command.add(option::kQuoteAll, quote_all);
  command.add(option::kOutNoQuotes, no_quotes);
  command.add(option::kCrlf, crlf);
  command.add(option::kNoSync, no_sync);
}

TextWriteOptions Writing::text(Format format) const {
  if (delimiter) require_one_of(option::kOutDelimiter, format, {kDelimited, 1});
  if (no_header) require_one_of(option::kOutNoHeader, format, kWithHeader);
  if (null_text) require_one_of(option::kOutNull, format, kWithNull);
  if (quote_all) require_one_of(option::kQuoteAll, format, kDelimited);
  if (no_quotes) require_one_of(option::kOutNoQuotes, format, kDelimited);
  if (no_quotes && quote_all) throw Error::usage("--out-no-quotes excludes --quote-all");
  if (crlf) require_one_of(option::kCrlf, format, kDelimited);
  TextWriteOptions text;
  text.format = format;
  text.delimiter = format == Format::kTsv ? '\t' : delimiter.value_or(',');
  text.header = !no_header;
  text.null_text = null_text;
  text.quotes = !no_quotes;
  text.quote_all = quote_all;
  text.crlf = crlf;
  const bool is_delimited = format == Format::kCsv || format == Format::kTsv;
  auto ends_field = [&](char c) { return is_special(c) || c == text.delimiter; };
  if (null_text && is_delimited && std::any_of(null_text->begin(), null_text->end(), ends_field)) {
    throw Error::usage("--out-null: '" + printable(*null_text) +
                       "' has a quote, a delimiter or a line end, which would need quotes");
  }
  return text;
}

}  // namespace penstock
