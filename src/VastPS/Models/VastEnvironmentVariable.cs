namespace VastPS;

/// <summary>An environment variable of the account, which every new instance gets. Its value is a secret and is never read.</summary>
public sealed class VastEnvironmentVariable
{
    internal VastEnvironmentVariable()
    {
    }

    /// <summary>Its name.</summary>
    public string Name { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => Name;
}
