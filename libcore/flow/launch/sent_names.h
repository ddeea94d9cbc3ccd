// The names of files that were sent to a host, for the stages that run there.
#pragma once

#include <map>
#include <string>

#include "libcore/flow/plan/plan.h"

namespace penstock {

// Returns the path by which sent files are known: absolute, without "." and "..". Links are not
// followed.
std::string sent_key(const std::string& path);

// Returns what a file is called on a host to which those of `sent` were sent, by their keys: as it
// is unless it is one of them.
std::string sent_name(const std::string& path, const std::map<std::string, std::string>& sent);

// Returns a stage that reads files of `sent` by their names there. In a stage of the family these
// are inputs and the values of options that name files; in another program, and in the command that
// a stage runs, each word that is such a path, or `--name=` and one.
PlanStage with_sent_names(const PlanStage& stage, const std::map<std::string, std::string>& sent);

}  // namespace penstock
