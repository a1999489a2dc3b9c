# Starts one command, keeps its log, has it ended at its limit and writes down how it ended. Needs nobody who watches.
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
printf '%800s\n' '' >"$dir/status.$$" && echo why >"$dir/room.$$" || exit 1
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

# A pipe that nobody writes to is what the limiter waits for. It has no name for long: who copies the folder would wait as well.
limiter='sh'
! command -v bash >/dev/null || limiter='bash'
mkfifo "$dir/tick" 2>/dev/null || : >"$dir/tick"
exec 3<>"$dir/tick"
rm -f "$dir/tick"
BASH_ENV='' "$limiter" "$dir/limiter.sh" "$id" "$limit" "$grace" "$begin" $$ <&3 3<&- >/dev/null 2>&1 &
exec 3<&-

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

wait "$child"

# The same process goes on, so that it needs no other: there may be no room for one.
exec sh "$dir/over.sh" "$id" $? "$begin" "$taken"
