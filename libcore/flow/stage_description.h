// What tools say of themselves: --describe, asked and read. FLOW.md has the contract.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/tool_questions.h"

namespace penstock {

struct StageDescription {
  struct Placement {
    std::string kind;  // "any", "hash", "grid", "single", "broadcast"
    std::vector<std::string> keys;
  };
  struct Split {
    std::vector<std::string> local;
    std::string merge;
    std::vector<std::string> final;
    bool in_turn = false;
  };
  struct Given {
    std::string heading;
    std::string name;
    std::optional<std::string> value;
  };

  std::string operation;
  std::vector<std::vector<Placement>> needs;
  bool keeps_order = false;
  bool keeps_placement = false;
  bool keeps_columns = false;
  bool uses_order = false;
  std::vector<std::string> group_keys;
  std::vector<std::string> order;  // the names of its keys
  std::optional<Split> split;
  std::optional<std::vector<std::string>> columns;
  std::vector<std::string> expressions;
  std::vector<std::string> words;
  std::vector<std::string> inputs;
  std::vector<Given> given;

  // The option, when it is on the command line.
  const Given* find(std::string_view option) const;
  // Whether the stage can run in several workers when its rows come together by keys.
  bool can_hash() const;
  // The reason why a stage that does not split runs on one worker, for --explain.
  std::string why_in_one_place() const;
  // The options under a heading, as words: "--types=a=int64".
  std::vector<std::string> options_of(std::string_view heading) const;
};

// Reads --describe's JSON. Throws Error when it is not what FLOW.md says.
StageDescription read_description(std::string_view json);

// Reads what somebody else said of a program (FLOW.md, "Other programs"): the `needs` and what it
// keeps. Throws Error that says what is wrong, also for members that there are not.
StageDescription read_listing(std::string_view json);

// The family's programs, which take part in a flow without being listed.
bool is_tool(std::string_view program);

// Where a program of the family is: beside our own, else left to PATH.
std::string tool_path(const std::string& program);

// The description of a command of the family. Throws what the tool says of a wrong command line, as
// a usage Error.
StageDescription describe_stage(const std::vector<std::string>& command, const ToolQuestions& ask);

}  // namespace penstock
