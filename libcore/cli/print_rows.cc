#include "libcore/cli/print_rows.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/terminal.h"
#include "libcore/text/write/output_suffix.h"

namespace penstock {
namespace {

// The suffixes that mean an Arrow stream rather than a file are few.
bool is_ipc_file(std::string_view path) {
  for (std::string_view suffix : {".gz", ".zst"}) {
    if (path.ends_with(suffix)) path.remove_suffix(suffix.size());
  }
  return path.ends_with(".arrow") || path.ends_with(".feather") || path.ends_with(".ipc");
}

}  // namespace

PrintOptions print_options(const Writing& writing, const std::string& output, Format default_format,
                           const Pager* pager) {
  PrintOptions options;
  bool to_terminal = output == "-" && (pager != nullptr || is_terminal(STDOUT_FILENO));
  std::optional<Format> format = writing.to;
  if (!format && output != "-") {
    refuse_foreign_suffix(output);
    format = format_of_suffix(output);
  }
  if (!format && writing.means_csv()) format = Format::kCsv;
  if (!format && to_terminal) format = Format::kTable;
  options.format = format.value_or(default_format);
  options.text = writing.text(options.format);
  options.sync = writing.no_sync ? Sync::kNo : Sync::kYes;
  options.ipc.file = is_ipc_file(output);
  options.ipc.zones = true;
  if (to_terminal) {
    if (has_types(options.format)) {
      throw Error::usage(
          std::string(options.format == Format::kArrow ? "an Arrow stream" : "Parquet") +
          " is not for a terminal; use -o FILE or another format");
    }
    // A pager shows long lines, too.
    if (pager == nullptr) options.text.width = terminal_width(STDOUT_FILENO);
    options.text.color = pager != nullptr ? pager->wants_color() : wants_color(STDOUT_FILENO);
  }
  return options;
}

void print_rows(const Batch& rows, const Writing& writing) {
  const PrintOptions options = print_options(writing, writing.output, Format::kArrow, nullptr);
  const ByteSinkPtr sink =
      compress_by_suffix(open_sink(writing.output, options.sync), writing.output);
  const std::unique_ptr<RowWriter> writer = make_row_writer(*sink, rows.schema, options);
  if (rows.rows > 0) writer->write(rows);
  writer->finish();
  sink->finish();
}

}  // namespace penstock
