#!/usr/bin/env bash
# Regenerates everything that is derived from proto/: stubs and the descriptor set. `npm run gen` calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
npx --no-install buf generate
npx --no-install buf build proto --as-file-descriptor-set --exclude-source-info -o libs/contracts/src/gen/descriptors.binpb
