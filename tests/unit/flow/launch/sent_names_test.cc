#include "libcore/flow/launch/sent_names.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tools/programs/stages.h"

namespace penstock {
namespace {

class SentNames : public ::testing::Test {
 protected:
  SentNames() {
    for (const char* file : {"here/a.csv", "/srv/prog", "k"})
      sent_[sent_key(file)] = "/run/sent" + sent_key(file);
  }

  static std::string line(const PlanStage& stage) {
    std::string text;
    for (const PlanWord& word : stage.words())
      text += (text.empty() ? "" : " ") + word.text;
    return text;
  }
  std::string there(const std::string& file) { return "/run/sent" + sent_key(file); }
  std::string of_family(const std::vector<StageWord>& words) {
    PlanStage stage{.stage = parse_stage(*stage_registry().find(words[0].text), words)};
    return line(with_sent_names(stage, sent_));
  }
  std::string of_program(const std::vector<StageWord>& words) {
    return line(with_sent_names({.program = words}, sent_));
  }

  std::map<std::string, std::string> sent_;
};

TEST_F(SentNames, AFileIsKnownByItsWholePath) {
  EXPECT_EQ(sent_key("here/../here/./a.csv"), sent_key("here/a.csv"));
  EXPECT_EQ(sent_key("/srv/prog"), "/srv/prog");
  EXPECT_EQ(sent_name("./here/a.csv", sent_), there("here/a.csv"));
  EXPECT_EQ(sent_name("here/b.csv", sent_), "here/b.csv");
  EXPECT_EQ(sent_name("", sent_), "");
}

TEST_F(SentNames, InputsAndFilesOfOptions) {
  const std::string schema = testing::TempDir() + "sent_names_test-schema";
  std::ofstream(schema) << "a int64\n";
  sent_[sent_key(schema)] = "/run/schema";
  EXPECT_EQ(of_family({{"pscan"}, {"--schema"}, {schema}, {"here/a.csv"}, {"b.csv"}}),
            "pscan --schema=/run/schema " + there("here/a.csv") + " b.csv");
  // Of a command the words, too.
  EXPECT_EQ(of_family({{"papply"}, {"--schema"}, {schema}, {"--"}, {"/srv/prog"}, {"--file=k"}}),
            "papply --schema=/run/schema -- /run/sent/srv/prog --file=" + there("k"));
  EXPECT_EQ(of_family({{"preduce"}, {"-k"}, {"k"}, {"--combiner"}, {"k"}, {"awk"}, {"cat k"}}),
            "preduce -k k --combiner k awk cat k");
  std::filesystem::remove(schema);
  // Columns are not files, whatever they are called.
  EXPECT_EQ(of_family({{"pagg"}, {"-k"}, {"k"}, {"sum(v)"}, {"k"}}),
            "pagg --key=k sum(v) " + there("k"));
  EXPECT_EQ(of_family({{"psort"}, {"-k"}, {"k"}}), "psort -k k");
}

TEST_F(SentNames, WordsOfOtherPrograms) {
  EXPECT_EQ(of_program({{"/srv/prog"}, {"-f"}, {"./k"}, {"--file=k"}, {"k=k"}, {"cat k"}}),
            "/run/sent/srv/prog -f " + there("k") + " --file=" + there("k") + " k=k cat k");
}

TEST_F(SentNames, WithoutSentFilesNothingChanges) {
  sent_.clear();
  EXPECT_EQ(of_program({{"/srv/prog"}, {"k"}}), "/srv/prog k");
}

}  // namespace
}  // namespace penstock
