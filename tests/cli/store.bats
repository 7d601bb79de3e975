load helper

# The store in trouble while a run is going: told with 6, what, where and what to do; nothing is lost; mended, the same
# command goes on, and the service saw nothing twice.

prepare() {
    write_config
    start_sandbox
    write_batch "${1:-6}" >batch.csv
    numhost import batch.csv
    expect_status 0
}

# told PART...: the last command ended with 6, named the database, and its message has each part.
told() {
    local part
    expect_status 6
    expect_in "$stderr" numhost.db
    for part in "$@"; do
        expect_in "$stderr" "$part"
    done
}

goes_on() {
    numhost run
    expect_status 0
    expect_in "$stdout" "${1:-6} rows = ${1:-6} completed"
    expect_clean_ledger
    [ "$(count_effect order-created)" -eq "${1:-6}" ]
    [ "$(sqlite3 "${2:-numhost.db}" 'PRAGMA integrity_check')" = ok ]
}

# run_with CALL ERROR WHEN: `run` whose CALL fails from the time WHEN on (3+) or once (3).
run_with() {
    status=0
    timeout 60 strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:error=$2:when=$3" "$NUMHOST" run \
        >.out 2>.err </dev/null || status=$?
    stdout=$(cat .out)
    stderr=$(cat .err)
}

@test "writes that fail end the run with 6 wherever they begin to, and it goes on when the disk is mended" {
    prepare
    for when in 3+ 40+ 150+; do
        run_with pwrite64 EIO "$when"
        told "free some space or check the disk" "run the same command again"
        expect_clean_ledger
    done
    goes_on
}

@test "a write that fails once is as good as one that fails for ever" {
    prepare
    for when in 25 60 121; do
        run_with pwrite64 EIO "$when"
        told "nothing acknowledged is lost"
    done
    goes_on
}

@test "a disk that does not confirm what was written ends the run with 6" {
    prepare
    for when in 2+ 9+ 5; do
        run_with fdatasync EIO "$when"
        told "check the disk"
        expect_clean_ledger
    done
    goes_on
}

@test "a disk that fills up ends the run with 6 and says what to do" {
    prepare
    for when in 5+ 60+; do
        run_with pwrite64 ENOSPC "$when"
        told "disk full" "free some space"
    done
    goes_on
}

@test "a file size limit is told like a full disk" {
    prepare
    (
        ulimit -f $(($(stat -c %s numhost.db) / 1024 + 8))
        "$NUMHOST" run >.out 2>.err </dev/null
    ) && status=0 || status=$?
    stdout=$(cat .out) stderr=$(cat .err)
    told "disk full" "free some space"
    goes_on
}

@test "a folder that may not be written is told with its name, and nothing is sent" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
    prepare
    chmod 755 "$WORK"
    status=0
    setpriv --reuid=65534 --regid=65534 --clear-groups "$NUMHOST" run >.out 2>.err </dev/null || status=$?
    stdout=$(cat .out) stderr=$(cat .err)
    [ -z "$(ledger)" ]
    told "numhost.db.lock" "Permission denied" "that you may write in it"
    goes_on
}

@test "a file system that was mounted read-only is told, and mended by mounting it to write" {
    mkdir disk
    mount -t tmpfs -o size=16m tmpfs disk 2>/dev/null || skip "needs root and tmpfs"
    write_config
    sed -i '1i database: disk/numhost.db' numhost.yaml
    start_sandbox
    write_batch 6 >batch.csv
    numhost import batch.csv
    mount -o remount,ro disk
    numhost run
    refused=$status told=$stderr
    mount -o remount,rw disk
    numhost run
    went_on=$status
    umount disk
    [ "$refused" -eq 6 ] || { echo "exit code $refused: $told"; false; }
    expect_in "$told" "disk/numhost.db"
    expect_in "$told" "ead-only"
    [ "$went_on" -eq 0 ]
    expect_clean_ledger
}

# Another program has the database to itself, until it is told ROLLBACK or its input ends.
lock_database() {
    mkfifo told_to_it
    sqlite3 -cmd '.timeout 5000' numhost.db <told_to_it >locked 2>&1 3>&- &
    PIDS+=($!)
    exec 7>told_to_it
    printf 'BEGIN EXCLUSIVE;\nSELECT 1;\n' >&7
    wait_for_file locked
}

@test "a database that another program locks for two seconds is waited for" {
    prepare
    lock_database
    (sleep 2 && echo 'ROLLBACK;' >&7) 3>&- &
    goes_on
    exec 7>&-
}

@test "a database that another program keeps locked ends the run with 6 within seconds" {
    prepare
    lock_database
    numhost run
    told "another program keeps it locked" "run the same command again"
    exec 7>&-
    goes_on
}

@test "a database that is deleted during a run is saved, and given its name back it goes on" {
    prepare
    start_run
    wait_until some_orders
    rm numhost.db
    end_of "$run" 30
    told "was deleted" "nothing is lost" "numhost.db.saved-$run"
    expect_clean_ledger
    [ "$(stat -c %a "numhost.db.saved-$run")" = 600 ]
    mv "numhost.db.saved-$run" numhost.db
    goes_on
}

some_orders() { [ "$(count_effect order-created)" -ge 1 ]; }

@test "a database that is replaced during a run is left alone, and what was there is saved" {
    prepare
    cp numhost.db other.db
    start_run
    wait_until some_orders
    mv other.db numhost.db
    before=$(sha256sum numhost.db)
    end_of "$run" 30
    told "replaced" "numhost.db.saved-$run"
    [ "$(sha256sum numhost.db)" = "$before" ]
    mv "numhost.db.saved-$run" numhost.db
    goes_on
}

@test "damaged bytes are told with 6 and the way back, before anything is sent" {
    prepare
    cp numhost.db whole.db
    pages=$(($(stat -c %s numhost.db) / 4096))
    for ((page = 1; page < pages; page++)); do
        dd if=/dev/urandom of=numhost.db bs=4096 seek="$page" count=1 conv=notrunc status=none
    done
    numhost run
    told damaged "restore the last copy"
    [ -z "$(ledger)" ]
    numhost status
    told damaged
    mv whole.db numhost.db
    goes_on
}

@test "a database cut in half is told with 6, before anything is sent" {
    prepare
    cp numhost.db whole.db
    truncate -s $(($(stat -c %s numhost.db) / 8192 * 4096)) numhost.db
    numhost run
    told damaged
    [ -z "$(ledger)" ]
    mv whole.db numhost.db
    goes_on
}

@test "a database of a newer version is refused by its version and not touched" {
    prepare
    sqlite3 numhost.db 'PRAGMA user_version = 99' >/dev/null
    before=$(sha256sum numhost.db)
    for command in run status "import batch.csv" "report progress" "hold --all --yes"; do
        # shellcheck disable=SC2086 # words
        numhost $command
        told "99" "install the newer numhost"
    done
    [ "$(sha256sum numhost.db)" = "$before" ]
    sqlite3 numhost.db 'PRAGMA user_version = 1' >/dev/null
    goes_on
}

@test "a second engine is refused with the pid of the first, which goes on" {
    prepare
    start_run
    numhost run
    told "locked by process $run"
    end_of "$run"
    expect_status 0
    goes_on
}
