#include "libcore/text/json/reader.h"

#include <gtest/gtest.h>

#include <random>

#include "libcore/os/byte_sink.h"
#include "libcore/text/write/writer.h"
#include "tests/unit/text/json/test_input.h"

namespace penstock {
namespace {

using TextRows = std::vector<std::string>;

TextReadOptions types(std::vector<std::pair<std::string, TypePtr>> list) {
  TextReadOptions options;
  options.types = std::move(list);
  return options;
}

TEST(NdjsonReader, TypesAndNulls) {
  std::string text =
      R"({"i":1,"f":2.5,"b":true,"d":"2024-02-29","t":"2024-02-29T12:30:00","z":"2024-02-29T12:30:00+02:00","s":"x"})"
      "\n"
      R"({"i":null,"s":"y","f":3,"b":null,"d":null,"t":null})"
      "\n";
  EXPECT_EQ(json_schema(text),
            "i: int64, f: float64, b: bool, d: date32, t: timestamp[us], z: timestamp[us, UTC], "
            "s: utf8");
  EXPECT_EQ(
      json_rows(text),
      (TextRows{R"([1,2.5,true,"2024-02-29","2024-02-29T12:30:00","2024-02-29T10:30:00Z","x"])",
                R"([null,3,null,null,null,null,"y"])"}));
}

TEST(NdjsonReader, Nested) {
  std::string text = R"({"a":{"x":1,"y":[1.5,null]},"l":[{"k":"v"},{"k":null}],"e":[]})"
                     "\n"
                     R"({"l":[],"a":null})"
                     "\n"
                     R"({"a":{"y":[]},"l":null,"e":[null]})";
  EXPECT_EQ(json_schema(text),
            "a: struct<x: int64, y: list<float64>>, l: list<struct<k: utf8>>, e: list<utf8>");
  EXPECT_EQ(json_rows(text), (TextRows{R"([{"x":1,"y":[1.5,null]},[{"k":"v"},{"k":null}],[]])",
                                       R"([null,[],null])", R"([{"x":null,"y":[]},null,[null]])"}));
}

TEST(NdjsonReader, MixturesAreText) {
  EXPECT_EQ(
      json_rows(
          "{\"a\":1,\"b\":\"x\",\"c\":true}\n{\"a\":\"one\",\"b\":{\"k\": [1, 2]},\"c\":7}\n"),
      (TextRows{R"(["1","x","true"])", R"(["one","{\"k\": [1, 2]}","7"])"}));
  // Integers beyond 64 bits, and beyond 2^53 among fractions.
  EXPECT_EQ(
      json_schema("{\"a\":18446744073709551615,\"b\":9007199254740993,\"c\":9007199254740993}\n"
                  "{\"a\":1,\"b\":0.5,\"c\":1}"),
      "a: utf8, b: utf8, c: int64");
  EXPECT_EQ(json_rows("{\"a\":18446744073709551615}"), (TextRows{"[\"18446744073709551615\"]"}));
  EXPECT_EQ(json_schema("{\"a\":\"2024-01-01\"}\n{\"a\":\"2024-13-01\"}"), "a: utf8");
  EXPECT_EQ(json_schema("{\"a\":\"007\",\"b\":{}}"), "a: utf8, b: utf8");
}

TEST(NdjsonReader, NumbersAtTheirLimits) {
  EXPECT_EQ(json_rows("{\"i\":-9223372036854775808,\"f\":1e308}\n"
                      "{\"i\":9223372036854775807,\"f\":-0.0}\n{\"i\":0,\"f\":5e-324}\n"
                      "{\"i\":1234567890123456,\"f\":123456.78901234567}\n"),
            (TextRows{"[-9223372036854775808,1e+308]", "[9223372036854775807,-0]", "[0,5e-324]",
                      "[1234567890123456,123456.78901234567]"}));
  EXPECT_EQ(json_rows("{\"f\":1.5}\n{\"f\":\"nan\"}\n{\"f\":\"-inf\"}\n"),
            (TextRows{"[1.5]", "[\"nan\"]", "[\"-inf\"]"}));
}

TEST(NdjsonReader, WhatANumberWouldLoseStaysText) {
  EXPECT_EQ(json_schema("{\"a\":1,\"b\":-0,\"c\":1e5}"), "a: int64, b: float64, c: float64");
  for (const char* number : {"0.12345678901234567890", "12345678901234567890", "1e-400", "1e999",
                             "9007199254740993.0", "1.23456789e-320"}) {
    std::string text = std::string("{\"a\":") + number + "}";
    EXPECT_EQ(json_rows(text), (TextRows{std::string("[\"") + number + "\"]"}));
    TextReadOptions declared;
    declared.types = {{"a", float64_type()}};
    if (std::string(number) != "1e999") {
      EXPECT_EQ(json_schema(text, declared), "a: float64");
      EXPECT_EQ(json_rows(text, declared).size(), 1U);
    }
  }
}

TEST(NdjsonReader, Strings) {
  EXPECT_EQ(json_rows(R"({"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude42","a\u0062":"é🙂"})"),
            (TextRows{R"(["\"\\/\b\f\n\r\té🙂","é🙂"])"}));
  std::string eight = "12345678";
  EXPECT_EQ(json_rows("{\"a\":\"" + eight + "\\n\",\"b\":\"" + eight +
                      "\"}\n{\"b\":\"\\\\\",\"a\":\"\"}"),
            (TextRows{"[\"12345678\\n\",\"12345678\"]", "[\"\",\"\\\\\"]"}));
}

TEST(NdjsonReader, KeysInAnyOrder) {
  std::string text =
      "{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":6,\"a\":4,\"b\":5}\n{\"b\":8}\n{}\n{\"c\" : 9 , "
      "\"a\":7}\n";
  EXPECT_EQ(json_rows(text),
            (TextRows{"[1,2,3]", "[4,5,6]", "[null,8,null]", "[null,null,null]", "[7,null,9]"}));
  std::string name(40, 'k');
  EXPECT_EQ(json_rows("{\"" + name + "\":1,\"" + name + "x\":2}\n{\"" + name + "x\":3}"),
            (TextRows{"[1,2]", "[null,3]"}));
}

TEST(NdjsonReader, Layouts) {
  TextRows two = {"[1]", "[2]"};
  EXPECT_EQ(json_rows("{\"a\":1}\r\n\r\n  \n{\"a\":2}"), two);
  EXPECT_EQ(json_rows("\xEF\xBB\xBF{\"a\":1}\n{\"a\":2}\n"), two);
  EXPECT_EQ(json_rows("[{\"a\":1},{\"a\":2}]"), two);
  EXPECT_EQ(json_rows(" \n [\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n"), two);
  EXPECT_EQ(json_rows("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"), two);
  EXPECT_EQ(json_rows("{\"t\":\"x\",\"f\":[{\"k\":1},\n{\"k\":2}]}\n"),
            (TextRows{R"(["x",[{"k":1},{"k":2}]])"}));
  EXPECT_EQ(json_rows("[{\"a\":\"]},{[\\\"\"}]"), (TextRows{R"(["]},{[\""])"}));
  EXPECT_EQ(json_rows_of(*open_json_pipe("{\"a\":1}\n{\"a\":2}\n")), two);
}

TEST(NdjsonReader, Errors) {
  const std::string skip = "; use --on-error=skip to leave such records out";
  EXPECT_EQ(json_error(""), "t.ndjson: empty input; no record to take columns from (use --schema)");
  EXPECT_EQ(json_error("{\"a\":1}\n{\"a\":1"),
            "t.ndjson:2: expected ',' or '}', found the end" + skip);
  EXPECT_EQ(
      json_error("{\"a\":1}\n{\"a\":\n"),
      "t.ndjson:2: the value of key 'a' is not valid JSON, or is nested deeper than 64" + skip);
  EXPECT_EQ(json_error("{\"a\":1}\n{\"a\" 1}\n"), "t.ndjson:2: expected ':' after a key" + skip);
  EXPECT_EQ(json_error("{\"a\":1}\n{a:1}\n"), "t.ndjson:2: expected a key, found a" + skip);
  EXPECT_EQ(json_error("{\"a\":1}\n[1]\n"), "t.ndjson:2: expected an object, found [" + skip);
  EXPECT_EQ(json_error("{\"a\":1} {\"a\":2}\n"),
            "t.ndjson:1: something follows the record in its line" + skip);
  EXPECT_EQ(json_error("{\"a\":1}\n{\"a\":\n2}\n{\"a\":3}"),
            "t.ndjson:2: the record goes on past its line" + skip);
  EXPECT_EQ(json_error("{\"a\":1}\n{\"a\":1,\"a\":2}\n"),
            "t.ndjson:2: key 'a' occurs twice" + skip);
  EXPECT_EQ(json_error("{\"a\":\"x\"}\n{\"a\":\"x}\n{\"a\":\"y\"}\n"),
            "t.ndjson:2: a string is not closed" + skip);
  EXPECT_EQ(json_error("{\"a\":\"x\"}\n{\"a\":\"x\ty\"}\n"),
            "t.ndjson:2: a control character stands in a string" + skip);
  EXPECT_EQ(json_error("{\"a\":\"x\"}\n\n{\"a\":\"\xFF\"}\n"), "t.ndjson:3: is not UTF-8" + skip);
  EXPECT_EQ(
      json_error("{\"a\":1}\n{\"a\":01}\n"),
      "t.ndjson:2: the value of key 'a' is not valid JSON, or is nested deeper than 64" + skip);
  EXPECT_EQ(
      json_error("{\"a\":1}\n{\"a\":1.}\n"),
      "t.ndjson:2: the value of key 'a' is not valid JSON, or is nested deeper than 64" + skip);
  EXPECT_EQ(
      json_error("{\"a\":1}\n{\"a\":1\"x\"}\n"),
      "t.ndjson:2: the value of key 'a' is not valid JSON, or is nested deeper than 64" + skip);
  EXPECT_EQ(json_error("[{\"a\":1},{\"a\":2}"),
            "t.ndjson:1: the input ends before the array's closing bracket");
  EXPECT_EQ(json_error("[{\"a\":1}]\n{}"),
            "t.ndjson:1: something follows the array's closing bracket");
  EXPECT_EQ(json_error("[{\"a\":1},]"), "t.ndjson:1: expected an object, found the end" + skip);
  EXPECT_EQ(json_error("[{\"a\":1}\n{\"a\":1}]"),
            "t.ndjson:2: expected ',' between records" + skip);
  EXPECT_EQ(json_error("[1,2]"), "t.ndjson:1: expected an object, found 1" + skip);
}

// A sample that does not show the file's second half: read from a pipe, behind its first megabyte.
std::string late(const std::string& first, const std::string& second) {
  std::string text;
  while (text.size() < (size_t{2} << 20))
    text += first + "\n";
  return text + second + "\n";
}

std::string late_error(const std::string& first, const std::string& second) {
  try {
    json_rows_of(*open_json_pipe(late(first, second)));
  } catch (const Error& error) {
    std::string message = error.message();
    // The line is of no interest here.
    return message.substr(message.find(": ") + 2);
  }
  return "";
}

TEST(NdjsonReader, ContradictionsAfterTheSample) {
  EXPECT_EQ(late_error("{\"a\":1}", "{\"a\":1.5}"),
            "column 'a': '1.5' is not an integer; use --types a=float64 or --on-error=null");
  EXPECT_EQ(late_error("{\"a\":1}", "{\"a\":\"5\"}"),
            "column 'a': '\"5\"' is not an integer; use --types a=text or --on-error=null");
  EXPECT_EQ(late_error("{\"a\":1}", "{\"a\":9223372036854775808}"),
            "column 'a': '9223372036854775808' does not fit int64; use --types a=uint64 or "
            "--on-error=null");
  EXPECT_EQ(late_error("{\"a\":1.5}", "{\"a\":9007199254740993}"),
            "column 'a': '9007199254740993' would lose digits as float64; use --types a=text or "
            "--on-error=null");
  EXPECT_EQ(late_error("{\"a\":true}", "{\"a\":{\"b\":[1]}}"),
            "column 'a': '{\"b\":[1]}' is not a bool (true or false); use --types a=text or "
            "--on-error=null");
  EXPECT_EQ(late_error("{\"a\":\"2024-01-01\"}", "{\"a\":\"2024-02-30\"}"),
            "column 'a': '2024-02-30' is not a date (YYYY-MM-DD); use --types a=text or "
            "--on-error=null");
  EXPECT_EQ(late_error("{\"a\":{\"b\":[1]}}", "{\"a\":{\"b\":[1,\"x\"]}}"),
            "column 'a.b[]': '\"x\"' is not an integer; use --types a=text or --on-error=null");
  EXPECT_EQ(late_error("{\"a\":{\"b\":1}}", "{\"a\":[1]}"),
            "column 'a': '[1]' is not a struct<b: int64>; use --types a=text or --on-error=null");
  EXPECT_EQ(late_error("{\"a\":\"x\"}", "{\"a\":\"\\u0000\"}"),
            "column 'a': '\"\\u0000\"' holds a NUL character; use --on-error=null");
  EXPECT_EQ(late_error("{\"a\":\"x\"}", "{\"a\":\"\\ud800!\"}"),
            "column 'a': '\"\\ud800!\"' holds half a surrogate pair; use --on-error=null");
  EXPECT_EQ(late_error("{\"a\":1}", "{\"b\":1}"),
            "column 'b': no record of the sample has this key; use --types b=text or "
            "--on-error=null");
  EXPECT_EQ(late_error("{\"a\":{\"b\":1}}", "{\"a\":{\"c\":1}}"),
            "column 'a.c': no record of the sample has this key; use --types a=text or "
            "--on-error=null");
  // Text takes whatever comes.
  EXPECT_EQ(late_error("{\"a\":\"x\"}", "{\"a\":5}"), "");
}

TEST(NdjsonReader, TheSampleIsSpreadOverAFile) {
  std::string text = late("{\"a\":1}", "") + late("{\"a\":2,\"b\":0.5}", "");
  EXPECT_EQ(json_schema(text), "a: int64, b: float64");
  EXPECT_EQ(json_rows(text).back(), "[2,0.5]");
}

TEST(NdjsonReader, DeclaredTypes) {
  TypePtr decimal = decimal_type(15, 2);
  EXPECT_EQ(json_rows("{\"p\":12.5,\"q\":\"7\",\"t\":5,\"h\":\"00ff\",\"m\":\"10:30\"}",
                      types({{"p", decimal},
                             {"q", int64_type()},
                             {"t", utf8_type()},
                             {"h", binary_type()},
                             {"m", time_type(TimeUnit::kMicro)}})),
            (TextRows{R"([12.50,7,"5","00ff","10:30:00"])"}));
  EXPECT_EQ(json_rows("{\"a\":1,\"b\":[2]}", types({{"*", utf8_type()}, {"a", int64_type()}})),
            (TextRows{R"([1,"[2]"])"}));
  // A key that no record has, and one that only later records have.
  EXPECT_EQ(json_schema("{\"a\":1}", types({{"z", utf8_type()}})), "a: int64, z: utf8");
  EXPECT_EQ(json_error("{\"a\":1}", types({{"a", make_type(TypeId::kIntervalMonths)}})),
            "column 'a': JSON is not read as type month_interval; use another --types");
  TextReadOptions schema;
  schema.schema = make_schema({{"b", utf8_type(), true, {}}, {"a", int64_type(), true, {}}});
  EXPECT_EQ(json_rows("{\"a\":1}", schema), (TextRows{"[null,1]"}));
  EXPECT_EQ(json_rows("", schema), TextRows{});
}

TEST(NdjsonReader, Projection) {
  TextReadOptions options;
  options.columns = {"c", "a"};
  EXPECT_EQ(json_rows("{\"a\":1,\"b\":{\"x\":[1,{}]},\"c\":3}\n{\"b\":\"}\",\"c\":4}", options),
            (TextRows{"[3,1]", "[4,null]"}));
  options.columns = {"aa"};
  EXPECT_EQ(json_error("{\"a\":1}", options), "unknown column 'aa'; did you mean 'a'?");
  // Values that nobody asked for are stepped over, but their brackets are checked.
  options.columns = {"a"};
  EXPECT_EQ(json_error("{\"a\":1,\"b\":{\"x\":[1,{]}}\n", options),
            "t.ndjson:1: the value of key 'b' is not valid JSON, or is nested deeper than 64; use "
            "--on-error=skip to leave such records out");
}

TEST(NdjsonReader, Filter) {
  TextReadOptions options;
  options.columns = {"b"};
  options.filter = [](const Schema& schema) {
    EXPECT_EQ(schema.size(), 2U);
    RowFilter filter;
    filter.columns = {"a"};
    filter.select = [](const Batch& batch) {
      std::vector<RowIndex> rows;
      for (int64_t i = 0; i < batch.rows; ++i) {
        if (batch.columns[0]->data<int64_t>()[i] % 2 == 0) rows.push_back(static_cast<RowIndex>(i));
      }
      return rows;
    };
    return filter;
  };
  EXPECT_EQ(json_rows("{\"a\":1,\"b\":1}\n{\"a\":2,\"b\":2}\n{\"a\":4,\"b\":null}\n", options),
            (TextRows{"[2]", "[null]"}));
}

TEST(NdjsonReader, SkipAndNull) {
  std::string text =
      "{\"a\":1,\"b\":\"x\"}\n{\"a\":2\n{\"a\":\"z\",\"b\":\"y\"}\r\n{\"a\":3,\"c\":0}\n{\"a\":4,"
      "\"b\":\"\x01\"}\n"
      "{\"a\":5}\n";
  std::vector<std::string> rejects;
  TextReadOptions options = types({{"a", int64_type()}});
  options.schema = make_schema({{"a", int64_type(), true, {}}, {"b", utf8_type(), true, {}}});
  options.on_reject = [&rejects](const Reject& reject) {
    rejects.push_back(std::to_string(reject.line) + "|" + reject.column + "|" + reject.reason +
                      "|" + reject.record);
  };
  TextRows all = {"2||expected ',' or '}', found the end|{\"a\":2",
                  "3|a|'\"z\"' is not an integer|{\"a\":\"z\",\"b\":\"y\"}",
                  "4|c|no record of the sample has this key|{\"a\":3,\"c\":0}",
                  "5||a control character stands in a string|{\"a\":4,\"b\":\"\x01\"}"};
  options.on_error = OnError::kSkip;
  EXPECT_EQ(json_rows(text, options), (TextRows{"[1,\"x\"]", "[5,null]"}));
  EXPECT_EQ(rejects, all);
  rejects.clear();
  options.on_error = OnError::kNull;
  EXPECT_EQ(json_rows(text, options),
            (TextRows{"[1,\"x\"]", "[null,\"y\"]", "[3,null]", "[5,null]"}));
  EXPECT_EQ(rejects, all);
  rejects.clear();
  options.on_error = OnError::kSkip;
  EXPECT_EQ(json_rows("[{\"a\":1},{\"a\":},{\"a\":2},{\"a\":\"\t\"},{\"a\":3}]", options),
            (TextRows{"[1,null]", "[2,null]", "[3,null]"}));
  EXPECT_EQ(
      rejects,
      (TextRows{"1||the value of key 'a' is not valid JSON, or is nested deeper than 64|{\"a\":}",
                "1||a control character stands in a string|{\"a\":\"\t\"}"}));
}

TEST(NdjsonReader, FaultyRecordsDoNotHideTheOthersFromTheSample) {
  TextReadOptions options;
  options.on_error = OnError::kSkip;
  for (const char* text :
       {"[{\"a\":1},{\"a\":\"\xFF\"},{\"b\":2}]", "{\"a\":1}\n{\"a\":\"\xFF\"}\n{\"b\":2}",
        "{\n\"a\":1}\n{\"a\":\"\xFF\"}\n{\"b\":2}"}) {
    EXPECT_EQ(json_schema(text, options), "a: int64, b: int64") << text;
    EXPECT_EQ(json_rows(text, options), (TextRows{"[1,null]", "[null,2]"})) << text;
  }
  EXPECT_EQ(json_schema("[{\"a\":1},{\"a\" 2},{\"b\":2}]", options), "a: int64, b: int64");
  EXPECT_EQ(json_rows("{\"a\":1}\n{ \x01\x02\"a\":2}\n{\"a\":3}", options),
            (TextRows{"[1]", "[3]"}));
  options.schema = make_schema({});
  EXPECT_EQ(json_rows("", options), TextRows{});
}

TEST(NdjsonReader, NestingHasALimit) {
  auto nested = [](int depth) {
    return "{\"a\":" + std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']') + "}";
  };
  EXPECT_EQ(json_error(nested(63)), "");
  EXPECT_EQ(json_error(nested(64)),
            "t.ndjson:1: the value of key 'a' is not valid JSON, or is nested deeper than 64; use "
            "--on-error=skip to leave such records out");
  EXPECT_NE(json_error(nested(100000)), "");
}

// Records of many shapes and sizes, several chunks of them.
std::string many_records(int count, uint32_t seed) {
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "{\"n\":" + std::to_string(i) + ",\"s\":\"" + std::string(random() % 300, 'x') + "\"";
    if (random() % 3 == 0) text += ",\"l\":[" + std::to_string(random() % 9) + ",null]";
    text += ",\"o\":{\"k\":\"\\n" + std::to_string(random()) + "\"}}\n";
    if (random() % 50 == 0) text += "\n";
  }
  return text;
}

TEST(NdjsonReader, ThreadsAndLayoutsGiveTheSameRows) {
  std::string lines = many_records(20000, 7);
  TextRows rows = json_rows(lines);
  ASSERT_EQ(rows.size(), 20000U);
  TextReadOptions threaded;
  threaded.threads = 3;
  EXPECT_EQ(json_rows(lines, threaded), rows);
  EXPECT_EQ(json_rows_of(*open_json_pipe(lines, threaded)), rows);
  std::string array = "[";
  std::string pretty;
  for (size_t at = 0; at < lines.size();) {
    size_t end = lines.find('\n', at);
    if (end > at) {
      std::string record = lines.substr(at, end - at);
      array += (array.size() > 1 ? ",\n" : "") + record;
      pretty += "{\n" + record.substr(1) + " ";
    }
    at = end + 1;
  }
  array += "]";
  EXPECT_EQ(json_rows(array, threaded), rows);
  EXPECT_EQ(json_rows(pretty, threaded), rows);
  EXPECT_EQ(json_rows_of(*open_json_pipe(array)), rows);
}

TEST(NdjsonReader, ErrorsNameTheirLineInAnyChunk) {
  std::string lines = many_records(20000, 9);
  int64_t count = std::count(lines.begin(), lines.end(), '\n');
  TextReadOptions options;
  for (int threads : {0, 3}) {
    options.threads = threads;
    std::string message = json_error(lines + "{\"n\":}\n", options);
    EXPECT_EQ(message.substr(0, message.find(": ")), "t.ndjson:" + std::to_string(count + 1));
    options.partitions = options.partition = 3;
    EXPECT_EQ(json_error(lines + "{\"n\":}\n", options), message);
    options.partitions = options.partition = 1;
  }
}

TEST(NdjsonReader, PartitionsAreExact) {
  std::string lines = many_records(300, 11);
  TextRows rows = json_rows(lines);
  for (int64_t parts = 1; parts <= 64; ++parts) {
    TextRows together;
    TextReadOptions options;
    options.partitions = parts;
    for (options.partition = 1; options.partition <= parts; ++options.partition) {
      TextRows part = json_rows(lines, options);
      together.insert(together.end(), part.begin(), part.end());
    }
    ASSERT_EQ(together, rows) << parts;
  }
  // What cannot be cut by bytes is dealt out in chunks.
  std::string large = many_records(20000, 13);
  TextRows sorted = json_rows(large);
  std::sort(sorted.begin(), sorted.end());
  TextRows together;
  TextReadOptions options;
  options.partitions = 3;
  for (options.partition = 1; options.partition <= 3; ++options.partition) {
    TextRows part = json_rows_of(*open_json_pipe(large, options));
    EXPECT_LT(part.size(), sorted.size());
    together.insert(together.end(), part.begin(), part.end());
  }
  std::sort(together.begin(), together.end());
  EXPECT_EQ(together, sorted);
}

TEST(NdjsonReader, ReadsWhatTheWriterWrote) {
  std::string text = many_records(500, 17);
  std::string written;
  for (int i = 0; i < 2; ++i) {
    OperatorPtr reader = open_json(i == 0 ? text : written);
    std::string out;
    ByteSinkPtr sink = sink_to_string(out);
    TextWriteOptions options;
    options.format = Format::kNdjson;
    auto writer = make_text_writer(*sink, reader->schema(), options);
    while (auto batch = reader->next())
      writer->write(*batch);
    writer->finish();
    if (i == 1) {
      EXPECT_EQ(out, written);
    }
    written = out;
  }
  EXPECT_EQ(json_rows(written), json_rows(text));
}

// Whatever the bytes, reading ends in rows or in an Error that names the file.
TEST(NdjsonReader, MutationsAreRefusedOrRead) {
  std::mt19937 random(3);
  std::string text = many_records(30, 19);
  const std::string bytes = "{}[]\",:\\\n 01eE.-+tfnu\x80\xC3\x01";
  for (int i = 0; i < 3000; ++i) {
    std::string mutated = text;
    for (auto n = 1 + random() % 3; n > 0; --n) {
      mutated[random() % mutated.size()] = bytes[random() % bytes.size()];
    }
    if (i % 3 == 0) mutated.resize(random() % mutated.size());
    TextReadOptions options;
    options.on_error = i % 2 == 0 ? OnError::kFail : i % 4 == 1 ? OnError::kSkip : OnError::kNull;
    std::string message = json_error(mutated, options);
    if (!message.empty()) {
      EXPECT_EQ(message.substr(0, 8), "t.ndjson") << message;
    }
  }
}

}  // namespace
}  // namespace penstock
