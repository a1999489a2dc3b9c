using System.Globalization;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>A number that was measured, beside the one that was expected; null where nobody knows.</summary>
internal sealed record Measurement(double? Value, double? Expected, string Unit)
{
    /// <summary>True where Expected is the most that may be, not the least.</summary>
    public bool IsUpperLimit { get; init; }

    /// <summary>What was found where that is no number, such as the name of a model.</summary>
    public string? Text { get; init; }

    /// <summary>As a phrase: "246 Mbps >= 100".</summary>
    public string Phrase => Text
        ?? (Value is { } found ? $"{Number(found)} {Unit}".TrimEnd() + (Expected is { } limit ? $" {Sign} {Number(limit)}" : "")
            : "not measured");

    private string Sign => IsUpperLimit ? "<=" : ">=";

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture);
}

/// <summary>Writes check results of one instance, and says what several of them come to.</summary>
internal sealed class CheckResultFactory(VastInstance instance)
{
    /// <summary>What to type where the machine itself is at fault.</summary>
    public string Leave =>
        FormattableString.Invariant($"Remove-VastInstance -InstanceId {instance.InstanceId}   # and rent another machine");

    /// <summary>What to type to look closer.</summary>
    public string Look(string command) =>
        FormattableString.Invariant($"Invoke-VastCommand -InstanceId {instance.InstanceId} -Command {PowerShellQuote.Quoted(command)}");

    /// <summary>A number for an evidence line; a question mark where it was not told.</summary>
    public static string Told(double? value, string format = "0.0") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "?";

    /// <summary>One result; a pass needs no fix.</summary>
    public VastCheckResult Say(
        string name,
        VastCheckStatus status,
        Measurement measurement,
        IEnumerable<string> evidence,
        string fix,
        bool isOptional = false) => new()
        {
            InstanceId = instance.InstanceId,
            MachineId = instance.MachineId,
            Name = name,
            Status = status,
            IsOptional = isOptional,
            Measured = measurement.Value,
            Expected = measurement.Expected,
            Unit = measurement.Unit,
            Finding = measurement.Phrase,
            Evidence = [.. evidence],
            Fix = status == VastCheckStatus.Pass ? "" : fix,
            Note = Note(status, measurement),
        };

    /// <summary>Why it is no pass, in words.</summary>
    public static string Note(VastCheckStatus status, Measurement measurement) => status switch
    {
        VastCheckStatus.Pass => "",
        VastCheckStatus.Unknown => "could not be measured",
        _ when !measurement.IsUpperLimit && measurement.Value < measurement.Expected => "below what was promised or asked",
        _ when measurement.IsUpperLimit && measurement.Value > measurement.Expected => "above what is right",
        _ => "",
    };

    /// <summary>The verdict on all: one Fail fails it; what had to be measured and was not makes it Unknown.</summary>
    public static VastCheckStatus Overall(IReadOnlyCollection<VastCheckResult> results) =>
        results.Any(r => r.Status == VastCheckStatus.Fail) ? VastCheckStatus.Fail
        : results.Count == 0 || results.Any(r => r is { Status: VastCheckStatus.Unknown, IsOptional: false }) ? VastCheckStatus.Unknown
        : results.Any(r => r.Status == VastCheckStatus.Warn) ? VastCheckStatus.Warn
        : VastCheckStatus.Pass;
}
