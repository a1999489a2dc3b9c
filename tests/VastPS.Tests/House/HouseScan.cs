using System.Text.RegularExpressions;
using Mono.Cecil;

namespace VastPS.Tests.House;

/// <summary>What the module really does: which type of which folder uses what, by the compiled code and by the using lines.</summary>
internal sealed partial class HouseScan
{
    // A table that nobody changes is declared as one that cannot be changed.
    private static readonly string[] s_containers =
    [
        "System.Collections.Generic.Dictionary`2",
        "System.Collections.Generic.List`1",
        "System.Collections.Generic.HashSet`1",
        "System.Collections.Generic.Queue`1",
        "System.Collections.Generic.SortedDictionary`2",
        "System.Text.StringBuilder",
    ];

    private static readonly string[] s_living =
    [
        "System.Collections.Concurrent.ConcurrentDictionary`2",
        "System.Runtime.CompilerServices.ConditionalWeakTable`2", "System.Threading.AsyncLocal`1",
        "System.Threading.ThreadLocal`1",
        "System.Threading.SemaphoreSlim", "System.Threading.Lock", "System.Object", "System.Threading.CancellationTokenSource",
        "System.Net.Http.HttpClient", "System.Random",
    ];

    private readonly Dictionary<string, HashSet<string>> _rooms = [];
    private readonly Dictionary<string, HashSet<string>> _uses = [];
    private readonly ModuleDefinition _module = ModuleDefinition.ReadModule(Law.Module.Location);

    private HouseScan()
    {
        foreach (string file in Law.Files("src/VastPS", "*.cs"))
        {
            string[] parts = Law.Relative(file).Split('/')[2..^1];
            string room = string.Join('/', parts.Take(parts[0] is "Kernel" or "Features" ? 2 : 1));
            string text = File.ReadAllText(file);
            string space = NamespaceLine().Match(text).Groups[1].Value;
            Files.Add((file, room, space, text));
            foreach (Match type in TypeLine().Matches(text))
            {
                Add(_rooms, $"{space}.{type.Groups[1].Value}", room);
            }
        }

        foreach (TypeDefinition type in _module.Types)
        {
            HashSet<string> used = _uses[Plain(type.FullName)] = _uses.GetValueOrDefault(Plain(type.FullName)) ?? [];
            foreach (TypeReference reference in References(type))
            {
                used.Add(Plain(reference.FullName));
            }

            used.Remove(Plain(type.FullName));
        }
    }

    public static HouseScan Module { get; } = new();

    /// <summary>Each source file with its folder and its namespace.</summary>
    public List<(string File, string Room, string Namespace, string Text)> Files { get; } = [];

    /// <summary>The types of the module, by their full names.</summary>
    public IEnumerable<string> Types => _uses.Keys.Where(_rooms.ContainsKey);

    /// <summary>The types of the compiler that no source file declares are not listed; any other is.</summary>
    public IEnumerable<string> Homeless => _uses.Keys.Where(
        t => t.StartsWith("VastPS", StringComparison.Ordinal) && !_rooms.ContainsKey(t) && !t.Contains('<', StringComparison.Ordinal));

    /// <summary>Its folder; null where its parts stand in several, which their using lines then answer for.</summary>
    public string? RoomOf(string type) => _rooms.TryGetValue(type, out HashSet<string>? rooms) && rooms.Count == 1 ? rooms.Single() : null;

    public IEnumerable<string> Uses(string type) => _uses.GetValueOrDefault(type) ?? [];

    /// <summary>The part of the world outside that a type is of; null where it is none of the listed.</summary>
    public static string? OutsideOf(string type) =>
        HouseTable.Outside.FirstOrDefault(o => o.Value.Any(b => type.StartsWith(b, StringComparison.Ordinal))).Key;

    /// <summary>By which way a type reaches a door, the clock or chance; null where it does not.</summary>
    public string? WayOut(string type)
    {
        var ways = new Queue<(string Type, string Way)>([(type, type)]);
        var met = new HashSet<string> { type };
        while (ways.TryDequeue(out (string Type, string Way) next))
        {
            foreach (string used in Uses(next.Type).Order(StringComparer.Ordinal))
            {
                // To parse a text is pure; which library does it is another question.
                if (OutsideOf(used) is { } door && door != HouseTable.PlainJson || HouseTable.Chance.Contains(used))
                {
                    return $"{next.Way} -> {used}";
                }

                if (RoomOf(used) is not null && met.Add(used))
                {
                    ways.Enqueue((used, $"{next.Way} -> {used[(used.LastIndexOf('.') + 1)..]}"));
                }
            }
        }

        return null;
    }

