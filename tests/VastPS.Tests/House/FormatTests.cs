using System.Management.Automation.Language;
using System.Reflection;
using System.Xml.Linq;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>Every model can be looked at, and no view looks at what is not there.</summary>
public sealed class FormatTests
{
    private const string Helpers = "VastPS.Internal._Format";
    private const string Table = "TableControl";
    private const string List = "ListControl";

    private static readonly string[] s_helpers =
        [.. Law.Module.GetType(Helpers)?.GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name) ?? []];

    private static readonly XElement[] s_views =
        [.. XDocument.Load(Path.Combine(Repo.Root, "module", "VastPS.Format.ps1xml")).Descendants("View")];

    [Fact]
    public void Every_model_has_a_table_and_a_list() => Law.Holds(
        "Every public model has a table view and a list view in module/VastPS.Format.ps1xml. Paste what is printed here before "
        + "</ViewDefinitions>, then keep the columns that people look for.",
        from model in Law.Models
        from control in new[] { Table, List }
        where !s_views.Any(v => Names(v).Contains(model.FullName) && v.Element(control) is not null)
        select $"{model.Name} has no {control}:{Environment.NewLine}{Draft(model, control)}");

    [Fact]
    public void A_drafted_view_is_one_that_these_tests_take()
    {
        XElement table = Draft(typeof(VastCharge), Table);
        XElement list = Draft(typeof(VastCharge), List);

        Assert.Equal(["VastPS.VastCharge"], Names(table));
        Assert.Empty(Missing(table, typeof(VastCharge)));
        Assert.Empty(Missing(list, typeof(VastCharge)));
        Assert.Equal(
            table.Descendants("TableColumnHeader").Select(h => h.Element("Label")!.Value),
            table.Descendants("TableColumnItem").Select(i => i.Element("PropertyName")!.Value));
        Assert.NotEmpty(list.Descendants("ListItem"));
    }

    [Fact]
    public void Every_view_is_of_a_model() => Law.Holds(
        "A view in module/VastPS.Format.ps1xml is of a public model.",
        s_views.SelectMany(Names).Distinct().Except(Law.Models.Select(m => m.FullName!)));

    [Fact]
    public void Views_name_properties_that_exist() => Law.Holds(
        "A view names properties of its model, and helpers of VastPS.Internal._Format, that exist.",
        from view in s_views
        from type in Names(view)
        let model = Law.Models.FirstOrDefault(m => m.FullName == type)
        where model is not null
        from missing in Missing(view, model)
        select $"{type}: {missing}");

    [Fact]
    public void A_table_has_as_many_headers_as_columns() => Law.Holds(
        "Each column of a table has a header.",
        from view in s_views
        where view.Element(Table) is { } table
            && table.Descendants("TableColumnHeader").Count() != table.Descendants("TableColumnItem").Count()
        select view.Element("Name")!.Value);

    // The two tables that people look at all day, on the two narrow widths that terminals have.
    [Theory]
    [InlineData("VastOffer", 80)]
    [InlineData("VastOffer", 100)]
    [InlineData("VastInstance", 80)]
    public void A_narrow_terminal_shows_whole_columns_and_no_stump_of_one(string view, int width)
    {
        int at = -1;
        foreach (XElement header in s_views.Single(v => v.Element("Name")!.Value == view).Descendants("TableColumnHeader"))
        {
            int from = at + 1;
            at = from + (int)header.Element("Width")!;
            Assert.False(from < width && at > width, $"{width} columns cut '{header.Element("Label")!.Value}' to {width - from}.");
        }
    }

    private static XElement Draft(Type model, string control)
    {
        string[] properties = [.. model.GetProperties().Select(p => p.Name)];
        return new XElement(
            "View",
            new XElement("Name", model.Name),
            new XElement("ViewSelectedBy", new XElement("TypeName", model.FullName)),
            control == Table
                ? new XElement(
                    Table,
                    new XElement(
                        "TableHeaders",
                        properties.Select(p => new XElement(
                            "TableColumnHeader", new XElement("Label", p), new XElement("Width", p.Length + 2)))),
                    new XElement("TableRowEntries", new XElement("TableRowEntry", new XElement("TableColumnItems", properties.Select(
                        p => new XElement("TableColumnItem", new XElement("PropertyName", p)))))))
                : new XElement(
                    List,
                    new XElement("ListEntries", new XElement("ListEntry", new XElement("ListItems", properties.Select(
                        p => new XElement("ListItem", new XElement("PropertyName", p))))))));
    }

    private static IEnumerable<string> Names(XElement view) => view.Element("ViewSelectedBy")!.Elements("TypeName").Select(t => t.Value);

    private static IEnumerable<string> Missing(XElement view, Type model)
    {
        IEnumerable<string> properties = view.Descendants("PropertyName").Select(p => p.Value);
        Ast[] scripts = [.. view.Descendants("ScriptBlock").Select(s => (Ast)Parser.ParseInput(s.Value, out _, out _))];
        IEnumerable<string> members = scripts.SelectMany(s => s.FindAll(IsMemberOfTheObject, searchNestedScriptBlocks: true))
            .Select(a => ((MemberExpressionAst)a).Member.Extent.Text);
        foreach (string name in properties.Concat(members).Distinct().Where(name => model.GetProperty(name) is null))
        {
            yield return "no property " + name;
        }

        foreach (InvokeMemberExpressionAst call in scripts.SelectMany(s => s.FindAll(
            a => a is InvokeMemberExpressionAst { Static: true }, searchNestedScriptBlocks: true)).Cast<InvokeMemberExpressionAst>())
        {
            if (call.Expression.Extent.Text == $"[{Helpers}]" && !s_helpers.Contains(call.Member.Extent.Text))
            {
                yield return "no helper " + call.Member.Extent.Text;
            }
        }
    }

    private static bool IsMemberOfTheObject(Ast ast) =>
        ast is MemberExpressionAst { Static: false, Expression: VariableExpressionAst { VariablePath.UserPath: "_" or "PSItem" } }
            and not InvokeMemberExpressionAst;
}
