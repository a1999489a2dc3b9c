using System.Collections;
using System.Reflection;
using System.Text.Json;
using VastPS.Commands;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

/// <summary>
/// A field of a workload survives each form that a workload takes: draft, workload, JSON, note in the state folder, parameter.
/// Fields and values are found by reflection, so a field that somebody adds in one place only fails here.
/// </summary>
public sealed class WorkloadFieldsTests
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new WorkloadConverter() } };

    // Parameters that say where a workload comes from, and the switch that is said the other way round.
    private static readonly string[] s_notFields =
        [
            nameof(NewVastWorkloadCommand.ConfigPath),
            nameof(NewVastWorkloadCommand.Path),
            nameof(NewVastWorkloadCommand.UngatedMlp),
            nameof(NewVastWorkloadCommand.Offline),
        ];

    // Known from the model or from whether -Precision was given; nobody types them.
    private static readonly string[] s_notTyped = [nameof(VastWorkload.IsPrecisionAssumed), nameof(VastWorkload.StoredAs),
        nameof(VastWorkload.Parts)];

    // Nearly all of its parameters are embeddings, so that a gate in the MLP changes their number by less than the tolerance.
    private static readonly ModelShape s_mostlyWords = new()
    {
        Layers = 2,
        HiddenSize = 64,
        AttentionHeads = 4,
        KeyValueHeads = 4,
        HeadDim = 16,
        MlpWidth = 64,
        VocabSize = 32000,
    };

    // Together they have every kind of layer, adapter and loop, so that each field can differ from what it is in one of them.
    private static readonly Lazy<IReadOnlyList<VastWorkload>> s_workloads = new(() =>
    [
        Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.LoRA),
        Works.Of("Qwen/Qwen3-30B-A3B", VastRunMethod.QLoRA),
        Works.Of("deepseek-ai/DeepSeek-V3", VastRunMethod.LoRA),
        Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.GRPO),
        Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full),
        Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Inference),
        Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.LoRA, d => (d.EvaluationInterval, d.EvaluationTokens) = (100, 1000)),
        Works.Custom(4_145_000, s_mostlyWords, VastRunMethod.Full),
    ]);

    public static TheoryData<string> Fields => [.. PublicFields(typeof(VastWorkload)).Select(p => p.Name)];

    [Fact]
    public void Every_form_of_a_workload_has_the_same_fields()
    {
        string[] fields = [.. PublicFields(typeof(VastWorkload)).Select(p => p.Name)];
        string[] drafted = [.. WorkloadFields.All.Select(f => f.Name)];
        string[] shaped = [.. typeof(ModelShape).GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];
        string[] typed = [.. Law.Parameters(typeof(NewVastWorkloadCommand)).Select(p => p.Name)];
        Law.Holds(
            "A field of a workload is a property of VastWorkload and of WorkloadDraft, and a parameter of New-VastWorkload unless it is "
            + "of the shape.",
            [
                .. fields.Except(drafted).Select(f => $"WorkloadDraft: public ... {f} {{ get; set; }}"),
                .. drafted.Except(fields).Select(f => $"VastWorkload: public ... {f} {{ get; internal init; }}"),
                .. shaped.Except(fields).Select(f => $"VastWorkload: public ... {f} => Shape.{f};"),
                .. fields.Except(shaped).Except(typed).Except(s_notTyped).Select(f => $"NewVastWorkloadCommand: [Parameter] {f}"),
                .. typed.Except(fields).Except(s_notFields).Select(f => $"VastWorkload has no {f} for the parameter"),
            ]);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_survives_draft_build_JSON_and_back(string field)
    {
        PropertyInfo property = typeof(VastWorkload).GetProperty(field)!;

        (VastWorkload work, object value) = WithAnother(property);

        AssertSame(value, property.GetValue(work));
        AssertSame(work, WorkloadDraft.From(work).Build());
        AssertSame(work, WorkloadDraft.FromJson(JsonSerializer.Serialize(work), "ConvertTo-Json").Build());
        AssertSame(work, JsonSerializer.Deserialize<VastWorkload>(JsonSerializer.Serialize(work, s_json), s_json)!);
    }

    [Fact]
    public void A_field_that_is_typed_is_in_the_workload_and_leaves_the_others_as_they_are()
    {
        using var host = new CmdletHost();
        string path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N") + ".json");
        foreach (PropertyInfo parameter in Law.Parameters(typeof(NewVastWorkloadCommand))
            .Where(p => typeof(WorkloadDraft).GetProperty(p.Name) is not null && IsOfPath(p)))
        {
            PropertyInfo property = typeof(VastWorkload).GetProperty(parameter.Name)!;
            (VastWorkload expected, object value, VastWorkload from) = WithAnotherThan(property);
            File.WriteAllText(path, JsonSerializer.Serialize(from));

            string typed = value is bool ? $"-{parameter.Name}:$value" : $"-{parameter.Name} $value";
            VastWorkload made = Assert.Single(
                host.Run($"New-VastWorkload -Path $path {typed}", ("path", path), ("value", value)).Clean<VastWorkload>());

            AssertSame(value, property.GetValue(made));

            // Another method forgets what the first one needed.
            if (parameter.Name != nameof(VastWorkload.Method))
            {
                AssertSame(expected, made);
            }
        }
    }

    [Fact]
    public async Task A_noted_workload_is_read_as_it_was()
    {
        var store = new EvidenceStore(TimeProvider.System, new WorkloadConverter());
        foreach ((VastWorkload work, int id) in s_workloads.Value.Select((w, i) => (w, i + 1)))
        {
            string server = Guid.NewGuid().ToString("N");
            await store.NoteAsync(
                server,
                id,
                new Evidence(EvidenceKind.Estimate, true, TimeProvider.System.GetUtcNow(), "noted by the test") { Workload = work },
                default);

            AssertSame(work, Assert.Single(store.Of(server, id)).Workload!);
        }
    }

    private static (VastWorkload Work, object Value) WithAnother(PropertyInfo property)
    {
        (VastWorkload work, object value, VastWorkload _) = WithAnotherThan(property);
        return (work, value);
    }

    // The first of the workloads that may have another value of this field, with it.
    private static (VastWorkload Work, object Value, VastWorkload From) WithAnotherThan(PropertyInfo property)
    {
        List<string> refused = [];
        foreach (VastWorkload from in s_workloads.Value)
        {
            foreach (object value in Others(property.PropertyType, property.GetValue(from)))
            {
                WorkloadDraft draft = WorkloadDraft.From(from);
                Assert.True(WorkloadFields.Set(draft, property.Name, value), $"WorkloadDraft has no {property.Name}.");
                try
                {
                    return (draft.Build(), value, from);
                }
                catch (VastException e)
                {
                    refused.Add($"{from}, {property.Name} {value}: {e.Message}");
                }
            }
        }

        throw new Xunit.Sdk.XunitException(
            $"Add to s_workloads one in which {property.Name} may differ.{Environment.NewLine}{string.Join(Environment.NewLine, refused)}");
    }

    private static IEnumerable<object> Others(Type type, object? now) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } t => Enum.GetValues(t).Cast<object>().Where(v => !v.Equals(now)),
        Type t when t == typeof(bool) => [!(bool)now!],
        Type t when t == typeof(int) => [((int?)now ?? 0) + 1, (((int?)now ?? 0) + 1) / 2],
        Type t when t == typeof(long) => [((long?)now ?? 0) + 1],
        Type t when t == typeof(double) => [((double?)now ?? 0) + 0.5],
        Type t when t == typeof(string) => ["another"],
        Type t when t == typeof(IReadOnlyList<string>) => [(string[])["q_proj"]],
        Type t => throw new NotSupportedException($"{t.Name}: say here what another value of it is."),
    };

    private static bool IsOfPath(PropertyInfo parameter) => parameter.GetCustomAttributes<System.Management.Automation.ParameterAttribute>()
        .Any(p => p.ParameterSetName is NewVastWorkloadCommand.ByPath or System.Management.Automation.ParameterAttribute.AllParameterSets);

    private static IEnumerable<PropertyInfo> PublicFields(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static void AssertSame(VastWorkload expected, VastWorkload actual) =>
        Assert.All(PublicFields(typeof(VastWorkload)), p => AssertSame(p.GetValue(expected), p.GetValue(actual)));

    private static void AssertSame(object? expected, object? actual)
    {
        if (expected is IEnumerable list and not string)
        {
            Assert.Equal(list.Cast<object>(), Assert.IsAssignableFrom<IEnumerable>(actual).Cast<object>());
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }
}
