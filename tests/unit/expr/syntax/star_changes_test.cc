#include "libcore/expr/syntax/star_changes.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

// The text without the changes, and the parts that were replacements.
struct Taken {
  std::string text;
  std::vector<std::string> parts;
  FoundStars stars;
};

Taken take(const std::string& text) {
  Taken taken{text, {}, {}};
  const Source source(text);
  auto parse_part = [&](size_t begin, size_t end) {
    taken.parts.push_back(text.substr(begin, end - begin));
    return std::vector<ItemSyntax>();
  };
  taken.stars = take_star_changes(source, scan(text), parse_part, taken.text);
  return taken;
}

TEST(StarChanges, BlanksStandInTheirPlace) {
  Taken taken = take("a, * except (b.c, \"d e\"), f");
  EXPECT_EQ(taken.text, "a, *                    , f");
  auto changes = taken.stars.take(3);
  ASSERT_NE(changes, nullptr);
  ASSERT_EQ(changes->left_out.size(), 2U);
  EXPECT_EQ(changes->left_out[0].name.text, "b.c");
  EXPECT_EQ(changes->left_out[0].location, 13);
  EXPECT_EQ(changes->left_out[1].name.text, "d e");
  EXPECT_TRUE(changes->left_out[1].name.exact);
  EXPECT_EQ(taken.stars.take(3), nullptr);
}

TEST(StarChanges, SeveralFollowEachOther) {
  Taken taken = take("* replace (f(a, (b)) as a) rename (c as d, e g)");
  EXPECT_EQ(taken.parts, std::vector<std::string>{"f(a, (b)) as a"});
  EXPECT_EQ(taken.text, "*" + std::string(46, ' '));
  auto changes = taken.stars.take(0);
  ASSERT_EQ(changes->renamed.size(), 2U);
  EXPECT_EQ(changes->renamed[1].from.name.text, "e");
  EXPECT_EQ(changes->renamed[1].to.name.text, "g");
}

TEST(StarChanges, AProductIsLeftAlone) {
  for (const std::string text :
       {"a * replace (b, 'x', 'y')", "count(*)", "(a) * except", "2 * 3", ""}) {
    EXPECT_EQ(take(text).text, text);
  }
}

TEST(StarChanges, WhatNoStarTakesIsAnError) {
  Taken taken = take("count(* except (a))");
  EXPECT_THROW(taken.stars.require_taken(Source("count(* except (a))")), Error);
  EXPECT_NO_THROW(take("a").stars.require_taken(Source("a")));
}

TEST(StarChanges, ALimitedNumberReplaces) {
  std::string text = "* replace (a as a)";
  for (int i = 1; i < kMaxReplacingStars; ++i)
    text += ", * replace (a as a)";
  EXPECT_EQ(take(text).parts.size(), static_cast<size_t>(kMaxReplacingStars));
  EXPECT_THROW(take(text + ", * replace (a as a)"), Error);
}

TEST(StarChanges, WhatIsNotAChange) {
  for (const std::string text :
       {"* except", "* except a", "* except (a", "* except ()", "* rename (a)", "* except (a b)",
        "* rename (a as 1)", "* except (a,)"}) {
    EXPECT_THROW(take(text), Error) << text;
  }
}

}  // namespace
}  // namespace penstock
