namespace VastPS.Simulator.Offers;

/// <summary>A GPU model as the market offers it. Prices are medians per GPU seen in mid 2026.</summary>
internal sealed record GpuModel(
    string Name, string DriverName, int Ram, int ComputeCap, double Tflops, double Dlperf, double MemoryBandwidth,
    double MaxPower, double Price, int PciGen, bool HasEcc, int Weight, bool IsServer)
{
    public static IReadOnlyList<GpuModel> All { get; } =
    [
        new("RTX 4090", "NVIDIA GeForce RTX 4090", 24564, 890, 82.6, 98, 908, 450, 0.40, 4, false, 14, false),
        new("RTX 3090", "NVIDIA GeForce RTX 3090", 24576, 860, 35.6, 46, 850, 350, 0.13, 4, false, 10, false),
        new("RTX 5090", "NVIDIA GeForce RTX 5090", 32607, 1200, 107.6, 190, 1449, 575, 0.48, 5, false, 10, false),
        new("A100 SXM4", "NVIDIA A100-SXM4-80GB", 81920, 800, 19.5, 150, 1780, 400, 1.02, 4, true, 6, true),
        new("A100 PCIE", "NVIDIA A100-PCIE-40GB", 40960, 800, 19.5, 118, 1300, 250, 0.62, 4, true, 3, true),
        new("H100 SXM", "NVIDIA H100 80GB HBM3", 81559, 900, 53.5, 350, 2880, 700, 2.27, 5, true, 7, true),
        new("H100 NVL", "NVIDIA H100 NVL", 95830, 900, 48.1, 378, 3300, 400, 2.55, 5, true, 2, true),
        new("H200", "NVIDIA H200", 143771, 900, 53.5, 420, 4000, 700, 3.6, 5, true, 3, true),
        new("B200", "NVIDIA B200", 183359, 1000, 74.5, 880, 6900, 1000, 5.9, 5, true, 1, true),
        new("L40S", "NVIDIA L40S", 46068, 890, 91.6, 120, 700, 350, 0.80, 4, true, 5, true),
        new("RTX A6000", "NVIDIA RTX A6000", 49140, 860, 38.7, 52, 680, 300, 0.40, 4, true, 5, true),
        new("RTX 6000Ada", "NVIDIA RTX 6000 Ada Generation", 49140, 890, 91.1, 115, 860, 300, 0.60, 4, true, 3, true),
        new(
            "RTX PRO 6000 WS", "NVIDIA RTX PRO 6000 Blackwell Workstation Edition", 97887, 1200, 117, 245, 1550, 600, 1.18, 5, true, 3,
            false),
        new("RTX 5080", "NVIDIA GeForce RTX 5080", 16303, 1200, 56.3, 105, 860, 360, 0.17, 5, false, 3, false),
        new("RTX 5060 Ti", "NVIDIA GeForce RTX 5060 Ti", 16311, 1200, 22.8, 45, 369, 180, 0.093, 5, false, 3, false),
        new("RTX 4080S", "NVIDIA GeForce RTX 4080 SUPER", 16376, 890, 52.2, 62, 640, 320, 0.17, 4, false, 2, false),
        new("RTX 4070S Ti", "NVIDIA GeForce RTX 4070 Ti SUPER", 16376, 890, 44.1, 52, 590, 285, 0.15, 4, false, 2, false),
        new("RTX 3080", "NVIDIA GeForce RTX 3080", 10240, 860, 29.8, 34, 690, 320, 0.082, 4, false, 2, false),
        new("RTX 3060", "NVIDIA GeForce RTX 3060", 12288, 860, 12.7, 16, 330, 170, 0.07, 4, false, 2, false),
        new("A40", "NVIDIA A40", 46068, 860, 37.4, 48, 640, 300, 0.29, 4, true, 2, true),
        new("Tesla V100", "Tesla V100-SXM2-32GB", 32768, 700, 15.7, 42, 800, 300, 0.23, 3, true, 2, true),
    ];

    /// <summary>The model behind an offer's name; an unknown one is described by the name itself.</summary>
    public static GpuModel Of(string name, int ram) =>
        All.FirstOrDefault(model => model.Name == name) ??
        new GpuModel(name, "NVIDIA " + name, ram, 800, 20, 50, 600, 300, 0.5, 4, false, 0, true);
}
