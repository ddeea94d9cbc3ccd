#!/usr/bin/env bash
# The five longest delays; only five rows are held in memory. Ties go by date.
psort -k delay:desc,date -n 5 -t csv ../data/flights-20k.json
