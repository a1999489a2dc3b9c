# Starts one command, keeps its log, ends it at its limit and writes down how it ended. Needs nobody who watches.
# run.sh RUNID NAME LIMIT_SECONDS GRACE_SECONDS, from the folder in which the command shall work
trap '' HUP

# Orphans of the command come to this process where it asks the kernel for them (PR_SET_CHILD_SUBREAPER, prctl(2): it stays
# over an exec). sh cannot ask: perl or python3 does, and becomes this script again.
if [ -z "$5" ]; then
    case $(uname -m) in x86_64) prctl=157 ;; aarch64) prctl=167 ;; *) prctl= ;; esac
    if [ -n "$prctl" ] && command -v perl >/dev/null; then
        exec perl -e 'my $r = syscall(shift(@ARGV) + 0, 36, 1, 0, 0, 0); exec @ARGV, $r == 0 ? "sees" : "blind"' "$prctl" sh "$0" "$@"
    elif command -v python3 >/dev/null; then
        exec python3 -c 'import ctypes, os, sys
try: r = ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
except Exception: r = -1
os.execvp("sh", ["sh"] + sys.argv[1:] + ["sees" if r == 0 else "blind"])' "$0" "$@"
    fi
fi
id=$1 name=$2 limit=$3 grace=$4 sight=${5:-blind}
dir=$(dirname "$0")
# shellcheck source=box.sh
. "$dir/box.sh"

# Room for what will have to be said is taken now: the disk may be full by then.
printf '%800s\n' '' >"$dir/status.$$" && echo limit >"$dir/limit.$$" || exit 1
begin=$(uptime)
if command -v bash >/dev/null; then
    shell='bash'
    set -- bash -o pipefail "$dir/command"
else
    shell='sh'
    set -- sh "$dir/command"
fi
cat >"$dir/start.$$" <<END || exit 1
name=$name
pid=$$
began=$(since $$)
boot=$(boot)
oom=$(oom_kills)
at=$(date +%s)
up=$begin
limit=$limit
shell=$shell
sight=$sight
cwd=$(pwd)
END

# Line by line into the log, so that it can be followed.
if command -v stdbuf >/dev/null; then set -- stdbuf -oL -eL "$@"; fi

# With pipefail the code of a pipe is that of its last part that failed. Which parts did is written down as well: a part that
# ends by SIGPIPE because its reader had enough has not failed. bash reads this file before the command.
cat >"$dir/first.sh" <<'END' 2>/dev/null
if [ -n "$VASTPS_BASH_ENV" ]; then
    BASH_ENV=$VASTPS_BASH_ENV
    . "$BASH_ENV"
else
    unset BASH_ENV
fi
unset VASTPS_BASH_ENV
trap 'printf "%s\n" "${PIPESTATUS[*]}" 2>/dev/null >"${0%/*}/pipe"' EXIT
END
before=$BASH_ENV

# The command's own process makes the guard: of several starts one gets it, and only a run that is noted begins.
# shellcheck disable=SC2016 # the inner shell expands it
VASTPS_RUN=$id PYTHONUNBUFFERED=1 VASTPS_BASH_ENV=$before BASH_ENV=$dir/first.sh setsid sh -c '
    dir=$1 keeper=$2
    shift 2
    . "$dir/box.sh"
    printf "session=%s\nborn=%s\n" $$ "$(since $$)" >>"$dir/start.$keeper" || exit
    mkdir "$dir/guard" 2>/dev/null && mv -f "$dir/start.$keeper" "$dir/start" && exec "$@"
' sh "$dir" $$ "$@" </dev/null >>"$dir/log.txt" 2>&1 &
child=$!
while [ ! -e "$dir/start" ] && lives "$child"; do
    sleep 0.02
