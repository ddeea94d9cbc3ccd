# shellcheck shell=bash
# For tests in Bats and other scripts of bash; pdiff(1) describes it.

# assert_rows_equal [OPTION…] EXPECTED [ACTUAL]: fails, and shows the differences, unless both have the
# same rows. The options are pdiff's; without -k and --ordered the order of the rows does not count.
assert_rows_equal() {
  local differences status=0
  differences=$(pdiff -t table "$@") || status=$?
  [ "$status" = 1 ] && printf 'the rows are not equal:\n%s\n' "$differences" >&2
  return "$status"
}
