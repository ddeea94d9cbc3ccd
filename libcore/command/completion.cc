#include <algorithm>
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

bool offers_columns(const Option& option) {
  return option.complete == Complete::kColumn || option.complete == Complete::kColumns;
}

// The ways to begin the option that its value may follow: "-c", "--columns" and "--columns=". One
// that may stand alone has its value behind "=".
std::vector<std::string> beginnings(const Option& option) {
  const std::string with_value = std::string("--") + option.name + "=";
  if (option.value_alone != nullptr) return {with_value};
  std::vector<std::string> out = spellings(option);
  out.push_back(with_value);
  return out;
}

// How a shell finds out what is typed. It has cut the line at "=" and ":" too (COMP_WORDBREAKS),
// and puts what is offered in the place of the last piece alone. A piece of "=" or ":" belongs to
// the words on both sides of it; one that is empty begins after a blank.
constexpr const char* kBashTyped =
    R"(  local words=() glued= i word option value head cut= sign each
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word && ( $glued || $word =~ ^[=:]+$ ) ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    glued=
    [[ $word =~ ^[=:]+$ ]] && glued=1
  done
  word=${words[-1]}
  unset 'words[0]' 'words[-1]'
  words=("${words[@]}")
  if [[ $word == --*=* ]]; then
    option=${word%%=*}= value=${word#*=}
  elif [[ $word == -[!-]?* ]]; then
    option=${word:0:2} value=${word:2}
  else
    option= value=$word
    ((${#words[@]})) && option=${words[-1]}
  fi
  head=${word%"$value"}
  for sign in = :; do
    [[ $COMP_WORDBREAKS == *$sign* && $word == *$sign* ]] || continue
    each=${word%"$sign"*}$sign
    ((${#each} > ${#cut})) && cut=$each
  done
  local offers=()
)";

// What is typed stays as it is; what comes behind it is quoted for the shell.
constexpr const char* kBashReply = R"(  COMPREPLY=()
  for each in "${offers[@]}"; do
    if [[ $each != "$value"* ]]; then
      printf -v each %q "$each"
    elif [[ $each != "$value" ]]; then
      printf -v each '%s%q' "$value" "${each#"$value"}"
    fi
    each=$head$each
    COMPREPLY+=("${each#"$cut"}")
  done
)";

// Ask the program itself, about the words of the line without the option and its value.
constexpr const char* kBashColumns = R"(      compopt -o nospace +o default 2>/dev/null
      [[ $head ]] || unset 'words[-1]'
      mapfile -t offers < <("${COMP_WORDS[0]/#\~\//$HOME/}" --completion columns -- \
        "$value" "$option" "${words[@]}" "${COMP_WORDS[@]:COMP_CWORD+1}" 2>/dev/null) ;;
)";

std::string bash(const Command& command) {
  std::string name = command.text().name;
  std::string cases;
  std::string columns;
  std::string all;
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    all += (all.empty() ? "" : " ") + join(spellings(option), " ");
    const std::string begun = join(beginnings(option), "|");
    if (offers_columns(option)) columns += (columns.empty() ? "" : "|") + begun;
    if (option.complete != Complete::kWords) continue;
    cases += "    " + begun + ")\n      compopt +o default 2>/dev/null\n" +
             "      mapfile -t offers < <(compgen -W '" + quoted(option.words) +
             "' -- \"$value\") ;;\n";
  }
  if (!columns.empty()) cases += "    " + columns + ")\n" + kBashColumns;
  // An empty answer makes readline complete file names.
  return "# Completions of " + name + " for bash\n_" + name + "() {\n" + kBashTyped +
         "  case $option in\n" + cases +
         "    *)\n      [[ $word == -* ]] && head= value=$word && " +
         "mapfile -t offers < <(compgen -W '" + all + "' -- \"$word\") ;;\n  esac\n" + kBashReply +
         "}\ncomplete -o default -F _" + name + " " + name + "\n";
}

// The function that offers columns: the words of the line go to the program without the option and
// its value, as the option's first argument has it.
std::string zsh_columns(const std::string& name) {
  return "_" + name + R"(_columns() {
  local -a before offers
  before=("${(@)words[2,CURRENT-1]}")
  [[ $words[CURRENT] == -* ]] || before=("${(@)before[1,-2]}")
  offers=("${(@f)$(${(Q)words[1]} --completion columns -- "$PREFIX" $1 \
    "${before[@]}" "${(@)words[CURRENT+1,-1]}" 2>/dev/null)}")
  compadd -S '' -- ${offers:#}
}
)";
}

std::string zsh(const Command& command) {
  std::string name = command.text().name;
  bool has_columns = false;
  std::string out = "_arguments -s -S \\\n";
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    bool takes_value = *option.value != '\0';
    std::string value;
    if (takes_value) {
      value = std::string(":") + option.value + ":";
      if (option.complete == Complete::kFile) value += "_files";
      if (option.complete == Complete::kWords) value += "(" + quoted(option.words) + ")";
      if (offers_columns(option)) value += "{_" + name + "_columns --" + option.name + "}";
      has_columns = has_columns || offers_columns(option);
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
  return "#compdef " + name + "\n" + (has_columns ? zsh_columns(name) : "") + out +
         "  '*:file:_files'\n";
}

// The same for fish, which gives the words without quotes. The option stands in the word that is
// typed, or in the one before it.
std::string fish_columns(const std::string& name) {
  return "function __" + name + R"fish(_columns
  set -l all (commandline -op)
  set -l before (commandline -opc)
  set -l after $all[(math (count $before) + 1)..-1]
  test -n "$(commandline -t)"; and set -e after[1]
  set -l program (string replace -r '^~/' "$HOME/" -- $before[1])
  set -e before[1]
  set -l typed (commandline -ct)
  set -l plain (string unescape -- $typed); and set typed $plain
  if string match -q -- '--*=*' $typed
    set typed (string replace -r '^[^=]*=' '' -- $typed)
  else if string match -q -- '-*' $typed
    set typed (string sub -s 3 -- $typed)
  else
    set -e before[-1]
  end
  $program --completion columns -- "$typed" $argv[1] \
    (string escape -- $before) (string escape -- $after) 2>/dev/null
end
)fish";
}

std::string fish(const Command& command) {
  std::string name = command.text().name;
  std::string out = "# Completions of " + name + " for fish\n";
  const auto& entries = command.entries();
  if (std::any_of(entries.begin(), entries.end(),
                  [](const Command::Entry& entry) { return offers_columns(entry.option); })) {
    out += fish_columns(name);
  }
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    out += "complete -c " + name;
    if (option.letter != '\0') out += std::string(" -s ") + option.letter;
    out += std::string(" -l ") + option.name;
    if (option.complete == Complete::kFile) out += " -r -F";
    if (option.complete == Complete::kWords) out += " -x -a '" + std::string(option.words) + "'";
    if (option.complete == Complete::kNothing && *option.value != '\0') out += " -x";
    if (offers_columns(option)) {
      out += " -x -k -a '(__" + name + "_columns --" + option.name + ")'";
    }
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
