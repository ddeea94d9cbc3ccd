#!/bin/sh
# A pipeline as the shell would run it: what three workers do with it, and what they give.
pflow -n 3 --explain -f strikes.flow && pflow -n 3 -f strikes.flow
