using System.Globalization;

namespace VastPS;

/// <summary>One of the proofs that a run was started on.</summary>
public sealed class VastProof
{
    internal VastProof()
    {
    }

    /// <summary>What it is.</summary>
    public VastProofKind Kind { get; internal init; }

    /// <summary>True where it spoke for the run.</summary>
    public bool Passed { get; internal init; }

    /// <summary>When it was made; of what was given at the start, when it was given.</summary>
    public DateTimeOffset At { get; internal init; }

    /// <summary>What it said, in one line.</summary>
    public string Detail { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind} {(Passed ? "passed" : "did not pass")} {At:u}: {Detail}");
}
