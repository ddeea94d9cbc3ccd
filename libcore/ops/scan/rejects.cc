#include "libcore/ops/scan/rejects.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Refused records are held until there are so many bytes of them.
constexpr int64_t kHeldBytes = int64_t{1} << 20;

// The file of refused records must itself be readable: bytes that text may not contain become \xNN.
std::string as_text(const std::string& record) {
  if (is_utf8(record) && record.find('\0') == std::string::npos) return record;
  std::string out;
  for (char c : record) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = (byte >= 0x20 && byte < 0x7f) || c == '\t' || c == '\n' || c == '\r';
    if (plain) {
      out += c;
    } else {
      constexpr char kDigits[] = "0123456789abcdef";
      out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

void add_count(std::string& note, int64_t count, const char* one, const char* more) {
  if (count == 0) return;
  if (!note.empty()) note += "; ";
  note += std::to_string(count) + (count == 1 ? one : more);
}

}  // namespace

std::string refused_note(const RefusedCounts& counts) {
  std::string note;
  add_count(note, counts.values, " value became null", " values became null");
  add_count(note, counts.lines, " line was left out", " lines were left out");
  add_count(note, counts.records, " record was left out", " records were left out");
  add_count(note, counts.headers, " header was taken as it stands",
            " headers were taken as they stand");
  return note;
}

Rejects::Rejects(const std::string& path) : sink_(compress_by_suffix(open_sink(path), path)) {
  TextWriteOptions options;
  options.format = format_of_suffix(path).value_or(Format::kCsv);
  if (has_types(options.format) || options.format == Format::kLines) {
    throw Error::usage("--rejects " + path + ": refused records are written as csv, tsv or ndjson");
  }
  if (options.format == Format::kTsv) options.delimiter = '\t';
  schema_ = make_schema({{"file", utf8_type(), false, {}},
                         {"line", int64_type(), false, {}},
                         {"column", utf8_type(), true, {}},
                         {"reason", utf8_type(), false, {}},
                         {"record", utf8_type(), false, {}}});
  writer_ = make_text_writer(*sink_, schema_, options);
}

void Rejects::add(const Reject& reject) {
  if (reject.fate == Reject::Fate::kNull) {
    ++counts_.values;
  } else if (reject.fate == Reject::Fate::kAsIs) {
    ++counts_.headers;
  } else if (reject.lines > 0) {
    counts_.lines += reject.lines;
  } else {
    ++counts_.records;
  }
  if (!writer_) return;
  file_.append(reject.file);
  line_.append(reject.line);
  if (reject.column.empty()) {
    column_.append_null();
  } else {
    column_.append(reject.column);
  }
  reason_.append(reject.reason);
  record_.append(as_text(reject.record));
  if (line_.length() == kBatchRows || record_.byte_count() >= kHeldBytes) flush();
}

void Rejects::flush() {
  if (line_.length() == 0) return;
  Batch batch{schema_, line_.length(), {}};
  batch.columns = {file_.finish(utf8_type()), line_.finish(int64_type()),
                   column_.finish(utf8_type()), reason_.finish(utf8_type()),
                   record_.finish(utf8_type())};
  writer_->write(batch);
}

void Rejects::finish() {
  if (!writer_) return;
  flush();
  writer_->finish();
  sink_->finish();
}

}  // namespace penstock
