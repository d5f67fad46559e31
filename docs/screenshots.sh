#!/usr/bin/env bash
# Makes the README's pictures anew: a site on the sample data, in the browser of the tests, by the test that starts it.
set -euo pipefail
cd "$(dirname "$0")/.."
DATASETADMIN_SCREENSHOTS=$PWD/docs ./test.sh --configuration Release --filter-method '*Start_FreshFolderInDevelopment_BuildsTheSampleAndShowsIt' "$@"
