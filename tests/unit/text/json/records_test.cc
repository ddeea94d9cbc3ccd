#include "libcore/text/json/records.h"

#include <gtest/gtest.h>

#include <vector>

#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

// The chunks' texts, and the last one's fault.
std::vector<std::string> chunks_of(const std::string& text, bool array, int64_t chunk_bytes,
                                   std::string* fault = nullptr) {
  ByteSourcePtr source = source_from_bytes(text, "t");
  JsonRecordChunkOptions options;
  options.array = array;
  options.chunk_bytes = chunk_bytes;
  options.max_record_bytes = 40;
  JsonRecordChunks chunks(*source, options);
  std::vector<std::string> texts;
  while (auto chunk = chunks.next()) {
    EXPECT_EQ(chunk->first, texts.empty());
    EXPECT_EQ(chunk->text.data[chunk->text.size], ' ');
    texts.emplace_back(reinterpret_cast<const char*>(chunk->text.data),
                       static_cast<size_t>(chunk->text.size));
    if (fault != nullptr) *fault = chunk->fault;
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(JsonRecords, CutsAtRecords) {
  EXPECT_EQ(chunks_of("{\"a\":[{}]}\n{\"b\":\"}\\\"{\"} {}", false, 9),
            (Texts{"{\"a\":[{}]}", "\n{\"b\":\"}\\\"{\"} {}"}));
  EXPECT_EQ(chunks_of("{\"a\":1}, {\"b\":[]} ] ", true, 1), (Texts{"{\"a\":1}", ", {\"b\":[]} "}));
}

TEST(JsonRecords, SameBytesWhateverTheChunks) {
  std::string text = "{\"a\":\"x\\\\\"},{\"b\":{\"c\":[\"]\",\"{\"]}},\n{},{\"d\":\"\\\"}\"}";
  for (int64_t bytes = 1; bytes < 60; ++bytes) {
    std::string together;
    std::string fault;
    for (const std::string& part : chunks_of(text + "]", true, bytes, &fault))
      together += part;
    EXPECT_EQ(together, text);
    EXPECT_EQ(fault, "");
  }
}

TEST(JsonRecords, Faults) {
  std::string fault;
  chunks_of("{}", true, 10, &fault);
  EXPECT_EQ(fault, "the input ends before the array's closing bracket");
  chunks_of("{}] x", true, 10, &fault);
  EXPECT_EQ(fault, "something follows the array's closing bracket");
  chunks_of("{\"a\":\"" + std::string(100, 'x') + "\"}]", true, 10, &fault);
  EXPECT_EQ(fault, "a record is longer than 40 bytes");
  chunks_of("{\"a\":\"" + std::string(30, 'x') + "\"}]", true, 10, &fault);
  EXPECT_EQ(fault, "");
}

}  // namespace
}  // namespace penstock
