#!/usr/bin/env bash
# Tries an installed touchline, found on the path, from outside the repository.
set -euo pipefail
touchline --version
