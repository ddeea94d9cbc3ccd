# examples/slurm, as its README.md says.
load lab.bash

@test "the batch script, and its pipeline at the prompt and in the background" {
  cp -r "$root/examples" .
  cd examples/slurm
  export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
  sbatch --quiet --wait states.sbatch
  diff expected states.csv
  same "" "$(cat states-*.log)"
  mapfile -t commands < <(sed -n '/^```sh/,/^```/{/^```/d;p;}' README.md)
  [ "${#commands[@]}" = 5 ]
  eval "${commands[1]}" >prompt
  same "$(pscan ../data/airports.csv | pagg -k state 'count(*)' | pprint)" "$(cat prompt)"
  eval "${commands[2]}; ${commands[3]}; ${commands[4]}" >background
  grep -q "^flow  *pscan ../data/airports.csv" background
  same "$(cat prompt)" "$(tail -n "$(wc -l <prompt)" background)"
  eventually all_is_clean
}
