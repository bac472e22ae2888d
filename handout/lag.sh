#!/bin/sh
# lag.sh - which translated pages lag behind their originals.
#
#   handout/lag.sh LANGUAGE          lists them; exit status 1 if there are any
#   handout/lag.sh LANGUAGE accept   says that all pages are up to date as they are now
#
# The first line of a translated page names its original and the state it was made from:
#   <!-- original: en/01-memory.md 0123456789abcdef -->
# So a page lags when its original has changed since, whatever the dates of the files say.
set -eu
cd "$(dirname "$0")"
language=$1 lag=0

state() { sha256sum < "$1" | cut -c 1-16; }

for original in $(find en -name '*.md' | LC_ALL=C sort); do
    page=$language/${original#en/}
    mark="<!-- original: $original $(state "$original") -->"
    if [ ! -f "$page" ]; then
        echo "$page: missing; its original is $original"
        lag=1
    elif [ "${2-}" = accept ]; then
        text=$(sed '1{/^<!-- original:/d;}' "$page")
        printf '%s\n%s\n' "$mark" "$text" > "$page"
    elif [ "$(head -n 1 "$page")" != "$mark" ]; then
        echo "$page: lags behind $original; compare, then handout/lag.sh $language accept"
        lag=1
    fi
done
for page in $(find "$language" -name '*.md'); do
    [ -f "en/${page#"$language"/}" ] || { echo "$page: has no original"; lag=1; }
done
exit $lag
