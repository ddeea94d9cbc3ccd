// pjoin: joins two inputs by equal keys and any other condition.
#include "libcore/base/error.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/join/join.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pjoin", "[--type TYPE] [-k KEYS] [--on EXPR] [LEFT] RIGHT",
                            "join two inputs by equal keys or any condition"};
constexpr Option kType{'\0',
                       "type",
                       "TYPE",
                       "inner (the default); left, right or full (that side's rows without a "
                       "partner too); semi (left rows with a partner); anti (left rows without "
                       "one); cross (all pairs)",
                       Complete::kWords,
                       "inner left right full semi anti cross"};
constexpr Option kOn{'\0', "on", "EXPR",
                     "a condition that partners must meet, with the columns of the sides as l.NAME "
                     "and r.NAME, or NAME where only one has it"};
constexpr Option kAs{'\0', "as", "NAMES", "what the sides are called in EXPR instead of l,r"};

constexpr Option kAlgorithm{'\0',
                            "algorithm",
                            "NAME",
                            "auto (the default), hash, merge (both inputs are sorted by the keys), "
                            "nested-loop or symmetric (rows come while both inputs still run)",
                            Complete::kWords,
                            "auto hash merge nested-loop symmetric"};

Description describe(const JoinOptions& join) {
  Description about;
  about.operation = "join";
  std::vector<std::string> left;
  std::vector<std::string> right;
  for (const auto& [a, b] : join.keys) {
    left.push_back(a);
    right.push_back(b);
  }
  if (!join.keys.empty()) {
    about.needs.push_back({{Placement::Kind::kHash, left}, {Placement::Kind::kHash, right}});
  }
  // Of a right side that every worker has, no worker knows which rows are nobody's partner.
  bool keeps_right = join.type == JoinType::kRight || join.type == JoinType::kFull;
  if (!keeps_right) {
    about.needs.push_back({{Placement::Kind::kAny, {}}, {Placement::Kind::kBroadcast, {}}});
    // Each pair of rows is looked at by itself: they need to meet in one worker only.
    bool pairs = join.type == JoinType::kInner || join.type == JoinType::kCross;
    if (pairs) about.needs.push_back({{Placement::Kind::kGrid, {}}, {Placement::Kind::kGrid, {}}});
  } else if (join.keys.empty()) {
    about.needs.push_back({{Placement::Kind::kSingle, {}}, {Placement::Kind::kSingle, {}}});
  }
  bool keeps_order = !keeps_right && join.algorithm != JoinAlgorithm::kSymmetric;
  about.keeps = {keeps_order, true, true};
  if (join.on.empty()) about.columns = left;
  return about;
}

std::string place_of(const std::string& operand) {
  return operand == "-" ? "standard input" : operand;
}

}  // namespace

int penstock::run_pjoin(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{}, 1, 2});
  JoinOptions join;
  tool.command().add(kType, [&](const std::string& text) { join.type = parse_join_type(text); });
  tool.command().add(
      with_help(option::kKey,
                "the columns that must be equal: NAME, or LEFT=RIGHT where the names "
                "differ, separated by commas"),
      [&](const std::string& text) { join.keys = parse_join_keys(text); });
  tool.command().add(kOn, [&](const std::string& text) { join.on = text; });
  tool.command().add(kAs, [&](const std::string& text) { join.sides = parse_side_names(text); });
  tool.command().add(kAlgorithm,
                     [&](const std::string& text) { join.algorithm = parse_join_algorithm(text); });
  tool.add_spill_options(join.spill);
  if (!tool.parse(invocation, [&] { return describe(join); })) return 0;
  require_valid(join);
  join.left_name = place_of(tool.inputs()[0]);
  join.right_name = place_of(tool.inputs()[1]);
  join.tell = [&](const std::string& text) { tool.verbose_note(text); };
  OperatorPtr left = tool.open(tool.inputs()[0]);
  OperatorPtr right = tool.open(tool.inputs()[1]);
  return tool.write(make_join(std::move(left), std::move(right), join));
}
