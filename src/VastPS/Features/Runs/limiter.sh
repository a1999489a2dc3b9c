# Ends a run at its limit. Where no process can be made any more it goes on: all that it needs are builtins of the shell.
# limiter.sh RUNID LIMIT_SECONDS GRACE_SECONDS BEGIN KEEPER, in the session of the keeper and before the command; a pipe that never
# says anything is its input
trap '' HUP
id=$1 limit=$2 grace=$3 begin=$4 ours=$5
dir=${0%/*}
# shellcheck source=box.sh
. "$dir/box.sh"

# The same as in box.sh, without a program. What is read ends with a zero byte, which no shell keeps.
carries() {
    while read -r text || [ -n "$text" ]; do
        case $text in *"VASTPS_RUN=$2"*) return 0 ;; esac
        text=
    done 2>/dev/null <"/proc/$1/environ"
    return 1
}
marked() {
    found=' '
    for file in /proc/[0-9]*/environ; do
        pid=${file#/proc/}
        pid=${pid%/environ}
        ! carries "$pid" "$id" || found="$found$pid "
    done
}

# A read that waits makes no process; dash has none. There sleep does it, until none can be made: then the clock is watched.
waits='sleep'
# shellcheck disable=SC3045 # that is what is asked here
read -r -t 1 text </dev/null 2>/dev/null
if [ $? -lt 2 ] && [ -p /proc/self/fd/0 ]; then waits='read'; fi
pause() {
    clock
    until=$((up + $1))
    case $waits in
    read)
        # shellcheck disable=SC3045 # this shell has it
        read -r -t "$1" text
        ;;
    sleep) sleep "$1" ;;
    esac
    while [ "$waits" = clock ] && [ "$up" -lt "$until" ]; do clock; done
}

# A file moves the limit of a run that goes on. 0 is no limit.
heard=
moved() {
    { read -r new <"$dir/limit"; } 2>/dev/null || return 0
    case $new in "$heard" | '' | *[!0-9]*) return 0 ;; esac
    limit=$new
    heard=$new
    { echo "$new" >"$dir/heard"; } 2>/dev/null
}

# One empty look is no look.
stays() {
    search
    [ -n "$found" ] || { pause 1 && search; }
    [ -n "$found" ]
}
over=
ended=
watch() {
    while [ ! -e "$dir/status" ] && { keeps || stays; }; do
        moved
        clock
        left=$((begin + limit - up))
        if [ "$limit" -gt 0 ] && [ "$left" -le 0 ]; then
            # On a full disk the file is empty, and says the same.
            { echo limit >"$dir/why"; } 2>/dev/null
            over=1
            return
        fi
        if [ "$limit" -eq 0 ] || [ "$left" -gt 5 ]; then left=5; fi
        pause "$left"
    done
    ended=1
}
finish() {
    search
    # shellcheck disable=SC2086 # many ids in one call
    [ -z "$found" ] || kill -TERM $found 2>/dev/null
    turn=0
    while stays; do
        # shellcheck disable=SC2086 # the same
        [ "$turn" -lt "$grace" ] || kill -KILL $found 2>/dev/null
        [ "$turn" -le $((grace + 30)) ] || return
        turn=$((turn + 1))
        pause 1
    done
}

# Where no process can be made dash ends at the attempt, and does this before.
done=
go_on() {
    [ -z "$done" ] || return
    [ "$waits" = read ] || waits=clock
    [ -n "$over$ended" ] || watch
    [ -z "$over" ] || finish
}

# Of several starts of a run one is noted. Where its folder is gone before that was seen, its mark still tells what belongs to it.
while [ -d "$dir" ] && [ ! -e "$dir/start" ] && lives "$ours"; do pause 1; done
recall
[ ! -d "$dir" ] || [ "$keeper" = "$ours" ] || exit 0
trap go_on EXIT
watch
[ -z "$over" ] || finish
done=1
