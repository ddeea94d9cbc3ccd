#include "libcore/stage/stage.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/stage/describe.h"
#include "libcore/stage/scan.h"
#include "libcore/stage/shared_options.h"

namespace penstock {
namespace {

// With so many rows it splits, in the order of the rows.
constexpr int64_t kSplitRows = 7;

// With this word its operator asks for rows when it is made.
constexpr const char* kNeedsRows = "rows";

// A stage of two inputs with an option of each group.
class Pair : public StageOf<Pair> {
 public:
  Pair();
  void declare(Command& command) override {
    command.add(option::kRows, [this](const std::string& text) { rows = parse_rows(text); });
    add_spill_options(command, spill());
  }
  void require_valid() const override {
    if (rows < 0) throw Error::usage("no rows");
  }
  StageTraits traits() const override {
    StageTraits traits;
    traits.operation = Operation::kMerge;
    traits.needs = {{{Placement::Kind::kHash, {"a"}}}};
    if (rows == kSplitRows) {
      traits.uses_order = true;
      traits.split = Split{.local = clone(), .merge = {}, .final = nullptr, .in_turn = true};
    }
    return traits;
  }
  bool passes_batches() const override { return true; }
  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    if (word(0) == kNeedsRows) inputs[0]->next();
    return std::move(inputs[1]);
  }

