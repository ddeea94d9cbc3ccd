// Options as users see them, and those that several tools share: the one place where a letter gets
// its meaning. The table feeds the parser, --help, the manual's OPTIONS, the completions and
// --describe.
#pragma once

namespace penstock {

// What a shell offers for an option's value.
enum class Complete { kNothing, kFile, kWords };

// All texts are constants of the program.
struct Option {
  char letter;        // '\0' for none
  const char* name;   // without dashes
  const char* value;  // what stands for the value in help; empty for a flag
  const char* help;   // a phrase: small first letter, no full stop
  Complete complete = Complete::kNothing;
  const char* words = "";  // for kWords, separated by blanks
};

namespace option {

// Reading.
inline constexpr Option kFrom{
    'f',
    "from",
    "FORMAT",
    "read the input as arrow, csv, tsv, ndjson or lines; else an Arrow "
    "stream is known by its first "
    "bytes, and text by its file's suffix; without one, what begins with { "
    "or [{ is ndjson, and all else csv",
    Complete::kWords,
    "arrow csv tsv ndjson lines"};
inline constexpr Option kDelimiter{'d', "delimiter", "CHAR",
                                   "the byte between the fields of csv, \\t for a tab"};
inline constexpr Option kNoHeader{'\0', "no-header", "",
                                  "the first row is data; columns are called c1, c2 and so on"};
inline constexpr Option kNames{'\0', "names", "NAMES",
                               "call the columns of csv by these names, whatever a header says; "
                               "an Arrow stream must have them, JSON has its own"};
inline constexpr Option kNoQuotes{'\0', "no-quotes", "", "a double quote is a byte like any other"};
inline constexpr Option kTypes{
    '\0', "types", "SPEC",
    "types of columns, as in price=decimal(15,2),day=date; *=text is for all the others"};
inline constexpr Option kDecimals{
    '\0', "decimals", "",
    "numbers with a point are exact decimals with as many digits behind it as the sample has, "
    "instead of float64; an Arrow stream must have no float among the columns asked for"};
inline constexpr Option kSchema{
    '\0', "schema", "FILE",
    "take all names and types from FILE: lines of name and type, or an Arrow stream",
    Complete::kFile};
inline constexpr Option kDateFormat{
    '\0', "date-format", "FORMAT",
    "the form of dates in text, as for strptime; without it they are ISO 8601"};
inline constexpr Option kTrailingDelimiter{
    '\0', "trailing-delimiter", "",
    "each row ends in one more delimiter (as in files named .tbl), the header perhaps"};
inline constexpr Option kOnError{
    '\0',
    "on-error",
    "WHAT",
    "what becomes of a record that cannot be read: fail (the default), skip, or null for the field",
    Complete::kWords,
    "fail skip null"};
inline constexpr Option kRejects{
    '\0', "rejects", "FILE",
    "keep every refused record in FILE, with its file, line, column and reason", Complete::kFile};
inline constexpr Option kMaxWindow{
    '\0', "max-window", "SIZE",
    "read zstd data that needs a window of up to SIZE of memory, as in 1G, at most 2G; else 128M"};
inline constexpr Option kColumns{'c', "columns", "COLS", "only these columns, in this order"};
inline constexpr Option kWhere{'w', "where", "EXPR", "only the rows for which EXPR holds"};
inline constexpr Option kPartition{'\0', "partition", "I/N",
                                   "only the I-th of N parts, which together are the whole"};

inline constexpr Option kCheckAll{
    '\0', "check-all", "",
    "of text, check the columns that -c leaves out and the rows that -w leaves out as well"};

inline constexpr Option kChunks{
    '\0', "chunks", "FILE",
    "only the chunks that no other scan has taken: FILE has the number of the next one and how "
    "many there are, as in '1 64', and counts on",
    Complete::kFile};

// Writing.
inline constexpr Option kTo{
    't',
    "to",
    "FORMAT",
    "write arrow, csv, tsv, ndjson, lines, table or markdown; else what the suffix of FILE says, "
    "table to a terminal, and arrow to everything else",
    Complete::kWords,
    "arrow csv tsv ndjson lines table markdown"};
inline constexpr Option kOutput{
    'o', "output", "FILE", "write to FILE, which appears only when it is whole", Complete::kFile};

inline constexpr Option kNoSync{
    '\0', "no-sync", "",
    "do not wait until an output file is on the disk: for scratch work, whose files need not "
    "outlive a power failure"};

// What operators do.
inline constexpr Option kKey{'k', "key", "KEYS", "the key columns"};
inline constexpr Option kRows{'n', "rows", "ROWS", "at most this many rows"};
inline constexpr Option kMemory{
    'S', "memory", "SIZE",
    "hold at most about SIZE in memory, as in 512M, and put the rest into a temporary file; else "
    "$PENSTOCK_MEMORY, or a quarter of the machine's memory, from 256M to 4G"};
inline constexpr Option kTempDir{
    'T', "temp-dir", "DIR", "where the temporary file is; else $TMPDIR or /tmp", Complete::kFile};

// Every tool.
inline constexpr Option kQuiet{'q', "quiet", "", "no notes on standard error, only errors"};
inline constexpr Option kVerbose{'v', "verbose", "",
                                 "tell on standard error what is read and written"};
inline constexpr Option kHelp{'h', "help", "", "show this help"};
inline constexpr Option kVersion{'V', "version", "", "show the version"};
inline constexpr Option kDescribe{'\0', "describe", "",
                                  "tell in JSON what this command line needs and gives"};
inline constexpr Option kCompletion{'\0',
                                    "completion",
                                    "SHELL",
                                    "print the completions for bash, zsh or fish",
                                    Complete::kWords,
                                    "bash zsh fish"};

}  // namespace option

// The same option under another meaning of its value, as in psort's -k.
constexpr Option with_help(Option option, const char* help) {
  option.help = help;
  return option;
}

}  // namespace penstock
