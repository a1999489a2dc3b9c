# Starts a run unless it was started before, and returns when it is under way.
# RUNID NAME LIMIT_SECONDS GRACE_SECONDS WORKING_DIRECTORY COMMAND BOX_SH RUN_SH CHECKPOINT LIMITER_SH OVER_SH
unset VASTPS_COMMAND
dir=$HOME/.vastps/runs/$1
case $5 in \~) work=$HOME ;; \~/*) work=$HOME/${5#\~/} ;; *) work=${5:-.} ;; esac
cd "$work" 2>/dev/null || { echo "no-folder=$5"; exit 0; }

# Another start of the same run may be reading its files: they are replaced in one step.
put() {
    printf '%s\n' "$2" >"$1.$$" && mv -f "$1.$$" "$1"
}
case $9 in \~/*) saved=$HOME/${9#\~/} ;; '' | /*) saved=$9 ;; *) saved=$PWD/$9 ;; esac
if [ ! -d "$dir/guard" ]; then
    (
        umask 077
        mkdir -p "$dir" && put "$dir/command" "$6" && put "$dir/box.sh" "$7" && put "$dir/run.sh" "$8" && put "$dir/checkpoint" "$saved" && put "$dir/limiter.sh" "${10}" &&
            put "$dir/over.sh" "${11}"
    ) || { echo "no-space=$dir"; exit 0; }
    setsid sh "$dir/run.sh" "$1" "$2" "$3" "$4" </dev/null >/dev/null 2>&1 &
fi
turn=0
while [ ! -e "$dir/start" ]; do
    turn=$((turn + 1))

    # Too late: with the guard in our hands it never begins. Without it, somebody else must know.
    if [ "$turn" -eq 200 ] && mkdir "$dir/guard" 2>/dev/null; then
        echo "no-start=$dir"
        exit 0
    fi
    [ "$turn" -lt 220 ] || exit 1
    sleep 0.05
done
echo "log-path=$dir/log.txt"
