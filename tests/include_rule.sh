#!/bin/sh
# Dependencies point one way. Prints every #include "..." that does not, and ends with 1 when there is one.
# Usage: include_rule.sh [SOURCE_FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../src}"
violations=$(mktemp)
trap 'rm -f "$violations"' EXIT

# What a folder may include besides itself.
allowed() {
    case "$1" in
    base) echo "" ;;
    domain) echo "base" ;;
    ports) echo "base domain" ;;
    engine | adapters | sandbox | server) echo "base domain ports" ;;
    cmd) echo "base domain ports engine adapters sandbox server" ;;
    *) echo "?" ;;
    esac
}

find . -name '*.[ch]' | sort | while read -r file; do
    from=$(echo "$file" | cut -d/ -f2)
    if [ "$(allowed "$from")" = "?" ]; then
        echo "$file: the folder $from is not in the architecture"
        continue
    fi
    sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$file" | while read -r header; do
        to=${header%%/*}
        case " $from $(allowed "$from") " in
        *" $to "*) ;;
        *) echo "$file: may not include \"$header\"" ;;
        esac
        # One adapter knows nothing of the other.
        case "$file:$header" in
        ./adapters/sqlite/*:adapters/http/* | ./adapters/http/*:adapters/sqlite/*)
            echo "$file: may not include \"$header\"" ;;
        esac
    done
done >"$violations"

if [ -s "$violations" ]; then
    cat "$violations"
    exit 1
fi
