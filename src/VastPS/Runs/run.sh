# Starts one command, keeps its log, ends it at its limit and writes down how it ended. Needs nobody who watches.
# run.sh RUNID NAME LIMIT_SECONDS GRACE_SECONDS, from the folder in which the command shall work
trap '' HUP
id=$1 name=$2 limit=$3 grace=$4
dir=$(dirname "$0")
. "$dir/box.sh"

# A second start of the same run ends here.
mkdir "$dir/guard" 2>/dev/null || exit 0

# Line by line into the log, so that it can be followed.
lines=
command -v stdbuf >/dev/null && lines='stdbuf -oL -eL'
now=$(date +%s)
VASTPS_RUN=$id PYTHONUNBUFFERED=1 setsid $lines "${SHELL:-sh}" "$dir/command" </dev/null >>"$dir/log.txt" 2>&1 &
session=$!
cat >"$dir/start.tmp" <<END
name=$name
pid=$$
began=$(began $$)
session=$session
boot=$(cat /proc/sys/kernel/random/boot_id)
oom=$(oom_kills)
at=$now
limit=$limit
END
mv -f "$dir/start.tmp" "$dir/start"

if [ "$limit" -gt 0 ]; then
    (
        while [ ! -e "$dir/status" ] && began "$session" >/dev/null; do
            left=$((now + limit - $(date +%s)))
            if [ "$left" -le 0 ]; then
                echo limit >"$dir/why"
                end_members $((grace * 10))
                exit
            fi
            [ "$left" -lt 5 ] || left=5
            sleep "$left"
        done
    ) &
    watchdog=$!
fi

wait "$session"
code=$?
[ "$(cat "$dir/why" 2>/dev/null)" = limit ] && wait "$watchdog"
cat >"$dir/status.tmp" <<END
code=$code
why=$(cat "$dir/why" 2>/dev/null)
ended=$(date +%s)
oom=$(oom_kills)
END
mv -f "$dir/status.tmp" "$dir/status"
