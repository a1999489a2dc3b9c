# Ends all processes of a run and says whether any is left. BOX_SH RUNID GRACE_TENTHS
eval "$1"
id=$2
dir=$HOME/.vastps/runs/$id
session=$(sed -n 's/^session=//p' "$dir/start" 2>/dev/null)
[ "$(sed -n 's/^boot=//p' "$dir/start" 2>/dev/null)" = "$(cat /proc/sys/kernel/random/boot_id)" ] || session=
if [ -e "$dir/start" ] && [ ! -e "$dir/status" ]; then
    [ -e "$dir/why" ] || echo stop >"$dir/why"
fi
if end_members "$3"; then
    echo 'left=0'
else
    echo "left=$left"
fi
# The watcher beside the command writes the status; where it is gone too, nobody will.
turn=0
while [ -e "$dir/start" ] && [ ! -e "$dir/status" ] && [ "$turn" -lt 20 ]; do
    turn=$((turn + 1))
    sleep 0.05
done
