#include "libcore/arrow/ipc_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <string>
#include <utility>

#include "libcore/arrow/batch_assembler.h"
#include "libcore/arrow/file_zones.h"
#include "libcore/arrow/ipc_file.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

// Limit of the batches of a file, read through a pipe, that wait for a dictionary that follows
// them.
constexpr int64_t kMaxHeldBytes = int64_t{1} << 30;

bool begins_with_magic(std::span<const uint8_t> beginning) {
  return beginning.size() >= kFileMagicBytes &&
         std::memcmp(beginning.data(), kFileMagic, kFileMagicBytes) == 0;
}

// Runs `work`, putting `place` before the message of its Error, unless that names the input
// already.
template <typename Work>
auto at_place(const std::string& place, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.names_input()) throw;
    throw error.prefixed(place + ": ");
  }
}

// The common part of both ways of reading: names in messages, the partition, the count of rows.
class IpcInput : public Operator {
 public:
  IpcInput(std::unique_ptr<PeekableSource> source, IpcReadOptions options)
      : source_(std::move(source)), options_(std::move(options)) {}

  SchemaPtr schema() const override { return assembler_->schema(); }

 protected:
  void set_schema(WireSchema schema) {
    if (options_.on_schema) options_.on_schema(*schema.schema);
    at_place(name(), [&] {
      std::optional<std::vector<std::string>> columns;
      if (options_.columns) {
        columns = options_.columns->choose(schema.schema->names());
      } else if (options_.choose_columns) {
        columns = options_.choose_columns(*schema.schema);
      }
      assembler_.emplace(std::move(schema), columns);
    });
  }
  const std::string& name() const { return source_->name(); }
  std::string batch_place(int64_t number) const {
    return fmt::format("{}: batch {}", name(), number + 1);
  }

  [[noreturn]] void cut() const {
    std::string what =
        fmt::format("{}: input ended before end-of-stream (after {} rows)", name(), rows_);
    throw source_->is_pipe() ? Error::of_peer(std::move(what)) : Error(std::move(what));
  }

  std::unique_ptr<PeekableSource> source_;
  IpcReadOptions options_;
  std::optional<BatchAssembler> assembler_;
  int64_t batches_ = 0;  // read so far, of all partitions
  int64_t rows_ = 0;     // in them
};

// Reads message after message: streams, and files that cannot be sought.
class StreamInput : public IpcInput {
 public:
  StreamInput(std::unique_ptr<PeekableSource> source, IpcReadOptions options)
      : IpcInput(std::move(source), std::move(options)), messages_(*source_) {
    is_file_ = begins_with_magic(source_->peek(kFileHeaderBytes));
    if (is_file_ && !messages_.skip(kFileHeaderBytes)) cut();
    ReceivedMessage message;
    if (!receive(message, is_file_)) {
      throw Error(name() + ": an Arrow stream that ends before its schema");
    }
    if (message.metadata.kind != MessageMetadata::Kind::kSchema) {
      throw Error(name() + ": an Arrow stream that does not begin with its schema");
    }
    set_schema(std::move(message.metadata.schema));
  }

  std::optional<Batch> next() override {
    for (;;) {
      if (!held_.empty() && (ended_ || !waits_for_dictionary())) {
        Held held = std::move(held_.front());
        held_.pop_front();
        held_bytes_ -= held.message.body.size();
        return at_place(batch_place(held.number), [&] {
          return assembler_->make_batch(held.message.metadata, held.message.body);
        });
      }
      ReceivedMessage message;
      if (!ended_ && receive(message)) {
        at_place(batch_place(batches_), [&] { take(std::move(message)); });
      } else if (held_.empty()) {
        return std::nullopt;
      }
    }
  }

 private:
  // Returns false at the end, after checking that it is the true end.
  bool receive(ReceivedMessage& message, bool is_first_of_file = false) {
    auto outcome = at_place(batch_place(batches_), [&] {
      if (is_first_of_file) return messages_.next_of_file(message);
      if (is_file_ && messages_.at_bare_footer()) return MessageReader::Outcome::kEnd;
      return messages_.next(message);
    });
    if (outcome == MessageReader::Outcome::kCut) cut();
    if (outcome == MessageReader::Outcome::kMessage) return true;
    ended_ = true;
    if (is_file_) {
      check_footer();
    } else if (!messages_.rest(1).empty()) {
      throw Error(
          name() +
          ": data follows the stream's end marker; give each stream as an input of its own");
    }
    return false;
  }

