namespace Mutants;

/// <summary>The code that asks, inside the module, whether a mutant is on; it also notes who was asked for.</summary>
internal static class Switch
{
    /// <summary>The mutant that is on; nothing or 0 for none.</summary>
    public const string OnVariable = "VASTPS_MUTANT";

    /// <summary>The file in which it is noted which mutants each test reaches.</summary>
    public const string ReachedVariable = "VASTPS_MUTANTS_REACHED";

    /// <summary>
    /// Begin is called by the tests (Kit/ReachNotes.cs), one after the other. A line is a test, an empty line the time after
    /// a test, and what was reached since the line before stands below, number by number.
    /// </summary>
    public static string Code(int count) => $$"""
        namespace VastPS.Mutation
        {
            internal static class Mutant
            {
                private static volatile int s_on =
                    int.Parse(System.Environment.GetEnvironmentVariable("{{OnVariable}}") ?? "0");

                private static readonly System.IO.StreamWriter? s_notes = Open();
                private static readonly bool[] s_reached = new bool[{{count + 1}}];

                public static bool Is(int number)
                {
                    if (s_notes is not null && !s_reached[number])
                    {
                        Note(number);
                    }

                    return number == s_on;
                }

                public static void Turn(int number) => s_on = number;

                public static void Begin(string test)
                {
                    if (s_notes is not null)
                    {
                        lock (s_notes)
                        {
                            System.Array.Clear(s_reached);
                            s_notes.WriteLine("test " + test);
                            s_notes.Flush();
                        }
                    }
                }

                private static void Note(int number)
                {
                    lock (s_notes!)
                    {
                        if (!s_reached[number])
                        {
                            s_reached[number] = true;
                            s_notes.WriteLine(number);
                        }
                    }
                }

                private static System.IO.StreamWriter? Open()
                {
                    string? path = System.Environment.GetEnvironmentVariable("{{ReachedVariable}}");
                    if (path is null)
                    {
                        return null;
                    }

                    var notes = new System.IO.StreamWriter(path, append: true);
                    System.AppDomain.CurrentDomain.ProcessExit += (_, _) => { lock (notes) { notes.Flush(); } };
                    return notes;
                }
            }
        }
        """;
}
