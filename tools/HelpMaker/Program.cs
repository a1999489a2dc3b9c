using HelpMaker;

string root = Repository.Root();
string help = Path.Combine(root, "docs", "help");
string about = Path.Combine(root, "docs", "about");
string errors = Path.Combine(root, "docs", "errors.md");

switch (args)
{
    case ["--sync"]:
        Directory.CreateDirectory(help);
        foreach (CommandFacts facts in CommandFacts.All())
        {
            string path = Path.Combine(help, facts.Name + ".md");
            Repository.Write(path, PageWriter.Render(facts, HelpPage.Read(path), TimeProvider.System.GetLocalNow()));
        }

        Repository.Write(errors, ErrorPage.Render());
        return 0;

    case ["--check"]:
        string[] complaints = [.. HelpCheck.Pages(help), .. HelpCheck.Errors(errors), .. HelpCheck.AboutTopics(about)];
        foreach (string complaint in complaints)
        {
            Console.Error.WriteLine(complaint);
        }

        return complaints.Length == 0 ? 0 : 1;

    case ["--maml", string folder]:
        Directory.CreateDirectory(folder);
        var written = new List<string> { Path.Combine(folder, "VastPS.dll-Help.xml") };
        Maml.Save(written[0], CommandFacts.All().Select(facts => (facts, HelpPage.Read(Path.Combine(help, facts.Name + ".md")))));
        foreach (string topic in Repository.Pages(about))
        {
            string path = Path.Combine(folder, Path.GetFileNameWithoutExtension(topic) + ".help.txt");
            Repository.Write(path, AboutTopic.Render(File.ReadAllText(topic)));
            written.Add(path);
        }

        foreach (string stale in Directory.GetFiles(folder).Except(written))
        {
            File.Delete(stale);
        }

        return 0;

    default:
        Console.Error.WriteLine("""
            HelpMaker --sync            bring docs/help and docs/errors.md up to date with the code; prose stays as it is
            HelpMaker --check           say what differs or is missing there
            HelpMaker --maml <folder>   write what Get-Help reads
            """);
        return 64;
}
