namespace VastPS.Features.Estimation;

/// <summary>What was read about a model, from the catalogue, a config.json or the hub.</summary>
/// <param name="Shape">Its shape.</param>
internal sealed record ModelCard(ModelShape Shape)
{
    private readonly long? _parameters;

    /// <summary>All parameters, unpacked, with biases and norms that the shape leaves out.</summary>
    public long Parameters
    {
        get => _parameters ?? Shape.Parameters;
        init => _parameters = value;
    }

    /// <summary>How the weights are packed in the files; empty where they are not.</summary>
    public string StoredAs { get; init; } = "";

    /// <summary>What is beside the layers, in words.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>The kind of the model as its config names it.</summary>
    public string Type { get; init; } = "";

    /// <summary>False where the kind is unknown and only its fields look like those of known ones.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>True where parts are named that a config does not describe well enough to count them.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Bytes of a parameter as the config says that the files hold it; 0 where it says nothing.</summary>
    public double FileBytes { get; init; }

    /// <summary>
    /// Parameters of one more layer in the files, which predicts the tokens after the next and is not loaded for
    /// training.
    /// </summary>
    public long LayerParameters { get; init; }

    /// <summary>Numbers in the files that are tables of positions, not trained.</summary>
    public long Tables { get; init; }

    /// <summary>What the user should hear about it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
