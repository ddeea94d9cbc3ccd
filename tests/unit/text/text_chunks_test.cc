#include "libcore/text/text_chunks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libcore/text/csv/records.h"
#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

using State = TextChunk::State;

struct Chunks {
  std::vector<std::string> texts;
  State last = State::kWhole;
};

Chunks all_chunks(ByteSource& source, TextChunkOptions options) {
  TextChunks chunks(source, options);
  Chunks all;
  while (auto chunk = chunks.next()) {
    all.texts.emplace_back(reinterpret_cast<const char*>(chunk->data),
                           static_cast<size_t>(chunk->size));
    all.last = chunk->state;
    for (int i = 0; i < 64; ++i)
      EXPECT_EQ(chunk->data[chunk->size + i], ' ');
  }
  return all;
}

Chunks chunks_of(const std::string& text, TextChunkOptions options) {
  PipeLikeSource pipe(text, 3);
  Chunks piped = all_chunks(pipe, options);
  ByteSourcePtr memory = source_from_bytes("xx" + text + "yy", "memory");
  options.begin = 2;
  options.end = 2 + static_cast<int64_t>(text.size());
  Chunks ranged = all_chunks(*memory, options);
  EXPECT_EQ(piped.texts, ranged.texts);
  EXPECT_EQ(piped.last, ranged.last);
  return piped;
}

TextChunkOptions of_size(int64_t chunk_bytes, bool quotes) {
  TextChunkOptions options;
  options.chunk_bytes = chunk_bytes;
  options.quotes = quotes;
  return options;
}

using Texts = std::vector<std::string>;

TEST(TextChunks, CutsAtRecordEnds) {
  EXPECT_EQ(chunks_of("", of_size(4, true)).texts, Texts());
  EXPECT_EQ(chunks_of("ab\ncd\nef", of_size(4, true)).texts, (Texts{"ab\n", "cd\n", "ef\n"}));
  EXPECT_EQ(chunks_of("ab\ncd\nef\n", of_size(6, true)).texts, (Texts{"ab\ncd\n", "ef\n"}));
  // What was read past a long record is part of its chunk.
  EXPECT_EQ(chunks_of("long record\nx\n", of_size(2, true)).texts, (Texts{"long record\nx\n"}));
}

TEST(TextChunks, QuotedNewlinesDoNotEndRecords) {
  std::string text = "\"a\nb\nc\"\nd\n";
  EXPECT_EQ(chunks_of(text, of_size(3, true)).texts, (Texts{"\"a\nb\nc\"\nd\n"}));
  EXPECT_EQ(chunks_of(text, of_size(3, false)).texts, (Texts{"\"a\n", "b\n", "c\"\n", "d\n"}));
}

TEST(TextChunks, UnclosedAndTooLong) {
  Chunks unclosed = chunks_of("a\n\"b\n", of_size(2, true));
  EXPECT_EQ(unclosed.texts, (Texts{"a\n", "\"b\n\n"}));
  EXPECT_EQ(unclosed.last, State::kUnclosed);
  TextChunkOptions options = of_size(2, false);
  options.max_record_bytes = 10;
  EXPECT_EQ(chunks_of("a\n123456789\n", options).last, State::kWhole);
  EXPECT_EQ(chunks_of("a\n1234567890\n", options).last, State::kWhole);
  EXPECT_EQ(chunks_of("a\n12345678901\n", options).last, State::kTooLong);
}

TEST(TextChunks, StopsAtTheFirstRecordPastAnOffset) {
  const std::string text = "ab\n\"c\nd\"\nefg\rhi\r\nj";
  const std::vector<int64_t> starts = {0, 3, 9, 13, 17};
  for (int64_t chunk_bytes : {1, 4, 100}) {
    for (int64_t stop = 0; stop <= 20; ++stop) {
      ByteSourcePtr memory = source_from_bytes(text, "memory");
      TextChunkOptions options = of_size(chunk_bytes, true);
      options.returns = true;
      options.begin = 0;
      options.end = std::ssize(text);
      options.stop = stop;
      TextChunks chunks(*memory, options);
      std::string read;
      while (auto chunk = chunks.next())
        read += text_of(*chunk);
      auto next = std::lower_bound(starts.begin(), starts.end(), stop);
      int64_t end = next == starts.end() ? std::ssize(text) : *next;
      EXPECT_EQ(chunks.offset(), end) << "stop " << stop << " chunk " << chunk_bytes;
      EXPECT_EQ(read, text.substr(0, static_cast<size_t>(end)) + (end == 18 ? "\n" : ""));
    }
  }
}

TEST(TextChunks, BytesTakenBackAreReadAgain) {
  PipeLikeSource pipe("ab\ncd\nef", 3);
  TextChunks chunks(pipe, of_size(7, true));
  TextChunk chunk = *chunks.next();
  EXPECT_EQ(text_of(chunk), "ab\ncd\n");
  chunks.take_back(std::move(chunk), 3);
  EXPECT_EQ(chunks.offset(), 3);
  chunk = *chunks.next();
  EXPECT_EQ(text_of(chunk), "cd\nef\n");
  EXPECT_EQ(chunks.offset(), 8);
  chunks.take_back(std::move(chunk), 4);
  EXPECT_EQ(text_of(*chunks.next()), "f\n");
  EXPECT_FALSE(chunks.next());
}

TEST(TextChunks, AJudgeReadsOnAfterFaultsWhereverChunksAreCut) {
  std::string text = "1,2\n\"3,4\n5,6\n7\n\"8\n\",9\n" + std::string(16, 'x') + ",\"\n\n0,1";
  for (int64_t chunk_bytes : {1, 5, 30, 1000}) {
    PipeLikeSource pipe(text, 4);
    TextChunkOptions options = of_size(chunk_bytes, false);
    options.returns = true;
    options.max_record_bytes = 20;
    TextChunks chunks(pipe, options);
    chunks.judge_by(make_csv_judge(CsvDialect(), 2), true);
    std::string refused;
    int64_t begin = 0;
    while (auto chunk = chunks.next()) {
      for (const CsvProblem& problem : chunk->refused)
        refused += std::to_string(begin + problem.offset) + " ";
      begin = chunks.offset();
    }
    EXPECT_EQ(refused, "4 13 22 ") << chunk_bytes;
    EXPECT_EQ(begin, std::ssize(text));
  }
}

}  // namespace
}  // namespace penstock
