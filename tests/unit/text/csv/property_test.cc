// The reader against a reading of the rules that is as plain as can be, on random input.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

using Rows = std::vector<TextRow>;

struct Reference {
  Rows rows;
  std::vector<int64_t> rejected_lines;
  int64_t first_fault = 0;  // the line on which the first faulty field begins
};

// One field by the rules of text/csv/reader.h; false when it has a fault.
bool reference_field(const std::string& field, std::optional<std::string>& value) {
  if (field.empty()) {
    value = std::nullopt;
    return true;
  }
  if (field[0] != '"') {
    bool inside = false;
    for (char c : field) {
      if (c == '"') inside = !inside;
      if (inside && (c == ',' || c == '\n' || c == '\r')) return false;
    }
    if (inside) return false;
    value = field;
    return true;
  }
  std::string text;
  size_t i = 1;
  for (;; ++i) {
    if (i >= field.size()) return false;
    if (field[i] != '"') {
      text += field[i];
    } else if (i + 1 < field.size() && field[i + 1] == '"') {
      text += '"';
      ++i;
    } else {
      break;
    }
  }
  value = text;
  return i + 1 == field.size();
}

// The bytes of the line end at text[at]; 0 when there is none.
size_t line_end_at(const std::string& text, size_t at) {
  for (std::string_view end : {"\n", "\r\n", "\r\r\n", "\r"}) {
    if (text.compare(at, end.size(), end) == 0) return end.size();
  }
  return 0;
}

// The next line's first byte.
size_t next_line(const std::string& text, size_t at) {
  while (at < text.size() && line_end_at(text, at) == 0)
    ++at;
  return at + (at < text.size() ? line_end_at(text, at) : 0);
}

// The record at text[at]: its fields as they stand and where the next begins; false when a quote is
// open at the end.
bool reference_record(const std::string& text, size_t& at, std::vector<std::string>& fields) {
  fields.assign(1, "");
  bool inside = false;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"') inside = !inside;
    if (!inside && line_end_at(text, at) > 0) {
      at += line_end_at(text, at);
      return true;
    }
    if (c == ',' && !inside) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return !inside;
}

// All of `text` is records (no header) of `width` fields; of faulty ones the first line is left
// out, or all of it where only its width is wrong.
Reference reference_read(const std::string& text, size_t width) {
  Reference result;
  size_t at = 0;
  int64_t line = 1;
  while (at < text.size()) {
    size_t end = at;
    std::vector<std::string> fields;
    bool good = reference_record(text, end, fields);
    TextRow row;
    int64_t fault = line;
    for (const std::string& field : fields) {
      row.emplace_back();
      if (!reference_field(field, row.back())) {
        good = false;
        break;
      }
      for (size_t i = 0; next_line(field, i) < field.size(); i = next_line(field, i))
        ++fault;
    }
    if (result.rejected_lines.empty()) result.first_fault = good ? line : fault;
    bool blank = fields.size() == 1 && fields[0].empty() && width > 1;
    if (!good) end = next_line(text, at);
    if (good && !blank && row.size() == width) {
      result.rows.push_back(std::move(row));
    } else if (!blank) {
      result.rejected_lines.push_back(line);
    }
    for (; at < end; at = next_line(text, at))
      ++line;
  }
  return result;
}

CsvReadOptions text_options(size_t width, int64_t chunk_bytes) {
  CsvReadOptions options;
  options.header = false;
  for (size_t i = 0; i < width; ++i)
    options.names.push_back("c" + std::to_string(i));
  options.types = {{"*", utf8_type()}};
  options.chunk_bytes = chunk_bytes;
  return options;
}

std::string random_text(std::mt19937& random, const std::vector<std::string>& pieces) {
  std::string text;
  size_t count = random() % 60;
  for (size_t i = 0; i < count; ++i)
    text += pieces[random() % pieces.size()];
  return text;
}

// A valid file; quotes, line ends and widths chosen at random.
std::string random_valid(std::mt19937& random, size_t width, size_t rows) {
  const std::vector<std::string> values = {"",         "x",          "\"\"",     "\"a,b\"",
                                           "\"p\nq\"", "\"r\r\ns\"", "\"\"\"\"", "ü",
                                           "12",       "\",\"",      "\"\n\"",   "\"x\"\"\n\""};
  std::string text;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < width; ++j) {
      text += j == 0 ? "" : ",";
      text += values[random() % values.size()];
    }
    // One empty field would be a blank line, which only one-column files keep.
    text += random() % 3 == 0 ? "\r\n" : "\n";
  }
  if (random() % 2 == 0 && !text.empty()) {
    text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
  }
  return text;
}

TEST(CsvProperty, AnyBytesAsTheRulesSay) {
  const std::vector<std::string> pieces = {
      "a",  "b",  ",",    ",",    "\"",  "\"",  "\n",
      "\n", "\r", "\r\n", "\"\"", ",\"", "\",", "xyzxyzxyzxyzxyzxyz"};
  for (uint32_t seed = 0; seed < 6000; ++seed) {
    std::mt19937 random(seed);
    std::string text = random_text(random, pieces);
    size_t width = 1 + random() % 4;
    Reference expected = reference_read(text, width);
    CsvReadOptions options = text_options(width, static_cast<int64_t>(1 + random() % 80));
    options.on_error = OnError::kSkip;
    std::vector<int64_t> lines;
    options.on_reject = [&lines](const Reject& reject) { lines.push_back(reject.line); };
    options.threads = seed % 10 == 0 ? 3 : 0;
    ASSERT_EQ(read_rows(text, options), expected.rows) << "seed " << seed << ":\n" << text;
    ASSERT_EQ(lines, expected.rejected_lines) << "seed " << seed << ":\n" << text;
    options.on_error = OnError::kFail;
    std::string error = error_of(text, options);
    if (lines.empty()) {
      ASSERT_EQ(error, "no error") << "seed " << seed;
    } else {
      ASSERT_EQ(error.find("t.csv:" + std::to_string(expected.first_fault) + ": "), 0)
          << "seed " << seed << ": " << error << "\n"
          << text;
    }
  }
}

