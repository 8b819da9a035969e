#!/usr/bin/env bash
# Writes what is derived from proto/ (stubs and the descriptor set) below the given folder, the repository by default.
set -euo pipefail
cd "$(dirname "$0")/../.."
out="${1:-.}"
# Run by hand or from an editor, the PATH may lack the generators.
export PATH="$PWD/node_modules/.bin:$PATH"
buf generate --output "$out"
# The services that stand on every port beside the contract belong to what reflection serves. Descriptor sets are
# messages: one after the other is their union.
descriptors() { buf build "$1" --as-file-descriptor-set --exclude-source-info -o - "${@:2}"; }
{
  descriptors proto
  # So that tools can show the details of errors.
  descriptors node_modules/google-proto-files --path node_modules/google-proto-files/google/rpc/error_details.proto
  descriptors node_modules/grpc-health-check/proto --path node_modules/grpc-health-check/proto/health/v1/health.proto
  descriptors node_modules/@grpc/reflection/build/proto \
    --path node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto
} > "$out/libs/contracts/src/gen/descriptors.binpb"
