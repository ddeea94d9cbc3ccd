// Options as users see them, and those that several tools share: the one place where a letter gets
// its meaning. The table feeds the parser, --help, the manual's OPTIONS, the completions and
// --describe.
#pragma once

namespace penstock {

// What a shell offers for an option's value: names of files, the words of the option, or names of
// columns of the files that stand on the line, one or a list (column_offers.h).
enum class Complete { kNothing, kFile, kWords, kColumn, kColumns };

// All texts are constants of the program.
struct Option {
  char letter;        // '\0' for none
  const char* name;   // without dashes
  const char* value;  // what stands for the value in help; empty for a flag
  const char* help;   // a phrase: small first letter, no full stop
  Complete complete = Complete::kNothing;
  // Separated by blanks: the values of kWords, and what may stand behind a column and ':' in one of
  // kColumns.
  const char* words = "";
  // The value that the option has where it stands alone; then another value stands behind '=' and
  // is never the next word. Null for an option that needs its value.
  const char* value_alone = nullptr;
  bool repeats = false;  // may be given several times, each time with another value
};

namespace option {

// Reading.
inline constexpr Option kFrom{
    'f',
    "from",
    "FORMAT",
    "the format of the input: arrow, parquet, csv, tsv, ndjson (json is the same), lines, logfmt "
    "(pairs "
    "key=value), or clf or combined (logs of web servers); by default an Arrow stream or "
    "Parquet is recognized by its first bytes and text by the suffix of the file, and other text "
    "is ndjson "
    "when it begins with { or [{, else csv",
    Complete::kWords,
    "arrow parquet csv tsv ndjson json lines logfmt clf combined"};
inline constexpr Option kDelimiter{
    'd', "delimiter", "TEXT",
    "the text between the fields of csv, one byte or several, in which \\t is a tab"};
inline constexpr Option kNoHeader{'\0', "no-header", "",
                                  "the first row is data; columns are called c1, c2 and so on"};
inline constexpr Option kNames{
    '\0', "names", "NAMES",
    "the names of the columns of csv, instead of those in its header; "
    "an Arrow stream and Parquet must already have them, and JSON keeps its own"};
inline constexpr Option kUniqueNames{'\0', "unique-names", "",
                                     "where a name stands in the header again, append _2, or the "
                                     "next number that makes a name which "
                                     "the header has nowhere"};
inline constexpr Option kRowNames{
    '\0', "row-names", "NAME",
    "the header leaves out the first column of csv, as R writes it; its name is NAME"};
inline constexpr Option kSkip{'\0', "skip", "N", "leave out the first N lines, before the header"};
inline constexpr Option kComment{'\0', "comment", "PREFIX",
                                 "leave out the lines of csv that begin with PREFIX"};
inline constexpr Option kRagged{
    '\0', "ragged", "",
    "make fields null that are missing at the end of a row; --names may name more columns than the "
    "header has"};
inline constexpr Option kQuote{'\0', "quote", "CHAR",
                               "the byte around quoted fields, instead of a double quote"};
inline constexpr Option kEscape{
    '\0', "escape", "CHAR",
    "the byte that makes the next one data, in quotes and outside, as a backslash"};
inline constexpr Option kNull{'\0', "null", "TEXT,...",
                              "fields of csv that mean null besides the empty one, as in NA,N/A,-; "
                              "a field in quotes is never "
                              "null, and a TEXT with a comma stands in double quotes"};
inline constexpr Option kDecimalComma{'\0', "decimal-comma", "",
                                      "numbers of csv have a comma as their decimal point"};
inline constexpr Option kThousands{
    '\0', "thousands", "CHAR",
    "numbers of csv may have CHAR between groups of three digits, as in 1.234.567"};
inline constexpr Option kEncoding{'\0', "encoding", "NAME",
                                  "the encoding of text, as in latin1 or windows-1252 (iconv -l "
                                  "lists them); by default UTF-8, or "
                                  "the UTF-16 or UTF-32 that a byte-order mark shows"};
inline constexpr Option kNoQuotes{'\0', "no-quotes", "",
                                  "treat a double quote as a byte like any other"};
inline constexpr Option kTypes{
    '\0', "types", "SPEC",
    "the types of columns, as in price=decimal(15,2),day=date; *=text is for all other columns"};
inline constexpr Option kDecimals{
    '\0', "decimals", "",
    "read numbers with a point as exact decimals instead of float64, with as many digits after the "
    "point as the sample has; an Arrow stream must have no floats among the columns to read"};
inline constexpr Option kSchema{'\0', "schema", "FILE",
                                "take all names and types from FILE, which has a line of name and "
                                "type for each column, or is an Arrow stream",
                                Complete::kFile};
inline constexpr Option kDateFormat{
    '\0', "date-format", "FORMAT",
    "the form of dates in text, as for strptime; by default ISO 8601"};
inline constexpr Option kTrailingDelimiter{
    '\0', "trailing-delimiter", "",
    "every row ends with one more delimiter, as in files named .tbl; the header may end with one"};
inline constexpr Option kOnError{
    '\0',
    "on-error",
    "WHAT",
    "what to do with a record that cannot be read: fail (the default), skip (leave it out) or null "
    "(make the faulty value null)",
    Complete::kWords,
    "fail skip null"};
inline constexpr Option kRejects{
    '\0', "rejects", "FILE",
    "write every refused record to FILE, with its file, line, column and reason", Complete::kFile};
inline constexpr Option kWidths{
    '\0', "widths", "WIDTHS",
    "read fields of fixed widths, as in 5,10,3: numbers of characters, of which the last may be * "
    "for the rest of the line; blanks around a field are not a part of it"};
inline constexpr Option kPattern{
    '\0', "pattern", "REGEX",
    "read lines, whose columns are the named groups of REGEX, as in (?<user>\\w+); a line that "
    "does not match cannot be read (see --on-error)"};
inline constexpr Option kFileName{
    '\0', "file-name", "COL",
    "add a column COL with the name of the input, as it is given, behind all others"};
inline constexpr Option kAsOf{
    '\0', "as-of", "VERSION",
    "of a table, read VERSION, which is a number or a time, instead of the latest version"};
inline constexpr Option kUnionByName{
    '\0', "union-by-name", "",
    "read inputs of differing columns: match columns by their names, and make those null that an "
    "input lacks"};
inline constexpr Option kMaxWindow{'\0', "max-window", "SIZE",
                                   "read zstd and xz data that needs a window of up to SIZE of "
                                   "memory, as in 1G; 128M by default, 2G at most"};
inline constexpr Option kColumns{'c', "columns", "COLS",
                                 "read only these columns, in this order: names, ranges as in "
                                 "a..d, patterns as in x_*, and !NAME "
                                 "for all but NAME",
                                 Complete::kColumns};
inline constexpr Option kWhere{'w', "where", "EXPR", "keep only the rows for which EXPR holds"};
inline constexpr Option kPartition{
    '\0', "partition", "I/N", "read only part I of N; the N parts together have every row once"};

inline constexpr Option kCheckAll{
    '\0', "check-all", "",
    "in text, also check the columns that -c leaves out and the rows that -w leaves out"};

inline constexpr Option kChunks{
    '\0', "chunks", "FILE",
    "read only the chunks that no other scan has taken; FILE holds the number of the next chunk "
    "and how many there are, as in '1 64', and each scan counts it up",
    Complete::kFile};

inline constexpr Option kFollow{
    '\0', "follow", "",
    "go on when the files end, with the rows that are written to them later, and with the files "
    "that take their names; nothing but a signal, or a reader that has enough, ends it"};

// Writing.
inline constexpr Option kTo{
    't',
    "to",
    "FORMAT",
    "the format of the output: arrow, parquet, csv, tsv, ndjson, json (one array), "
    "lines, table, vertical (a line for each value), markdown or html; by "
    "default the one that the suffix of FILE names, else csv with options "
    "of csv, else table on a terminal and arrow (pprint: csv) anywhere "
    "else",
    Complete::kWords,
    "arrow parquet csv tsv ndjson json lines table vertical markdown html"};
inline constexpr Option kOutput{'o', "output", "FILE",
                                "write to FILE, which appears only when it is complete",
                                Complete::kFile};

inline constexpr Option kNoSync{
    '\0', "no-sync", "",
    "do not wait until an output file is on the disk; a power failure may then lose it"};

inline constexpr Option kOutDelimiter{'\0', "out-delimiter", "CHAR",
                                      "the byte between the fields of csv that is written, \\t "
                                      "for a tab"};
inline constexpr Option kOutNoHeader{'\0', "out-no-header", "",
                                     "write no names of columns, in csv, tsv, table and html"};
inline constexpr Option kOutNull{
    '\0', "out-null", "TEXT",
    "write TEXT for a null, in csv, tsv and tables; in csv and tsv values that look like it are "
    "quoted, so that --null=TEXT reads them back"};
inline constexpr Option kQuoteAll{'\0', "quote-all", "",
                                  "write quotes around every field of csv and tsv but nulls"};
inline constexpr Option kOutNoQuotes{
    '\0', "out-no-quotes", "",
    "write the fields of csv and tsv as they are, as --no-quotes reads them; one with a delimiter "
    "or a line end is an error"};
inline constexpr Option kCrlf{'\0', "crlf", "", "end the rows of csv and tsv with CR and LF"};

// What operators do.
inline constexpr Option kKey{'k', "key", "KEYS", "the key columns", Complete::kColumns};
// Keys that have directions.
inline constexpr Option kSortKey{
    'k', "key", "KEYS", "the key columns", Complete::kColumns, "asc desc nulls-first nulls-last"};
inline constexpr Option kRows{'n', "rows", "ROWS", "at most this many rows"};
inline constexpr Option kMemory{
    'S', "memory", "SIZE",
    "hold at most about SIZE in memory, as in 512M, and put the rest into a temporary file; by "
    "default $PENSTOCK_MEMORY, or a quarter of the machine's memory, from 256M to 4G"};
inline constexpr Option kTempDir{'T', "temp-dir", "DIR",
                                 "the directory of the temporary file; by default $TMPDIR, or /tmp",
                                 Complete::kFile};

inline constexpr Option kSet{
    .letter = '\0',
    .name = "set",
    .value = "NAME=VALUE",
    .help =
        "the value of :NAME in expressions, with the type that it would have in a text, or "
        "NAME:TYPE=VALUE; may be given several times",
    .repeats = true};

// Every tool.
inline constexpr Option kQuiet{'q', "quiet", "", "print only errors on standard error, no notes"};
inline constexpr Option kVerbose{'v', "verbose", "",
                                 "report on standard error what is read and written"};
inline constexpr Option kHelp{'h', "help", "", "show this help"};
inline constexpr Option kVersion{'V', "version", "", "show the version"};
inline constexpr Option kDescribe{'\0', "describe", "",
                                  "print in JSON what this command line needs and gives"};
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
