using System.Text.Json.Nodes;

namespace VastPS.Simulator.Templates;

/// <summary>Templates of the vendor, which every account sees.</summary>
internal static class VendorTemplates
{
    public static void AddTo(SimState state)
    {
        Add("PyTorch (Vast)", "vastai/pytorch", "2.8.0-cuda-12.8.1-py312", "-e OPEN_BUTTON_PORT=1111 -p 1111:1111 -p 8080:8080", "ssh", 32);
        Add("NVIDIA CUDA", "vastai/base-image", "@vastai-automatic-tag", "-p 6006:6006", "ssh", 16);
        Add("Open WebUI (Ollama)", "vastai/openwebui", "v0.6.18", "-p 7500:7500 -e OLLAMA_MODEL=qwen3:8b", "args", 64);

        void Add(string name, string image, string tag, string env, string runtype, int diskGB) => state.AddTemplate(
            new JsonObject
            {
                ["name"] = name,
                ["image"] = image,
                ["tag"] = tag,
                ["env"] = env,
                ["runtype"] = runtype,
                ["ssh_direct"] = runtype == "ssh",
                ["use_ssh"] = true,
                ["recommended_disk_space"] = diskGB,
                ["private"] = false,
                ["readme_visible"] = true,
                ["desc"] = "made up for the simulator",
            },
            isOwn: false);
    }
}
