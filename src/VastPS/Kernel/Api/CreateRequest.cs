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

    /// <summary>What the host logs in to a registry with, as docker's options; null where the image is public.</summary>
    public string? ImageLogin { get; init; }

    /// <summary>Ports to open, as docker's -p takes them.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Hash of a template; what is said here wins over it.</summary>
    public string? Template { get; init; }

    /// <summary>An own volume of the same machine; null for none.</summary>
    public long? VolumeId { get; init; }

    /// <summary>Where the volume is in the container.</summary>
    public string VolumePath { get; init; } = "";
}

/// <summary>What the server rented.</summary>
internal sealed record CreateAnswer(long InstanceId);

/// <summary>The user behind the key, as far as one request tells.</summary>
internal sealed record AccountFacts(
    long? AccountId, string? UserName, string? Email, decimal? Credit, decimal? Balance, ApiEndpoint Endpoint);
