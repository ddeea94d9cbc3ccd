#include <gtest/gtest.h>

#include <string>

#include "libcore/expr/functions/url.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(Encoding, DigestsAreThoseOfTheirStandards) {
  EXPECT_EQ(eval("md5('')"), "'d41d8cd98f00b204e9800998ecf8427e'");
  EXPECT_EQ(eval("encode(sha256(''), 'hex')"),
            "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'");
  EXPECT_EQ(eval("md5(x)", make_batch({{"x", "text", {"abc", "null", ""}}})),
            "'900150983cd24fb0d6963f7d28e17f72' null 'd41d8cd98f00b204e9800998ecf8427e'");
}

TEST(Encoding, Base64GoesThereAndBack) {
  EXPECT_EQ(eval("encode('a', 'base64')"), "'YQ=='");
  EXPECT_EQ(eval("encode('ab', 'base64')"), "'YWI='");
  EXPECT_EQ(eval("decode('YQ==', 'base64')::text"), "'a'");
  EXPECT_EQ(eval("decode(' Y W\nI= ', 'base64')::text"), "'ab'");
  EXPECT_EQ(eval("length(encode(repeat('a', 60), 'base64'))"), "81");  // a line of 76, and 4
  EXPECT_EQ(eval("decode(encode(repeat('ab', 100), 'base64'), 'base64')::text = repeat('ab', 100)"),
            "true");
  for (const char* wrong : {"Y", "YQ=", "YQ", "Y===", "YQ==Y", "Y*=="}) {
    EXPECT_EQ(eval("decode('" + std::string(wrong) + "', 'base64')"),
              "error: '" + std::string(wrong) + "' is not base64");
  }
}

TEST(Encoding, HexGoesThereAndBack) {
  EXPECT_EQ(eval("encode('ž', 'hex')"), "'c5be'");
  EXPECT_EQ(eval("decode('C5 be', 'hex')::text"), "'ž'");
  EXPECT_EQ(eval("decode('c5b', 'hex')"), "error: 'c5b' is not hex");
  EXPECT_EQ(eval("decode('zz', 'hex')"), "error: 'zz' is not hex");
  EXPECT_EQ(eval("encode('a', 'base32')"),
            "error: 'base32' is not a form of bytes; there are hex and base64");
  EXPECT_EQ(eval("to_hex(0)"), "'0'");
  EXPECT_EQ(eval("to_hex(-1)"), "'ffffffffffffffff'");
}

TEST(Encoding, CharacterSetsOfSingleBytes) {
  EXPECT_EQ(eval("convert_from(decode('8041', 'hex'), 'win1252')"), "'€A'");
  EXPECT_EQ(eval("convert_from(decode('81', 'hex'), 'windows-1252')"),
            "error: '\\x81' is not a character of windows-1252");
  EXPECT_EQ(eval("encode(convert_to('€', 'WIN1252'), 'hex')"), "'80'");
  EXPECT_EQ(eval("convert_to('€', 'LATIN1')"), "error: '€' is not a character of LATIN1");
  EXPECT_EQ(eval("convert_from(decode('c5be', 'hex'), 'UTF8')"), "'ž'");
  EXPECT_EQ(eval("convert_from(decode('c5', 'hex'), 'UTF8')"), "error: '\\xc5' is not UTF-8");
  EXPECT_EQ(eval("convert_from('a'::binary, 'KOI8')"),
            "error: 'KOI8' is not a known character set; there are UTF8, LATIN1 and WIN1252");
}

TEST(Encoding, EscapesOfUrls) {
  EXPECT_EQ(eval("url_decode('%41%2')"),
            "error: '%41%2' is not the encoded form of a text in UTF-8");
  EXPECT_EQ(eval("url_decode('%ff')"), "error: '%ff' is not the encoded form of a text in UTF-8");
  EXPECT_EQ(eval("url_decode(url_encode('a=b&c ž%'))"), "'a=b&c ž%'");
}

TEST(Encoding, PartsOfAUrl) {
  auto part = [](const std::string& url, const std::string& name) {
    return eval("url_parse('" + url + "', '" + name + "')");
  };
  const std::string url = "https://me:pw@Example.org:8080/a/b?x=1&y=#top";
  EXPECT_EQ(part(url, "scheme"), "'https'");
  EXPECT_EQ(part(url, "user"), "'me:pw'");
  EXPECT_EQ(part(url, "host"), "'Example.org'");
  EXPECT_EQ(part(url, "port"), "'8080'");
  EXPECT_EQ(part(url, "path"), "'/a/b'");
  EXPECT_EQ(part(url, "query"), "'x=1&y='");
  EXPECT_EQ(part(url, "fragment"), "'top'");
  EXPECT_EQ(part("http://[::1]:80", "host"), "'[::1]'");
  EXPECT_EQ(part("http://[::1]", "port"), "null");
  EXPECT_EQ(part("http://a.org", "path"), "null");
  EXPECT_EQ(part("a/b", "path"), "'a/b'");
  EXPECT_EQ(part("mailto:a@b", "path"), "'a@b'");
  EXPECT_EQ(part(url, "page"),
            "error: 'page' is not a part of a URL; there are scheme, user, host, port, path, query "
            "and fragment");
  EXPECT_EQ(eval("url_parse('" + url + "', 'query', 'y')"), "''");
  EXPECT_EQ(eval("url_parse('" + url + "', 'query', 'z')"), "null");
  EXPECT_EQ(eval("url_parse('?a%20b=c+d', 'query', 'a b')"), "'c d'");
}

}  // namespace
}  // namespace penstock
