using VastPS.Kernel.Text;

namespace VastPS.Features.Transfer;

/// <summary>
/// Shell text for transfers. Lists of names come on stdin with NUL between them. POSIX sh, with coreutils and findutils or BusyBox.
/// </summary>
internal static class TransferScripts
{
    /// <summary>Exit code of <see cref="Prepare"/> where the folder is the root or the login folder.</summary>
    public const int WholeFolder = 40;

    /// <summary>Exit code of <see cref="Blocks"/> where the file is shorter than it was.</summary>
    public const int Shorter = 41;

    // Where a box has openssl, it is several times as fast as coreutils.
    private const string Sum = "sum() { if command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 -r; else sha256sum; fi; }";

    private const string Tar = "if tar --version 2>/dev/null | grep -q GNU; then echo tar; else echo none; fi";

    /// <summary>
    /// Makes the destination and a hidden folder in it; prints whether there is a tar, and the destination's real path.
    /// Hidden folders of transfers that were cut off go, once nothing in them has changed for an hour: until then they may
    /// be in use.
    /// </summary>
    public static string Prepare(string destination, string stage, bool isTree) => $$"""
        CDPATH=
        {{Place("d", destination)}}
        mkdir -p -- "$d" && cd -- "$d" || exit 1
        d=$(pwd -P)
        {{(isTree ? $"if [ \"$d\" = / ] || [ \"$d\" = \"$(cd && pwd -P)\" ]; then exit {WholeFolder}; fi" : ":")}}
        for old in ./.vastps-????????????????; do
            if [ -d "$old" ] && [ -z "$(find "$old" -mmin -60 | head -n 1)" ]; then rm -rf -- "$old"; fi
        done
        mkdir -m 700 -- "./{{stage}}" || exit 1
        {{Tar}}
        printf '%s\n' "$d"
        """;

    /// <summary>Runs the lines on stdin in a folder.</summary>
    public static string Lines(string folder) => $"cd -- {ShellQuote.Word(folder)} && sh -s";

    /// <summary>Unpacks the tar on stdin.</summary>
    public static string Unpack(string folder) => $"cd -- {ShellQuote.Word(folder)} && LC_ALL=C tar -xpomf -";

    /// <summary>Prints a line for each file named on stdin: its SHA-256, behind a backslash where its name is an odd one.</summary>
    public static string Hash(string folder) => $"cd -- {ShellQuote.Word(folder)} && LC_ALL=C xargs -0 sha256sum --";

    // Reads the file to its end, then writes stdin there. In one process no byte is copied only to be hashed.
    private const string AppendAndHash = """
        import hashlib, os, sys
        try:
            file = os.open(sys.argv[1], os.O_RDWR | os.O_APPEND)
            whole, room = hashlib.sha256(), memoryview(bytearray(1 << 18))
            for source in (file, 0):
                while True:
                    piece = room[:os.readv(source, [room])]
                    if not piece:
                        break
                    whole.update(piece)
                    while piece and source == 0:
                        piece = piece[os.write(file, piece):]
            print(whole.hexdigest())
        except OSError as e:
            print("failed")
            sys.exit(e.strerror)
        """;

    /// <summary>
    /// Writes stdin at the end of a file; prints the SHA-256 of the whole file and its size. Ends at once where there is
    /// no room. Where there is no Python, each block is hashed, from memory still, while the next one comes.
    /// </summary>
    public static string Append(string folder, string name, bool anew) => $$"""
        {{Sum}}
        cd -- {{ShellQuote.Word(folder)}} || exit 1
        f={{ShellQuote.Word("./" + name)}}
        {{(anew ? ": > \"$f\" || exit 1" : ":")}}
        if python3 -ISc 'import hashlib' </dev/null >/dev/null 2>&1; then
            python3 -ISc {{ShellQuote.Word(AppendAndHash)}} "$f"
        else { {
            o=0
            while LC_ALL=C dd bs=128K count=512 iflag=fullblock status=none >> "$f" || { echo failed >&3; false; }; do
                s=$(stat -c %s -- "$f")
                [ "$s" -gt "$o" ] || break
                echo "$o $((s-o))"
                o=$s
            done
        } | while read -r o n; do dd if="$f" bs=256K skip="$o" count="$n" iflag=skip_bytes,count_bytes status=none; done | sum >&3; } 3>&1
        fi
        stat -c %s -- "$f"
        """;

    /// <summary>Prints the size of a file and the SHA-256 of its first bytes; nothing where it is not there or shorter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How many; null for all.</param>
    public static string Prefix(string path, long? bytes) => FormattableString.Invariant($$"""
        {{Sum}}
        f={{ShellQuote.Word(path)}}
        [ -f "$f" ] || exit 0
        s=$(stat -c %s -- "$f")
        n={{bytes?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "$s"}}
        [ "$s" -ge "$n" ] || exit 0
        echo "$s"
        if [ "$s" = "$n" ]; then sum < "$f"; else head -c "$n" -- "$f" | sum; fi
        """);

