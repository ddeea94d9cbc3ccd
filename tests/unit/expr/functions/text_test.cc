#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(TextFunctions, CountCharactersAndBytes) {
  Batch batch = make_batch({{"s", "text", {"", "abc", "čas", "null"}}});
  EXPECT_EQ(typed("length(s)", batch), "int64: 0 3 3 null");
  EXPECT_EQ(eval("octet_length(s)", batch), "0 3 4 null");
  EXPECT_EQ(eval("char_length(s) + character_length(s)", batch), "0 6 6 null");
}

TEST(TextFunctions, ChangeCase) {
  EXPECT_EQ(eval("upper('straße čaj')"), "'STRAßE ČAJ'");
  EXPECT_EQ(eval("lower('ÀB')"), "'àb'");
  EXPECT_EQ(eval("initcap('hello wORLD, it''s čas')"), "'Hello World, It'S Čas'");
}

TEST(TextFunctions, Trim) {
  EXPECT_EQ(eval("trim('  a b ')"), "'a b'");
  EXPECT_EQ(eval("trim(both 'xč' from 'xčabčx')"), "'ab'");
  EXPECT_EQ(eval("trim(leading from '  a ')"), "'a '");
  EXPECT_EQ(eval("rtrim('abcxx', 'x')"), "'abc'");
  EXPECT_EQ(eval("ltrim(null, 'x')"), "null");
  EXPECT_EQ(eval("btrim('xxx', 'x')"), "''");
}

TEST(TextFunctions, ReplaceAndTranslate) {
  EXPECT_EQ(eval("replace('abcabc', 'bc', 'X')"), "'aXaX'");
  EXPECT_EQ(eval("replace('abc', '', 'X')"), "'abc'");
  EXPECT_EQ(eval("translate('12345', '143', 'ax')"), "'a2x5'");
}

TEST(TextFunctions, SplitPart) {
  EXPECT_EQ(eval("split_part('a,b,c', ',', 2)"), "'b'");
  EXPECT_EQ(eval("split_part('a,b,c', ',', -1)"), "'c'");
  EXPECT_EQ(eval("split_part('a,b,c', ',', 4)"), "''");
  EXPECT_EQ(eval("split_part('a,b,c', ',', -4)"), "''");
  EXPECT_EQ(eval("split_part('a,b,c', ',', 0)"),
            "error: pieces are counted from 1, or from the end from -1");
}

TEST(TextFunctions, LeftRightAndPad) {
  EXPECT_EQ(eval("left('čaj', 2) || '|' || left('čaj', -1) || '|' || left('čaj', 9)"),
            "'ča|ča|čaj'");
  EXPECT_EQ(eval("right('čaj', 2) || '|' || right('čaj', -1) || '|' || right('a', -9)"),
            "'aj|aj|'");
  EXPECT_EQ(eval("lpad('7', 3, '0') || rpad('ab', 5, 'xyz') || lpad('abc', 2)"), "'007abxyzab'");
  EXPECT_EQ(eval("lpad('x', 3000000000)"), "error: over 2 GiB of text in one value");
}

TEST(TextFunctions, Substring) {
  EXPECT_EQ(eval("substring('abcdef' from 2 for 3)"), "'bcd'");
  EXPECT_EQ(eval("substring('abcdef', 0, 3)"), "'ab'");
  EXPECT_EQ(eval("substr('čaj', 2)"), "'aj'");
  EXPECT_EQ(eval("substring('abc' from -5)"), "'abc'");
  EXPECT_EQ(eval("substring('abc', 2, -1)"),
            "error: the length of a substring must not be negative");
  EXPECT_EQ(eval("substring('abc', 9223372036854775807, 9223372036854775807)"), "''");
  EXPECT_EQ(eval("substring('order 42 x' from '[0-9]+')"), "'42'");
  EXPECT_EQ(eval("substring('foobar' from 'o(.)b')"), "'o'");
  EXPECT_EQ(eval("substring('foobar' from 'x')"), "null");
}

TEST(TextFunctions, Positions) {
  EXPECT_EQ(eval("strpos('čaj', 'j')"), "3");
  EXPECT_EQ(eval("position('a' in 'čaj')"), "2");
  EXPECT_EQ(eval("position('x' in 'čaj')"), "0");
  EXPECT_EQ(eval("starts_with('abc', 'ab')"), "true");
  EXPECT_EQ(eval("ends_with('abc', 'ab')"), "false");
}

