#include <string>

#include "libcore/base/error.h"
#include "libcore/command/command.h"

namespace penstock {
namespace {

std::string join(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

std::vector<std::string> spellings(const Option& option) {
  std::vector<std::string> out;
  if (option.letter != '\0') out.push_back({'-', option.letter});
  out.push_back(std::string("--") + option.name);
  return out;
}

// Inside single quotes of a shell.
std::string quoted(std::string_view text, std::string_view escape_too = {}) {
  std::string out;
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (escape_too.find(c) != escape_too.npos) out += '\\';
    out += c;
  }
  return out;
}

std::string bash(const Command& command) {
  std::string name = command.text().name;
  std::string cases;
  std::string all;
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    all += (all.empty() ? "" : " ") + join(spellings(option), " ");
    if (option.complete != Complete::kWords) continue;
    cases += "    " + join(spellings(option), "|") +
             ")\n      mapfile -t COMPREPLY < <(compgen -W '" + quoted(option.words) +
             "' -- \"$word\")\n      return ;;\n";
  }
  // An empty answer makes readline complete file names.
  return "# Completions of " + name + " for bash\n_" + name +
         "() {\n  local word=${COMP_WORDS[COMP_CWORD]}\n  COMPREPLY=()\n"
         "  case ${COMP_WORDS[COMP_CWORD-1]} in\n" +
         cases + "  esac\n  [[ $word == -* ]] && mapfile -t COMPREPLY < <(compgen -W '" + all +
         "' -- \"$word\")\n}\ncomplete -o default -F _" + name + " " + name + "\n";
}

std::string zsh(const Command& command) {
  std::string name = command.text().name;
  std::string out = "#compdef " + name + "\n_arguments -s -S \\\n";
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    bool takes_value = *option.value != '\0';
    std::string value;
    if (takes_value) {
      value = std::string(":") + option.value + ":";
      if (option.complete == Complete::kFile) value += "_files";
      if (option.complete == Complete::kWords) value += "(" + quoted(option.words) + ")";
    }
    std::string help = "[" + quoted(option.help, "[]:\\") + "]" + value;
    std::string name_form = std::string("--") + option.name + (takes_value ? "=" : "");
    if (option.letter == '\0') {
      out += "  '" + name_form + help + "' \\\n";
      continue;
    }
    std::string letter_form = std::string("-") + option.letter + (takes_value ? "+" : "");
    out += "  '(" + join(spellings(option), " ") + ")'{" + letter_form + "," + name_form + "}'" +
           help + "' \\\n";
  }
  return out + "  '*:file:_files'\n";
}

std::string fish(const Command& command) {
  std::string name = command.text().name;
  std::string out = "# Completions of " + name + " for fish\n";
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    out += "complete -c " + name;
    if (option.letter != '\0') out += std::string(" -s ") + option.letter;
    out += std::string(" -l ") + option.name;
    if (option.complete == Complete::kFile) out += " -r -F";
    if (option.complete == Complete::kWords) out += " -x -a '" + std::string(option.words) + "'";
    if (option.complete == Complete::kNothing && *option.value != '\0') out += " -x";
    std::string help;
    for (char c : std::string_view(option.help)) {
      if (c == '\'' || c == '\\') help += '\\';
      help += c;
    }
    out += " -d '" + help + "'\n";
  }
  return out;
}

}  // namespace

std::string completion_script(const Command& command, std::string_view shell) {
  if (shell == "bash") return bash(command);
  if (shell == "zsh") return zsh(command);
  if (shell == "fish") return fish(command);
  throw Error::usage("no completions for '" + std::string(shell) +
                     "'; there are bash, zsh and fish");
}

}  // namespace penstock
