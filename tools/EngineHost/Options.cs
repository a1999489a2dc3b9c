namespace EngineHost;

/// <summary>The command line. Names are read as pwsh reads them: without case, and everything after the file is the script's.</summary>
internal sealed record Options(bool NonInteractive, string? File, string? Command, IReadOnlyList<string> Arguments)
{
    public const string Usage = """
        EngineHost: the PowerShell engine without PowerShell's own console.
          EngineHost [-NonInteractive] -File <script.ps1> [arguments]
          EngineHost [-NonInteractive] -Command <text>
          EngineHost                     a prompt
        """;

    public static bool TryRead(string[] args, out Options options, out string complaint)
    {
        options = new Options(false, null, null, []);
        complaint = "";
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i].TrimStart('-').ToUpperInvariant())
            {
                case "NONINTERACTIVE":
                    options = options with { NonInteractive = true };
                    break;
                case "FILE" when i + 1 < args.Length:
                    options = options with { File = Path.GetFullPath(args[i + 1]), Arguments = args[(i + 2)..] };
                    return System.IO.File.Exists(options.File) || Complain($"There is no file '{options.File}'.", out complaint);
                case "COMMAND" when i + 1 < args.Length:
                    options = options with { Command = string.Join(' ', args[(i + 1)..]) };
                    return true;
                default:
                    return Complain($"'{args[i]}' is not understood here.", out complaint);
            }
        }

        return true;
    }

    private static bool Complain(string text, out string complaint)
    {
        complaint = text;
        return false;
    }
}
