#include "libcore/arrow/file_zones.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/base64.h"
#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

// The columns of a row a zone: its rows, then of each column its min, max and nulls. What is not
// known of any zone is of type null.
Batch as_batch(const Zones& zones, const Schema& schema) {
  std::vector<Field> fields;
  Batch batch{nullptr, zones.count, {}};
  auto add = [&](std::string name, const ColumnPtr& member) {
    batch.columns.push_back(member != nullptr ? member
                                              : make_null_column(null_type(), zones.count));
    fields.push_back({std::move(name), batch.columns.back()->type, true, {}});
  };
  add("rows", zones.rows);
  for (size_t k = 0; k < schema.size(); ++k) {
    add("min " + schema[k].name, zones.columns[k].min);
    add("max " + schema[k].name, zones.columns[k].max);
    add("nulls " + schema[k].name, zones.columns[k].nulls);
  }
  batch.schema = make_schema(std::move(fields));
  return batch;
}

ColumnPtr member_of(const Batch& batch, size_t column) {
  const ColumnPtr& member = batch.columns[column];
  return member->type->id == TypeId::kNull ? nullptr : member;
}

Zones read_zones(std::string bytes, const Schema& schema) {
  auto source = source_from_bytes(std::move(bytes), "the zones");
  OperatorPtr stream = open_ipc(std::make_unique<PeekableSource>(std::move(source)));
  std::optional<Batch> batch = stream->next();
  if (!batch || stream->next()) throw Error("they are not one batch");
  if (batch->columns.size() != 1 + 3 * schema.size()) {
    throw Error(
        fmt::format("there are {} columns for a file of {}", batch->columns.size(), schema.size()));
  }
  Zones zones{batch->rows, member_of(*batch, 0), {}};
  for (size_t k = 0; k < schema.size(); ++k) {
    const size_t first = 1 + 3 * k;
    zones.columns.push_back(
        {member_of(*batch, first), member_of(*batch, first + 1), member_of(*batch, first + 2)});
  }
  check_zones(zones, schema);
  return zones;
}

}  // namespace

std::string encode_file_zones(const Zones& zones, const Schema& schema) {
  const Batch batch = as_batch(zones, schema);
  std::string bytes;
  ByteSinkPtr sink = sink_to_string(bytes);
  auto writer =
      make_ipc_writer(*sink, batch.schema, {.file = false, .compression = BodyCompression::kZstd});
  writer->write(batch);
  writer->finish();
  sink->finish();
  std::string text;
  append_base64(text, bytes);
  if (std::ssize(text) > kMaxFileZonesBytes) text.clear();
  return text;
}

Zones decode_file_zones(std::string_view text, const Schema& schema, int64_t count) {
  std::string bytes;
  if (std::ssize(text) > kMaxFileZonesBytes || !append_from_base64(bytes, text))
    throw Error("the footer's zones are not base64");
  try {
    Zones zones = read_zones(std::move(bytes), schema);
    if (zones.count != count)
      throw Error(fmt::format("there are {} for {} batches", zones.count, count));
    return zones;
  } catch (const Error& error) {
    throw Error("the footer's zones are damaged: " + error.message());
  }
}

}  // namespace penstock
