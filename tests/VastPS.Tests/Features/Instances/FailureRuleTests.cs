using VastPS.Features.Instances;

namespace VastPS.Tests.Features.Instances;

public sealed class FailureRuleTests
{
    [Theory]
    [InlineData(VastFailureAction.Remove, true, false, VastFailureAction.Remove)]
    [InlineData(VastFailureAction.Remove, true, true, VastFailureAction.Stop)] // its disk may hold data
    [InlineData(VastFailureAction.Remove, true, null, VastFailureAction.Stop)] // nobody knows: the same
    [InlineData(VastFailureAction.Stop, true, false, VastFailureAction.Stop)]
    [InlineData(VastFailureAction.Stop, true, true, VastFailureAction.Stop)]
    [InlineData(VastFailureAction.Remove, false, false, VastFailureAction.Keep)] // somebody else's
    [InlineData(VastFailureAction.Stop, false, null, VastFailureAction.Keep)]
    [InlineData(VastFailureAction.Keep, true, false, VastFailureAction.Keep)]
    public void Never_more_is_done_than_was_asked(VastFailureAction asked, bool mayTouch, bool? hadRun, VastFailureAction deed) =>
        Assert.Equal(deed, FailureRule.Deed(asked, mayTouch, hadRun));

    [Theory]
    [InlineData(false, VastInstanceState.Provisioning, 0, false)]
    [InlineData(false, VastInstanceState.Loading, 59, false)]
    [InlineData(false, VastInstanceState.Loading, 60, null)] // it may have been started again by the console
    [InlineData(false, VastInstanceState.Created, 9999, null)]
    [InlineData(false, VastInstanceState.Running, 30, false)] // it booted before the first look
    [InlineData(false, VastInstanceState.Running, 60, true)]
    [InlineData(false, VastInstanceState.Starting, 30, false)]
    [InlineData(false, VastInstanceState.Starting, 60, true)]
    [InlineData(false, VastInstanceState.Stopped, 5, true)]
    [InlineData(false, VastInstanceState.Provisioning, 60, null)]
    [InlineData(false, VastInstanceState.Created, 60, null)]
    [InlineData(false, VastInstanceState.NoHeartbeat, 60, null)]
    [InlineData(false, VastInstanceState.Unknown, 60, null)]
    [InlineData(false, VastInstanceState.Exited, 60, true)]
    [InlineData(false, VastInstanceState.Rebooting, 60, true)]
    [InlineData(true, VastInstanceState.Provisioning, 0, true)]
    [InlineData(null, VastInstanceState.Stopped, 0, null)]
    [InlineData(false, VastInstanceState.Offline, 60, null)]
    [InlineData(false, VastInstanceState.Offline, 5, false)]
    [InlineData(true, VastInstanceState.Loading, 5, true)] // started again: it looks like a new one
    [InlineData(null, VastInstanceState.Loading, 5, null)] // rented elsewhere
    public void Whether_it_had_run_is_known_only_from_what_was_seen(bool? noted, VastInstanceState first, int age, bool? hadRun) =>
        Assert.Equal(hadRun, FailureRule.HadRun(noted, new VastInstance { State = first, Age = TimeSpan.FromSeconds(age) }));
}
