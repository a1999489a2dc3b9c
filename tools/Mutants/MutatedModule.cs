using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Mutants;

/// <summary>The module with all mutants in it, compiled with the very arguments of its own build.</summary>
internal sealed class MutatedModule
{
    private readonly CSharpCommandLineArguments _arguments;
    private readonly CSharpCompilation _plain;
    private readonly string _source;

    private MutatedModule(CSharpCommandLineArguments arguments, CSharpCompilation plain, string source) =>
        (_arguments, _plain, _source) = (arguments, plain, source);

    /// <summary>Asks the build of the module how it compiles it.</summary>
    public static MutatedModule Load(string root)
    {
        string project = Path.Combine(root, "src", "VastPS");
        CSharpCommandLineArguments arguments = CSharpCommandLineParser.Default.Parse(Ask(project), project, sdkDirectory: null);
        CSharpParseOptions parsing = arguments.ParseOptions;
        SyntaxTree[] trees = [
            .. arguments.SourceFiles.Select(file =>
                CSharpSyntaxTree.ParseText(Read(Path.GetFullPath(file.Path, project)), parsing, Path.GetFullPath(file.Path, project)))
        ];
        MetadataReference[] references = [
            .. arguments.MetadataReferences
                .Select(r => MetadataReference.CreateFromFile(Path.GetFullPath(r.Reference, project), r.Properties))
        ];
        CSharpCompilationOptions options = arguments.CompilationOptions
            .WithGeneralDiagnosticOption(ReportDiagnostic.Suppress)
            .WithSpecificDiagnosticOptions([]);
        var plain = CSharpCompilation.Create("VastPS", trees, references, options);
        CSharpGeneratorDriver
            .Create(Generators(arguments, project), parseOptions: parsing)
            .RunGeneratorsAndUpdateCompilation(plain, out Compilation whole, out _);
        return new MutatedModule(arguments, (CSharpCompilation)whole, project);
    }

    /// <summary>The files of the module that are its own, below src/VastPS, with slashes.</summary>
    public IEnumerable<(string Name, SyntaxTree Tree)> Files => _plain.SyntaxTrees
        .Select(t => (Path.GetRelativePath(_source, t.FilePath).Replace('\\', '/'), t))
        .Where(f => !f.Item1.StartsWith("..", StringComparison.Ordinal) && !f.Item1.StartsWith("obj/", StringComparison.Ordinal));

    /// <summary>Writes the assembly; what does not compile is left out, and counts nowhere.</summary>
    /// <returns>The mutants, and how many were left out.</returns>
    public (IReadOnlyList<Mutant> Mutants, int Uncompilable) Emit(IReadOnlyCollection<string> files, string path)
    {
        var written = new Dictionary<SyntaxTree, MutatedFile>();
        int next = 1;
        CSharpCompilation whole = _plain;
        foreach ((string name, SyntaxTree tree) in Files.Where(f => files.Contains(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var file = new MutatedFile(name, tree, _plain.GetSemanticModel(tree), next);
            (written[tree], next) = (file, file.Next);
            whole = whole.ReplaceSyntaxTree(tree, file.Now);
        }

        whole = whole.AddSyntaxTrees(CSharpSyntaxTree.ParseText(Switch.Code(next), _arguments.ParseOptions));
        IEnumerable<MutatedFile> doubtful = written.Values;
        while (doubtful.Any())
        {
            var broken = new List<MutatedFile>();
            foreach (MutatedFile file in doubtful)
            {
                SyntaxTree before = file.Now;
                if (file.Repair(whole.GetSemanticModel(before).GetDiagnostics()))
                {
                    whole = whole.ReplaceSyntaxTree(before, file.Now);
                    broken.Add(file);
                }
            }

            doubtful = broken;
        }

        using FileStream assembly = File.Create(path);
        var result = whole.Emit(assembly, manifestResources: _arguments.ManifestResources);
        return result.Success
            ? ([.. written.Values.SelectMany(f => f.Mutants)], written.Values.Sum(f => f.Uncompilable))
            : throw new InvalidOperationException(
                "The module with its mutants does not compile: " + string.Join("; ", result.Diagnostics.Take(5)));
    }

    private static SourceText Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return SourceText.From(file);
    }

    // The arguments of the compiler, without running it.
    private static List<string> Ask(string project)
    {
        var start = new ProcessStartInfo("dotnet", [
            "build", project, "-c", "Release", "-t:PrepareResources;ResolveReferences;Compile", "-p:BuildProjectReferences=false",
            "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-p:NonExistentFile=none/none",
            "-getItem:CscCommandLineArgs"
        ]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("The build did not say how it compiles the module: " + answer);
        }

        using JsonDocument items = JsonDocument.Parse(answer);
        return [
            .. items.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
                .Select(i => i.GetProperty("Identity").GetString()!)
        ];
    }

    private static ISourceGenerator[] Generators(CSharpCommandLineArguments arguments, string project)
    {
        var loader = new PlainLoader();
        return [
            .. arguments.AnalyzerReferences
                .Select(a => new AnalyzerFileReference(Path.GetFullPath(a.FilePath, project), loader))
                .SelectMany(a => a.GetGenerators(LanguageNames.CSharp))
        ];
    }

    private sealed class PlainLoader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}

/// <summary>One file with its mutants, as far as they compile.</summary>
internal sealed class MutatedFile
{
    private readonly HashSet<int> _without = [];
    private readonly string _name;
    private readonly SyntaxTree _plain;
    private readonly SemanticModel _model;
    private readonly int _first;

