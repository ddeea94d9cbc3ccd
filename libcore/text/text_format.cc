#include "libcore/text/text_format.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"

namespace penstock {
namespace {

struct NamedFormat {
  std::string_view word;
  Format format;
};

constexpr std::array<NamedFormat, 14> kWords = {{{"arrow", Format::kArrow},
                                                 {"parquet", Format::kParquet},
                                                 {"csv", Format::kCsv},
                                                 {"tsv", Format::kTsv},
                                                 {"ndjson", Format::kNdjson},
                                                 {"json", Format::kJson},
                                                 {"lines", Format::kLines},
                                                 {"table", Format::kTable},
                                                 {"vertical", Format::kVertical},
                                                 {"markdown", Format::kMarkdown},
                                                 {"html", Format::kHtml},
                                                 {"clf", Format::kClf},
                                                 {"combined", Format::kCombined},
                                                 {"logfmt", Format::kLogfmt}}};

constexpr std::array<NamedFormat, 16> kSuffixes = {{{".csv", Format::kCsv},
                                                    {".tbl", Format::kCsv},
                                                    {".tsv", Format::kTsv},
                                                    {".tab", Format::kTsv},
                                                    {".ndjson", Format::kNdjson},
                                                    {".jsonl", Format::kNdjson},
                                                    {".json", Format::kJson},
                                                    {".txt", Format::kLines},
                                                    {".md", Format::kMarkdown},
                                                    {".html", Format::kHtml},
                                                    {".htm", Format::kHtml},
                                                    {".arrow", Format::kArrow},
                                                    {".arrows", Format::kArrow},
                                                    {".feather", Format::kArrow},
                                                    {".ipc", Format::kArrow},
                                                    {".parquet", Format::kParquet}}};

constexpr std::array<std::string_view, 7> kCompressed = {"",    ".gz",  ".zst", ".bz2",
                                                         ".xz", ".lz4", ".zip"};

}  // namespace

bool is_written(Format format) {
  return format != Format::kClf && format != Format::kCombined && format != Format::kLogfmt;
}

Format parse_format(const std::string& word) {
  std::vector<std::string> words;
  for (const NamedFormat& named : kWords) {
    if (named.word == word) return named.format;
    words.emplace_back(named.word);
  }
  std::string near = did_you_mean(word, words);
  std::string message = "unknown format '" + word + "'";
  if (!near.empty()) throw Error::usage(message + near);
  message += "; formats are";
  for (size_t i = 0; i < words.size(); ++i)
    message += (i == 0 ? " " : ", ") + words[i];
  throw Error::usage(message);
}

std::string_view name_of(Format format) {
  auto named = std::find_if(kWords.begin(), kWords.end(),
                            [format](const NamedFormat& word) { return word.format == format; });
  return named->word;
}

Format format_to_read(Format named) {
  return named == Format::kJson ? Format::kNdjson : named;
}

bool has_types(Format format) {
  return format == Format::kArrow || format == Format::kParquet;
}

bool is_for_people(Format format) {
  return format == Format::kTable || format == Format::kVertical || format == Format::kMarkdown ||
         format == Format::kHtml;
}

std::string_view without_compression(std::string_view path) {
  for (std::string_view compressed : kCompressed) {
    if (compressed.empty() || !path.ends_with(compressed)) continue;
    path.remove_suffix(compressed.size());
    break;
  }
  return path;
}

std::optional<Format> format_of_suffix(const std::string& path) {
  const std::string_view name = without_compression(path);
  for (const NamedFormat& suffix : kSuffixes) {
    if (name.ends_with(suffix.word)) return suffix.format;
  }
  return std::nullopt;
}

bool has_metadata(const Field& field, std::string_view key) {
  return std::any_of(field.metadata.begin(), field.metadata.end(),
                     [key](const auto& entry) { return entry.first == key; });
}

TypeOrigin origin_of(const Field& field) {
  return has_metadata(field, kInferredKey) ? TypeOrigin::kInferred : TypeOrigin::kDeclared;
}

std::vector<std::string> readable_suffixes() {
  std::vector<std::string> suffixes;
  for (const NamedFormat& suffix : kSuffixes) {
    if (is_for_people(suffix.format)) continue;
    for (std::string_view compressed : kCompressed)
      suffixes.push_back(std::string(suffix.word) + std::string(compressed));
  }
  return suffixes;
}

}  // namespace penstock
