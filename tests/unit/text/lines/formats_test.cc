#include "libcore/text/lines/formats.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// The fields of a line, "NULL" for null, or what is wrong with it. They stand behind other bytes.
std::string fields_of(const LineSplitter& splitter, const std::string& line) {
  const std::string all = "before\n" + line + "\nbehind";
  LineText text(all);
  std::vector<LineField> fields(splitter.columns().size());
  LineFault fault;
  const int32_t begin = 7;
  if (!splitter.split(text, begin, begin + static_cast<int32_t>(line.size()), fields.data(),
                      fault)) {
    EXPECT_FALSE(fault.reason.empty());
    return "fault: " + fault.reason;
  }
  std::string out;
  for (const LineField& field : fields) {
    if (!out.empty()) out += '|';
    out += field.is_null() ? "NULL"
                           : std::string(text.data() + field.begin,
                                         static_cast<size_t>(field.end - field.begin));
  }
  return out;
}

std::string usage_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "nothing thrown";
}

TEST(WidthSplitter, DividesByCharacters) {
  const auto splitter = make_width_splitter(parse_widths("3,2,4"), {});
  EXPECT_EQ(fields_of(*splitter, "abc12wxyz"), "abc|12|wxyz");
  EXPECT_EQ(fields_of(*splitter, "a  1   x "), "a|1|x");
  EXPECT_EQ(fields_of(*splitter, "     \t  y"), "NULL|NULL|y");
  EXPECT_EQ(fields_of(*splitter, "äöü€2ßxyz"), "äöü|€2|ßxyz");
  EXPECT_EQ(fields_of(*splitter, "abc1"), "abc|1|NULL") << "without the blanks at its end";
  EXPECT_EQ(fields_of(*splitter, "ab"), "ab|NULL|NULL");
  EXPECT_EQ(fields_of(*splitter, "abc12wxyz   "), "abc|12|wxyz") << "blanks behind all fields";
  EXPECT_EQ(fields_of(*splitter, "abc12wxyz!"),
            "fault: line has 10 characters, but the widths make 9");
  EXPECT_EQ(fields_of(*splitter, "äbc12wxyz! "),
            "fault: line has 11 characters, but the widths make 9");
  const auto rest = make_width_splitter(parse_widths("2,*"), {"key", "text"});
  EXPECT_EQ(fields_of(*rest, "k1 any long text"), "k1|any long text");
  EXPECT_EQ(fields_of(*rest, "k"), "k|NULL");
  EXPECT_EQ(rest->columns()[1].name, "text");
  EXPECT_EQ(splitter->columns()[2].name, "c3");
}

TEST(WidthSplitter, WhatIsNotAWidth) {
  for (const char* text :
       {"0", "-1", "", "5,,3", "5,", "*,5", "a", "5 ", "1.5", "99999999999999999999"}) {
    EXPECT_NE(usage_of([&] { parse_widths(text); }).find("is not a number of characters, from 1"),
              std::string::npos)
        << text;
  }
  EXPECT_EQ(parse_widths("5,10,*"), (std::vector<int64_t>{5, 10, kRestOfLine}));
}

TEST(LogSplitter, CommonAndCombined) {
  const std::string common =
      "10.0.0.1 - jane [10/Oct/2000:13:55:36 -0700] \"GET /a.gif?x=1 HTTP/1.0\" 200 2326";
  const std::string wanted =
      "10.0.0.1|NULL|jane|10/Oct/2000:13:55:36 -0700|GET|/a.gif?x=1|HTTP/1.0|200|2326";
  const auto clf = make_log_splitter(false);
  const auto combined = make_log_splitter(true);
  EXPECT_EQ(fields_of(*clf, common), wanted);
  EXPECT_EQ(fields_of(*combined, common + " \"http://e.org/\" \"Mozilla/5.0 (X11)\""),
            wanted + "|\"http://e.org/\"|\"Mozilla/5.0 (X11)\"");
  EXPECT_EQ(fields_of(*combined, common + " \"-\" \"\""), wanted + "|NULL|\"\"");
  EXPECT_EQ(fields_of(*clf, "::1 - - [-] \"-\" 408 -"),
            "::1|NULL|NULL|NULL|NULL|NULL|NULL|408|NULL");
  EXPECT_EQ(fields_of(*clf, "h i two words [t] \"x\" 1 2"), "h|i|two words|t|NULL|\"x\"|NULL|1|2");
}

