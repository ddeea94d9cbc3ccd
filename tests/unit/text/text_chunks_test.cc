#include "libcore/text/text_chunks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/text/csv_test_input.h"

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

}  // namespace
}  // namespace penstock
