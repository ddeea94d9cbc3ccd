// pjoin: joins two inputs by equal keys and any other condition.
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/expr/join_condition.h"
#include "libcore/keys/value.h"
#include "libcore/ops/join/join.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kType{'\0',
                       "type",
                       "TYPE",
                       "inner (the default); left, right or full (that side's rows without a "
                       "partner too); semi (left rows with a partner); anti (left rows without "
                       "one); cross (all pairs)",
                       Complete::kWords,
                       "inner left right full semi anti cross"};
constexpr Option kOn{'\0', "on", "EXPR",
                     "a condition that partners must meet, with the columns of the two sides as "
                     "l.NAME and r.NAME, or as NAME if only one side has it"};
constexpr Option kAs{'\0', "as", "NAMES", "the names of the sides in EXPR, instead of l,r"};

constexpr Option kLeftPrefix{'\0', "left-prefix", "TEXT",
                             "put TEXT before the name of each left column that the right input "
                             "has, too, but for keys of one name"};
constexpr Option kRightPrefix{'\0', "right-prefix", "TEXT",
                              "the same for such columns of the right input"};

constexpr Option kAlgorithm{
    '\0',
    "algorithm",
    "NAME",
    "auto (the default), hash, merge (both inputs are sorted by the keys), "
    "nested-loop or symmetric (rows are written while both inputs still run)",
    Complete::kWords,
    "auto hash merge nested-loop symmetric"};

std::string place_of(const StageInput& input) {
  return input.file == "-" ? "standard input" : input.file;
}

class JoinStage : public StageOf<JoinStage> {
 public:
  JoinStage() : StageOf(pjoin_tool().kind) {}

  void declare(Command& command) override {
    command.add(kType, [this](const std::string& text) { join_.type = parse_join_type(text); });
    command.add(with_help(option::kKey,
                          "the columns that must be equal: NAME, or LEFT=RIGHT where the names "
                          "differ, separated by commas"),
                [this](const std::string& text) { join_.keys = parse_join_keys(text); });
    command.add(kOn, [this](const std::string& text) { join_.on.text = text; });
    command.add(kAs, [this](const std::string& text) { join_.sides = parse_side_names(text); });
    command.add(kLeftPrefix, [this](const std::string& text) { join_.left_prefix = prefix(text); });
    command.add(kRightPrefix,
                [this](const std::string& text) { join_.right_prefix = prefix(text); });
    command.add(kAlgorithm,
                [this](const std::string& text) { join_.algorithm = parse_join_algorithm(text); });
    add_spill_options(command, spill());
  }

  void require_valid() const override { penstock::require_valid(join_); }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kJoin;
    add_needs(about);
    bool keeps_order = !keeps_right() && join_.algorithm != JoinAlgorithm::kSymmetric;
    // Which left columns get a prefix, only the schemas say.
    about.keeps = {keeps_order, true, join_.left_prefix.empty()};
    if (join_.on.empty()) about.columns = left_keys();
    about.gives_right = join_.type != JoinType::kSemi && join_.type != JoinType::kAnti;
    about.finds_keys = join_.keys.empty() && !join_.on.empty();
    about.wants_order = join_.algorithm == JoinAlgorithm::kMerge;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    try {
      return use_of_columns(inputs[0], inputs[1]);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  bool passes_batches() const override {
    return join_.algorithm != JoinAlgorithm::kMerge && join_.algorithm != JoinAlgorithm::kSymmetric;
  }

  OperatorPtr make(std::vector<OperatorPtr> operators) const override {
    JoinOptions join = join_;
    join.on.parameters = parameters();
    join.spill = spill();
    join.tell = spill().tell;
    join.left_name = place_of(inputs()[0]);
    join.right_name = place_of(inputs()[1]);
    return make_join(std::move(operators[0]), std::move(operators[1]), join);
  }

 private:
  static std::string prefix(const std::string& text) {
    if (text.empty()) throw Error::usage("a prefix has at least one character");
    return text;
  }

  bool keeps_right() const {
    return join_.type == JoinType::kRight || join_.type == JoinType::kFull;
  }

  std::vector<std::string> left_keys() const {
    std::vector<std::string> keys;
    for (const auto& [left, right] : join_.keys)
      keys.push_back(left);
    return keys;
  }

  void add_needs(StageTraits& about) const {
    using enum Placement::Kind;
    if (!join_.keys.empty()) {
      std::vector<std::string> right_keys;
      for (const auto& [left, right] : join_.keys)
        right_keys.push_back(right);
      about.needs.push_back({{kHash, left_keys()}, {kHash, right_keys}});
    }
    // Of a right side that every worker has, no worker knows which rows are nobody's partner.
    if (!keeps_right()) {
      about.needs.push_back({{kAny}, {kBroadcast}});
      // Each pair of rows is looked at by itself: they need to meet in one worker only.
      bool pairs = join_.type == JoinType::kInner || join_.type == JoinType::kCross;
      if (pairs) about.needs.push_back({{kGrid}, {kGrid}});
    } else if (join_.keys.empty()) {
      about.needs.push_back({{kSingle}, {kSingle}});
    }
  }

  // Throws Error where a name does not resolve, or the condition does not bind.
  ColumnUse use_of_columns(const SchemaPtr& left, const SchemaPtr& right) const {
    ColumnUse use{{{}, {}}};
    for (const auto& [l, r] : join_.keys) {
      use.inputs[0].insert((*left)[left->index_of(l)].name);
      use.inputs[1].insert((*right)[right->index_of(r)].name);
    }
    add_prefixed(*left, *right, use);
    if (join_.on.empty()) return use;
    JoinCondition condition = bind_join_condition(
        {join_.on.text, parameters()}, {join_.sides.first, left}, {join_.sides.second, right});
    for (size_t column : condition.whole.columns) {
      if (column < left->size()) {
        use.inputs[0].insert((*left)[column].name);
      } else {
        use.inputs[1].insert((*right)[column - left->size()].name);
      }
    }
    for (const auto& [l, r] : condition.equal) {
      if (!is_key_type(*plain((*left)[l].type))) continue;
      use.equal.emplace_back((*left)[l].name, (*right)[r].name);
    }
    return use;
  }

  // Which columns get a prefix depends on both inputs: each needs those that the other has. Behind
  // a join that gives left columns other names, none is known by the name that it had before.
  void add_prefixed(const Schema& left, const Schema& right, ColumnUse& use) const {
    if (join_.left_prefix.empty() && join_.right_prefix.empty()) return;
    for (const std::string& name : shared_names(left, right, join_)) {
      use.inputs[0].insert(name);
      use.inputs[1].insert(name);
    }
    if (join_.left_prefix.empty()) return;
    for (const Field& field : left.fields())
      use.inputs[0].insert(field.name);
  }

  JoinOptions join_;
};

}  // namespace

const Tool& pjoin_tool() {
  static const StageKind kKind{.text = {"pjoin", "[--type TYPE] [-k KEYS] [--on EXPR] [LEFT] RIGHT",
                                        "join two inputs by equal keys or any condition"},
                               .min_inputs = 1,
                               .max_inputs = 2,
                               .reads_as_one = false,
                               .takes_expressions = true,
                               .make = make_stage<JoinStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
