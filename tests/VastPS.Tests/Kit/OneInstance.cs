using System.Text.Json.Nodes;
using VastPS.Kernel.Shell;

namespace VastPS.Tests.Kit;

/// <summary>A server with one instance, number 7, that shows what a test says and agrees to every change.</summary>
internal static class OneInstance
{
    /// <summary>A server that shows one state after the other, the last one again and again.</summary>
    /// <param name="label">The label of the instance.</param>
    /// <param name="reads">Status, intended status and contract; "unpriced" behind them where it tells no price; empty for none.</param>
    public static ScriptedVast Server(string label, params string[] reads)
    {
        int read = 0;
        return new ScriptedVast(asked => Reply.Ok(asked.Method != "GET"
            ? """{"success":true}"""
            : new JsonObject { ["instances"] = Row(label, reads[Math.Min(read++, reads.Length - 1)]) }.ToJsonString()));
    }

    /// <summary>Services whose pauses are short.</summary>
    public static RunspaceServices Services(ScriptedVast server) => new(() => server.Endpoint, new QuickClock());

    private static JsonObject? Row(string label, string read)
    {
        string[] words = read.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return null;
        }

        var row = new JsonObject
        {
            ["id"] = 7,
            ["label"] = label,
            ["actual_status"] = words[0],
            ["intended_status"] = words[1],
            ["cur_state"] = words[2],
        };
        if (words.Length == 3)
        {
            row["dph_base"] = 0.1;
            row["dph_total"] = 0.1;
            row["storage_total_cost"] = 0.005;
        }

        return row;
    }
}