    public static string Remove(string stage) =>
        $"cd / && {{ rm -rf -- {ShellQuote.Word(stage)} || {{ sleep 0.2; rm -rf -- {ShellQuote.Word(stage)}; }}; }} 2>/dev/null";

    /// <summary>
    /// Prints what a path is (d, f, o, or - where nothing is there), whether there is a tar, the login folder, and the real path.
    /// </summary>
    public static string Look(string path) => $$"""
        CDPATH=
        {{Place("p", path)}}
        r=$(readlink -f -- "$p"; echo .)
        if [ "$r" = . ]; then r=; else r=${r%??}; fi
        if [ -d "$r" ]; then k=d; elif [ -f "$r" ]; then k=f; elif [ -e "$r" ]; then k=o; else k=-; fi
        echo "$k"
        {{Tar}}
        printf '%s\n%s' "$(cd && pwd -P)" "$r"
        """;

    /// <summary>
    /// Prints for a folder and everything in it: kind, size, mode, name and where a link leads, each with a NUL behind it.
    /// BusyBox's find prints names alone; there the rest is asked of each file.
    /// </summary>
    public static string List(string folder, int depth) => $$"""
        export LC_ALL=C
        cd -- {{ShellQuote.Word(folder)}} || exit 1
        # BusyBox's find cannot print. One character is enough of an answer, whatever a program of that name goes on to say.
        if [ "$({ find . -maxdepth 0 -printf x | head -c 1; } 2>/dev/null)" != x ]; then
            exec find . -maxdepth {{depth}} -exec sh -c '
                for f; do
                    l=
                    if [ -L "$f" ]; then k=l l=$(readlink -- "$f"; echo .) l=${l%??}
                    elif [ -d "$f" ]; then k=d
                    elif [ -f "$f" ]; then k=f
                    else k=o
                    fi
                    s=$(stat -c "%s %a" -- "$f") || continue
                    f=${f#.}
                    printf "%s\0%s\0%s\0%s\0%s\0" "$k" "${s% *}" "${s#* }" "${f#/}" "$l"
                done' sh {} +
        fi
        exec find . -maxdepth {{depth}} -printf '%y\0%s\0%m\0%P\0%l\0'
        """;

    /// <summary>Prints size, mode and a NUL for a file.</summary>
    public static string Stat(string path) => $"stat -c '%s %a' -- {ShellQuote.Word(path)}";

    /// <summary>For each link on stdin: its size where it leads to a file, else -, and the real path, each with a NUL behind it.</summary>
    public const string Follow = """
        export LC_ALL=C
        # shellcheck disable=SC2016 # the inner shell expands it
        xargs -0 -n 1 sh -c '
            r=$(readlink -f -- "$0"; echo .)
            if [ "$r" = . ]; then r=; else r=${r%??}; fi
            if [ -f "$r" ]; then s=$(stat -c %s -- "$r"); else s=-; fi
            printf "%s\0%s\0" "$s" "$r"'
        """;

    /// <summary>Packs the files named on stdin. Owners and times are not kept, and some of them are more than .NET reads.</summary>
    public const string Pack =
        "LC_ALL=C TAR_OPTIONS='' tar -P -cf - --hard-dereference --no-recursion --owner=0 --group=0 --mtime=@0 --null -T -";

    /// <summary>Prints parts of a file as the lines "offset count" on stdin ask for them. Not every BusyBox's dd counts bytes.</summary>
    public static string Blocks(string path) => $$"""
        f={{ShellQuote.Word(path)}}
        exec 3>&1
        while read -r o n; do
            said=$(LC_ALL=C dd if="$f" bs=256K skip="$o" count="$n" iflag=skip_bytes,count_bytes 2>&1 >&3) || { echo "$said" >&2; exit 1; }
            case $said in
            *"
        $n byte"*) continue ;;
            *byte*) exit {{Shorter}} ;;
            esac
            [ "$(stat -c %s -- "$f")" -ge $((o + n)) ] || exit {{Shorter}}
        done
        """;

    // A path as people write it; a relative one begins at the login folder, and none is taken for an option.
    private static string Place(string variable, string path) =>
        path is "~" ? $"{variable}=$HOME"
        : path.StartsWith("~/", StringComparison.Ordinal) ? $"{variable}=$HOME/{ShellQuote.Word(path[2..])}"
        : $"{variable}={ShellQuote.Word(path.StartsWith('/') ? path : "./" + path)}";
}
