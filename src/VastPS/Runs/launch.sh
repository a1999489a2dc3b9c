# Starts a run unless it was started before, and returns when it is under way.
# RUNID NAME LIMIT_SECONDS GRACE_SECONDS WORKING_DIRECTORY COMMAND BOX_SH RUN_SH
unset VASTPS_COMMAND
dir=$HOME/.vastps/runs/$1
case $5 in '~') work=$HOME ;; '~/'*) work=$HOME/${5#'~/'} ;; *) work=${5:-.} ;; esac
cd "$work" 2>/dev/null || { echo "no-folder=$5"; exit 0; }
if [ ! -d "$dir/guard" ]; then
    (
        umask 077
        mkdir -p "$dir" && printf '%s\n' "$6" >"$dir/command" && printf '%s\n' "$7" >"$dir/box.sh" && printf '%s\n' "$8" >"$dir/run.sh"
    ) || { echo "no-space=$dir"; exit 0; }
    setsid sh "$dir/run.sh" "$1" "$2" "$3" "$4" </dev/null >/dev/null 2>&1 &
fi
turn=0
while [ ! -e "$dir/start" ]; do
    turn=$((turn + 1))
    [ "$turn" -lt 200 ] || { echo "no-start=$dir"; exit 0; }
    sleep 0.05
done
echo "log-path=$dir/log.txt"
