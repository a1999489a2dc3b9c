using System.Reflection;
using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Tests.Features.Estimation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>
/// Every model in windows of 80, 100 and 120 columns, filled with what is as long as it gets: no number loses its front, no word of a
/// header is folded, and the first five columns are there at 80.
/// </summary>
public sealed partial class TableTests
{
    private static readonly int[] s_widths = [80, 100, 120];

    private static readonly DateTimeOffset s_time = new(2026, 11, 29, 23, 59, 0, TimeSpan.Zero);

    private static readonly Lazy<IReadOnlyList<Table>> s_tables = new(() => [.. Tables()]);

    [Fact]
    [Trait("Frozen", "List")]
    public void Tables_are_what_was_agreed() => Approved.Check(
        "Tables.approved.txt",
        s_tables.Value.SelectMany(t => t.Lines.Prepend($"---- {t.Model.Name} at {t.Width}")));

    [Fact]
    public void No_number_loses_its_front() => Law.Holds(
        "A column is as wide as its numbers get: a cut begins with an ellipsis before a digit.",
        from table in s_tables.Value
        from line in table.Lines
        where CutNumber().IsMatch(line)
        select $"{table}: {line}");

    [Fact]
    public void Lines_fit() => Law.Holds(
        "No line is wider than the window.",
        from table in s_tables.Value
        from line in table.Lines
        where line.Length > table.Width
        select $"{table}: {line}");

    [Fact]
    public void Headers_stand_on_one_line() => Law.Holds(
        "The words of a header are not folded: the row of dashes is the second.",
        from table in s_tables.Value
        where table.Lines.Count > 1 && !Dashes().IsMatch(table.Lines[1])
        select $"{table}: {table.Lines[1]}");

    [Fact]
    public void The_first_five_columns_are_there_at_80() => Law.Holds(
        "A window of 80 columns shows the first five, or all where there are fewer: put what people look for, and the money, first.",
        from table in s_tables.Value
        where table.Width == 80
        let full = s_tables.Value.Single(t => t.Model == table.Model && t.Width == 120)
        where Columns(table) < Math.Min(5, Columns(full))
        select $"{table}: {table.Lines[0]}");

    private static int Columns(Table table) => table.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    private static IEnumerable<Table> Tables()
    {
        foreach (int width in s_widths)
        {
            foreach (Type model in Law.Models.Where(m => !m.IsAbstract))
            {
                var shown = new CaptureHost("none");
                shown.Widen(width);
                using var host = new CmdletHost(new RunspaceServices(), shown);
                object sample = model == typeof(VastWorkload) ? Works.Of("gpt2", VastRunMethod.Full) : Filled(model, 3);
                host.Run("$x | Out-Default", ("x", sample)).Clean<object>();
                string[] lines = [.. Colour().Replace(shown.Shown, "").Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];
                yield return new Table(model, width, lines);
            }
        }
    }

    // Values as long as they get in life.
    private static object Filled(Type model, int depth)
    {
        ConstructorInfo maker = model.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(c => c.GetParameters().All(p => p.ParameterType != model)).MinBy(c => c.GetParameters().Length)!;
        object made = maker.Invoke([.. maker.GetParameters().Select(p => Value(p.Name!, p.ParameterType, depth))]);
        foreach (PropertyInfo property in model.GetProperties().Where(p => p.CanWrite))
        {
            if (Value(property.Name, property.PropertyType, depth) is { } value)
            {
                property.SetValue(made, value);
            }
        }

        return made;
    }

    private static object? Value(string name, Type type, int depth) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            Type t when t == typeof(string) => Text(name),
            Type t when t == typeof(bool) => false,
            Type t when t == typeof(decimal) => name.Contains("PerHour", StringComparison.Ordinal) ? 12.345678m : 1234.567891m,
            Type t when t == typeof(TimeSpan) => new TimeSpan(27, 14, 35, 50),
            Type t when t == typeof(DateTimeOffset) => s_time,
            Type t when t == typeof(Uri) => new Uri("http://127.0.0.1:43210/"),
            Type t when t == typeof(IReadOnlyList<string>) => new[] { "the first fact of several that prove it", "a second fact" },
            Type t when t == typeof(double) => name == nameof(VastOffer.Reliability) ? 0.99876 : 1234.56789,
            Type t when t == typeof(int) => name == nameof(VastRun.ExitCode) ? 137
                : name.EndsWith("Count", StringComparison.Ordinal) ? 16 : 12345,
            Type t when t == typeof(long) => 123456789L,
            { IsEnum: true } t => Enum.GetValues(t).Cast<object>().MaxBy(v => v.ToString()!.Length),
            Type t when t == typeof(VastWorkload) => Works.Of("gpt2", VastRunMethod.Full),
            Type t when depth > 0 && Law.Models.Contains(t) && !t.IsAbstract => Filled(t, depth - 1),
            _ => null,
        };

    private static string Text(string name) => name switch
    {
        nameof(VastOffer.GpuName) => "RTX PRO 6000 WS",
        nameof(VastRun.RunId) => "run-123456789",
        nameof(VastOffer.Country) => "US",
        nameof(VastCheckResult.Unit) => "MB/s",
        nameof(VastCheckResult.Finding) => "1234 MB/s >= 1000",
        nameof(VastInstance.StateText) => "running",
        nameof(VastSetupResult.Commit) => "0123456789abcdef0123456789abcdef01234567",
        nameof(VastResourceFit.Resource) => "VRAM per GPU",
        nameof(VastAccount.MaskedKey) => "***cdef",
        _ => "a text as long as people write them, or longer",
    };

    [GeneratedRegex(@"(?:^|\s)…[\d.]")]
    private static partial Regex CutNumber();

    [GeneratedRegex(@"^\s*-[- ]*$")]
    private static partial Regex Dashes();

    [GeneratedRegex("\\x1b\\[[0-9;]*m")]
    private static partial Regex Colour();

    private sealed record Table(Type Model, int Width, IReadOnlyList<string> Lines)
    {
        public override string ToString() => $"{Model.Name} at {Width}";
    }
}
