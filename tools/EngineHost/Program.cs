using System.Management.Automation.Language;
using System.Text;
using EngineHost;

return Run(args);

static int Run(string[] args)
{
    if (!Options.TryRead(args, out Options options, out string complaint))
    {
        Console.Error.WriteLine(complaint);
        Console.Error.WriteLine(Options.Usage);
        return Session.BadUsage;
    }

    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    using var session = new Session(options.NonInteractive);
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        session.Stop();
    };

    return options switch
    {
        { File: { } file } => session.RunFile(file, options.Arguments),
        { Command: { } text } => session.RunText(text),
        _ => Converse(session),
    };
}

static int Converse(Session session)
{
    int last = 0;
    while (session.ExitCode is null)
    {
        if (ReadStatement("VastPS> ") is not { } text)
        {
            break;
        }

        last = session.RunText(text);
    }

    return session.ExitCode ?? last;
}

// Reads on while the text is an unfinished statement, such as an open brace.
static string? ReadStatement(string prompt)
{
    string? text = ReadLine(prompt);
    while (text is not null)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        if (!errors.Any(e => e.IncompleteInput))
        {
            break;
        }

        if (ReadLine(">> ") is not { } more)
        {
            break;
        }

        text += '\n' + more;
    }

    return text;
}

static string? ReadLine(string prompt)
{
    if (!Console.IsInputRedirected)
    {
        Console.Write(prompt);
    }

    return Console.ReadLine();
}
