#include "libcore/text/shared_chunks.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/chunks/ledger.h"
#include "libcore/text/csv/records.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

struct Piece {
  int64_t offset;
  std::string text;
  TextChunk::State state;
  std::vector<std::pair<int64_t, std::string>> faults;  // their places and reasons

  void add(const Piece& next) {
    text += next.text;
    state = next.state;
    faults.insert(faults.end(), next.faults.begin(), next.faults.end());
  }
};

Piece piece_of(const TextChunk& chunk) {
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(chunk.data[chunk.size + i], ' ');
  Piece piece{chunk.offset, std::string(text_of(chunk)), chunk.state, {}};
  for (const CsvProblem& problem : chunk.refused)
    piece.faults.emplace_back(chunk.offset + problem.offset, problem.reason);
  return piece;
}

SharedRecords records_at(int64_t begin, bool quotes, bool returns, bool judges = false) {
  SharedRecords records{begin, quotes, returns, {}};
  CsvDialect dialect;
  dialect.quotes = quotes;
  if (judges) records.judge = [dialect] { return make_csv_judge(dialect, 2); };
  return records;
}

// What one reader gives of the text.
Piece whole(const std::string& text, const SharedRecords& records) {
  ByteSourcePtr source = source_from_bytes(text, "t");
  TextChunkOptions options;
  options.quotes = records.quotes;
  options.returns = records.returns;
  options.begin = records.begin;
  options.end = static_cast<int64_t>(text.size());
  TextChunks chunks(*source, options);
  if (records.judge) chunks.judge_by(records.judge(), records.quotes);
  Piece all{records.begin, "", TextChunk::State::kWhole, {}};
  while (std::optional<TextChunk> chunk = chunks.next())
    all.add(piece_of(*chunk));
  return all;
}

class SharedText : public ::testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }

  // The pieces that `scans` scans side by side have, in the order of the text.
  std::vector<Piece> share(const std::string& text, const SharedRecords& records, int scans) {
    std::mutex mutex;
    std::vector<Piece> pieces;
    std::vector<std::thread> threads;
    ByteSourcePtr source = source_from_bytes(text, "t");
    auto scan = [&] {
      ChunkLedger ledger(path_, {static_cast<int64_t>(text.size())});
      SharedChunks chunks(*source, {&ledger, 0}, records);
      while (std::optional<TextChunk> chunk = chunks.next()) {
        std::lock_guard lock(mutex);
        pieces.push_back(piece_of(*chunk));
      }
    };
    for (int i = 1; i < scans; ++i)
      threads.emplace_back(scan);
    scan();
    for (std::thread& thread : threads)
      thread.join();
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.offset < b.offset; });
    return pieces;
  }

  std::string path_ = ::testing::TempDir() + "shared-" + std::to_string(getpid());
};

// Records of any length, quotes in pairs or not, any line ends, chunks shorter than a record or
// longer, faults passed over or not.
TEST_F(SharedText, ChunksTogetherAreTheWhole) {
  const std::vector<std::string> parts = {"a",   ",",        "\"",    "\"\"",  "\n",
                                          "\n",  "\r",       "b",     "\r\n",  "\",",
                                          ",\"", "\"x\ny\"", "a,b\n", "a,b\r", "\r\r\n"};
  for (uint32_t seed = 0; seed < static_cast<uint32_t>(testing::property_rounds(6000)); ++seed) {
    std::mt19937 random(seed);
    std::string text;
    size_t repeat = random() % 8 == 0 ? 40 : 1;
    for (size_t i = random() % 80; i > 0; --i) {
      const std::string& part = parts[random() % parts.size()];
      for (size_t j = random() % repeat + 1; j > 0; --j)
        text += part;
    }
    if (text.empty()) text = "\n";
    auto begin = static_cast<int64_t>(random() % 3 == 0 ? random() % (text.size() + 1) : 0);
    bool judges = random() % 3 == 0;
    SharedRecords records =
        records_at(begin, random() % 4 != 0, judges || random() % 2 == 0, judges);
    auto total = static_cast<int64_t>(1 + random() % 40);
    std::remove(path_.c_str());  // to truncate it would wait for the disk
    make_chunk_ledger(path_, total, {static_cast<int64_t>(text.size())});
    Piece got{begin, "", TextChunk::State::kWhole, {}};
    for (const Piece& piece : share(text, records, 1 + static_cast<int>(random() % 3))) {
      ASSERT_EQ(piece.offset, begin + static_cast<int64_t>(got.text.size())) << "seed " << seed;
      ASSERT_EQ(got.state, TextChunk::State::kWhole) << "seed " << seed;
      got.add(piece);
    }
    Piece expected = whole(text, records);
    ASSERT_EQ(got.text, expected.text) << "seed " << seed << ", " << total << " chunks";
    ASSERT_EQ(got.state, expected.state) << "seed " << seed;
    ASSERT_EQ(got.faults, expected.faults) << "seed " << seed << ", " << total << " chunks:\n"
                                           << text;
  }
}