  void take(ReceivedMessage message) {
    const MessageMetadata& metadata = message.metadata;
    if (metadata.kind == MessageMetadata::Kind::kSchema) throw Error("a second schema");
    if (metadata.kind == MessageMetadata::Kind::kDictionary) {
      return assembler_->add_dictionary(metadata, message.body);
    }
    rows_ += metadata.batch.rows;
    int64_t number = batches_++;
    if (number % options_.partitions != options_.partition - 1) return;
    held_bytes_ += message.body.size();
    held_.push_back({std::move(message), number});
    if (held_.size() > 1 && held_bytes_ > kMaxHeldBytes) {
      throw Error(
          fmt::format("dictionaries follow more than {} bytes of batches; give the file as an "
                      "operand, so that it can be sought",
                      kMaxHeldBytes));
    }
  }

  // In a file, unlike in a stream, a dictionary may follow the batches that use it.
  bool waits_for_dictionary() const { return is_file_ && assembler_->lacks_dictionary(); }

  void check_footer() {
    std::vector<uint8_t> tail = messages_.rest(kMaxMessageMetadataBytes);
    std::optional<FooterMetadata> footer = at_place(name(), [&] { return find_footer(tail); });
    if (!footer) cut();
    if (static_cast<int64_t>(footer->batches.size()) != batches_) {
      throw Error(fmt::format("{}: {} batches were read but the footer lists {}", name(), batches_,
                              footer->batches.size()));
    }
  }

  struct Held {
    ReceivedMessage message;
    int64_t number;  // of the batch, from 0
  };

  MessageReader messages_;
  std::deque<Held> held_;  // batches that came but were not returned yet
  int64_t held_bytes_ = 0;
  bool is_file_ = false;
  bool ended_ = false;
};

// Reads the batches that a file's footer lists, and only the wanted parts of them.
class FileInput : public IpcInput {
 public:
  FileInput(std::unique_ptr<PeekableSource> source, IpcReadOptions options)
      : IpcInput(std::move(source), std::move(options)) {
    std::optional<FooterMetadata> footer = at_place(name(), [&] { return read_footer(*source_); });
    if (!footer) cut();
    const SchemaPtr all_columns = footer->schema.schema;
    set_schema(std::move(footer->schema));
    blocks_ = std::move(footer->batches);
    auto count = static_cast<int128_t>(blocks_.size());
    batches_ = static_cast<int64_t>(count * (options_.partition - 1) / options_.partitions);
    end_ = static_cast<int64_t>(count * options_.partition / options_.partitions);
    if (options_.choose_batches && footer->zones) choose(*footer->zones, *all_columns);
    if (options_.is_wanted) choose_wanted();
    if (options_.on_chosen && !chosen_.empty()) tell_chosen();
    for (const FileBlock& block : footer->dictionaries) {
      at_place(name(), [&] { take_dictionary(block); });
    }
  }

  std::optional<Batch> next() override {
    for (; batches_ < end_ && !is_chosen(batches_); ++batches_) {
      if (options_.on_block) options_.on_block(size_of(batches_));
    }
    if (batches_ >= end_) return std::nullopt;
    Batch batch = at_place(batch_place(batches_), [&] { return take_batch(); });
    ++batches_;
    return batch;
  }

 private:
  void choose(const std::string& zones, const Schema& all_columns) {
    Zones read = at_place(name(), [&] {
      return decode_file_zones(zones, all_columns, static_cast<int64_t>(blocks_.size()));
    });
    chosen_ = options_.choose_batches(all_columns, read);
    PENSTOCK_CHECK(chosen_.size() == blocks_.size());
    zone_rows_ = std::move(read.rows);
  }