TEST(LogSplitter, RequestsOfAnyForm) {
  const auto clf = make_log_splitter(false);
  auto request = [&](const std::string& text) {
    const std::string all = fields_of(*clf, "h - - [t] \"" + text + "\" 1 2");
    return all.starts_with("fault") ? all : all.substr(14, all.size() - 18);
  };
  EXPECT_EQ(request("GET /a b HTTP/1.1"), "GET|/a b|HTTP/1.1");
  EXPECT_EQ(request("GET /old"), "GET|/old|NULL");
  EXPECT_EQ(request("M-SEARCH * HTTP/1.1"), "M-SEARCH|*|HTTP/1.1");
  EXPECT_EQ(request("\\x16\\x03\\x01"), "NULL|\"\x16\x03\x01\"|NULL");
  EXPECT_EQ(request("get / HTTP/1.1"), "NULL|\"get / HTTP/1.1\"|NULL");
  EXPECT_EQ(request("GET /a\\\"b\\\\c HTTP/1.1"), "GET|/a\"b\\c|HTTP/1.1");
  EXPECT_EQ(request("GET \\\"q HTTP/1.1"), "NULL|\"GET \"q HTTP/1.1\"|NULL");
  EXPECT_EQ(request(""), "NULL|\"\"|NULL");
  EXPECT_EQ(request("GET  HTTP/1.1"), "GET|NULL|HTTP/1.1");
}

TEST(LogSplitter, LinesThatAreCutAnywhereAreRefused) {
  const std::string whole =
      "h - u [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2326 \"r\" \"agent\"";
  const auto combined = make_log_splitter(true);
  ASSERT_EQ(fields_of(*combined, whole).substr(0, 5), "h|NUL");
  for (size_t cut = 1; cut < whole.size(); ++cut) {
    EXPECT_TRUE(fields_of(*combined, whole.substr(0, cut)).starts_with("fault: line has no "))
        << cut;
  }
  EXPECT_EQ(fields_of(*combined, whole + " 0.5"), "fault: line goes on behind the agent");
  EXPECT_EQ(fields_of(*make_log_splitter(false), whole), "fault: line goes on behind the bytes");
}

TEST(PairSplitter, KeysInAnyOrder) {
  const auto pairs = make_pair_splitter({"a", "b", "c"}, ' ');
  EXPECT_EQ(fields_of(*pairs, "a=1 b=2 c=3"), "1|2|3");
  EXPECT_EQ(fields_of(*pairs, "  c=3 \t a=1"), "1|NULL|3");
  EXPECT_EQ(fields_of(*pairs, "a= b=\"\" c"), "NULL|\"\"|true");
  EXPECT_EQ(fields_of(*pairs, "a=\"x y\" b=\"q\\\"\\n\\u00e9\\ud83d\\ude00\\q\" c=d=e"),
            "\"x y\"|\"q\"\n\u00e9\U0001F600\\q\"|d=e");
  EXPECT_EQ(fields_of(*pairs, "a=1 a=2"), "fault: key 'a' stands twice");
  EXPECT_EQ(fields_of(*pairs, "a= a=2"), "fault: key 'a' stands twice");
  EXPECT_EQ(fields_of(*pairs, "a a=2"), "fault: key 'a' stands twice");
  EXPECT_EQ(fields_of(*pairs, "d=1"), "fault: key 'd' is not a column");
  EXPECT_EQ(fields_of(*pairs, "=1"), "fault: line has a value without a key");
  EXPECT_EQ(fields_of(*pairs, "a=\"x"), "fault: the quotes of 'a' are not closed");
  EXPECT_EQ(fields_of(*pairs, "a=\"x\\\""), "fault: the quotes of 'a' are not closed");
  EXPECT_EQ(fields_of(*pairs, "a=\"x\"y"), "fault: something follows the quotes of 'a'");
  EXPECT_EQ(fields_of(*make_pair_splitter({"a", "b"}, ','), "a=x y,b=2"), "x y|2");
}

TEST(PairSplitter, FindsTheKeysOfRightLines) {
  std::vector<std::string> keys;
  find_keys("b=1 a=2\nc=\"open\n\nd e=3\r\n", ' ', 100, keys);
  EXPECT_EQ(keys, (std::vector<std::string>{"b", "a", "d", "e"}));
  find_keys("x=1\ny=1\nz=1\n", ' ', 5, keys);
  EXPECT_EQ(keys.size(), 5U);
}

TEST(ResolveEscapes, UnknownOnesStay) {
  auto resolved = [](const std::string& contents) {
    const std::string all = "\"" + contents + "\"";
    LineText text(all);
    const int32_t end = resolve_escapes(text, 1, static_cast<int32_t>(all.size()) - 1);
    EXPECT_EQ(text.data()[end], '"');
    return std::string(text.data() + 1, static_cast<size_t>(end - 1));
  };
  EXPECT_EQ(resolved("\\t\\r\\b\\f\\v\\/"), "\t\r\b\f\v/");
  EXPECT_EQ(resolved("\\x41\\x4g\\x00"), "A\\x4g\\x00");
  EXPECT_EQ(resolved("\\ud83d\\u0041\\u00"), "\\ud83dA\\u00");
  EXPECT_EQ(resolved("\\z\\"), "\\z\\");
}

}  // namespace
}  // namespace penstock