// Where a shell has a ledger begin behind the first chunk, quotes before it are counted.
TEST_F(SharedText, BeginsAnywhere) {
  std::string text = "a,\"x\ny\"\nb,c\nd,\"\n\n\"\ne,f\n";
  for (int64_t next = 1; next <= 12; ++next) {
    FILE* file = std::fopen(path_.c_str(), "w");
    std::fprintf(file, "%d 12\n", static_cast<int>(next));
    std::fclose(file);
    std::string got;
    for (const Piece& piece : share(text, records_at(0, true, true), 1))
      got += piece.text;
    auto cut = static_cast<size_t>(static_cast<int64_t>(text.size()) * (next - 1) / 12);
    std::string right;
    for (size_t start : {size_t{0}, size_t{8}, size_t{12}, size_t{19}}) {
      if (start < cut) continue;
      right = text.substr(start);
      break;
    }
    EXPECT_EQ(got, right) << next;
  }
}

// The last of some chunks, where only the beginning of an earlier record is known.
class LastChunk : public ChunkSource {
 public:
  LastChunk(int64_t size, int64_t parts, int64_t known)
      : division_({size}, parts), known_(known), left_(1) {}
  int64_t first_input() const override { return 0; }
  int64_t size_of(int64_t input) const override { return division_.size_of(input); }
  RecordsBegin begin_of_records() override { return {known_, false}; }
  std::optional<int64_t> known_begin_of_records() override { return std::nullopt; }
  void tell_next(int64_t) override {}
  void give_way() noexcept override {}
  Chunk last() const { return division_.chunk(division_.count()); }

 protected:
  std::optional<Chunk> get_after(const Chunk&) override {
    if (left_-- == 0) return std::nullopt;
    return last();
  }

 private:
  ChunkDivision division_;
  int64_t known_;
  int left_;
};

TEST_F(SharedText, ABeginningIsFoundFromAnEarlierRecord) {
  std::string text = "a,\"x\ny\"\nb,c\nd,\"\n\n\"\ne,f\n";
  for (int64_t known : {0, 8, 12, 19, 23}) {
    for (int64_t parts = 2; parts < 12; ++parts) {
      for (bool judges : {false, true}) {
        LastChunk source(std::ssize(text), parts, known);
        int64_t begin = known;
        for (int64_t start : {0, 8, 12, 19, 23}) {
          if (begin < source.last().begin && start > begin) begin = start;
        }
        ByteSourcePtr bytes = source_from_bytes(text, "t");
        SharedChunks chunks(*bytes, {&source, 0}, records_at(0, true, true, judges));
        std::string got;
        while (std::optional<TextChunk> chunk = chunks.next())
          got += text_of(*chunk);
        EXPECT_EQ(got, text.substr(static_cast<size_t>(begin))) << known << " " << parts;
      }
    }
  }
}

// Counts the bytes that are read.
class ReadCountingSource : public ByteSource {
 public:
  explicit ReadCountingSource(std::string bytes)
      : below_(source_from_bytes(std::move(bytes), "t")) {}
  int64_t read(void* out, int64_t size) override { return below_->read(out, size); }
  const std::string& name() const override { return below_->name(); }
  std::optional<int64_t> size() const override { return below_->size(); }
  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    int64_t got = below_->read_at(offset, out, size);
    count += got;
    return got;
  }
  mutable std::atomic<int64_t> count = 0;

 private:
  ByteSourcePtr below_;
};

TEST_F(SharedText, EachByteIsReadOnce) {
  for (const char* record :
       {"12345,abcdefgh\n", "\"12345\",\"abc\ndefgh\"\n", "\"1\n2,3\n4\",\n"}) {
    std::string text;
    while (text.size() < 50'000'000)
      text += record;
    ReadCountingSource source(text);
    auto size = static_cast<int64_t>(text.size());
    make_chunk_ledger(path_, least_chunks({size}), {size});
    std::vector<std::thread> threads;
    std::atomic<int64_t> given = 0;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        ChunkLedger ledger(path_, {size});
        SharedChunks chunks(source, {&ledger, 0}, records_at(0, true, true));
        while (std::optional<TextChunk> chunk = chunks.next())
          given += chunk->size;
      });
    }
    for (std::thread& thread : threads)
      thread.join();
    EXPECT_EQ(given, size);
    EXPECT_LT(source.count, size + size / 500) << record;
  }
}

TEST_F(SharedText, TheLedgersSizeHolds) {
  make_chunk_ledger(path_, 2, {8});
  std::string got;
  for (const Piece& piece : share("a,b\nc,d\ne,f\n", records_at(0, true, true), 1))
    got += piece.text;
  EXPECT_EQ(got, "a,b\nc,d\n");
  try {
    share("a,b\nc,", records_at(0, true, true), 1);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "t: has 6 bytes, but had 8 when it was divided into chunks");
  }
}

}  // namespace
}  // namespace penstock
