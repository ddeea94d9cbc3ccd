#include "libcore/ops/window/sorted_rows.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/keys/value.h"
#include "libcore/os/threads.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr int64_t kLeastBlockRows = 64;
constexpr int64_t kMostBlockRows = 16384;

// Words of 64 bits each that one thread sets at a time.
constexpr size_t kMarkedWords = 4096;

// Rows of a part that is gathered.
constexpr int64_t kGatheredRows = 65536;

// Bytes for each row of a block besides its values: bounds of partitions, peers and frames.
constexpr int64_t kBoundsBytes = 64;

// Blocks and parts that the calls of a window have in memory at the same time, about.
constexpr int64_t kBlocksShare = 16;

// Sets differs[i] where row i does not equal row i - 1, for the rows from 1 on.
void compare_neighbours(const Column& column, std::vector<uint8_t>& differs) {
  if (column.null_count == 0 && is_key_type(*column.type)) {
    const int32_t width = key_width(*column.type);
    if (width >= 1 && width <= 8) {
      with_key_codes(column, [&](auto code) {
        uint64_t before = code(0);
        for (size_t i = 1; i < differs.size(); ++i) {
          const uint64_t now = code(static_cast<int64_t>(i));
          differs[i] |= static_cast<uint8_t>(now != before);
          before = now;
        }
      });
      return;
    }
  }
  for (size_t i = 1; i < differs.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (differs[i] == 0 && compare_rows(column, row - 1, column, row) != 0) differs[i] = 1;
  }
}

// Where the rows of batches are that are numbered from 0 on.
class RowPlaces {
 public:
  explicit RowPlaces(std::span<const Batch> batches) {
    int64_t rows = 0;
    for (const Batch& batch : batches) {
      firsts_.push_back(rows);
      rows += batch.rows;
    }
    firsts_.push_back(rows);
    for (size_t part = 0; part < batches.size(); ++part) {
      while (std::ssize(near_) * kNearRows < firsts_[part + 1])
        near_.push_back(static_cast<int32_t>(part));
    }
  }

  // Appends the places and the numbers of the sorted rows from `begin` to `end`.
  void find(const SortedWords& words, int64_t begin, int64_t end, std::vector<PartRow>& places,
            MutableBuffer& numbers) const {
    const uint64_t mask = (uint64_t{1} << words.row_bits) - 1;
    for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i) {
      if (words.row_bits > 0) {
        const auto number = static_cast<int64_t>(words.words[i] & mask);
        places.push_back(place_of(number));
        numbers.push(number);
      } else {
        const PartRow place = words.items[i].row;
        places.push_back(place);
        numbers.push(firsts_[static_cast<size_t>(place.part)] + place.row);
      }
    }
  }

 private:
  static constexpr int64_t kNearRows = 1024;

  PartRow place_of(int64_t number) const {
    int32_t part = near_[static_cast<size_t>(number / kNearRows)];
    while (firsts_[static_cast<size_t>(part) + 1] <= number)
      ++part;
    return {part, static_cast<RowIndex>(number - firsts_[static_cast<size_t>(part)])};
  }

  std::vector<int64_t> firsts_;  // the number of each batch's first row, and of all rows
  // The batch of each row whose number is a multiple of kNearRows.
  std::vector<int32_t> near_;
};

}  // namespace

SortedRows::SortedRows(OperatorPtr sorted, size_t partition, size_t order,
                       const SpillOptions& spill)
    : file_(spill.directory), budget_(spill.memory) {
  while (std::optional<Batch> batch = sorted->next()) {
    const auto words = static_cast<size_t>((rows_ + batch->rows + 63) / 64);
    partitions_.resize(words);
    peers_.resize(words);
    differs_.assign(static_cast<size_t>(batch->rows), 0);
    if (rows_ == 0) differs_[0] = 1;
    mark(*batch, 0, partition, partitions_);
    mark(*batch, partition, partition + order, peers_);
    last_ = slice(*batch, batch->rows - 1, 1);
    add(*std::move(batch), spill);
  }
  starts_.push_back(rows_);
  if (writer_) run_ = writer_->finish();
  last_ = {};
}

SortedRows::SortedRows(std::span<const Batch> batches, const SortedWords& words,
                       const std::vector<bool>& used, const SpillOptions& spill)
    : file_(spill.directory), budget_(spill.memory) {
  rows_ = static_cast<int64_t>(words.size());
  set_block_rows(memory_bytes(batches[0]) / batches[0].rows, spill.memory);
  mark(words);
  std::vector<std::vector<ColumnPtr>> columns(used.size());
  for (size_t c = 0; c < columns.size(); ++c) {
    for (const Batch& batch : batches)
      if (used[c]) columns[c].push_back(batch.columns[c]);
  }
  const RowPlaces row_places(batches);
  for (int64_t at = 0; at < rows_; at += kGatheredRows)
    starts_.push_back(at);
  held_.resize(starts_.size());
  starts_.push_back(rows_);
  // Values are fetched from anywhere in memory: two threads wait for it side by side.
  run_in_threads(held_.size(), [&](size_t p) {
    std::vector<PartRow> places;
    MutableBuffer numbers;
    row_places.find(words, starts_[p], starts_[p + 1], places, numbers);
    Batch& part = held_[p];
    part = {batches[0].schema, std::ssize(places), {}};
    for (const std::vector<ColumnPtr>& parts : columns)
      part.columns.push_back(parts.empty() ? nullptr : take_from(parts, places));
    part.columns.push_back(make_column(int64_type(), part.rows, numbers.freeze()));
  });
}