  void choose_wanted() {
    chosen_.resize(blocks_.size(), true);
    for (size_t i = 0; i < chosen_.size(); ++i)
      chosen_[i] = chosen_[i] && options_.is_wanted(static_cast<int64_t>(i));
  }

  void tell_chosen() const {
    const auto count = std::count(chosen_.begin() + batches_, chosen_.begin() + end_, true);
    options_.on_chosen(count, end_ - batches_);
  }

  bool is_chosen(int64_t batch) const {
    return chosen_.empty() || chosen_[static_cast<size_t>(batch)];
  }
  int64_t size_of(int64_t batch) const {
    const FileBlock& block = blocks_[static_cast<size_t>(batch)];
    return block.metadata_size + block.body_size;
  }

  void take_dictionary(const FileBlock& block) {
    MessageMetadata metadata = read_block_metadata(*source_, block);
    if (metadata.kind != MessageMetadata::Kind::kDictionary) {
      throw Error("the footer lists a message as a dictionary that is not a dictionary");
    }
    BufferRange all{0, block.body_size};
    assembler_->add_dictionary(metadata, read_block_body(*source_, block, {&all, 1}));
  }

  Batch take_batch() {
    const FileBlock& block = blocks_[static_cast<size_t>(batches_)];
    MessageMetadata metadata = read_block_metadata(*source_, block);
    if (options_.on_block) options_.on_block(size_of(batches_));
    if (metadata.kind != MessageMetadata::Kind::kBatch) {
      throw Error("the footer lists a message as a batch that is not a batch");
    }
    const bool has_rows = zone_rows_ != nullptr && zone_rows_->is_valid(batches_);
    if (has_rows && zone_rows_->data<int64_t>()[batches_] != metadata.batch.rows)
      throw Error("the footer's zones and the batch disagree on its rows");
    std::vector<BufferRange> ranges = assembler_->wanted_ranges(metadata);
    return assembler_->make_batch(metadata, read_block_body(*source_, block, ranges));
  }

  std::vector<FileBlock> blocks_;
  int64_t end_ = 0;           // of this partition's batches
  std::vector<bool> chosen_;  // empty for all
  ColumnPtr zone_rows_;       // of each batch by the footer's zones; null for none
};

}  // namespace

bool is_surely_ipc(std::span<const uint8_t> beginning) {
  if (begins_with_magic(beginning)) return beginning.size() == kFileMagicBytes || beginning[6] == 0;
  constexpr uint8_t kContinuation[4] = {0xFF, 0xFF, 0xFF, 0xFF};
  size_t marker = std::min(beginning.size(), sizeof kContinuation);
  return marker != 0 && std::memcmp(beginning.data(), kContinuation, marker) == 0;
}

bool may_become_ipc(std::span<const uint8_t> beginning) {
  const size_t size = std::min(beginning.size(), size_t{kFileMagicBytes});
  return is_surely_ipc(beginning) || std::memcmp(beginning.data(), kFileMagic, size) == 0;
}

bool looks_like_ipc(std::span<const uint8_t> beginning) {
  if (is_surely_ipc(beginning)) return true;
  if (beginning.size() < 8) return false;
  // Before Arrow 0.15: the size of the metadata, then its first offset, which lies within it. As
  // text this would be control characters.
  uint32_t words[2];
  std::memcpy(words, beginning.data(), sizeof words);
  return words[0] >= 8 && words[0] <= kMaxMessageMetadataBytes && words[1] >= 4 &&
         words[1] < words[0];
}

bool is_arrow_file(const ByteSource& source) {
  std::array<uint8_t, kFileMagicBytes> beginning{};
  if (!source.size()) return false;
  const int64_t got = source.read_at(0, beginning.data(), std::ssize(beginning));
  return begins_with_magic({beginning.data(), static_cast<size_t>(got)});
}

OperatorPtr open_ipc(std::unique_ptr<PeekableSource> source, IpcReadOptions options) {
  bool seekable = source->size().has_value();
  if (seekable && begins_with_magic(source->peek(kFileHeaderBytes))) {
    return std::make_unique<FileInput>(std::move(source), std::move(options));
  }
  return std::make_unique<StreamInput>(std::move(source), std::move(options));
}

}  // namespace penstock