TEST(TextFunctions, Others) {
  EXPECT_EQ(eval("reverse('čaj')"), "'jač'");
  EXPECT_EQ(eval("repeat('ab', 3)"), "'ababab'");
  EXPECT_EQ(eval("repeat('ab', -3)"), "''");
  EXPECT_EQ(eval("repeat('ab', 4000000000)"), "error: over 2 GiB of text in one value");
  EXPECT_EQ(eval("chr(269) || chr(65)"), "'čA'");
  EXPECT_EQ(eval("chr(55296)"), "error: 55296 is not a character");
  EXPECT_EQ(eval("ascii('č')"), "269");
  EXPECT_EQ(eval("overlay('Txxxxas' placing 'hom' from 2 for 4)"), "'Thomas'");
}

TEST(TextFunctions, Joining) {
  Batch batch = make_batch({{"s", "text", {"a", "null"}}, {"n", "int64", {"1", "2"}}});
  EXPECT_EQ(typed("s || n", batch), "utf8: 'a1' null");
  EXPECT_EQ(eval("n || '%'", batch), "'1%' '2%'");
  EXPECT_EQ(eval("concat(s, n, null, 'x')", batch), "'a1x' '2x'");
  EXPECT_EQ(eval("concat_ws('-', s, n, 'x')", batch), "'a-1-x' '2-x'");
  EXPECT_EQ(eval("concat_ws(s, 1, 2)", batch), "'1a2' null");
  EXPECT_EQ(eval("n || n", batch), "error: || joins texts; there is no int64 || int64");
}

TEST(Patterns, Like) {
  Batch batch = make_batch({{"s", "text", {"PROMO BRASS", "promo", "", "a_b%", "čaj", "null"}}});
  EXPECT_EQ(eval("s like 'PROMO%'", batch), "true false false false false null");
  EXPECT_EQ(eval("s like '%BRASS'", batch), "true false false false false null");
  EXPECT_EQ(eval("s like '%OM%'", batch), "true false false false false null");
  EXPECT_EQ(eval("s like '%O%A%'", batch), "true false false false false null");
  EXPECT_EQ(eval("s like ''", batch), "false false true false false null");
  EXPECT_EQ(eval("s like '%'", batch), "true true true true true null");
  EXPECT_EQ(eval("s like '_a_'", batch), "false false false false true null");
  EXPECT_EQ(eval("s like '%_j'", batch), "false false false false true null");
  EXPECT_EQ(eval("s like 'a\\_b\\%'", batch), "false false false true false null");
  EXPECT_EQ(eval("s like 'a#_b#%' escape '#'", batch), "false false false true false null");
  EXPECT_EQ(eval("s not like '%o%'", batch), "true false true true true null");
  EXPECT_EQ(eval("s ilike 'Promo%'", batch), "true true false false false null");
  EXPECT_EQ(eval("s ilike 'ČA_'", batch), "false false false false true null");
  EXPECT_EQ(eval("s like s", batch), "true true true true true null");
  EXPECT_EQ(eval("s like 'a\\'", batch), "error: the pattern ends in its escape character");
  EXPECT_EQ(eval("s like null", batch), "null null null null null null");
}

TEST(Patterns, LikeWithManyPieces) {
  EXPECT_EQ(eval("'abcabcab' like 'a%b_a%b'"), "true");
  EXPECT_EQ(eval("'aacb' like '%a__b%b'"), "false");
  EXPECT_EQ(eval("'ab' like 'ab%ab'"), "false");
  EXPECT_EQ(eval("'special packages requests' like '%special%requests%'"), "true");
}

TEST(Patterns, RegularExpressions) {
  EXPECT_EQ(eval("'abc' ~ '^a.c$'"), "true");
  EXPECT_EQ(eval("'ABC' ~* 'b'"), "true");
  EXPECT_EQ(eval("'ABC' !~ 'b'"), "true");
  EXPECT_EQ(eval("'ABC' !~* 'b'"), "false");
  EXPECT_EQ(eval("regexp_like('ABC', 'b', 'i')"), "true");
  EXPECT_EQ(eval("regexp_replace('a1b22', '[0-9]+', '#')"), "'a#b22'");
  EXPECT_EQ(eval("regexp_replace('a1b22', '([0-9])', '<\\1\\&>', 'g')"), "'a<11>b<22><22>'");
  EXPECT_EQ(eval("regexp_replace('čaj', '', '-', 'g')"), "'-č-a-j-'");
  EXPECT_EQ(eval("regexp_substr('x12', '[0-9]+')"), "'12'");
  EXPECT_EQ(eval("regexp_count('a1b22', '[0-9]')"), "3");
  EXPECT_EQ(eval("regexp_count('abc', '')"), "4");
  EXPECT_EQ(eval("'x' ~ '('"), "error: this is not a valid regular expression: missing ): (");
}

}  // namespace
}  // namespace penstock
