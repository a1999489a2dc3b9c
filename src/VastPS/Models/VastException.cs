namespace VastPS;

/// <summary>
/// The one exception of VastPS. Who throws it says why and with which values; the catalogue in the shell makes the sentence.
/// </summary>
public sealed class VastException : Exception
{
    private string? _sentence;

    /// <summary>Makes the sentence of one that was never thrown to a user but is told about; the catalogue gives it.</summary>
    internal static Func<VastException, string> Sentence { get; set; } = Bare;

    /// <summary>Creates the exception from a reason and the values that its sentence names.</summary>
    /// <param name="reason">What went wrong.</param>
    /// <param name="target">The thing the user gave: an id, a path, a value.</param>
    /// <param name="facts">Further values for the sentence, in the order the catalogue names them.</param>
    public VastException(VastReason reason, object? target, params object?[] facts)
        : this(reason, null, target, facts)
    {
    }

    internal VastException(VastReason reason, Exception? inner, object? target, object?[] facts)
        : base(null, inner)
    {
        Reason = reason;
        Target = target;
        Facts = facts;
    }

    /// <summary>What went wrong.</summary>
    public VastReason Reason { get; }

    /// <summary>The error id as the engine shows it, without the class name.</summary>
    public string ErrorId => "Vast" + Reason;

    /// <summary>The thing the user gave.</summary>
    public object? Target { get; }

    /// <summary>HTTP status of the server's answer, where a server answered.</summary>
    public int? StatusCode { get; internal init; }

    /// <summary>An instance that exists and costs money although the request that made it failed.</summary>
    public long? GhostInstanceId { get; internal init; }

    /// <summary>True where the request may have had its effect although no good answer came.</summary>
    internal bool IsUncertain { get; init; }

    /// <summary>Further values that the sentence names.</summary>
    internal IReadOnlyList<object?> Facts { get; }

    /// <inheritdoc />
    public override string Message => _sentence ?? Sentence(this);

    /// <summary>Gives the exception its sentence; called by the catalogue only.</summary>
    internal void Say(string sentence) => _sentence = sentence;

    /// <summary>The same, keeping the exception that caused it.</summary>
    internal static VastException Because(Exception inner, VastReason reason, object? target, params object?[] facts) =>
        new(reason, inner, target, facts);

    private static string Bare(VastException error) =>
        $"{error.ErrorId}: {string.Join(", ", error.Facts.Prepend(error.Target).Where(f => f is not null))}";
}
