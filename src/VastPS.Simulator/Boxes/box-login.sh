#!/bin/sh
# What every login of a box runs: login.sh FOLDER [onstart]. Gives the box's own environment, then the command.
box=$1
command=$SSH_ORIGINAL_COMMAND
unset SSH_ORIGINAL_COMMAND
mode=$2
# The session's number, for what clears its environment and outlives the login.
if read -r line <"/proc/$$/stat"; then
    set -- ${line##*) }
    echo "$4" >>"$box/sessions"
fi
. "$box/env.sh"
[ "$mode" = onstart ] && . "$box/onstart-env.sh"
cd "$HOME" || exit 1
case $command in
'')
    # As on the service's images: who logs in with a terminal lands in tmux, unless a file says otherwise.
    if [ -t 0 ] && [ ! -e "$HOME/.no_auto_tmux" ] && command -v tmux >/dev/null; then
        exec tmux new-session -A -s ssh_tmux
    fi
    exec "$SHELL"
    ;;
internal-sftp* | */sftp-server*) exec "$VASTPS_SIM_SFTP" ;;
*) exec "$SHELL" -c "$command" ;;
esac
