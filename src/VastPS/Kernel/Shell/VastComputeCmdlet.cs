using System.ComponentModel;
using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Base of the commands that only compute: no waiting, so no thread but the pipeline's.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VastComputeCmdlet : PSCmdlet
{
    private protected VastComputeCmdlet()
    {
    }

    /// <summary>Checks what needs no input.</summary>
    protected sealed override void BeginProcessing() => Guarded(() =>
    {
        ChoiceInput.Demand(this);
        NeededInput.Ask(this, isInputThere: false);
        Check.NotNull(this);
    });

    /// <summary>Computes for this input.</summary>
    protected sealed override void ProcessRecord() => Guarded(() =>
    {
        ChoiceInput.Demand(this);
        NeededInput.Ask(this, isInputThere: true);
        Compute();
    });

    /// <summary>Computes what needs all input first.</summary>
    protected sealed override void EndProcessing() => Guarded(Finish);

    private protected abstract void Compute();

    private protected virtual void Finish()
    {
    }

    private protected void Fail(VastException error) => WriteError(VastErrors.Record(error));

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (VastException e)
        {
            ThrowTerminatingError(VastErrors.Record(e));
        }
    }
}
