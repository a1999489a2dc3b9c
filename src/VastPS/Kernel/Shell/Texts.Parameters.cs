namespace VastPS.Kernel.Shell;

/// <summary>What parameters are asked for with, where one is missing.</summary>
internal static partial class Texts
{
    public const string AskAddVastSshKeyPath = "the public key file";

    public const string AskAll = "removes every entry";

    public const string AskAttentionHeads = "the number of attention heads, as 32";

    public const string AskCommand = "the command, as it would be typed in a shell on the box";

    public const string AskCommit = "the hash of the commit, at least 7 digits";

    public const string AskConfigPath = "the config.json of a model";

    public const string AskDestination = "where it goes on the box, as /root/data";

    public const string AskDiskGB = "the size of the disk in GB, as 60";

    public const string AskFit = "the judgements, from Test-VastRunFit";

    public const string AskFrom = "the run to start again, by name, id or object";

    public const string AskGenerate = "makes a new pair of keys";

    public const string AskHiddenSize = "the width of the hidden state, as 4096";

    public const string AskImage = "the container image";

    public const string AskInputObject = "the metrics, from Get-VastRunMetric";

    public const string AskInputPath = "the file that the command reads";

    public const string AskInputText = "what the command reads";

    public const string AskInstance = "the instances, from Get-VastInstance";

    public const string AskInstanceId = "the instance, by id, name or object";

    public const string AskLayers = "the number of transformer layers, as 32";

    public const string AskLiteralPath = "the files or folders to send, taken as they are";

    public const string AskMaxRuntime = "how long it may run at most, as 90m, 8h or 2d";

    public const string AskMethod = "what is done with the model: Full, LoRA, QLoRA, DPO, PPO, GRPO or Inference";

    public const string AskModel = "the name of the model on the hub";

    public const string AskName = "the run, by name, id or object";

    public const string AskNewVastWorkloadPath = "the file of a workload";

    public const string AskNoMaxRuntime = "lets the run go on without a limit";

    public const string AskOffer = "the offers, from Get-VastOffer";

    public const string AskOfferId = "the offer to rent";

    public const string AskParameterCount = "the number of parameters, as 7e9";

    public const string AskPassphrase = "the passphrase of the key";

    public const string AskPublicKey = "the public key, as it stands in its file";

    public const string AskReceiveVastItemPath = "the files or folders on the box, as out";

    public const string AskRepository = "the git repository, as an address or a folder";

    public const string AskRunId = "the run, by id, name or object";

    public const string AskSendVastItemPath = "the files or folders to send";

    public const string AskSshKeyId = "the key of the account, by its id";

    public const string AskVastMetricPath = "the log file on this computer";

    public const string AskVocabSize = "the number of tokens of the vocabulary, as 32000";

    public const string AskVramGiB = "the memory of one GPU in GiB, as 24";

    public const string AskWorkload = "the run to judge, from New-VastWorkload";

    public const string AskTemplate = "the hash of a template, from Get-VastTemplate";

    public const string AskMachineId = "the machine, from MachineId of Get-VastOffer";

    public const string AskSizeGB = "the size in GB, as 100";

    public const string AskVolumeId = "the volume, from Get-VastVolume";

    public const string AskVariableName = "the name of the variable, as HF_TOKEN";

    public const string AskVariable = "variables, from Get-VastEnvironmentVariable";

    public const string AskSecretValue = "the value, which is not shown";

    public const string AskSecretText = "the value, from the pipeline";
}
