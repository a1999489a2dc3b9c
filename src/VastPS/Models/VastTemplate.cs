namespace VastPS;

/// <summary>A template: an image with what it is started with. Its variables are not shown, because they may be secrets.</summary>
public sealed class VastTemplate
{
    internal VastTemplate()
    {
    }

    /// <summary>What New-VastInstance -Template takes. A template that is edited gets another hash.</summary>
    public string TemplateHash { get; internal init; } = "";

    /// <summary>The number of the template.</summary>
    public long? TemplateId { get; internal init; }

    /// <summary>Its name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Container image with its tag.</summary>
    public string Image { get; internal init; } = "";

    /// <summary>How it is started: ssh, jupyter or args.</summary>
    public string RunType { get; internal init; } = "";

    /// <summary>Disk in GB that its maker recommends.</summary>
    public double? RecommendedDiskGB { get; internal init; }

    /// <summary>True where the vendor recommends it.</summary>
    public bool IsRecommended { get; internal init; }

    /// <summary>Instances that were made of it.</summary>
    public long? UseCount { get; internal init; }

    /// <summary>What its maker says of it.</summary>
    public string Description { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => $"template {Name} ({TemplateHash}): {Image}";
}