TEST(CsvProperty, FewColumnsOfManyAreThoseOfAll) {
  for (uint32_t seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    size_t width = 2 + random() % 90;
    std::string text = random_valid(random, width, 1 + random() % 30);
    CsvReadOptions options = text_options(width, 100000);
    Rows all = read_rows(text, options);
    size_t chosen = 1 + random() % (width - 1);
    options.columns = {options.names[chosen], options.names[0]};
    options.chunk_bytes = static_cast<int64_t>(1 + random() % 3000);
    Rows few = read_rows(text, options);
    ASSERT_EQ(few.size(), all.size()) << "seed " << seed;
    for (size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(few[i], (TextRow{all[i][chosen], all[i][0]})) << "seed " << seed;
    }
  }
}

// Every way to read the ranges of a file: the whole in order.
Rows read_in_parts(const std::string& text, int64_t parts, CsvReadOptions options) {
  Rows rows;
  for (int64_t part = 1; part <= parts; ++part) {
    options.partition = part;
    options.partitions = parts;
    for (TextRow& row : read_rows(text, options))
      rows.push_back(std::move(row));
  }
  return rows;
}

TEST(CsvProperty, RangesTogetherAreTheWhole) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    size_t width = 1 + random() % 4;
    std::string text = random_valid(random, width, random() % 20);
    CsvReadOptions options = text_options(width, static_cast<int64_t>(1 + random() % 200));
    Rows whole = read_rows(text, options);
    for (int64_t parts : {1, 2, 3, 7, 16, 64}) {
      ASSERT_EQ(read_in_parts(text, parts, options), whole)
          << "seed " << seed << " parts " << parts << ":\n"
          << text;
    }
  }
}

TEST(CsvProperty, RangesOfFaultyFilesWithSkippedRecords) {
  const std::vector<std::string> pieces = {"a",    ",",   "\"",  "\n",   "\r\n",
                                           "\"\"", ",\"", "\",", "a,b\n"};
  for (uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    std::string text = random_text(random, pieces);
    CsvReadOptions options = text_options(2, 20);
    options.on_error = OnError::kSkip;
    Rows whole = read_rows(text, options);
    for (int64_t parts : {2, 5, 40}) {
      ASSERT_EQ(read_in_parts(text, parts, options), whole) << "seed " << seed << ":\n" << text;
    }
  }
}

// The sum over all ranges of one faulty file never passes for a whole.
TEST(CsvProperty, RangesOfFaultyFilesFailSomewhere) {
  const std::vector<std::string> pieces = {"a",    ",",   "\"",  "\n",   "\r\n",
                                           "\"\"", ",\"", "\",", "a,b\n"};
  for (uint32_t seed = 0; seed < 1500; ++seed) {
    std::mt19937 random(seed);
    std::string text = random_text(random, pieces);
    CsvReadOptions options = text_options(2, 20);
    if (error_of(text, options) == "no error") continue;
    for (int64_t parts : {2, 3, 5}) {
      options.partitions = parts;
      bool failed = false;
      for (int64_t part = 1; part <= parts; ++part) {
        options.partition = part;
        failed = failed || error_of(text, options) != "no error";
      }
      ASSERT_TRUE(failed) << "seed " << seed << " parts " << parts << ":\n" << text;
    }
    options.partition = options.partitions = 1;
  }
}

TEST(CsvProperty, FilterThenConvertIsConvertThenFilter) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::string text = "k,v,s\n";
    Rows expected;
    for (size_t i = random() % 300; i > 0; --i) {
      std::string key = std::to_string(random() % 5);
      std::string value = std::to_string(random() % 1000) + ".5";
      text += key + "," + value + ",\"t" + key + "\"\n";
      if (key == "2") expected.push_back({value, "t2", key});
    }
    CsvReadOptions options;
    options.types = {{"k", int64_type()}, {"v", float64_type()}, {"s", utf8_type()}};
    options.columns = {"v", "s", "k"};
    options.chunk_bytes = static_cast<int64_t>(1 + random() % 1000);
    options.threads = seed % 20 == 0 ? 2 : 0;
    options.filter = [](const Schema& schema) {
      EXPECT_EQ(schema_text(schema), "k: int64, v: float64, s: utf8");
      return RowFilter{{"k"}, [](const Batch& batch) {
                         std::vector<RowIndex> rows;
                         const auto* keys = batch.columns[0]->data<int64_t>();
                         for (int64_t i = 0; i < batch.rows; ++i) {
                           if (keys[i] == 2) rows.push_back(static_cast<RowIndex>(i));
                         }
                         return rows;
                       }};
    };
    ASSERT_EQ(read_rows(text, options), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace penstock
