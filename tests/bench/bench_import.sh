#!/bin/sh
# How long an import of a million rows takes beside `sqlite3 .import` of the same file, and how much memory.
# Five pairs and the median of their ratios.
# Usage: tests/bench/bench_import.sh BUILD_FOLDER [ROWS]      (needs: ninja -C BUILD_FOLDER bench_import, sqlite3)
# Goal: at most 1.5 times as long, at most 64 MiB.
set -eu
build=${1:?give the build folder}
rows=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk -v rows="$rows" 'BEGIN {
    split("212 213 303 305 312 404 415 503 512 602 604 617 702 713 808 816 901 916 919 972", area, " ")
    print "phone_number,friendly_name,site,email,address_sid,contact_title,contact_phone_number,extension,note"
    for (i = 0; i < rows; i++) {
        signer = i % 25
        printf "+1%s%07d,Line %d,Store %03d,signer%02d@example.com,AD%032x,Owner,+1212555%04d,ww%d,row %d\n",
            area[i % 20 + 1], 2200000 + int(i / 20) * 7 % 350000, i, i % 400, signer, signer + 1, 100 + signer, i % 10, i
    }
}' > "$work/numbers.csv"

now_ms() { date +%s%3N; }

# Pairs, one after the other, so that what else the machine does meets both.
for pair in 1 2 3 4 5; do
    rm -f "$work/plain.db" "$work/numhost.db"
    began=$(now_ms)
    sqlite3 "$work/plain.db" ".mode csv" ".import $work/numbers.csv number"
    plain=$(($(now_ms) - began))
    result=$("$build/tests/bench_import" "$work/numbers.csv" "$work/numhost.db")
    echo "$result" | awk -v pair="$pair" -v plain="$plain" -v ratios="$work/ratios" '{
        printf "%d  sqlite3 .import %d ms  numhost %d ms  ratio %.2f  peak memory %.1f MiB\n",
            pair, plain, $3, $3 / plain, $5 / 1024
        printf "%.2f\n", $3 / plain >> ratios }'
done
echo "median ratio $(sort -n "$work/ratios" | sed -n 3p)"
