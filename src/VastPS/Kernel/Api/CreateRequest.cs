namespace VastPS.Kernel.Api;

/// <summary>What to rent.</summary>
internal sealed class CreateRequest
{
    public required long OfferId { get; init; }

    public required string Image { get; init; }

    public required double DiskGB { get; init; }

    public required string Label { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? OnStart { get; init; }

    /// <summary>USD per hour for the whole slice; null rents on demand.</summary>
    public decimal? BidPerHour { get; init; }
}

/// <summary>What the server rented.</summary>
internal sealed record CreateAnswer(long InstanceId);

/// <summary>The user behind the key, as far as one request tells.</summary>
internal sealed record AccountFacts(
    long? AccountId, string? UserName, string? Email, decimal? Credit, decimal? Balance, ApiEndpoint Endpoint);