    /// <summary>Static fields that change, or whose content may change, as Type.Field.</summary>
    public IEnumerable<string> MutableStatics() =>
        from type in All(_module.Types)
        where !type.Name.StartsWith('<') && RoomOf(Outer(type)) is not null
        from field in type.Fields
        where field.IsStatic
            && !field.IsLiteral
            && (!field.Name.StartsWith('<') || field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal))
        where !field.IsInitOnly || IsLiving(field.FieldType) || s_containers.Contains(field.FieldType.GetElementType().FullName)
        select $"{type.Name}.{field.Name.Split('>')[0].TrimStart('<')}";

    /// <summary>Methods that ask for variables of the process, as Type.Method.</summary>
    public IEnumerable<string> EnvironmentReads() =>
        from type in All(_module.Types)
        from method in type.Methods
        where method.HasBody
            && method.Body.Instructions.Any(i => i.Operand is MethodReference { DeclaringType.FullName: "System.Environment" } called
                && called.Name.Contains("EnvironmentVariable", StringComparison.Ordinal))
        let written = type.Name.StartsWith('<') && type.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end
            ? type.Name[1..end]
            : method.Name
        select $"{Outer(type)[(Outer(type).LastIndexOf('.') + 1)..]}.{written}";

    private bool IsLiving(TypeReference type) => IsLiving(type, []);

    // Also a class of ours with a field that is written after its construction, or that holds what changes.
    private bool IsLiving(TypeReference type, HashSet<string> met) =>
        s_living.Contains(type.GetElementType().FullName)
        || met.Add(type.FullName) && type.GetElementType().Scope == _module && type.Resolve() is { IsEnum: false, IsValueType: false } own
        && own.Fields.Any(
            f => !f.IsStatic && (!f.IsInitOnly && !f.Name.EndsWith(">P", StringComparison.Ordinal) || IsLiving(f.FieldType, met)));

    private static IEnumerable<TypeReference> References(TypeDefinition type) => All([type]).SelectMany(Direct).SelectMany(Parts);

    private static IEnumerable<TypeReference?> Direct(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(i => i.InterfaceType),
        .. type.GenericParameters.SelectMany(p => p.Constraints.Select(c => c.ConstraintType)),
        .. Attributes(type),
        .. type.Fields.SelectMany(f => Attributes(f).Append(f.FieldType)),
        .. type.Properties.SelectMany(p => Attributes(p)),
        .. type.Methods.SelectMany(InMethod),
    ];

    private static IEnumerable<TypeReference?> Attributes(Mono.Cecil.ICustomAttributeProvider holder) =>
        holder.CustomAttributes.Where(
            a => !a.AttributeType.FullName.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal))
            .SelectMany(a => a.ConstructorArguments.Select(x => x.Value).OfType<TypeReference>().Append(a.AttributeType));

    private static IEnumerable<TypeReference?> InMethod(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(p => p.ParameterType),
        .. Attributes(method),
        .. method.HasBody ? method.Body.Variables.Select(v => v.VariableType) : [],
        .. method.HasBody ? method.Body.ExceptionHandlers.Select(h => h.CatchType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(i => InOperand(i.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> InOperand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method =>
            [.. method.GenericArguments, method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Concat(Parts(generic.ElementType)),
        IModifierType modified => Parts(modified.ElementType),
        TypeSpecification holder => Parts(holder.ElementType),
        { DeclaringType: { } outer } => Parts(outer),
        _ => [type],
    };

    private static IEnumerable<TypeDefinition> All(IEnumerable<TypeDefinition> types) =>
        types.SelectMany(t => All(t.NestedTypes).Prepend(t));

    private static string Outer(TypeDefinition type) => type.DeclaringType is { } outer ? Outer(outer) : Plain(type.FullName);

    private static string Plain(string name) => name.Split('`')[0];

    private static void Add(Dictionary<string, HashSet<string>> to, string key, string value)
    {
        if (!to.TryGetValue(key, out HashSet<string>? set))
        {
            to[key] = set = [];
        }

        set.Add(value);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:public|internal|file) (?:[a-z]+ )*?(?:class|record struct|record|struct|interface|enum|delegate [\w<>?.]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
