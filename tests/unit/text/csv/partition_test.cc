#include "libcore/text/csv/partition.h"

#include <gtest/gtest.h>

#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

bool possible(std::string_view text, bool inside, int64_t width = 2, bool at_end = false) {
  return can_follow_newline(text, inside, at_end, width, CsvDialect());
}

TEST(CanFollowNewline, OutsideQuotes) {
  EXPECT_TRUE(possible("a,b\nc,d\n", false));
  EXPECT_FALSE(possible("a\nc,d\n", false));
  EXPECT_FALSE(possible("a,b,c\nc,d\n", false));
  EXPECT_TRUE(possible("\"x\ny\",b\n", false));
  EXPECT_FALSE(possible("x\",b\nc,\"d\",e\"\n", false));
  EXPECT_FALSE(possible("a,\"b\n", false, 2, true));
  EXPECT_TRUE(possible("a,\"b\n", false, 2, false));
}

TEST(CanFollowNewline, InsideQuotes) {
  EXPECT_TRUE(possible("text\",b\nc,d\n", true));
  EXPECT_TRUE(possible("say \"\"hi\"\"\"\nc,d\n", true));
  EXPECT_FALSE(possible("a,\"b\"\nc,d\n", true));
  EXPECT_FALSE(possible("x\",b,c\nc,d\n", true));
  EXPECT_TRUE(possible("no quote at all\n", true));
  EXPECT_FALSE(possible("no quote at all\n", true, 2, true));
}

int64_t start_of(const std::string& text, int64_t offset, int64_t width, bool count = false) {
  ByteSourcePtr source = source_from_bytes(text, "t.csv");
  return CsvCutter(*source, CsvDialect(), width, 0, count).record_start(offset);
}

TEST(CsvCutter, FindsTheNextRecord) {
  std::string text = "a,b\n\"c\n,\n\",d\ne,f";
  for (bool count : {false, true}) {
    EXPECT_EQ(start_of(text, 0, 2, count), 0);
    for (int64_t offset = 1; offset <= 4; ++offset)
      EXPECT_EQ(start_of(text, offset, 2, count), 4);
    for (int64_t offset = 5; offset <= 13; ++offset) {
      EXPECT_EQ(start_of(text, offset, 2, count), 13);
    }
    for (int64_t offset = 14; offset <= 16; ++offset) {
      EXPECT_EQ(start_of(text, offset, 2, count), 16);
    }
  }
}

// A quoted field that looks like records of the file's width for longer than one looks is cut,
// which the reader of the range before notices; where any text would look like that, quotes are
// counted.
TEST(CsvCutter, ATableInsideAField) {
  std::string inner;
  while (inner.size() < 6'000'000)
    inner += "1,2\n";
  std::string text = "x,\"" + inner + "\"\ny,z\n";
  auto last = static_cast<int64_t>(text.size()) - 4;
  EXPECT_EQ(start_of(text, 500'000, 2), 500'003);
  EXPECT_EQ(start_of(text, 500'000, 2, true), last);
  EXPECT_EQ(start_of(text, 5'900'000, 2), last);
  EXPECT_EQ(start_of("x,\"\"\n" + inner, 501'001, 2), 501'001);
  CsvReadOptions options;
  options.header = false;
  options.partitions = 3;
  EXPECT_EQ(
      error_of(text, options),
      "t.csv: --partition 1/3: a cut lies in a quoted field that looks like records; read the "
      "file as a whole, or in chunks (--chunks)");

  std::string words = "\"x\n" + std::string(6'000'000, 'y');
  for (size_t i = 1000; i < words.size(); i += 1000)
    words[i] = '\n';
  words += "\"\nz\n";
  EXPECT_EQ(start_of(words, 500'000, 1), static_cast<int64_t>(words.size()) - 2);
}

// What a file's ranges read of it, all together.
class CountingSource : public ByteSource {
 public:
  explicit CountingSource(std::string bytes) : below_(source_from_bytes(std::move(bytes), "t")) {}
  int64_t read(void* out, int64_t size) override { return below_->read(out, size); }
  const std::string& name() const override { return below_->name(); }
  std::optional<int64_t> size() const override { return below_->size(); }
  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    int64_t got = below_->read_at(offset, out, size);
    count += got;
    return got;
  }
  mutable int64_t count = 0;

 private:
  ByteSourcePtr below_;
};

TEST(CsvCutter, CutsCostLittle) {
  for (const char* record :
       {"12345,abcdefgh\n", "\"12345\",\"abc\ndefgh\"\n", "\"1\n2,3\n4\",\n"}) {
    std::string text;
    while (text.size() < 100'000'000)
      text += record;
    for (int64_t parts : {2, 5, 32}) {
      CountingSource source(text);
      CsvCutter cutter(source, CsvDialect(), 2, 0, false);
      int64_t end = 0;
      for (int64_t part = 1; part <= parts; ++part) {
        CsvCutter::Range range = cutter.range(part, parts);
        EXPECT_EQ(range.begin, end);
        end = range.end;
      }
      EXPECT_EQ(end, static_cast<int64_t>(text.size()));
      EXPECT_LT(source.count, std::ssize(text) / 50) << record << parts;
    }
  }
}

}  // namespace
}  // namespace penstock