done
if ! grep -qx "pid=$$" "$dir/start" 2>/dev/null; then
    rm -f "$dir"/*.$$
    exit 0
fi
recall
taken=$(taker)
gpu_use >"$dir/gpu" 2>/dev/null &

# A file moves the limit of a run that goes on; to read it and to answer no process has to be made. 0 is no limit.
heard=
moved() {
    { read -r new <"$dir/limit"; } 2>/dev/null || return 0
    case $new in "$heard" | '' | *[!0-9]*) return 0 ;; esac
    limit=$new
    heard=$new
    echo "$new" 2>/dev/null >"$dir/heard"
}
(
    while [ ! -e "$dir/status" ] && [ -n "$(lasting)" ]; do
        moved
        left=5
        if [ "$limit" -gt 0 ]; then
            left=$((begin + limit - $(uptime)))
            if [ "$left" -le 0 ]; then
                mv -f "$dir/limit.$$" "$dir/why"
                end_members $((grace * 10))
                exit
            fi
            [ "$left" -lt 5 ] || left=5
        fi
        sleep "$left"
    done
) &

wait "$child"
code=$?

# Programs that stay to serve what was logged are named, not waited for: wandb, tensorboard and their like.
is_helper() {
    read -r name 2>/dev/null <"/proc/$1/comm"
    case $name in wandb-core | wandb-service* | gpu_stats* | tensorboard | mlflow | aim | trackio | swanlab* | clearml*) return 0 ;; esac
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") in
    *' agent'*) return 1 ;;
    wandb-service* | */wandb' service'* | *python*' -m wandb '* | *python*/tensorboard' '* | *python*' -m tensorboard'* | *python*/mlflow' '*) return 0 ;;
    esac
    return 1
}

# What the command left in the background belongs to the run. Helpers get five seconds to end as well, by the clock: a box
# may be too busy to look in time.
ended=$(uptime)
left=
helpers=
waits=
while some=$(lasting); do
    waits=
    names=
    for pid in $some; do
        if is_helper "$pid"; then names="$names $name ($pid)"; else waits=1; fi
    done
    if [ $(($(uptime) - ended)) -gt 5 ]; then
        if [ -z "$waits" ]; then
            helpers=$names
            break
        fi
        left=left
    fi
    if [ -z "$left" ]; then sleep 0.1; else sleep 1; fi
done
[ -z "$waits" ] || [ $(($(uptime) - ended)) -le 5 ] || left=left

# Work may have been handed to a process that was there before. It ends the run when it is gone, or when nothing has changed
# for ten minutes.
handed=
if { [ "$code" = 0 ] || [ "$code" = 141 ]; } && [ -z "$left" ] && [ ! -e "$dir/why" ] && touch "$dir/over" 2>/dev/null; then
    sleep 2
    heard=$(uptime)
    turn=0
    while [ ! -e "$dir/why" ] && [ -d "$dir" ]; do
        if [ $((turn % 5)) -eq 0 ]; then
            if now=$(sign); then
                # What a process wrote last is no work any more once that process is gone.
                case $handed/$now in process*'still changes') break ;; esac
                handed=$now
                echo "$now" >"$dir/sign"
                heard=$(uptime)
                touch "$dir/over"
            else
                case $handed in '' | process*) break ;; esac
                [ $(($(uptime) - heard)) -lt 600 ] || break
            fi
            moved
            if [ "$limit" -gt 0 ] && [ $((begin + limit - $(uptime))) -le 0 ]; then
                mv -f "$dir/limit.$$" "$dir/why"
            fi
        fi
        turn=$((turn + 1))
        sleep 1
    done
fi
took=$(($(uptime) - begin))
facts >"$dir/facts.$$" 2>/dev/null && mv -f "$dir/facts.$$" "$dir/facts"
why=$(cat "$dir/why" 2>/dev/null)
[ -z "$why" ] || handed=$(sign)
printf 'code=%s\nwhy=%s\ntook=%s\noom=%s\npipe=%s\nhelpers=%.200s\nhanded=%.200s\ntaken=%s\nwhole=1\n' "$code" "${why:-$left}" "$took" "$(oom_kills)" \
    "$(cat "$dir/pipe" 2>/dev/null)" "${helpers# }" "$handed" "$taken" 1<>"$dir/status.$$" && mv -f "$dir/status.$$" "$dir/status"
rm -f "$dir/limit.$$" "$dir/facts.$$" "$dir/over"