void SortedRows::mark(const SortedWords& words) {
  partitions_.resize((words.size() + 63) / 64);
  peers_.resize(partitions_.size());
  run_in_threads((peers_.size() + kMarkedWords - 1) / kMarkedWords, [&](size_t piece) {
    const size_t first = piece * kMarkedWords;
    uint64_t before = words.key(first == 0 ? 0 : 64 * first - 1);
    for (size_t word = first; word < std::min(first + kMarkedWords, peers_.size()); ++word) {
      const size_t end = std::min(64 * (word + 1), words.size());
      for (size_t i = 64 * word; i < end; ++i) {
        const uint64_t key = words.key(i);
        const uint64_t differs = key ^ std::exchange(before, key);
        peers_[word] |= static_cast<uint64_t>(differs != 0) << (i % 64);
        partitions_[word] |= static_cast<uint64_t>((differs & words.prefix_mask) != 0) << (i % 64);
      }
    }
  });
  partitions_[0] |= 1;
  peers_[0] |= 1;
}

// What begins a partition begins a group of peers.
void SortedRows::mark(const Batch& batch, size_t begin, size_t end, Bits& bits) {
  for (size_t c = begin; c < end; ++c) {
    const Column& column = *batch.columns[c];
    compare_neighbours(column, differs_);
    if (rows_ != 0 && compare_rows(*last_.columns[c], 0, column, 0) != 0) differs_[0] = 1;
  }
  for (size_t i = 0; i < differs_.size(); ++i) {
    const auto row = static_cast<size_t>(rows_) + i;
    bits[row / 64] |= static_cast<uint64_t>(differs_[i]) << (row % 64);
  }
}

void SortedRows::add(Batch batch, const SpillOptions& spill) {
  if (block_rows_ == 0) set_block_rows(memory_bytes(batch) / batch.rows, spill.memory);
  starts_.push_back(rows_);
  rows_ += batch.rows;
  const int64_t bytes = memory_bytes(batch);
  if (!writer_ && budget_.fits(bytes, kHeldShare)) {
    budget_.charge(bytes);
    held_.push_back(std::move(batch));
    return;
  }
  if (!writer_) writer_.emplace(file_, batch.schema);
  writer_->write(batch);
}

void SortedRows::set_block_rows(int64_t row_bytes, int64_t memory) {
  block_rows_ = std::clamp(memory / kBlocksShare / (row_bytes + kBoundsBytes), kLeastBlockRows,
                           kMostBlockRows);
}

int64_t SortedRows::next_set(const Bits& bits, int64_t row) const {
  auto word = static_cast<size_t>(row + 1) / 64;
  if (word >= bits.size()) return rows_;
  uint64_t rest = bits[word] >> ((row + 1) % 64) << ((row + 1) % 64);
  while (rest == 0) {
    if (++word == bits.size()) return rows_;
    rest = bits[word];
  }
  return static_cast<int64_t>(word) * 64 + std::countr_zero(rest);
}

void RowCursor::find(int64_t row) {
  const std::vector<int64_t>& starts = rows_.starts_;
  const auto part =
      static_cast<size_t>(std::upper_bound(starts.begin(), starts.end(), row) - starts.begin() - 1);
  const size_t held = rows_.held_.size();
  if (part < held) {
    part_ = rows_.held_[part];
  } else {
    if (!reading_ || part < next_) {
      reading_ = read_run(rows_.file_, *rows_.run_);
      next_ = held;
    }
    for (; next_ <= part; ++next_)
      part_ = *reading_->next();
  }
  begin_ = starts[part];
  end_ = starts[part + 1];
}

ColumnPtr RowCursor::range(size_t column, int64_t begin, int64_t end) {
  std::vector<ColumnPtr> pieces;
  while (begin < end) {
    at(column, begin);
    const int64_t stop = std::min(end, end_);
    pieces.push_back(slice(part_.columns[column], begin - begin_, stop - begin));
    begin = stop;
  }
  return pieces.size() == 1 ? pieces[0] : concatenate(pieces);
}

ColumnPtr RowCursor::take(size_t column, std::span<const int64_t> rows) {
  std::vector<ColumnPtr> columns;
  std::vector<PartRow> places;
  places.reserve(rows.size());
  int64_t begin = 0;  // the rows of the last of the columns
  int64_t end = 0;
  for (int64_t row : rows) {
    if (row < 0) {
      places.push_back({-1, 0});
      continue;
    }
    if (row < begin || row >= end) {
      at(column, row);
      begin = begin_;
      end = end_;
      columns.push_back(part_.columns[column]);
    }
    places.push_back(
        {static_cast<int32_t>(columns.size()) - 1, static_cast<RowIndex>(row - begin)});
  }
  if (columns.empty()) {
    // All are null, and any column of the type tells which.
    at(column, 0);
    columns.push_back(part_.columns[column]);
  }
  return take_from(columns, places);
}

}  // namespace penstock