    public MutatedFile(string name, SyntaxTree plain, SemanticModel model, int first)
    {
        (_name, _plain, _model, _first) = (name, plain, model, first);
        Now = Write();
    }

    public SyntaxTree Now { get; private set; }

    public IReadOnlyList<Mutant> Mutants { get; private set; } = [];

    public int Next { get; private set; }

    public int Uncompilable => _without.Count;

    /// <summary>Leaves out the mutants that cause errors; true where there were any.</summary>
    public bool Repair(IEnumerable<Diagnostic> diagnostics)
    {
        SyntaxNode root = Now.GetRoot();
        int before = _without.Count;
        Diagnostic[] errors = [.. diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
        foreach (Diagnostic error in errors)
        {
            _without.UnionWith(Guilty(root.FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true), error));
        }

        if (errors.Length > 0 && _without.Count == before)
        {
            throw new InvalidOperationException($"{_name} does not compile, and no mutant is to blame: {errors[0]}");
        }

        if (errors.Length > 0)
        {
            Now = Write();
        }

        return errors.Length > 0;
    }

    // The mutant around the error; else those that touch the variable it is about; else all of the statement, then of the member.
    private static IEnumerable<int> Guilty(SyntaxNode at, Diagnostic error)
    {
        SyntaxNode? around = at.AncestorsAndSelf().FirstOrDefault(n => n.HasAnnotations(MutantWriter.Mark));
        if (around is not null && error.Id is not ("CS0165" or "CS0161"))
        {
            return around.GetAnnotations(MutantWriter.Mark).Select(a => int.Parse(a.Data!, null));
        }

        SyntaxNode member = at.AncestorsAndSelf().FirstOrDefault(n => n is MemberDeclarationSyntax and not BaseTypeDeclarationSyntax)
            ?? throw new InvalidOperationException($"No mutant is to blame: {error}");
        if (error.Id == "CS0161")
        {
            int[] ends = [.. Numbers(member, n => n is BlockSyntax && n.DescendantNodes().Any(s => s is ThrowStatementSyntax))];
            return ends.Length > 0 ? ends : Asked(member);
        }

        string variable = error.Id == "CS0165" ? error.GetMessage(null).Split('\'')[1] : "";
        int[] touching = [.. Numbers(member, n => n.DescendantNodes().Any(d => Sets(d, variable)))];
        if (touching.Length > 0)
        {
            return touching;
        }

        SyntaxNode? statement = at.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault();
        int[] near = statement is null ? [] : [.. Asked(statement)];
        return near.Length > 0 ? near : Asked(member);
    }

    private static bool Sets(SyntaxNode node, string variable) => node switch
    {
        SingleVariableDesignationSyntax declared => declared.Identifier.Text == variable,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax set } => set.Identifier.Text == variable,
        _ => false,
    };

    private static IEnumerable<int> Numbers(SyntaxNode within, Func<SyntaxNode, bool> isGuilty) => within
        .GetAnnotatedNodes(MutantWriter.Mark)
        .Where(isGuilty)
        .SelectMany(n => n.GetAnnotations(MutantWriter.Mark))
        .Select(a => int.Parse(a.Data!, null));

    private static IEnumerable<int> Asked(SyntaxNode within) => within.DescendantNodesAndSelf()
        .OfType<InvocationExpressionSyntax>()
        .Where(c => c.Expression.ToString().EndsWith("VastPS.Mutation.Mutant.Is", StringComparison.Ordinal))
        .Select(c => (int)((LiteralExpressionSyntax)c.ArgumentList.Arguments[0].Expression).Token.Value!);

    private SyntaxTree Write()
    {
        var writer = new MutantWriter(_name, _model, _first, _without);
        SyntaxNode root = writer.Visit(_plain.GetRoot())!;
        (Mutants, Next) = (writer.Mutants, writer.Next);
        return _plain.WithRootAndOptions(root, _plain.Options);
    }
}
