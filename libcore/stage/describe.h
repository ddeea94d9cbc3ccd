// --describe: what a stage needs and gives, for people and programs that ask. libcore/flow/FLOW.md
// has the contract.
#pragma once

#include <string>
#include <string_view>

#include "libcore/stage/stage.h"

namespace penstock {

// One JSON object on one line, with the options that the command declares.
std::string description_json(const Stage& stage, const Command& command);

// The same of a program that is not a stage, with the name of what it does: what it has of this.
std::string program_description_json(const Command& command, std::string_view operation);

}  // namespace penstock
