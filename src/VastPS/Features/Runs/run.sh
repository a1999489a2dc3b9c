# Starts one command, keeps its log, ends it at its limit and writes down how it ended. Needs nobody who watches.
# run.sh RUNID NAME LIMIT_SECONDS GRACE_SECONDS, from the folder in which the command shall work
trap '' HUP
id=$1 name=$2 limit=$3 grace=$4
dir=$(dirname "$0")
. "$dir/box.sh"

# Room for what will have to be said is taken now: the disk may be full by then.
printf '%400s\n' '' >"$dir/status.$$" && echo limit >"$dir/limit.$$" || exit 1
begin=$(uptime)
cat >"$dir/start.$$" <<END || exit 1
name=$name
pid=$$
began=$(since $$)
boot=$(boot)
oom=$(oom_kills)
at=$(date +%s)
up=$begin
limit=$limit
END

# Line by line into the log, so that it can be followed.
lines=
command -v stdbuf >/dev/null && lines='stdbuf -oL -eL'

# The command's own process makes the guard: of several starts one gets it, and only a run that is noted begins.
VASTPS_RUN=$id PYTHONUNBUFFERED=1 setsid sh -c '
    dir=$1 keeper=$2
    shift 2
    . "$dir/box.sh"
    printf "session=%s\nborn=%s\n" $$ "$(since $$)" >>"$dir/start.$keeper" || exit
    mkdir "$dir/guard" 2>/dev/null && mv -f "$dir/start.$keeper" "$dir/start" && exec "$@"
' sh "$dir" $$ $lines "${SHELL:-sh}" "$dir/command" </dev/null >>"$dir/log.txt" 2>&1 &
child=$!
while [ ! -e "$dir/start" ] && lives "$child"; do
    sleep 0.02
done
if ! grep -qx "pid=$$" "$dir/start" 2>/dev/null; then
    rm -f "$dir"/*.$$
    exit 0
fi
recall

if [ "$limit" -gt 0 ]; then
    (
        while [ ! -e "$dir/status" ] && [ -n "$(members)" ]; do
            left=$((begin + limit - $(uptime)))
            if [ "$left" -le 0 ]; then
                mv -f "$dir/limit.$$" "$dir/why"
                end_members $((grace * 10))
                exit
            fi
            [ "$left" -lt 5 ] || left=5
            sleep "$left"
        done
    ) &
fi

wait "$child"
code=$?

# What the command left in the background belongs to the run. Helpers get five seconds to end as well, by the clock: a box
# may be too busy to look in time.
ended=$(uptime)
left=
while [ -n "$(members)" ]; do
    if [ -z "$left" ]; then sleep 0.1; else sleep 1; fi
    [ $(($(uptime) - ended)) -le 5 ] || left=left
done
why=$(cat "$dir/why" 2>/dev/null)
printf 'code=%s\nwhy=%s\ntook=%s\noom=%s\nwhole=1\n' "$code" "${why:-$left}" $(($(uptime) - begin)) "$(oom_kills)" 1<>"$dir/status.$$" &&
    mv -f "$dir/status.$$" "$dir/status"
rm -f "$dir/limit.$$"
