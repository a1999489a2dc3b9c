namespace VastPS.Features.Estimation;

/// <summary>
/// How fast the GPUs of a machine exchange: by what their board has between them, and over PCIe by whether the driver lets them
/// reach each other's memory.
/// </summary>
internal static class LinkModel
{
    // Bytes a second that collectives reach: all GPUs of a board behind switches; two cards under a bridge; cards that write to each
    // other over PCIe 4 and 5; and cards that go through the host's memory, as GeForce drivers make them.
    private static readonly Three s_switched = new(250e9, 200e9, 80e9);
    private static readonly Three s_bridged = new(150e9, 60e9, 20e9);
    private static readonly Three s_peer = new(24e9, 6e9, 2e9);
    private static readonly Three s_host = new(10e9, 4.2e9, 2e9);

    private const int GpusOfBridge = 2;

    /// <summary>Bytes a second in the three cases.</summary>
    /// <param name="gpuName">As Vast spells it.</param>
    /// <param name="gpus">GPUs that exchange.</param>
    /// <param name="hasNvlink">Null where only the machine could tell: then the optimistic case has it and the others do not.</param>
    public static Three BytesPerSecond(string gpuName, int gpus, bool? hasNvlink)
    {
        Three plain = IsGeForce(gpuName) ? s_host : s_peer;
        Three linked = IsSwitched(gpuName) ? s_switched
            : gpus <= GpusOfBridge ? s_bridged
            : new Three(s_bridged.Optimistic, plain.Base, plain.Pessimistic);
        return hasNvlink switch
        {
            true => linked,
            false => plain,
            null => new Three(linked.Optimistic, plain.Base, plain.Pessimistic),
        };
    }

    // GeForce drivers of RTX 40 and 50 refuse peer access, those of older cards have it on few boards.
    private static bool IsGeForce(string gpuName)
    {
        string[] words = gpuName.Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries);
        return words is ["GTX", ..] or ["Titan" or "TITAN", ..]
            || (words is ["RTX", var number, ..] && number.Length >= 4 && number.TakeWhile(char.IsDigit).Count() == 4 && number[0] is >= '2' and <= '5'
                && !IsProfessional(number, words));
    }

    // "RTX 4000Ada" and "RTX 5000 Ada" are no GeForce cards.
    private static bool IsProfessional(string number, string[] words) =>
        number.EndsWith("Ada", StringComparison.OrdinalIgnoreCase) || words.Contains("Ada", StringComparer.OrdinalIgnoreCase)
        || number[1..4] == "000";

    private static bool IsSwitched(string gpuName) =>
        !gpuName.Contains("NVL", StringComparison.Ordinal)
        && !gpuName.Contains("PCI", StringComparison.OrdinalIgnoreCase)
        && !gpuName.Contains("RTX", StringComparison.Ordinal)
        && !gpuName.StartsWith("A40", StringComparison.Ordinal)
        && !gpuName.StartsWith("A30", StringComparison.Ordinal);
}
