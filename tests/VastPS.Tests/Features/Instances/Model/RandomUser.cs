using VastPS.Simulator;

namespace VastPS.Tests.Features.Instances.Model;

/// <summary>What is typed next, by chance.</summary>
/// <param name="Script">The command.</param>
/// <param name="Items">How many instances it may rent.</param>
/// <param name="Removes">The instances that it is to remove.</param>
/// <param name="Spares">Foreign instances that it must not touch.</param>
/// <param name="IsWhatIf">True where it must change nothing.</param>
internal sealed record Typed(string Script, int Items, long[] Removes, long[] Spares, bool IsWhatIf);

/// <summary>Types commands by chance on what is there.</summary>
internal sealed class RandomUser(Random chance)
{
    private static readonly string[] s_errorActions = ["Continue", "Stop", "SilentlyContinue"];

    public Typed Next(IReadOnlyList<SimInstanceView> there)
    {
        SimInstanceView[] some = [.. there.OrderBy(_ => chance.Next()).Take(chance.Next(1, 3))];
        string ids = string.Join(", ", some.Select(s => s.InstanceId));
        bool force = chance.Next(4) == 0;
        bool isWhatIf = chance.Next(12) == 0;
        long[] foreign = [.. there.Where(s => !IsOurs(s)).Select(s => s.InstanceId)];
        string more = (isWhatIf ? "-WhatIf" : "-Confirm:$false")
            + $" -ErrorAction {s_errorActions[chance.Next(3)]} -WarningAction SilentlyContinue";
        string forced = more + (force ? " -Force" : "");
        long[] spares = force ? [.. foreign.Except(some.Select(s => s.InstanceId))] : foreign;
        return chance.Next(some.Length == 0 ? 3 : 12) switch
        {
            0 => Rent(1, more, foreign, isWhatIf),
            1 => Rent(2, more, foreign, isWhatIf),
            2 => new Typed(
                "Get-VastOffer -Type Interruptible -GpuCount 1 -MinRemaining 50h -First 1 | ForEach-Object { New-VastInstance $_.OfferId "
                + $"-BidPerHour ($_.MinBidPerHour * 1.2) -Image i -MaxRuntime 40h -DiskGB 20 {more} }}",
                1, [], foreign, isWhatIf),
            3 => new Typed($"Stop-VastInstance {ids} {forced}", 0, [], spares, isWhatIf),
            4 => new Typed($"Start-VastInstance {ids} {forced}", 0, [], spares, isWhatIf),
            5 or 6 => new Typed(
                $"Remove-VastInstance {ids} {forced}", 0,
                isWhatIf ? [] : [.. some.Where(s => force || IsOurs(s)).Select(s => s.InstanceId)], spares, isWhatIf),
            7 => new Typed($"Restart-VastInstance {ids} {forced}", 0, [], spares, isWhatIf),
            8 => new Typed($"Set-VastInstance {ids} -Label other {forced}", 0, [], spares, isWhatIf),
            9 => new Typed($"Set-VastInstance {ids} -BidPerHour {chance.Next(1, 60) / 100.0} {forced}", 0, [], spares, isWhatIf),
            10 => new Typed("Get-VastInstance; Get-VastAccount", 0, [], foreign, true),
            _ => new Typed("Get-VastCost; Get-VastCost -Charged", 0, [], foreign, true),
        };
    }

    public static bool IsOurs(SimInstanceView view) => view.Label?.StartsWith("vastps-", StringComparison.Ordinal) == true;

    private Typed Rent(int count, string more, long[] foreign, bool isWhatIf) => new(
        $"Get-VastOffer -GpuCount {chance.Next(1, 3)} -MinRemaining 50h -First 20 | Where-Object {{ $_.OfferId % 3 -eq {chance.Next(3)} }} | "
        + $"ForEach-Object -Begin {{ $n = 0 }} -Process {{ if ($n++ -lt {count}) {{ $_ }} }} | "
        + $"New-VastInstance -Image i -MaxRuntime 40h -DiskGB 20 {more}",
        count, [], foreign, isWhatIf);
}
