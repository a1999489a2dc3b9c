using System.Text;

namespace VastPS.Kernel.Text;

/// <summary>
/// What is sent to a box around a command, so that all it starts can be found and ended later.
/// POSIX sh and /proc, with coreutils and util-linux or BusyBox; no files are written.
/// </summary>
internal static class RemoteScript
{
    /// <summary>The variable by which every process of a command can be told: nonce, dot, session id.</summary>
    public const string Mark = "VASTPS_COMMAND";

    // What goes into one packet of the library, with room for the rest of it.
    private const int MostBytes = 64 * 1024;
    private const int Shown = 40;

    // sshd gives each command a session of its own; where something stands between, as a forced command may, one is made.
    // The fields of the stat file behind the name: state, parent, group, session. BusyBox's setsid does not wait: there the
    // shell does, and keeps stdin for what it starts, which would find an empty one in the background.
    private const string Starter = """
        { read -r l </proc/$$/stat; } 2>/dev/null
        l=${l##*") "}
        l=${l#* * * }
        [ "${l%% *}" != $$ ] || { eval "$1"; exit; }
        setsid -w true 2>/dev/null && exec setsid -w sh -c "$1"
        exec 3<&0
        setsid sh -c "$1" <&3 3<&- &
        exec 3<&- </dev/null
        wait $!
        """;

    // First the session id on both streams: what comes before that line was printed by login scripts.
    // The shell stays the leader and outlives TERM, so it can report 128+n for whatever ended the command.
    private const string Leader = """
        trap : TERM
        export VASTPS_COMMAND={0}.$$
        echo "{0} $$"; echo "{0} $$" >&2
        {1}{2} -c {3}
        exit $?
        """;

    // $1 nonce, $2 session id or nothing, $3 how many twentieths of a second TERM is given.
    // The leader is spared until it is alone: it goes by itself, with the right exit code.
    private const string Killer = """
        n=$1 s=$2 grace=$3 i=0
        while [ -z "$s" ]; do
          s=$(grep -aohs "VASTPS_COMMAND=$n\.[0-9]*" /proc/[0-9]*/environ | head -n 1)
          s=${s##*.}
          [ -n "$s" ] && break
          i=$((i+1))
          [ "$i" -gt 20 ] && { echo "$n gone"; exit 0; }
          sleep 0.05
        done
        members() {
          for f in /proc/[0-9]*/stat; do
            { read -r l <"$f"; } 2>/dev/null || continue
            p=${l%% *}
            l=${l##*") "}
            case $l in Z* | X*) continue ;; esac
            l=${l#* * * }
            [ "${l%% *}" != "$s" ] || echo "$p"
          done
        }
        p=$(members)
        for q in $p; do
          kill -TERM "$q" 2>/dev/null
        done
        i=0
        while p=$(members); [ -n "$p" ]; do
          if [ "$i" -ge "$grace" ]; then
            for q in $p; do
              if [ "$q" != "$s" ] || [ "$i" -ge $((grace+4)) ]; then kill -KILL "$q" 2>/dev/null; fi
            done
          fi
          i=$((i+1))
          [ "$i" -gt $((grace+40)) ] && { echo "$n left $(echo "$p" | tr '\n' ' ')"; exit 1; }
          sleep 0.05
        done
        echo "$n gone"
        """;

    /// <summary>
    /// The command in a session of its own. A preamble of that many bytes is read from stdin and evaluated first, so
    /// its text is in no command line; without input the command finds an empty stdin.
    /// </summary>
    public static string Wrap(string nonce, string command, bool loginShell, int preambleBytes, bool hasInput)
    {
        var stdin = new StringBuilder();
        if (preambleBytes > 0)
        {
            // dd reads single bytes: anything cleverer may take some of the input that follows.
            stdin.Append("eval \"$(dd bs=1 count=").Append(preambleBytes).Append(" 2>/dev/null)\"\n");
        }

        if (!hasInput)
        {
            stdin.Append("exec </dev/null\n");
        }

        string leader = Leader
            .Replace("{0}", nonce, StringComparison.Ordinal)
            .Replace("{1}", stdin.ToString(), StringComparison.Ordinal)
            .Replace("{2}", loginShell ? "\"${SHELL:-sh}\"" : "sh", StringComparison.Ordinal)
            .Replace("{3}", ShellQuote.Word(command), StringComparison.Ordinal);
        string line = $"exec sh -c {ShellQuote.Word(Starter)} sh {ShellQuote.Word(leader)}";
        return Encoding.UTF8.GetByteCount(line) <= MostBytes ? line : throw new VastException(
            VastReason.InvalidValue,
            $"{TerminalText.Line(command[..Shown])}...",
            "a command",
            $"it is too long, {command.Length} characters with its arguments",
            "send what is long on stdin with Invoke-VastCommand -InputPath, or as a file with Send-VastItem");
    }

    /// <summary>The lines that set the environment of a command.</summary>
    public static string Preamble(IEnumerable<KeyValuePair<string, string>> environment)
    {
        var lines = new StringBuilder();
        foreach ((string name, string value) in environment)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                throw new VastException(
                    VastReason.InvalidValue,
                    TerminalText.Clean(name),
                    "the name of an environment variable",
                    "letters, digits and _ are allowed",
                    "-Environment @{ NAME = 'value' }");
            }

            lines.Append("export ").Append(name).Append('=').Append(ShellQuote.Word(value)).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>Ends all processes of a session: TERM, after the grace KILL, until none is left.</summary>
    public static string Kill(string nonce, int? session, TimeSpan grace)
    {
        string id = session is { } known ? FormattableString.Invariant($"{known}") : "''";
        return FormattableString.Invariant(
            $"exec sh -c {ShellQuote.Word(Killer)} sh {nonce} {id} {(int)Math.Ceiling(grace.TotalMilliseconds / 50)}");
    }

    /// <summary>True where the answer of the kill says that nothing of the command runs any more.</summary>
    public static bool SaysGone(string nonce, string answer) => answer.Contains(nonce + " gone", StringComparison.Ordinal);
}
