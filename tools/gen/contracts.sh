#!/usr/bin/env bash
# Writes what is derived from proto/ (stubs and the descriptor set) below the given folder, the repository by default.
set -euo pipefail
cd "$(dirname "$0")/../.."
out="${1:-.}"
# Run by hand or from an editor, the PATH may lack the generators.
export PATH="$PWD/node_modules/.bin:$PATH"
buf generate --output "$out"
buf build proto --as-file-descriptor-set --exclude-source-info -o "$out/libs/contracts/src/gen/descriptors.binpb"
