#!/usr/bin/env bash
# Long delays on short flights; the JSON array is read as it stands.
pfilter 'delay > 180 and distance between 1 and 300' -t csv ../data/flights-20k.json
