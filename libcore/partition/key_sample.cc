#include "libcore/partition/key_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/keys/row_keys.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/partition/range_bounds.h"

namespace penstock {
namespace {

constexpr int64_t kRowsARange = 256;
constexpr int64_t kLeastSample = 4096;
constexpr int64_t kMostSample = int64_t{1} << 17;
constexpr const char* kWeightName = "penstock.rows";

// The different keys of all samples, in order, with the number of rows that each stands for.
struct WeightedKeys {
  std::vector<RowIndex> first;  // a row that has the key
  std::vector<double> weight;
};

WeightedKeys group_keys(const RowKeys& keys, const KeyOrder& order, const Column& weights) {
  std::vector<RowIndex> rows(static_cast<size_t>(keys.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  std::sort(rows.begin(), rows.end(),
            [&](RowIndex a, RowIndex b) { return comes_before(order, keys, a, keys, b); });
  const auto* weight = weights.data<double>();
  WeightedKeys groups;
  for (RowIndex row : rows) {
    if (groups.first.empty() || comes_before(order, keys, groups.first.back(), keys, row)) {
      groups.first.push_back(row);
      groups.weight.push_back(0);
    }
    groups.weight.back() += weight[row];
  }
  return groups;
}

// Returns how many rows a range may hold: an even share of the rows that remain when each key with
// more rows than that has a range of its own.
double even_share(const WeightedKeys& groups, int64_t partitions) {
  const double all = std::accumulate(groups.weight.begin(), groups.weight.end(), 0.0);
  double share = all / static_cast<double>(partitions);
  for (int64_t heavies = 0;;) {
    int64_t count = 0;
    double light = all;
    for (double weight : groups.weight) {
      if (weight <= share) continue;
      ++count;
      light -= weight;
    }
    if (count == heavies || count >= partitions) return share;
    heavies = count;
    share = std::min(share, light / static_cast<double>(partitions - count));
  }
}

// Returns the keys that begin the ranges 1, 2, … A range ends before and after a key that holds
// more than a share, and where one more key would take it farther from an even share of the
// remaining rows than it is; but there are never so many ranges that a later heavy key could not
// have its own.
std::vector<RowIndex> even_ranges(const WeightedKeys& groups, int64_t partitions) {
  const double share = even_share(groups, partitions);
  auto is_heavy = [&](size_t g) { return groups.weight[g] > share; };
  int64_t heavies_left = 0;
  double light_left = 0;  // in the open range, too
  for (size_t g = 0; g < groups.weight.size(); ++g) {
    heavies_left += is_heavy(g) ? 1 : 0;
    light_left += is_heavy(g) ? 0 : groups.weight[g];
  }
  std::vector<RowIndex> begins;
  double filled = 0;
  bool holds_heavy = false;
  for (size_t g = 0; g < groups.first.size(); ++g) {
    const double weight = groups.weight[g];
    const int64_t ranges_left = partitions - std::ssize(begins);
    const auto light_ranges = static_cast<double>(std::max<int64_t>(1, ranges_left - heavies_left));
    bool full = is_heavy(g) || holds_heavy || filled + weight / 2 > light_left / light_ranges;
    if (filled > 0 && full && ranges_left - 1 >= std::max<int64_t>(1, heavies_left)) {
      begins.push_back(groups.first[g]);
      if (!holds_heavy) light_left -= filled;
      filled = 0;
      holds_heavy = false;
    }
    filled += weight;
    if (is_heavy(g)) {
      holds_heavy = true;
      --heavies_left;
    }
  }
  return begins;
}

// Returns a plain column with its texts and bytes cut to kMostSampledTextBytes.
ColumnPtr beginnings(const ColumnPtr& column) {
  if (!is_variable_bytes(column->type->id)) return column;
  constexpr auto kMost = static_cast<size_t>(kMostSampledTextBytes);
  BytesBuilder builder;
  for (int64_t i = 0; i < column->length; ++i) {
    if (column->is_null(i)) {
      builder.append_null();
      continue;
    }
    std::string_view text = column->bytes_at(i);
    size_t size = std::min(text.size(), kMost);
    // Not within a character, whose later bytes are 10xxxxxx.
    if (is_text(column->type->id) && size < text.size()) {
      while ((static_cast<uint8_t>(text[size]) & 0xC0U) == 0x80)
        --size;
    }
    builder.append(text.substr(0, size));
  }
  return builder.finish(column->type);
}

// The weights of a stranger are harmless: they affect only how even ranges are.
void require_sample(const Batch& sample, const Schema& keys) {
  const std::vector<Field>& fields = sample.schema->fields();
  bool fits = fields.size() == keys.size() + 1 && fields.back().name == kWeightName &&
              fields.back().type->id == TypeId::kFloat64 && sample.columns.back()->null_count == 0;
  for (size_t i = 0; fits && i < keys.size(); ++i)
    fits = fields[i].name == keys[i].name && equals(*fields[i].type, *keys[i].type);
  if (!fits)
    throw Error("a sample of keys is damaged, or its keys are not those of the other samples");
}

}  // namespace

int64_t sample_rows(int64_t partitions) {
  return std::clamp(partitions * kRowsARange, kLeastSample, kMostSample);
}

KeySampler::KeySampler(const Schema& schema, const std::vector<SortKey>& keys, int64_t size,
                       uint64_t seed, SampledTexts texts)
    : schema_(key_schema(schema, keys)), size_(size), texts_(texts), random_(seed) {
  PENSTOCK_CHECK(size > 0);
  KeyOrder checked(schema, keys);
  for (const SortKey& key : keys)
    columns_.push_back(schema.index_of(key.name));
}

double KeySampler::uniform() {
  // Never 0, which has no logarithm.
  return (static_cast<double>(random_() >> 11) + 0.5) * 0x1p-53;
}

// How many rows pass by until the next one is taken.
void KeySampler::skip() {
  threshold_ *= std::exp(std::log(uniform()) / static_cast<double>(size_));
  double passed = std::floor(std::log(uniform()) / std::log1p(-threshold_));
  constexpr double kNever = 0x1p62;
  next_ += 1 + static_cast<int64_t>(std::min(passed, kNever));
}

void KeySampler::add(const Batch& batch) {
  std::vector<RowIndex> taken;
  const auto part = static_cast<int32_t>(parts_.size());
  while (next_ < seen_ + batch.rows) {
    const PartRow row{part, static_cast<RowIndex>(taken.size())};
    taken.push_back(static_cast<RowIndex>(next_ - seen_));
    if (std::ssize(slots_) < size_) {
      slots_.push_back(row);
      ++next_;
      if (std::ssize(slots_) < size_) continue;
      // The reservoir is full: from here on rows are skipped.
      --next_;
      skip();
    } else {
      slots_[random_() % static_cast<uint64_t>(size_)] = row;
      skip();
    }
  }
  seen_ += batch.rows;
  if (taken.empty()) return;
  Batch keys{schema_, static_cast<int64_t>(taken.size()), {}};
  for (size_t column : columns_) {
    ColumnPtr values = plain(take(*batch.columns[column], taken));
    if (texts_ == SampledTexts::kBeginnings) values = beginnings(values);
    keys.columns.push_back(std::move(values));
  }
  part_rows_ += keys.rows;
  parts_.push_back(std::move(keys));
  constexpr size_t kMostParts = 256;
  if (part_rows_ > 2 * size_ || parts_.size() >= kMostParts) compact();
}

// Puts the rows that are still in the sample into one part.
void KeySampler::compact() {
  Batch keys{schema_, std::ssize(slots_), {}};
  for (size_t c = 0; c < schema_->size(); ++c) {
    std::vector<ColumnPtr> columns;
    for (const Batch& part : parts_)
      columns.push_back(part.columns[c]);
    keys.columns.push_back(take_from(columns, slots_));
  }
  for (size_t i = 0; i < slots_.size(); ++i)
    slots_[i] = {0, static_cast<RowIndex>(i)};
  part_rows_ = keys.rows;
  parts_.clear();
  parts_.push_back(std::move(keys));
}

Batch KeySampler::sample() const {
  KeySampler copy = *this;
  std::vector<Field> fields = schema_->fields();
  fields.push_back({kWeightName, float64_type(), false, {}});
  Batch sample;
  if (!slots_.empty()) {
    copy.compact();
    sample = std::move(copy.parts_[0]);
  } else {
    for (const Field& field : schema_->fields())
      sample.columns.push_back(make_null_column(field.type, 0));
  }
  FixedBuilder<double> weights;
  for (int64_t i = 0; i < sample.rows; ++i)
    weights.append(static_cast<double>(seen_) / static_cast<double>(sample.rows));
  sample.columns.push_back(weights.finish(float64_type()));
  sample.schema = make_schema(std::move(fields));
  return sample;
}

Batch choose_bounds(std::span<const Batch> samples, const std::vector<SortKey>& keys,
                    int64_t partitions) {
  PENSTOCK_CHECK(!samples.empty() && partitions > 0);
  SchemaPtr schema = key_schema(*samples[0].schema, keys);
  for (const Batch& sample : samples)
    require_sample(sample, *schema);
  Batch all = concatenate(samples);
  KeyOrder order(*all.schema, keys);
  RowKeys all_keys(order, all);
  WeightedKeys groups = group_keys(all_keys, order, *all.columns.back());
  std::vector<RowIndex> begins = even_ranges(groups, partitions);
  Batch bounds{schema, std::ssize(begins), {}};
  for (size_t c = 0; c < schema->size(); ++c)
    bounds.columns.push_back(take(*all.columns[c], begins));
  return bounds;
}

std::string encode_batch_stream(const Batch& batch) {
  std::string bytes;
  ByteSinkPtr sink = sink_to_string(bytes);
  auto writer = make_ipc_writer(*sink, batch.schema);
  writer->write(batch);
  writer->finish();
  sink->finish();
  return bytes;
}

Batch decode_batch_stream(std::string_view bytes) {
  ByteSourcePtr source = source_from_bytes(std::string(bytes), "sample of keys");
  OperatorPtr stream = open_ipc(std::make_unique<PeekableSource>(std::move(source)));
  std::vector<Batch> batches;
  while (std::optional<Batch> batch = stream->next())
    batches.push_back(*std::move(batch));
  if (batches.size() == 1) return batches[0];
  if (batches.size() > 1) return concatenate(batches);
  Batch empty{stream->schema(), 0, {}};
  for (const Field& field : stream->schema()->fields())
    empty.columns.push_back(make_null_column(field.type, 0));
  return empty;
}

}  // namespace penstock
