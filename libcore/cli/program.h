// The frame of every tool's main: catches once, reports once, ends the process once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/command/answers.h"

namespace penstock {

// Runs `body`, which gives the exit status, and ends the process with it; what it throws becomes
// one message on standard error and a status: Error 1 (usage 2, with a word on --help), out of
// memory 1. OutputClosed ends the process by SIGPIPE, as any Unix filter ends when its reader has
// gone.
//
// Before that it tunes malloc for large buffers (without it every large buffer costs an mmap and
// its page faults: 3.2 against 3.6 GB/s moved), has all threads share one arena (what one thread
// frees another can use then: psort -S 64M stayed below 103 MB instead of 173; no reader got
// slower), and takes the places of standard streams that came closed, so that no file of ours gets
// their numbers: writing there still fails.
[[noreturn]] void run_program(const char* tool, const std::function<int()>& body);

// Prints the one message for the exception that is being handled, and returns the status. Throws
// again what is neither an Error nor one of these.
int report_problem(const char* tool);

// What tools say goes through these four: what data, files and peers have put into it reaches a
// terminal as text only (visible_text()). Each writes to standard error in one piece. In errors
// "TOOL:" is red where standard error is a terminal that has colours (wants_color()).
//
// Writes "TOOL: TEXT" and a newline.
void print_note(const char* tool, std::string_view text);
// Writes "TOOL: MESSAGE" and a newline; an excerpt has lines of its own.
void print_error(const char* tool, const Error& error);
// Writes "TOOL: LINES" and a newline, for an error whose text has been made elsewhere.
void print_failure(const char* tool, std::string_view lines);
// Writes lines that another process has said, with their line ends.
void print_said(std::string_view lines);

// Prints the answer that was asked for; `description` gives --describe's. Columns are not offered
// here (columns_on_line.h). REQUIRES answers.is_asked().
void print_answer(const Answers& answers, const Command& command,
                  const std::function<std::string()>& description);

// Writes all of `text` to standard output and checks that it arrived. Throws as a ByteSink does.
void print_text(std::string_view text);

}  // namespace penstock
