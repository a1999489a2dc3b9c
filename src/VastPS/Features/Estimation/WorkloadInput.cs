using System.Management.Automation;
using VastPS.Commands;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Features.Estimation;

/// <summary>From what was typed for New-VastWorkload to a draft.</summary>
internal static class WorkloadInput
{
    // Where a loaded file or model says these, it was read from what was typed.
    private static readonly string[] s_takenBefore = [nameof(NewVastWorkloadCommand.Model), nameof(NewVastWorkloadCommand.Method)];

    /// <summary>
    /// What the model is taken from: what was typed, or a file that was named. Null where a name is still to be looked
    /// up.
    /// </summary>
    public static WorkloadDraft? Start(NewVastWorkloadCommand typed, Action<string> warn)
    {
        var draft = new WorkloadDraft();
        switch (typed.ParameterSetName)
        {
            case NewVastWorkloadCommand.ByPath:
                return WorkloadDraft.FromJson(ReadText(typed, typed.Path, nameof(typed.Path)), typed.Path);
            case NewVastWorkloadCommand.ByConfig:
                string path = typed.GetUnresolvedProviderPathFromPSPath(typed.ConfigPath);
                ModelCard card = ConfigFolder.Read(ReadText(typed, typed.ConfigPath, nameof(typed.ConfigPath)), path, typed.ConfigPath);
                draft.Take(ModelFolder(path), card);
                card.Notes.ToList().ForEach(warn);
                return draft;
            case NewVastWorkloadCommand.ByModel:
                return null;
            default:
                return draft;
        }
    }

    /// <summary>The draft of a workload: what was typed over what was loaded.</summary>
    public static WorkloadDraft Finish(NewVastWorkloadCommand typed, WorkloadDraft draft)
    {
        draft.SetMethod(typed.Method);
        draft.IsPrecisionAssumed = typed.Precision is null && draft.IsPrecisionAssumed;
        draft.GatedMlp = draft.GatedMlp && !typed.UngatedMlp;
        Apply(typed, draft);
        DemandStage(draft);
        return draft;
    }

    // What was typed wins over what was loaded. A variable without a value and a switch that is off say nothing.
    private static void Apply(NewVastWorkloadCommand typed, WorkloadDraft draft)
    {
        foreach (string name in typed.MyInvocation.BoundParameters.Keys.Except(s_takenBefore))
        {
            object? value = typeof(NewVastWorkloadCommand).GetProperty(name)?.GetValue(typed);
            if (value is not (null or SwitchParameter { IsPresent: false }) && !IsDefault(name, value))
            {
                WorkloadFields.Set(draft, name, value is SwitchParameter ? true : value);
            }
        }
    }

    // DeepSpeed's reference: offload_param is valid with stage 3 only.
    private static void DemandStage(WorkloadDraft draft)
    {
        if (draft.Offload?.HasFlag(VastOffload.Parameters) == true && draft.Sharding is VastSharding.Zero1 or VastSharding.Zero2)
        {
            throw new VastException(
                VastReason.WorkloadContradicts,
                $"{nameof(draft.Offload)} {draft.Offload}",
                $"{nameof(draft.Sharding)} {draft.Sharding}",
                "weights are moved to the CPU in stage 3 only: Zero3");
        }
    }

    // PEFT's word for what is the default here.
    private static bool IsDefault(string name, object value) => name == nameof(NewVastWorkloadCommand.AdapterTarget)
        && value is string[] targets && targets.Contains("all-linear", StringComparer.OrdinalIgnoreCase);

    private static string ModelFolder(string path) => Path.GetFileName(Path.GetDirectoryName(path)) ?? path;

    private static string ReadText(PSCmdlet cmdlet, string path, string parameter)
    {
        try
        {
            return TextFile.Read(cmdlet.GetUnresolvedProviderPathFromPSPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or RuntimeException)
        {
            string next = $"Test-Path {PowerShellQuote.Word(path)}";
            throw VastException.Because(e, VastReason.InvalidValue, path, parameter, Texts.CannotRead(e), next);
        }
    }
}