  int64_t rows = -1;
};

const StageKind& pair_kind() {
  static const StageKind kKind{.text = {"pair", "WORD [LEFT] RIGHT", "pair two inputs"},
                               .words = {"WORD"},
                               .min_inputs = 1,
                               .max_inputs = 2,
                               .reads_as_one = false,
                               .make = make_stage<Pair>};
  return kKind;
}

Pair::Pair() : StageOf(pair_kind()) {}

// Its last operand is an output.
class Tee : public StageOf<Tee> {
 public:
  Tee();
  void declare(Command& command) override { (void)command; }
  void take_outputs(std::vector<std::string>& operands) override { operands.pop_back(); }
  StageTraits traits() const override { return {}; }
  bool passes_batches() const override { return true; }
  OperatorPtr make(std::vector<OperatorPtr> inputs) const override { return std::move(inputs[0]); }
};

const StageKind& tee_kind() {
  static const StageKind kKind{.text = {"tee", "WORD [INPUT...] OUTPUT", "write a file"},
                               .words = {"WORD"},
                               .writes_operands = true,
                               .make = make_stage<Tee>};
  return kKind;
}

Tee::Tee() : StageOf(tee_kind()) {}

std::unique_ptr<Stage> stage_of(const std::vector<std::string>& words) {
  std::vector<StageWord> line;
  for (const std::string& word : words)
    line.push_back({word});
  return parse_stage(pair_kind(), line);
}

std::string line_of(const Stage& stage) {
  std::string text;
  for (const StageWord& word : stage.line()) {
    text += (text.empty() ? "" : " ") +
            (word.pipeline < 0 ? word.text : "<" + std::to_string(word.pipeline) + ">");
  }
  return text;
}

TEST(Stage, IsPrintedAsItWasWritten) {
  for (const char* line :
       {"pair w l r", "pair -n 3 w -- r", "pair w r -S 1M --to=csv -q", "pair --rows=3 w - r"}) {
    std::vector<std::string> words;
    std::string text = line;
    for (size_t at = 0; at != text.npos;) {
      size_t end = text.find(' ', at);
      words.push_back(text.substr(at, end - at));
      at = end == text.npos ? end : end + 1;
    }
    EXPECT_EQ(line_of(*stage_of(words)), line);
  }
}

TEST(Stage, PrintsOutputsBehindItsInputs) {
  std::unique_ptr<Stage> tee = parse_stage(tee_kind(), {{"tee"}, {"w"}, {"a"}, {"b"}, {"out"}});
  EXPECT_EQ(line_of(*tee), "tee w a b out");
  tee->set_all_inputs({{"c"}, {"d"}, {"e"}});
  EXPECT_EQ(line_of(*tee), "tee w c d e out");
  tee->set_all_inputs({{"c"}});
  tee->read_from_pipe();
  EXPECT_EQ(line_of(*tee), "tee w out");
}

TEST(Stage, KnowsItsOperandsAndOptions) {
  std::unique_ptr<Stage> stage =
      stage_of({"pair", "-q", "w", "-n", "3", "-T", "d", "-t", "csv", "r"});
  EXPECT_EQ(stage->word(0), "w");
  ASSERT_EQ(stage->inputs().size(), 2U);
  EXPECT_TRUE(stage->inputs()[0].is_standard_input());
  EXPECT_EQ(stage->inputs()[1].file, "r");
  EXPECT_EQ(stage->spill().directory, "d");
  EXPECT_EQ(stage->writing().to, Format::kCsv);
  EXPECT_EQ(stage->given(OptionGroup::kOperation).size(), 2U);
  EXPECT_FALSE(stage->has_given(OptionGroup::kReading));
  std::vector<GivenOption> shared = stage->shared_options();
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_EQ(shared[0].words()[0], "--quiet");
  EXPECT_EQ(shared[1].words()[0], "--temp-dir=d");
}

TEST(Stage, ChangesArePrinted) {
  std::unique_ptr<Stage> stage =
      stage_of({"pair", "-q", "-f", "csv", "w", "-n", "3", "-t", "csv", "l", "r"});
  std::unique_ptr<Stage> changed = stage->clone();
  changed->set_input(1, {"", 7});
  EXPECT_EQ(line_of(*changed), "pair -q -f csv w -n 3 -t csv l <7>");
  changed->put_first({OptionGroup::kOperation, option::kColumns, "a"});
  changed->put_first({OptionGroup::kOperation, option::kCheckAll, std::nullopt});
  EXPECT_EQ(line_of(*changed), "pair --check-all --columns=a -q -f csv w -n 3 -t csv l <7>");
  changed->forget_reading();
  EXPECT_EQ(line_of(*changed), "pair --check-all --columns=a --rows=3 --to=csv --quiet w l <7>");
  EXPECT_EQ(changed->reading().scan.from, std::nullopt);
  changed->forget_writing();
  EXPECT_EQ(line_of(*changed), "pair --check-all --columns=a --rows=3 --quiet w l <7>");
  EXPECT_EQ(changed->writing().to, std::nullopt);
  // The stage that it is a copy of stays.
  EXPECT_EQ(line_of(*stage), "pair -q -f csv w -n 3 -t csv l r");
}

// Behind the operands an option may follow: then the last word is not the input.
TEST(Stage, AnInputInTheMiddleOfALineIsFound) {
  std::unique_ptr<Stage> stage = stage_of({"pair", "w", "l", "r", "-n", "3"});
  stage->set_input(1, {"new", -1});
  EXPECT_EQ(line_of(*stage), "pair --rows=3 w l new");
}

TEST(Stage, ItsFilesMayBeCalledOtherwise) {
  const std::string schema = testing::TempDir() + "stage_test-schema";
  std::ofstream(schema) << "a int64\n";
  std::unique_ptr<Stage> stage = stage_of({"pair", "--schema=" + schema, "-o", "w", "w", "-", "w"});
  std::unique_ptr<Stage> same = stage->clone();
  same->name_files([](const std::string& file) { return file; });
  EXPECT_EQ(line_of(*same), line_of(*stage));
  // Operands that are not files stay, and so do outputs.
  stage->name_files([](const std::string& file) { return "/there/" + file; });
  EXPECT_EQ(line_of(*stage), "pair --schema=/there/" + schema + " --output=w w - /there/w");
  std::remove(schema.c_str());
}

TEST(Stage, FilesOfHostsKeepItsLine) {
  std::unique_ptr<Stage> stage = stage_of({"pair", "-n", "3", "w", "l", "a:r"});
  stage->place_input(1, 2, "/r");
  EXPECT_EQ(line_of(*stage), "pair -n 3 w l a:r");
  EXPECT_EQ(stage->inputs()[1].host, 2U);
  stage->set_all_inputs({{"/r"}, {"/s"}});
  EXPECT_EQ(line_of(*stage), "pair --rows=3 w /r /s");
}

TEST(Stage, OperandsThatBeginWithADashAreMarked) {
  std::unique_ptr<Stage> stage = stage_of({"pair", "--", "-w", "-", "r"});
  stage->print_by_name();
  EXPECT_EQ(line_of(*stage), "pair -- -w - r");
}

TEST(Stage, APipelineIsAnInput) {
  std::unique_ptr<Stage> stage = parse_stage(pair_kind(), {{"pair"}, {"w"}, {"", 4}, {"r"}});
  EXPECT_EQ(stage->inputs()[0].pipeline, 4);
  EXPECT_EQ(stage->inputs()[1].pipeline, -1);
  EXPECT_EQ(line_of(*stage), "pair w <4> r");
}

TEST(Stage, RequireInputs) {
  EXPECT_NO_THROW(require_inputs(*stage_of({"pair", "w", "r"})));
  EXPECT_THROW(require_inputs(*stage_of({"pair", "w", "-", "-"})), Error);
  EXPECT_THROW(require_inputs(*stage_of({"pair", "w"})), Error);
  EXPECT_THROW(stage_of({"pair", "w", "a", "b", "c"}), Error);
  EXPECT_THROW(stage_of({"pair", "--nope", "w", "r"}), Error);
}

TEST(Stage, ASchemaIsLearnedOverNoRows) {
  SchemaPtr left = make_schema({{"a", int64_type(), true, {}}});
  SchemaPtr right = make_schema({{"b", bool_type(), true, {}}});
  std::unique_ptr<Stage> stage = stage_of({"pair", "-n", "3", "w", "r"});
  EXPECT_EQ(schema_after(*stage, {left, right}), right);
  EXPECT_EQ(schema_after(*stage, {left, nullptr}), nullptr);
  // It will fail: what it would give is not known.
  EXPECT_EQ(schema_after(*stage_of({"pair", "w", "r"}), {left, right}), nullptr);
  // It gives columns that depend on its rows.
  EXPECT_EQ(schema_after(*stage_of({"pair", "-n", "3", kNeedsRows, "r"}), {left, right}), nullptr);
}

TEST(Describe, OneLineOfJson) {
  std::unique_ptr<Stage> stage = pair_kind().make();
  StageParser parser(*stage);
  std::vector<const char*> words{"pair", "-n", "3", "w"};
  EXPECT_FALSE(parser.parse_options(static_cast<int>(words.size()), words.data()));
  parser.take_some_operands();
  std::string json = description_json(*stage, parser.command());
  for (const char* part :
       {R"("name":"pair")", R"("operation":"merge")",
        R"("needs":[[{"placement":"hash","keys":["a"]}]])", R"("split":null)", R"("columns":null)",
        R"("words":["w"])", R"({"heading":"Operation","name":"rows","value":"3"})"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  }
  EXPECT_EQ(json.find('\n'), json.size() - 1);
}

TEST(Describe, HalvesAndOrder) {
  std::unique_ptr<Stage> stage = pair_kind().make();
  StageParser parser(*stage);
  std::vector<const char*> words{"pair", "-n", "7", "w"};
  parser.parse_options(static_cast<int>(words.size()), words.data());
  parser.take_some_operands();
  std::string json = description_json(*stage, parser.command());
  for (const char* part :
       {R"("uses_order":true)", R"("passes_batches":true)",
        R"("split":{"local":["pair","--rows=7",)", R"("merge":"","final":[],"in_turn":true})"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  }
}

TEST(Traits, ARightInputIsBroadcastOnlyWhereItMayBe) {
  using enum Placement::Kind;
  StageTraits traits;
  traits.needs = {{{kAny}, {kAny}}, {{kHash, {"a"}}, {kBroadcast}}};
  EXPECT_FALSE(traits.can_broadcast());
  traits.needs.push_back({{kAny}, {kBroadcast}});
  EXPECT_TRUE(traits.can_broadcast());
}

TEST(Reading, WhatIsForOneReader) {
  auto reason = [](const std::vector<std::string>& words) -> std::string {
    std::vector<StageWord> line{{"pscan"}};
    for (const std::string& word : words)
      line.push_back({word});
    const Option* option = parse_stage(scan_kind(), line)->reading().for_one_reader();
    return option == nullptr ? "" : option->name;
  };
  EXPECT_EQ(reason({"f"}), "");
  EXPECT_EQ(reason({"--partition", "1/1", "f"}), "partition");
  EXPECT_EQ(reason({"--chunks", "c", "f"}), "chunks");
  EXPECT_EQ(reason({"--rejects", "r", "f"}), "rejects");
}

TEST(Reading, AScanOfTheSameFilesReadsAllRowsAndColumns) {
  std::unique_ptr<Stage> like = parse_stage(
      scan_kind(), {{"pscan"}, {"-c"}, {"a"}, {"-w"}, {"a > 1"}, {"-d"}, {";"}, {"f.csv"}});
  std::unique_ptr<Stage> scan = make_scan_stage(*like, {{"g.csv"}});
  EXPECT_EQ(line_of(*scan), "pscan --delimiter=; g.csv");
  EXPECT_FALSE(scan->reading().scan.text.columns);
  EXPECT_EQ(scan->reading().scan.where.text, "");
  EXPECT_EQ(scan->reading().scan.delimiter, ";");
}

TEST(Reading, ValuesAreRead) {
  auto refusal = [](const std::string& option, const std::string& value) -> std::string {
    try {
      parse_stage(scan_kind(), {{"pscan"}, {option}, {value}, {"f"}});
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  };
  EXPECT_EQ(refusal("-d", "\\t"), "");
  EXPECT_EQ(refusal("-d", "||"), "");
  EXPECT_EQ(refusal("-d", ""),
            "--delimiter: '' is not one or more characters on one line (\\t for a tab)");
  EXPECT_EQ(refusal("-d", std::string(64, '|')), "");
  EXPECT_EQ(refusal("-d", std::string(65, '|')), "--delimiter: has 65 bytes; the limit is 64");
  EXPECT_EQ(refusal("--quote", "ab"), "--quote: 'ab' is not one ASCII character");
  EXPECT_EQ(refusal("--escape", ""), "--escape: '' is not one ASCII character");
  EXPECT_EQ(refusal("--comment", ""), "--comment: '' is not the beginning of a line, as in #");
  EXPECT_EQ(refusal("--skip", "-1"), "--skip: '-1' is not a number of lines");
  EXPECT_EQ(refusal("--row-names", ""), "--row-names: '' is not the name of a column");
  EXPECT_EQ(refusal("--null", "NA,\"a,\"\"b\",-"), "");
  EXPECT_EQ(refusal("--null", "NA,"),
            "--null: one of the texts is empty; a field without any text is null anyway");
  EXPECT_EQ(refusal("--null", "NA,NA"), "--null: 'NA' is given twice");
  EXPECT_EQ(refusal("--null", "\"NA"), "--null: a quoted text is not closed");
  EXPECT_EQ(refusal("--null", "\"NA\"b"), "--null: a comma must follow a quoted text");
  EXPECT_EQ(refusal("--thousands", "0"),
            "--thousands: '0' is not one character that may stand between digits, as in . or '");
  EXPECT_EQ(refusal("--thousands", "\xE2\x80\xAF"), "");
  EXPECT_EQ(refusal("--encoding", "latin1"), "");
  EXPECT_EQ(refusal("--encoding", "latin-99"),
            "--encoding: 'latin-99' is not an encoding of iconv, whose -l lists them");
  EXPECT_EQ(refusal("--names", "a,b,a"),
            "--names: columns 1 and 3 would both be named 'a'; rename one of them, as a_2");
  EXPECT_EQ(refusal("--on-error", "skpi"),
            "--on-error: 'skpi' is not fail, skip or null; did you mean 'skip'?");
  EXPECT_EQ(refusal("--partition", "3/2"),
            "--partition: '3/2' is not I/N with I from 1 to N, as in 2/8");
  EXPECT_EQ(refusal("--partition", "2/2"), "");
  EXPECT_EQ(refusal("--max-window", "2G"), "");
  EXPECT_NE(refusal("--max-window", "3G"), "");
}

}  // namespace
}  // namespace penstock
